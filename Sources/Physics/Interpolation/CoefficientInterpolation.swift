public import Expressions
internal import LinearAlgebra
public import ModelReduction

/// Makes affine sums of coefficients that do not separate into functions of the parameters and of the
/// point: f(x; μ) ≈ Σ θ_l(μ) g_l(x) by empirical interpolation.
///
/// Both factors are expressions again, sums of f at chosen parameters and at chosen points, so that
/// whatever is done with coefficients that separate is done with these: reduction, certificates and
/// files know no difference. The modes are those of the Newton form, whose factors stay below one.
///
/// - Source: Barrault, Maday, Nguyen, Patera, *An 'empirical interpolation' method*, C. R. Acad. Sci.
///   Paris 339 (2004).
public struct CoefficientInterpolation: CoefficientTransformation, Sendable {
  /// How accurate it has to be.
  public struct Settings: Sendable, Equatable {
    /// The largest error over the largest value, at the points and at parameters not learnt from.
    public var tolerance: Double
    /// The same for weights that only stabilise, where it is looser: the form remains consistent
    /// whatever they are.
    public var weights: Double
    /// The most terms of a coefficient.
    public var size: Int
    /// Parameters to learn from at first.
    public var training: Int

    /// Settings.
    public init(
      tolerance: Double = 1e-8, weights: Double = 1e-4, size: Int = 100, training: Int = 300
    ) {
      precondition(
        tolerance > 0 && weights > 0 && size > 0 && training > 0, "settings of an interpolation")
      (self.tolerance, self.weights) = (tolerance, weights)
      (self.size, self.training) = (size, training)
    }
  }

  /// A coefficient that was interpolated.
  public struct Report: Sendable, Equatable {
    /// Where it stands in the problem.
    public let use: CoefficientUse
    /// As it was written.
    public let text: String
    /// d.
    public let terms: Int
    /// The largest error over the largest value at parameters that were not learnt from.
    public let error: Double
    /// The largest value, at the points and at the parameters learnt from.
    public let largestValue: Double
    /// The number of entries interpolated together.
    public let entryCount: Int
    /// Λ: no interpolation in the same modes is better than this by more than a factor 1 + Λ.
    public let lebesgueConstant: Double

    /// What bounds take for the largest error of an entry: twice the largest one found at points and
    /// parameters that were not learnt from.
    public var errorAllowed: Double { 2 * error * largestValue }

    /// In a sentence.
    public var words: String {
      let shown = text.count > 60 ? text.prefix(57) + "…" : text[...]
      return "\(use.name) '\(shown)' does not separate into functions of the parameters and of the "
        + "point: interpolated by \(terms) terms, to \(Float(error)) of its size at parameters not "
        + "learnt from"
    }
  }

  /// How accurate.
  public let settings: Settings
  /// What was interpolated so far.
  public private(set) var reports: [Report] = []
  private let space: ParameterSpace
  private let positive: Set<Symbol>
  /// The component of the space that stands for t.
  private let timeIndex: Int?

  /// Over the parameters, and over the times of a problem in time.
  ///
  /// - Throws: `PhysicsError` where a parameter is called t.
  public init(
    over parameters: ParameterSpace, times grid: TimeGrid? = nil, settings: Settings = Settings()
  ) throws(PhysicsError) {
    self.settings = settings
    positive = parameters.positiveSymbols
    do throws(ParameterSpaceError) {
      space =
        try grid.map { grid throws(ParameterSpaceError) in
          try parameters.withTime(over: grid)
        } ?? parameters
    } catch { throw PhysicsError(.problem, "\(error)") }
    timeIndex = grid == nil ? nil : parameters.dimension
  }

