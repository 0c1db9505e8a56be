/// Keeps solutions of full size by their parameters, so that a computation that was interrupted need not
/// solve again.
public protocol SolutionStore: Sendable {
  /// The solution at μ over the free unknowns, if it was kept.
  func solution(at mu: Parameter) -> [Double]?
  /// Keeps a solution; that this fails must not disturb the computation.
  func keep(_ state: [Double], at mu: Parameter)
}

/// The solutions of a dual problem in the store of the primal one: they lie under the parameter with the
/// number of their output, from 1, as one component more, which no solution of the primal problem has.
public struct DualSolutions: SolutionStore {
  private let store: any SolutionStore
  private let number: Double

  /// The solutions of the dual problem of an output, by its place among the outputs.
  public init(_ store: any SolutionStore, ofOutput place: Int) {
    (self.store, number) = (store, Double(place + 1))
  }

  /// The solution at μ over the free unknowns, if it was kept.
  public func solution(at mu: Parameter) -> [Double]? { store.solution(at: key(mu)) }

  /// Keeps a solution.
  public func keep(_ state: [Double], at mu: Parameter) { store.keep(state, at: key(mu)) }

  private func key(_ mu: Parameter) -> Parameter { Parameter(mu.values + [number]) }
}

extension FullOrderSolver {
  /// The solutions at some points, from a store as far as they are there; new ones are kept as they
  /// come.
  ///
  /// - Throws: The first failure in the order of the points.
  public func solutions(
    at points: [Parameter], from store: (any SolutionStore)?, _ ledger: inout CostLedger
  ) throws(ModelError) -> [[Double]] {
    var states = points.map { store?.solution(at: $0) }
    let missing = points.indices.filter { states[$0] == nil }
    let before = work
    // Without a store all at once; with one in pieces, so that little is lost at any moment.
    let size = store == nil ? max(1, missing.count) : 64
    for first in stride(from: 0, to: missing.count, by: size) {
      let rows = missing[first..<min(missing.count, first + size)]
      for (row, state) in zip(rows, try solve(at: rows.map { points[$0] })) {
        states[row] = state
        store?.keep(state, at: points[row])
      }
    }
    ledger.fullSolves += missing.count
    ledger.add(work, since: before)
    return states.compactMap { $0 }
  }

  /// The solution at μ, from a store if it is there.
  func solution(
    at mu: Parameter, from store: (any SolutionStore)?, _ ledger: inout CostLedger
  ) throws(ModelError) -> [Double] {
    if let known = store?.solution(at: mu) { return known }
    let before = work
    let state = try solve(at: [mu])[0]
    store?.keep(state, at: mu)
    ledger.fullSolves += 1
    ledger.add(work, since: before)
    return state
  }
}
