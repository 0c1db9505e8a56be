internal import LinearAlgebra

/// Bounds of α(μ) = inf Σ θ_q(μ) s_q(v)/‖v‖² for a family of Hermitian forms s_q, from both sides, at a
/// cost that depends on the number of terms alone.
///
/// With y_q = s_q(v)/‖v‖² the infimum is that of Σ θ_q y_q over the quotients y that occur. These lie in
/// a box and, for each parameter μ_k where α was computed, in the half-space Σ θ_q(μ_k) y_q ≥ α(μ_k): the
/// least value there is a lower bound. The quotients of the minimisers occur: the least value over them
/// is an upper bound.
///
/// - Source: Huynh, Rozza, Sen, Patera, *A successive constraint linear optimization method for lower
///   bounds of parametric coercivity and inf–sup stability constants*, C. R. Acad. Sci. Paris 345 (2007).
public struct SuccessiveConstraints: Sendable, Equatable {
  private var program: ConstraintProgram
  /// y of the minimisers.
  private(set) var quotients: [[Double]] = []

  /// Where each y_q lies.
  public var box: [ClosedRange<Double>] {
    zip(program.lower, program.upper).map { $0...$1 }
  }
  /// The half-spaces besides the box.
  public var constraints: [(theta: [Double], bound: Double)] {
    Array(zip(program.normals, program.heights))
  }

  /// A box, half-spaces and quotients, as they were found or read from a file.
  ///
  /// - Precondition: As many numbers in each as terms.
  init(
    box: [ClosedRange<Double>], constraints: [(theta: [Double], bound: Double)],
    quotients: [[Double]]
  ) {
    precondition(
      (constraints.map(\.theta) + quotients).allSatisfy { $0.count == box.count },
      "constraints need a coefficient for each of \(box.count) terms")
    program = ConstraintProgram(
      lower: box.map(\.lowerBound), upper: box.map(\.upperBound))
    for (theta, bound) in constraints { program.require(theta, atLeast: bound) }
    self.quotients = quotients
  }

  /// Builds the constraints for a family.
  ///
  /// - Parameters:
  ///   - family: The forms.
  ///   - training: θ at the parameters to choose from.
  ///   - start: Their first one.
  ///   - gap: The largest (upper − lower)/upper to stop at.
  ///   - size: The most eigenproblems besides those of the box.
  /// - Throws: As the family.
  init(
    of family: some HermitianFamily, over training: [[Double]], startingAt start: [Double],
    gap: Double = 0.3, size: Int = 20
  ) throws(FactorizationError) {
    var box: [ClosedRange<Double>] = []
    for q in 0..<family.termCount { box.append(try family.range(ofTerm: q)) }
    self.init(box: box, constraints: family.knownConstraints, quotients: [])
    var next = start
    for _ in 0..<size {
      try add(next, of: family)
      var worst = (theta: next, gap: gap)
      for theta in training {
        let upper = upperBound(for: theta)
        // Where even the upper bound is no positive number there is nothing to certify.
        guard upper > 0 else { continue }
        let open = (upper - lowerBound(for: theta)) / upper
        if open > worst.gap { worst = (theta, open) }
      }
      if worst.theta == next { break }
      next = worst.theta
    }
  }

  /// Computes α at θ and makes a constraint of it.
  mutating func add(
    _ theta: [Double], of family: some HermitianFamily
  ) throws(FactorizationError) {
    let found = try family.least(at: theta)
    program.require(theta, atLeast: found.bound)
    quotients.append(found.quotients)
  }

  /// A number that α does not fall below.
  public func lowerBound(for theta: [Double]) -> Double { program.lowerBound(of: theta) }

  /// A number that α does not exceed, to the round-off of quotients.
  public func upperBound(for theta: [Double]) -> Double {
    quotients.reduce(.infinity) { least, y in
      min(least, zip(theta, y).reduce(0) { $0 + $1.0 * $1.1 })
    }
  }

  /// Equal numbers.
  public static func == (a: SuccessiveConstraints, b: SuccessiveConstraints) -> Bool {
    a.program == b.program && a.quotients == b.quotients
  }
}

/// Forms s_q that are Hermitian, measured against the square of a norm.
protocol HermitianFamily {
  /// Q.
  var termCount: Int { get }
  /// Half-spaces that are known without any computation.
  var knownConstraints: [(theta: [Double], bound: Double)] { get }
  /// Where s_q(v)/‖v‖² lies.
  func range(ofTerm q: Int) throws(FactorizationError) -> ClosedRange<Double>
  /// A number not above inf Σ θ_q s_q(v)/‖v‖², close to it, and the quotients of a v that comes close.
  func least(at theta: [Double]) throws(FactorizationError) -> (bound: Double, quotients: [Double])
}