  /// The entries of a coefficient, interpolated together where one of them does not separate.
  ///
  /// Entries that depend on the solution are left as they are.
  ///
  /// - Parameter points: Where they are needed: x, y, z in columns, and further coordinates where
  ///   entries have some.
  /// - Throws: `PhysicsError` where an entry is not finite at a point, or more terms than allowed are
  ///   needed.
  public mutating func affine(
    _ entries: [Expression], in use: CoefficientUse, at points: () -> [[Double]]
  ) throws(PhysicsError) -> [Expression] {
    guard entries.needInterpolation(positive: positive) else { return entries }
    // What separates stays exact; of a single entry only the rest of the sum is interpolated.
    var exact = entries.map { _ in Expression(0) }
    var rest = entries
    if entries.count == 1 {
      let parts = entries[0].simplified().summands
      let pure = parts.filter { (try? $0.affineSplit(positive: positive)) != nil }
      exact = [Expression(sumOf: pure).simplified()]
      rest = [
        Expression(
          sumOf: parts.filter { (try? $0.affineSplit(positive: positive)) == nil }
        ).simplified()
      ]
    }
    var settings = settings
    if use.role == .weight { settings.tolerance = max(settings.tolerance, settings.weights) }
    let found = try ExpressionInterpolation(
      rest, in: space, timeIndex: timeIndex, at: points(), settings, use.subject, use.name)
    reports.append(
      Report(
        use: use, text: entries.map(\.inCellSize.description).joined(separator: ", "),
        terms: found.eim.size, error: found.error, largestValue: found.eim.errors.first ?? 0,
        entryCount: entries.count, lebesgueConstant: found.eim.lebesgueConstant()))
    return zip(exact, found.expressions).map { $0 + $1 }
  }
}

/// The interpolation of some expressions with common coefficients.
private struct ExpressionInterpolation {
  private let entries: [Expression]
  private let timeIndex: Int?
  private let points: [[Double]]
  private let program: Program
  private var training: [Parameter]
  private(set) var eim: EIM<Double>
  private(set) var error = 0.0

  init(
    _ entries: [Expression], in space: ParameterSpace, timeIndex: Int?, at points: [[Double]],
    _ settings: CoefficientInterpolation.Settings, _ subject: PhysicsError.Subject, _ name: String
  ) throws(PhysicsError) {
    (self.entries, self.timeIndex) = (entries, timeIndex)
    // Many thousand points tell the shape of a function as well as all.
    let total = points.first?.count ?? 0
    let stride = max(1, total / 20_000)
    let places = Array(Swift.stride(from: 0, to: total, by: stride))
    self.points = points.map { column in places.map { column[$0] } }
    let shown = timeIndex.map { index in
      entries.map { e in e.substituting { $0 == .time ? Expression(.parameter(index)) : nil } }
    }
    program = Program(
      shown ?? entries,
      inputs: points.indices.map { .coordinate($0) }
        + (0..<space.dimension).map { .parameter($0) })
    let unseen: [Parameter]
    do throws(SamplingError) {
      training = try Sampling.halton.points(count: settings.training, seed: 0, in: space)
      unseen = try Sampling.random.points(count: max(50, settings.training / 2), seed: 7, in: space)
    } catch { throw PhysicsError(subject, "\(name): \(error)") }
    training += [space.reference] + ExpressionInterpolation.corners(of: space)
    eim = try ExpressionInterpolation.eim(program, self.points, training, settings, subject, name)
    // Parameters whose error is too large teach the next round.
    for _ in 0..<6 {
      var worst: [(error: Double, mu: Parameter)] = []
      for mu in unseen { worst.append((try error(at: mu, subject, name), mu)) }
      error = worst.map(\.error).max() ?? 0
      if error <= settings.tolerance { return }
      let wrong = worst.filter { $0.error > settings.tolerance / 2 }
      let known = Set(training.map(\.values))
      let new = wrong.map(\.mu).filter { !known.contains($0.values) }
      guard !new.isEmpty, eim.limit != .size else { break }
      training += new
      eim = try ExpressionInterpolation.eim(program, self.points, training, settings, subject, name)
    }
    guard error <= 10 * settings.tolerance else {
      throw PhysicsError(
        subject,
        "\(name) does not separate into functions of the parameters and of the point, and "
          + "\(eim.size) terms of an interpolation still err by \(Float(error)) of its size; allow "
          + "more terms ('size' in [interpolation]), a larger 'tolerance', or narrow the ranges")
    }
  }

