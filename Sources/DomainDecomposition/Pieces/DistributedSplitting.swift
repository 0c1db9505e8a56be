public import LinearAlgebra

/// ``LumpedSplitting`` of a matrix whose rows are spread over ranks, for the subdomains of one of them.
public struct DistributedSplitting: NeumannMatrices {
  private let matrix: SparseMatrix<Double>
  private let surplus: [Double]
  private let unknowns: [Int32]

  /// Splits a matrix; collective.
  ///
  /// - Parameters:
  ///   - a: A, symmetric.
  ///   - local: The first level of a Schwarz method for it.
  /// - Returns: nil, on all ranks, where a row of one is not diagonally dominant to 1e-12 of its
  ///   diagonal.
  public init?<Local: DirectSolver, C: Communicator>(
    _ a: DistributedMatrix<Double, C>, _ local: DistributedSchwarz<Local, C>
  ) where Local.Element == Double {
    var surplus: [Double] = []
    var isDominant = true
    let (pattern, values) = (a.rows.pattern, a.rows.values)
    for (k, i) in a.distribution.owned.enumerated() {
      var (diagonal, sum) = (0.0, 0.0)
      for entry in pattern.rowStart[k]..<pattern.rowStart[k + 1] {
        if pattern.column[entry] == i {
          diagonal = values[entry]
        } else {
          sum += values[entry].magnitude
        }
      }
      if !(diagonal - sum >= -1e-12 * diagonal) { isDominant = false }
      surplus.append(max(0, diagonal - sum))
    }
    var failures = [isDominant ? 0.0 : 1]
    a.communicator.sum(&failures)
    guard failures[0] == 0 else { return nil }
    self.surplus =
      local.extended(
        DenseMatrix(rowCount: surplus.count, columnCount: 1, values: surplus)
      ).values
    (matrix, unknowns) = (local.region.matrix, local.unknowns)
  }

  /// The sum of the parts that lie in a set of unknowns of the whole, all of this rank or of its
  /// overlap.
  public func neumannMatrix(of wanted: [Int32]) -> SparseMatrix<Double> {
    let places = wanted.map { Int32(place(of: $0)) }
    var part = matrix.restricted(rows: places, columns: places)
    let pattern = part.pattern
    for (i, place) in places.enumerated() {
      var (sum, diagonal) = (0.0, -1)
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        if Int(pattern.column[k]) == i { diagonal = k } else { sum += part.values[k].magnitude }
      }
      if diagonal >= 0 { part.values[diagonal] = surplus[Int(place)] + sum }
    }
    return part
  }

  /// As of ``LumpedSplitting``.
  public func multiplicity(in decomposition: OverlappingDecomposition) -> Int {
    decomposition.multiplicity
  }

  private func place(of unknown: Int32) -> Int {
    var (low, high) = (0, unknowns.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if unknowns[middle] <= unknown { low = middle } else { high = middle }
    }
    precondition(unknowns[low] == unknown, "unknown \(unknown) is not on this rank")
    return low
  }
}
