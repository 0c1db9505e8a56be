internal import ComplexModule
internal import Expressions
internal import LinearAlgebra
internal import ModelReduction
internal import RealModule

extension MatrixFamily {
  /// Learns from samples how the entries depend on the parameters, where nobody says.
  ///
  /// Empirical interpolation of the entries, real and imaginary parts as rows of their own so that
  /// coefficients are real, says which samples the others are sums of. What is missing then at a new
  /// parameter, the coefficients, is a polynomial of total degree p fitted to those at the samples. p, and
  /// whether polynomials are in a parameter or its logarithm, is what makes the error at samples left out
  /// the smallest.
  ///
  /// - Source: Negri, Manzoni, Amsallem, *Efficient model reduction of parametrized systems by matrix
  ///   discrete empirical interpolation*, J. Comput. Phys. 303 (2015), for the first half.
  func learnt(
    _ subject: PhysicsError.Subject, in space: ParameterSpace,
    _ settings: CoefficientInterpolation.Settings
  ) throws(PhysicsError) -> SampledTerm {
    let points = learningPoints(in: space)
    guard points.count > 1 else {
      throw PhysicsError(
        subject,
        "\(points.count) sample says nothing of how the matrix depends on the parameters; give more, or "
          + "the functions it depends through")
    }
    var files: [MatrixFile] = []
    for mu in points { files.append(try matrix(at: mu, subject)) }
    let table = try EntryTable(files, subject)
    let eim: EIM<Double>
    do throws(HyperReductionError) {
      eim = try EIM(
        of: table.values,
        options: InterpolationOptions(tolerance: settings.tolerance / 100, size: settings.size))
    } catch { throw PhysicsError(subject, "the entries cannot be interpolated: \(error)") }
    guard eim.size > 0 else { throw PhysicsError(subject, "all samples are zero") }
    let fit = try SurrogateChoice(table, eim, points, in: space, subject)
    guard fit.error <= 10 * settings.tolerance else {
      let cure =
        source.parameters == nil
        ? "let it learn from more ('learn')" : "give more of them"
      throw PhysicsError(
        subject,
        "\(points.count) samples say what the matrix is at a sample left out to \(Float(fit.error)) of its "
          + "size only, by polynomials of degree \(fit.surrogate.degree): \(cure), the functions it "
          + "depends through ('functions'), or a larger 'tolerance' in [interpolation]")
    }
    var term = SampledTerm(
      self, subject, eim.chosenSnapshots.map { files[$0] },
      triangle: eim.chosenCoordinates.complexed,
      coefficients: fit.expressions(in: space).map { ComplexExpression($0) })
    (term.error, term.sampleCount) = (fit.error, points.count)
    term.amplification = MatrixFamily.unseenPoints(200, in: space).reduce(1) {
      max($0, fit.amplification(at: $1, in: space))
    }
    term.text =
      "learnt from \(points.count) samples, polynomials of degree \(fit.surrogate.degree)"
      + (fit.isLogarithmic ? " in logarithms" : "")
    return term
  }

  /// The samples there are, or those to be asked for: at the roots of Chebyshev's polynomials for one
  /// parameter, at the points of Halton's sequence for several.
  func learningPoints(in space: ParameterSpace) -> [Parameter] {
    if let known = source.parameters { return known }
    if space.dimension == 1 {
      return (0..<learningCount).map { k in
        space.parameter(
          at: [(1 - Double.cos(.pi * (Double(k) + 0.5) / Double(learningCount))) / 2])
      }
    }
    return (try? Sampling.halton.points(count: learningCount, seed: 0, in: space)) ?? []
  }
}

/// The entries of matrices over the union of their patterns, one matrix per column.
private struct EntryTable {
  /// The entries; below the real parts the imaginary ones, where there are any.
  let values: DenseMatrix<Double>

  init(_ files: [MatrixFile], _ subject: PhysicsError.Subject) throws(PhysicsError) {
    let stack = try MatrixStack<Complex<Double>>(files, subject)
    let isComplex = files.contains(where: \.isComplex)
    values = DenseMatrix(
      rowCount: stack.pattern.entryCount * (isComplex ? 2 : 1),
      columns: stack.values.map { $0.map(\.real) + (isComplex ? $0.map(\.imaginary) : []) })
  }
}

/// The polynomials that miss samples left out the least.
private struct SurrogateChoice {
  let surrogate: PolynomialSurrogate
  /// Whether polynomials are in the logarithms of the parameters that are spread by them.
  let isLogarithmic: Bool
  /// The largest error of a sample left out, over its size in the Frobenius norm.
  let error: Double