  /// The corners of the box, of the first ten components at most.
  private static func corners(of space: ParameterSpace) -> [Parameter] {
    let n = min(10, space.dimension)
    return (0..<1 << min(n, 6)).map { k in
      space.parameter(
        at: (0..<space.dimension).map { $0 < n ? Double((k >> ($0 % 6)) & 1) : 0.5 })
    }
  }

  private static func column(_ program: Program, _ points: [[Double]], _ mu: Parameter) -> [Double]
  {
    program.evaluate(
      columns: points + mu.values.map { [$0] }, count: points.first?.count ?? 0
    ).flatMap { $0 }
  }

  private static func eim(
    _ program: Program, _ points: [[Double]], _ training: [Parameter],
    _ settings: CoefficientInterpolation.Settings, _ subject: PhysicsError.Subject, _ name: String
  ) throws(PhysicsError) -> EIM<Double> {
    var columns: [[Double]] = []
    for mu in training {
      columns.append(try finite(column(program, points, mu), points, mu, subject, name))
    }
    do throws(HyperReductionError) {
      return try EIM(
        of: DenseMatrix(rowCount: columns.first?.count ?? 0, columns: columns),
        options: InterpolationOptions(tolerance: settings.tolerance / 4, size: settings.size))
    } catch { throw PhysicsError(subject, "\(name): \(error)") }
  }

  private static func finite(
    _ column: [Double], _ points: [[Double]], _ mu: Parameter, _ subject: PhysicsError.Subject,
    _ name: String
  ) throws(PhysicsError) -> [Double] {
    guard let bad = column.firstIndex(where: { !$0.isFinite }) else { return column }
    let place = points.map { "\($0[bad % max(1, points[0].count)])" }.joined(separator: ", ")
    throw PhysicsError(
      subject,
      "\(name) is not a finite number at (\(place)) for the parameters "
        + mu.values.map { "\($0)" }.joined(separator: ", "))
  }

  /// The largest error at a parameter, over the largest value of the family.
  private func error(
    at mu: Parameter, _ subject: PhysicsError.Subject, _ name: String
  ) throws(PhysicsError) -> Double {
    let column = try ExpressionInterpolation.finite(
      ExpressionInterpolation.column(program, points, mu), points, mu, subject, name)
    let scale = eim.errors.first ?? 0
    guard scale > 0 else { return 0 }
    return zip(column, eim.interpolated(column)).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
      / scale
  }

  /// Σ θ_l g_l of each entry.
  var expressions: [Expression] {
    let d = eim.size
    let count = points.first?.count ?? 0
    // f at the points, as functions of μ; at the parameters, as functions of x.
    let atPoints = eim.points.map { row in
      entries[row / count].substituting { symbol in
        if case .coordinate(let axis) = symbol {
          Expression(points[axis][row % count])
        } else {
          nil
        }
      }.simplified()
    }
    let thetas = combined(atPoints, eim.pointValues.inverseOfUnitLower)
    let coefficients = eim.modeCoefficients
    return entries.map { entry in
      let atParameters = eim.chosenSnapshots.map { m in
        entry.substituting { symbol in
          switch symbol {
          case .parameter(let index): Expression(training[m][index])
          case .time: timeIndex.map { Expression(training[m][$0]) }
          default: nil
          }
        }.simplified()
      }
      let modes = combined(atParameters, coefficients.transposed())
      return Expression(sumOf: (0..<d).map { thetas[$0] * modes[$0] })
    }
  }

  /// Σ_k a_lk e_k for each row l.
  private func combined(_ e: [Expression], _ a: DenseMatrix<Double>) -> [Expression] {
    (0..<a.rowCount).map { l in
      Expression(sumOf: e.indices.filter { a[l, $0] != 0 }.map { Expression(a[l, $0]) * e[$0] })
        .simplified()
    }
  }
}

extension DenseMatrix<Double> {
  /// The inverse of a lower triangle with ones on its diagonal.
  fileprivate var inverseOfUnitLower: DenseMatrix<Double> {
    var inverse = DenseMatrix.identity(rowCount)
    for j in 0..<rowCount {
      for i in j + 1..<max(j + 1, rowCount) {
        inverse[i, j] = -(j..<i).reduce(0) { $0 + self[i, $1] * inverse[$1, j] }
      }
    }
    return inverse
  }
}
