public import LinearAlgebra
public import LinearSolvers
internal import RealModule
internal import Synchronization

/// A solution of full size and how far it can be trusted.
public struct SystemSolution<S: Scalar>: Sendable {
  /// The values at the free unknowns.
  public let state: [S]
  /// Set where the system is nearly singular.
  public let warning: NearSingularity?

  /// A solution.
  public init(state: [S], warning: NearSingularity?) {
    (self.state, self.warning) = (state, warning)
  }
}

/// A system so close to a singular one that its solution has lost digits: for waves, a parameter
/// next to a resonance.
public struct NearSingularity: Sendable, Equatable, CustomStringConvertible {
  /// Where.
  public let parameter: Parameter
  /// An estimate of ‖A‖₁ ‖A⁻¹‖₁, from below.
  public let condition: Double

  /// The decimal digits, of nearly 16, that the solution has lost.
  public var lostDigits: Int { min(16, Int(Double.log10(max(1, condition)).rounded())) }

  /// The state of affairs in a sentence.
  public var description: String {
    let exponent = Int(Double.log10(max(1, condition)).rounded())
    return "at \(parameter) the system is nearly singular (condition about 1e\(exponent)): about "
      + "\(lostDigits) of 16 digits of the solution are lost; "
      + "the parameter lies next to a resonance or the data leave a part undetermined"
  }
}

/// Solves Σ θ_q(μ) A_q u = Σ θ_p(μ) f_p for any number of parameters with one symbolic analysis.
///
/// Several threads may ask at the same time; each uses a factorization of its own, so an answer
/// does not depend on who else asks.
public final class FullSystemSolver<S: Scalar>: Sendable {
  /// The problem.
  public let system: AffineSystem<S>
  private let symbolic: SymbolicLU<S>
  private let iterative = Mutex<IterativeSolves<S>?>(nil)
  private let factors = FactorPool<SparseLU<S>>()

  /// What has been done so far by factorization.
  public var work: FullOrderSolver.Work { factors.work }
  /// The systems that were solved as sequences; nil where all are factorized.
  public var sequence: SequenceAccount? { iterative.withLock { $0 }?.account }
  /// The subdomain of each unknown where they are solved by a Schwarz method; nil elsewhere.
  public var partition: [Int32]? {
    iterative.withLock { $0 }?.partition(of: system.operatorSum.terms[0].pattern)
  }

  /// Solves systems as the settings say from now on. Dual problems and true errors are factorized
  /// as before.
  public func use(_ settings: SolverSettings) {
    iterative.withLock { $0 = IterativeSolves(settings) }
  }

  /// Analyses the common pattern of the operator terms.
  ///
  /// - Throws: When a term is not finite or memory is short.
  public init(_ system: AffineSystem<S>) throws(FactorizationError) {
    self.system = system
    // The values only help to choose a strategy: where the reference fails, the first term does.
    let typical = try? system.systemMatrix(at: system.parameterSpace.reference)
    symbolic = try SymbolicLU(typical ?? system.operatorSum.terms[0])
  }

  /// The solution at μ over the free unknowns.
  ///
  /// - Complexity: One numerical factorization, or what ``use(_:)`` asked for.
  /// - Throws: When `mu` does not fit, a coefficient is not finite, or A(μ) is singular.
  public func solve(at mu: Parameter) throws(ModelError) -> [S] {
    let load = try system.load(at: mu)
    if let iterative = iterative.withLock({ $0 }) {
      return try factors.timed { () throws(ModelError) in
        try iterative.solve(try system.systemMatrix(at: mu), load, at: mu)
      }
    }
    return try withFactor(at: mu) { $0.solve(load) }
  }

