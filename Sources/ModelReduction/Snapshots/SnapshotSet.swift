public import LinearAlgebra

/// Full states and the parameters they belong to.
public struct SnapshotSet<S: Scalar>: Sendable {
  /// One parameter per state; empty where they are not known.
  public let parameters: [Parameter]
  /// One state per column.
  public let states: DenseMatrix<S>

  /// The number of states.
  public var count: Int { states.columnCount }

  /// Given states.
  ///
  /// - Precondition: As many parameters as states, or none.
  public init(states: DenseMatrix<S>, parameters: [Parameter] = []) {
    precondition(
      parameters.isEmpty || parameters.count == states.columnCount,
      "\(parameters.count) parameters for \(states.columnCount) states")
    (self.states, self.parameters) = (states, parameters)
  }
}

extension SnapshotSet where S == Double {
  /// The states of a model at given parameters, computed on all threads.
  ///
  /// - Throws: The first failure in the order of the parameters.
  public init(
    of solver: FullOrderSolver, at parameters: [Parameter]
  ) throws(ModelError) {
    let states = try solver.solve(at: parameters)
    self.init(
      states: DenseMatrix(rowCount: solver.decomposition.dofCount, columns: states),
      parameters: parameters)
  }
}
