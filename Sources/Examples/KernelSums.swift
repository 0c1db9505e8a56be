internal import LinearAlgebra
internal import ModelReduction
internal import RealModule

/// The potential of charges on a helix, by a fast multipole sum.
///
/// - Returns: How many points stand for all charges of a cell, the error that the interpolation
///   foresees, and the relative error at a hundred charges.
public func potentialOnAHelix(
  count: Int = 5000, tolerance: Double
) throws -> (nodes: Int, foreseen: Double, error: Double) {
  let points = DenseMatrix(
    rowCount: 3,
    columns: (0..<count).map { i in
      let t = 20 * Double(i) / Double(count)
      return [Double.cos(t), Double.sin(t), 0.1 * t]
    })
  let sum = try FastMultipole(
    LaplaceKernel(), over: points, options: FastMultipoleOptions(tolerance: tolerance))
  let charges = (0..<count).map { Double.sin(0.01 * Double($0)) }
  return (
    sum.levelFacts.map(\.rank).max() ?? 0, sum.errorEstimate.value,
    sum.sampledError(of: charges)
  )
}