  /// The solution at μ with a warning where the system is nearly singular.
  ///
  /// - Throws: As ``solve(at:)-(Parameter)``.
  public func solution(at mu: Parameter) throws(ModelError) -> SystemSolution<S> {
    let load = try system.load(at: mu)
    let matrix = try system.systemMatrix(at: mu)
    return try withFactor(at: mu) { factor in
      let state = factor.solve(load)
      guard !(factor.reciprocalCondition > 1e-7) else {
        return SystemSolution(state: state, warning: nil)
      }
      let condition = matrix.norm1 * inverseNorm1(factor)
      // Ten digits gone: more than fine meshes and stiff materials take by themselves.
      return SystemSolution(
        state: state,
        warning: condition < 1e10
          ? nil : NearSingularity(parameter: mu, condition: condition))
    }
  }

  /// z with Aᵀ(μ) z = ℓ: what a functional ℓ · u makes of loads, ℓ · A⁻¹ f = z · f.
  ///
  /// - Throws: As ``solve(at:)-(Parameter)``.
  public func dualSolution(
    of functional: [S], at mu: Parameter
  ) throws(ModelError) -> [S] {
    try withFactor(at: mu) { $0.solve(functional, .transposed) }
  }

  /// The solutions at many parameters, on all threads and ranks, in the order of the parameters; by
  /// factorization side by side, iteratively one after the other.
  ///
  /// - Throws: The first failure in that order.
  public func solve(at points: [Parameter]) throws(ModelError) -> [[S]] {
    if let iterative = iterative.withLock({ $0 }) {
      return try factors.timed { () throws(ModelError) in
        try iterative.solve(at: points) { mu throws(ModelError) in
          (try system.systemMatrix(at: mu), try system.load(at: mu))
        }
      }
    }
    let spread = try overRanks(points.count) { k throws(ModelError) in
      try solve(at: points[k])
    }
    if let spread { return spread }
    let results = forEachPoint(of: points, chunk: 1) { mu throws(ModelError) in
      try solve(at: mu)
    }
    var states: [[S]] = []
    for result in results { states.append(try result.get()) }
    return states
  }

  /// Runs `body` with the factorized A(μ).
  ///
  /// - Throws: As ``solve(at:)-(Parameter)``.
  public func withFactor<Value>(
    at mu: Parameter, _ body: (SparseLU<S>) -> Value
  ) throws(ModelError) -> Value {
    try factors.withFactor(
      of: system.systemMatrix, at: mu,
      factorize: { matrix, waiting throws(FactorizationError) in
        guard let waiting else { return try SparseLU(matrix, symbolic: symbolic) }
        try waiting.refactorize(matrix)
        return waiting
      }, body)
  }
}

extension SparseMatrix {
  /// max_j Σ_i |aᵢⱼ|.
  var norm1: Double {
    var sums = [Double](repeating: 0, count: columnCount)
    for (k, j) in pattern.column.enumerated() { sums[Int(j)] += values[k].absolute }
    return sums.max() ?? 0
  }
}

/// ‖A⁻¹‖₁ from below by a few solutions, usually within a factor of three.
///
/// - Source: N. Higham, ACM Trans. Math. Softw. 14 (1988), after W. Hager.
private func inverseNorm1<S: Scalar>(_ factor: SparseLU<S>) -> Double {
  let n = factor.order
  guard n > 0 else { return 0 }
  var x = [S](repeating: S(real: 1 / Double(n)), count: n)
  var (estimate, last) = (0.0, -1)
  for _ in 0..<5 {
    let y = factor.solve(x)
    let size = y.reduce(0) { $0 + $1.absolute }
    guard size.isFinite else { return .infinity }
    guard size > estimate else { break }
    estimate = size
    let signs = y.map { $0.absolute > 0 ? $0 / S(real: $0.absolute) : 1 }
    let z = factor.solve(signs, .adjoint).map(\.absolute)
    guard let j = z.indices.max(by: { z[$0] < z[$1] }), j != last else { break }
    x = [S](repeating: S.zero, count: n)
    x[j] = 1
    last = j
  }
  return estimate
}
