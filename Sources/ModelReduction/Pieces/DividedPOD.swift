public import DomainDecomposition
public import LinearAlgebra

/// ``POD`` of states in pieces: the decomposition of rows spread over the ranks, which exchange small
/// factors only.
public struct DividedPOD: Sendable {
  /// The modes at the unknowns of the piece, orthonormal in the product of the problem.
  public let modes: DenseMatrix<Double>
  /// As of ``POD``.
  public let singularValues: [Double]
  /// As of ``POD``.
  public let retainedEnergy: [Double]
  /// As of ``POD``.
  public let noiseFloor: Double
  /// Why the basis has the size it has.
  public let limit: PODLimit

  /// Decomposes; collective.
  ///
  /// - Parameters:
  ///   - states: At the unknowns of the piece.
  ///   - problem: Whose product is used.
  ///   - tolerance: Keeps the fewest modes with √(Σ_{k>n} σ_k² / Σ σ_k²) ≤ tolerance.
  ///   - size: Keeps no more than this.
  /// - Throws: On all ranks if a decomposition fails on one.
  public init<C: Communicator>(
    _ states: [[Double]], of problem: DividedProblem<C>, tolerance: Double, size: Int
  ) throws(DistributedFailure) {
    let rows = DenseMatrix(
      rowCount: problem.unknowns.owned.count, columns: states.map { problem.vectors.owned(of: $0) })
    let pod: DistributedPOD<Double>
    if let x = try problem.productMatrix() {
      pod = try DistributedPOD(rows, in: x.matrix)
    } else {
      pod = try DistributedPOD(rows, problem.world)
    }
    let selection = ModeSelection(
      of: pod.singularValues, rowCount: problem.order, tolerance: .energy(tolerance), size: size)
    let count = min(selection.count, pod.modes.columnCount)
    modes = DenseMatrix(
      rowCount: problem.unknowns.count,
      columns: (0..<count).map { problem.vectors.onPiece(pod.modes.column($0)) })
    (singularValues, retainedEnergy) = (pod.singularValues, selection.retainedEnergy)
    (noiseFloor, limit) = (selection.floor, selection.limit)
  }
}
