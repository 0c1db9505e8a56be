internal import ComplexModule
internal import Expressions
internal import LinearAlgebra
public import ModelReduction
internal import RealModule

extension MatrixFamily {
  /// Chooses parameters by the functions alone: no matrix is asked for before they are known.
  ///
  /// - Source: Casenave, Ern, Lelièvre, *A nonintrusive reduced basis method applied to aeroacoustic
  ///   simulations*, Adv. Comput. Math. 41 (2015).
  func chosen(
    _ subject: PhysicsError.Subject, in space: ParameterSpace,
    _ settings: CoefficientInterpolation.Settings
  ) throws(PhysicsError) -> SampledTerm {
    let isComplex = (functions ?? []).contains { $0.imaginary.simplified().constantValue != 0 }
    return isComplex
      ? try chosen(of: Complex<Double>.self, subject, in: space, settings)
      : try chosen(of: Double.self, subject, in: space, settings)
  }

  /// At which parameters the matrix is needed; those where its sum is held against it come on top.
  public func neededParameters(
    _ subject: PhysicsError.Subject, in space: ParameterSpace,
    _ settings: CoefficientInterpolation.Settings
  ) throws(PhysicsError) -> [Parameter] {
    guard let functions else { return learningPoints(in: space) }
    let isComplex = functions.contains { $0.imaginary.simplified().constantValue != 0 }
    return isComplex
      ? try interpolation(of: Complex<Double>.self, subject, in: space, settings).found.parameters
      : try interpolation(of: Double.self, subject, in: space, settings).found.parameters
  }

  private func chosen<S: Scalar>(
    of type: S.Type, _ subject: PhysicsError.Subject, in space: ParameterSpace,
    _ settings: CoefficientInterpolation.Settings
  ) throws(PhysicsError) -> SampledTerm {
    let (found, error) = try interpolation(of: S.self, subject, in: space, settings)
    guard found.size > 0 else { throw PhysicsError(subject, "all functions are zero") }
    var matrices: [MatrixFile] = []
    for mu in found.parameters { matrices.append(try matrix(at: mu, subject)) }
    let places = found.places.map { place -> ComplexExpression in
      let function = stacked[place.function]
      return function.substituting { symbol in
        if case .coordinate(let axis) = symbol {
          Expression(place.point[axis])
        } else {
          nil
        }
      }.simplified()
    }
    var term = SampledTerm(
      self, subject, matrices, triangle: found.eim.chosenCoordinates.complexed,
      coefficients: solvedUnitLower(found.eim.pointValues.complexed, places))
    (term.text, term.sampleCount, term.functionError) = (text, found.size, error)
    term.amplification = MatrixFamily.unseenPoints(200, in: space).reduce(1) {
      max($0, found.amplification(at: $1))
    }
    // Samples that were not chosen are unseen ones.
    for mu in source.parameters ?? [] where !found.parameters.contains(mu) {
      term.unseen.append((mu, try matrix(at: mu, subject)))
    }
    return term
  }

  /// The functions; of several that do not depend on the parameters one is enough.
  private var stacked: [ComplexExpression] {
    let all = functions ?? []
    let constant = all.filter(\.isConstant)
    return (constant.isEmpty ? [] : [ComplexExpression(1)]) + all.filter { !$0.isConstant }
  }

  private func interpolation<S: Scalar>(
    of type: S.Type, _ subject: PhysicsError.Subject, in space: ParameterSpace,
    _ settings: CoefficientInterpolation.Settings
  ) throws(PhysicsError) -> (found: NonintrusiveInterpolation<S>, error: Double) {
    let functions = stacked.map { parametric($0, of: S.self, in: space) }
    var training: [Parameter]
    // Others than those where matrices are looked at in the end.
    let unseen = MatrixFamily.unseenPoints(max(50, settings.training / 2), seed: 11, in: space)
    if let known = source.parameters {
      training = known
    } else {
      do throws(SamplingError) {
        training = try Sampling.halton.points(count: settings.training, seed: 0, in: space)
      } catch { throw PhysicsError(subject, "\(error)") }
      training += [space.reference] + space.corners
    }
    var error = 0.0
    while true {
      let found: NonintrusiveInterpolation<S>
      do throws(HyperReductionError) {
        found = try NonintrusiveInterpolation(
          of: functions, over: training, tolerance: settings.tolerance / 4, size: settings.size)
      } catch { throw PhysicsError(subject, "the functions cannot be interpolated: \(error)") }
      let errors = unseen.map { mu in
        zip(found.errors(at: mu), found.weights).reduce(0) { max($0, $1.0 * $1.1) }
      }
      error = errors.max() ?? 0
      guard error.isFinite else {
        throw PhysicsError(subject, "a function is not a finite number somewhere in the ranges")
      }
      if error <= settings.tolerance { return (found, error) }
      let known = Set(training.map(\.values))
      let new = zip(unseen, errors).filter { $0.1 > settings.tolerance / 2 }.map(\.0)
        .filter { !known.contains($0.values) }
      if source.parameters == nil, found.size < settings.size, !new.isEmpty {
        training += new
        continue
      }
      guard error > 10 * settings.tolerance else { return (found, error) }
      let cure =
        source.parameters == nil
        ? "allow more terms ('size' in [interpolation]), a larger 'tolerance', or narrow the ranges"
        : "give more samples, or a larger 'tolerance' in [interpolation]"
      throw PhysicsError(
        subject,
        "the functions at \(found.size) parameters make those at others to \(Float(error)) of their "
          + "size only: \(cure)")
    }
  }

  private func parametric<S: Scalar>(
    _ function: ComplexExpression, of type: S.Type, in space: ParameterSpace
  ) -> ParametricFunction<S> {
    if function.isConstant { return .constant() }
    let axes = function.real.symbols.union(function.imaginary.symbols).contains {
      if case .coordinate = $0 { true } else { false }
    }
    let program = Program(
      [function.real, function.imaginary],
      inputs: (0..<3).map { .coordinate($0) } + (0..<space.dimension).map { .parameter($0) })
    return ParametricFunction("function", at: axes ? places : [[0, 0, 0]]) { point, mu in
      let value = program.evaluate(at: point + mu.values)
      return (Complex(value[0], value[1]) as? S) ?? S(real: value[0])
    }
  }

  /// Points of the box of x, y, z, denser towards its faces.
  private var places: [[Double]] {
    let n = [400, 40, 14][max(0, min(2, ranges.count - 1))]
    var points: [[Double]] = [[]]
    for range in ranges {
      let along = (0..<n).map { k -> Double in
        let s = (1 - Double.cos(.pi * Double(k) / Double(n - 1))) / 2
        return range.lowerBound * (1 - s) + range.upperBound * s
      }
      points = points.flatMap { point in along.map { point + [$0] } }
    }
    return points.map { $0 + [Double](repeating: 0, count: 3 - $0.count) }
  }
}

extension ComplexExpression {
  /// Whether no parameter occurs in it.
  fileprivate var isConstant: Bool {
    !real.symbols.union(imaginary.symbols).contains {
      if case .parameter = $0 { true } else { false }
    }
  }
}

extension ParameterSpace {
  /// The corners of the box, of the first six components at most.
  fileprivate var corners: [Parameter] {
    let n = min(6, dimension)
    return (0..<1 << n).map { k in
      parameter(at: (0..<dimension).map { $0 < n ? Double((k >> $0) & 1) : 0.5 })
    }
  }
}