  init(
    _ table: EntryTable, _ eim: EIM<Double>, _ points: [Parameter], in space: ParameterSpace,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    let columns = (0..<points.count).map { table.values.column($0) }
    let coefficients = columns.map { column in
      eim.newtonCoefficients(of: eim.points.map { column[$0] })
    }
    // Of each sample: its size, and what the modes miss of it.
    var (sizes, missed): ([Double], [Double]) = ([], [])
    for (column, c) in zip(columns, coefficients) {
      sizes.append(norm(column))
      missed.append(norm(zip(column, eim.modes * c).map { $0 - $1 }))
    }
    let gram = eim.modes.adjointTimes(eim.modes)
    let values = DenseMatrix(
      rowCount: points.count,
      columns: (0..<eim.size).map { l in coefficients.map { $0[l] } })
    var best: (surrogate: PolynomialSurrogate, isLogarithmic: Bool, error: Double)?
    let hasLogarithm = space.axes.contains { $0.scale == .log }
    for isLogarithmic in hasLogarithm ? [false, true] : [false] {
      let places = points.map { space.polynomialPlace($0, isLogarithmic: isLogarithmic) }
      for degree in 0...40 {
        guard
          let surrogate = try? PolynomialSurrogate(of: values, at: places, degree: degree)
        else { break }
        var error = 0.0
        for j in points.indices where sizes[j] > 0 {
          let fitted = surrogate.values(at: places[j])
          let misfit = zip(coefficients[j], fitted).map { $0 - $1 }
          let distance = max(0, dot(misfit, gram * misfit)).squareRoot()
          // Where one sample alone decides, nothing is known of it without itself.
          let free = 1 - surrogate.leverages[j]
          error = max(
            error, free > 1e-9 ? (distance / free + missed[j]) / sizes[j] : Double.infinity)
        }
        if error < best?.error ?? .infinity { best = (surrogate, isLogarithmic, error) }
      }
    }
    guard let best else {
      throw PhysicsError(
        subject,
        "\(points.count) samples are too few, or stand too close, to say how the matrix depends on the "
          + "parameters; give more, or the functions it depends through")
    }
    (surrogate, isLogarithmic, error) = best
  }

  /// Σ |w_j(μ)| over the samples.
  func amplification(at mu: Parameter, in space: ParameterSpace) -> Double {
    surrogate.sampleWeights(at: space.polynomialPlace(mu, isLogarithmic: isLogarithmic))
      .reduce(0) { $0 + abs($1) }
  }

  /// The coefficients as nested products, c(z) = b_0 + 2 (z − z_0) (b_1 + 2 (z − z_1) (b_2 + …)).
  func expressions(in space: ParameterSpace) -> [Expression] {
    let places = space.polynomialPlaces(isLogarithmic: isLogarithmic)
    let nodes = PolynomialSurrogate.lejaPoints(surrogate.degree)
    return (0..<surrogate.coefficients.columnCount).map { l in
      nested(
        zip(surrogate.exponents, surrogate.coefficients.column(l)).map { ($0, $1) }, axis: 0,
        places, nodes
      ).simplified()
    }
  }

  private func nested(
    _ terms: [(exponents: [Int], value: Double)], axis: Int, _ places: [Expression],
    _ nodes: [Double]
  ) -> Expression {
    guard axis < places.count else {
      return Expression(terms.reduce(0) { $0 + $1.value })
    }
    let top = terms.map { $0.exponents[axis] }.max() ?? 0
    var sum = Expression(0)
    for k in (0...top).reversed() {
      let part = nested(
        terms.filter { $0.exponents[axis] == k }, axis: axis + 1, places, nodes)
      sum = k == top ? part : part + Expression(2) * (places[axis] - Expression(nodes[k])) * sum
    }
    return sum
  }
}

extension ParameterSpace {
  /// The place of each component in −1 … 1, in its scale or in itself.
  fileprivate func polynomialPlace(_ mu: Parameter, isLogarithmic: Bool) -> [Double] {
    polynomialPlaces(isLogarithmic: isLogarithmic).map { place in
      place.evaluate { symbol in
        if case .parameter(let i) = symbol { mu[i] } else { .nan }
      }
    }
  }

  fileprivate func polynomialPlaces(isLogarithmic: Bool) -> [Expression] {
    var places: [Expression] = []
    for axis in axes {
      for range in axis.ranges {
        let takesLogarithm = isLogarithmic && axis.scale == .log
        let (low, high) =
          takesLogarithm
          ? (Double.log(range.lowerBound), Double.log(range.upperBound))
          : (range.lowerBound, range.upperBound)
        let name = names[places.count]
        let value =
          (try? Expression(
            parsing: takesLogarithm ? "log(\(name))" : name, in: expressionScope))
          ?? Expression(.parameter(places.count))
        places.append(
          high > low
            ? (value - Expression((low + high) / 2)) * Expression(2 / (high - low)) : Expression(0))
      }
    }
    return places
  }
}
