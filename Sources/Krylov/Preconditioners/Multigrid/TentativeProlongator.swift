internal import LinearAlgebra
internal import RealModule

/// T with orthonormal columns, each on one group of nodes, whose range holds the near-null space B on
/// every group: B = T B_c.
struct TentativeProlongator: Sendable {
  /// T.
  let matrix: SparseMatrix<Double>
  /// B_c.
  let coarseSpace: DenseMatrix<Double>

  /// Orthonormalizes B group by group, by Gram–Schmidt with re-orthogonalisation.
  ///
  /// Where the modes depend on each other on a small group, the column of the dependent one is zero.
  init(_ aggregation: Aggregation, _ nodes: NodeBlocks, space b: DenseMatrix<Double>) {
    let (n, modes) = (b.rowCount, b.columnCount)
    let (start, node) = aggregation.members
    var rowStart = [0]
    rowStart.reserveCapacity(n + 1)
    for i in 0..<n {
      rowStart.append(rowStart[i] + (aggregation.group[Int(nodes.node[i])] < 0 ? 0 : modes))
    }
    var column = [Int32](repeating: 0, count: rowStart[n])
    var values = [Double](repeating: 0, count: rowStart[n])
    for i in 0..<n where rowStart[i + 1] > rowStart[i] {
      let first = aggregation.group[Int(nodes.node[i])] * Int32(modes)
      for m in 0..<modes { column[rowStart[i] + m] = first + Int32(m) }
    }
    var coarse = DenseMatrix<Double>(rowCount: aggregation.count * modes, columnCount: modes)
    var (local, unknowns): ([Double], [Int]) = ([], [])
    for g in 0..<aggregation.count {
      unknowns.removeAll(keepingCapacity: true)
      for i in node[start[g]..<start[g + 1]] { unknowns += nodes.unknowns(Int(i)) }
      local.removeAll(keepingCapacity: true)
      for m in 0..<modes { for i in unknowns { local.append(b[i, m]) } }
      orthonormalize(&local, rows: unknowns.count, columns: modes) { i, j, value in
        coarse[g * modes + i, j] = value
      }
      for (place, i) in unknowns.enumerated() {
        for m in 0..<modes { values[rowStart[i] + m] = local[m * unknowns.count + place] }
      }
    }
    matrix = SparseMatrix(
      pattern: SparsityPattern(
        rowCount: n, columnCount: aggregation.count * modes, rowStart: rowStart, column: column),
      values: values)
    coarseSpace = coarse
  }
}

/// Q over the columns stored in `a`; the entries of R go to `record`.
private func orthonormalize(
  _ a: inout [Double], rows: Int, columns: Int, record: (Int, Int, Double) -> Void
) {
  for j in 0..<columns {
    func sum(_ i: Int) -> Double {
      (0..<rows).reduce(0.0) { $0 + a[i * rows + $1] * a[j * rows + $1] }
    }
    let before = sum(j).squareRoot()
    var coefficients = [Double](repeating: 0, count: j)
    for _ in 0..<2 {
      for i in 0..<j {
        let c = sum(i)
        coefficients[i] += c
        for k in 0..<rows { a[j * rows + k] -= c * a[i * rows + k] }
      }
    }
    for i in 0..<j { record(i, j, coefficients[i]) }
    let length = sum(j).squareRoot()
    let isNew = length > 1e-10 * before
    record(j, j, isNew ? length : 0)
    for k in 0..<rows { a[j * rows + k] = isNew ? a[j * rows + k] / length : 0 }
  }
}
