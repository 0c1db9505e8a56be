internal import LinearAlgebra
internal import RealModule

/// What coarsening keeps for further matrices of the same pattern.
struct CoarseningPlan: Sendable {
  let aggregation: Aggregation
  let nodes: NodeBlocks
  let tentative: SparsityPattern
  /// The entries of A that smooth the prolongator, and their places in A; no places where all do.
  let strong: SparsityPattern
  let source: [Int]
  let smoothing: SparseProduct
  let half: SparseProduct
  let restriction: (pattern: SparsityPattern, source: [Int])
  let galerkin: SparseProduct

  /// Finds the patterns of everything between A and the next level.
  init(
    _ a: SparseMatrix<Double>, _ graph: NodeGraph, _ aggregation: Aggregation,
    _ tentative: SparsityPattern, _ nodes: NodeBlocks, modes: Int
  ) {
    (self.aggregation, self.nodes, self.tentative) = (aggregation, nodes, tentative)
    // Only of a single mode the weak entries can be left out without A losing it.
    (strong, source) = modes == 1 ? strongEntries(a.pattern, graph, nodes) : (a.pattern, [])
    smoothing = SparseProduct(strong, tentative, columnGroup: modes)
    half = SparseProduct(a.pattern, smoothing.pattern, columnGroup: modes)
    restriction = smoothing.pattern.transposedWithSource()
    galerkin = SparseProduct(restriction.pattern, half.pattern, columnGroup: modes)
  }

  /// P = (I − ω A_F) T for A with a unit diagonal, Pᵀ, and Pᵀ A P; where A_F lacks weak entries, its
  /// diagonal is changed so that A_F b = A b for the one mode b.
  func coarsen(
    _ a: SparseMatrix<Double>, _ tentative: [Double], keeping b: [Double], damping omega: Double
  ) -> (
    prolongation: SparseMatrix<Double>, restriction: SparseMatrix<Double>,
    matrix: SparseMatrix<Double>
  ) {
    let t = SparseMatrix(pattern: self.tentative, values: tentative)
    let p = smoothing.multiply(smootherMatrix(a, b, omega), t)
    let r = transposed(p)
    var coarse = galerkin.multiply(r, half.multiply(a, p))
    // A mode that depends on others on its group has a column of zeros: it stays out of the way.
    for i in 0..<coarse.rowCount {
      if let place = coarse.pattern.index(row: i, column: i), coarse.values[place] == 0 {
        coarse.values[place] = 1
      }
    }
    return (p, r, coarse)
  }

  private func transposed(_ p: SparseMatrix<Double>) -> SparseMatrix<Double> {
    var r = SparseMatrix<Double>(pattern: restriction.pattern)
    let source = restriction.source
    unsafe r.values.withDisjointWrites { r in
      forEachChunk(of: source.count, size: 1 << 15) { range in
        for k in range { unsafe r.base[k] = p.values[source[k]] }
      }
    }
    return r
  }

  private func smootherMatrix(
    _ a: SparseMatrix<Double>, _ b: [Double], _ omega: Double
  ) -> SparseMatrix<Double> {
    var result = SparseMatrix<Double>(pattern: strong)
    let isWhole = source.isEmpty
    let starts = (strong.rowStart, a.pattern.rowStart)
    unsafe result.values.withDisjointWrites { values in
      forEachChunk(of: strong.rowCount, size: 4096) { rows in
        for i in rows {
          var (moved, diagonal) = (0.0, starts.0[i])
          if !isWhole {
            for k in starts.1[i]..<starts.1[i + 1] {
              moved += a.values[k] * b[Int(a.pattern.column[k])]
            }
          }
          for k in starts.0[i]..<starts.0[i + 1] {
            let (entry, j) = (a.values[isWhole ? k : source[k]], Int(strong.column[k]))
            if j == i { diagonal = k }
            moved -= isWhole ? 0 : entry * b[j]
            unsafe values.base[k] = -omega * entry
          }
          let dropped = b[i] == 0 ? 0 : moved / b[i]
          unsafe values.base[diagonal] += 1 - omega * dropped
        }
      }
    }
    return result
  }
}

/// The entries between strongly coupled nodes and inside nodes; all of them, and no list, if nothing is
/// weak.
private func strongEntries(
  _ pattern: SparsityPattern, _ graph: NodeGraph, _ nodes: NodeBlocks
) -> (SparsityPattern, [Int]) {
  guard !graph.isWhole else { return (pattern, []) }
  var mark = [Int32](repeating: -1, count: graph.count)
  var (start, column, source): ([Int], [Int32], [Int]) = ([0], [], [])
  for i in 0..<graph.count {
    mark[i] = Int32(i)
    for j in graph.neighbours(i) { mark[Int(j)] = Int32(i) }
    for row in nodes.unknowns(i) {
      for k in pattern.rowStart[row]..<pattern.rowStart[row + 1]
      where mark[Int(nodes.node[Int(pattern.column[k])])] == Int32(i) {
        column.append(pattern.column[k])
        source.append(k)
      }
      start.append(column.count)
    }
  }
  let strong = SparsityPattern(
    rowCount: pattern.rowCount, columnCount: pattern.columnCount, rowStart: start, column: column)
  return (strong, source)
}

/// One level, scaled to a unit diagonal, with the way to the next.
struct MultigridLevel: Sendable {
  let plan: CoarseningPlan
  let prolongation: SparseMatrix<Double>
  let restriction: SparseMatrix<Double>
  let smoother: MultigridSmoother
  /// What the unknowns of the next level are scaled by.
  let coarseScale: [Double]
  /// Vectors of this level and of the next.
  let fine: VectorPool<Double>
  let coarse: VectorPool<Double>

  /// The level of A, and the next, scaled too.
  ///
  /// - Parameters:
  ///   - t: The tentative prolongator of A, over the pattern of the plan.
  ///   - b: The first mode of the near-null space of A.
  static func make(
    _ a: SparseMatrix<Double>, plan: CoarseningPlan, _ t: SparseMatrix<Double>,
    keeping b: [Double], _ options: SmoothedAggregation.Options
  ) throws(FactorizationError) -> (level: MultigridLevel, next: UnitDiagonal) {
    let bounds = try SpectralBounds(of: a, steps: options.smoother == .gaussSeidel ? 5 : 10)
    guard bounds.largest > 0 else { throw .notPositiveDefinite(pivot: 0) }
    let product = plan.coarsen(
      a, t.values, keeping: b, damping: options.damping / bounds.largest)
    var (p, r) = (product.prolongation, product.restriction)
    let next = try UnitDiagonal(product.matrix)
    scaleColumns(&p, by: next.scale)
    scaleRows(&r, by: next.scale)
    let level = MultigridLevel(
      plan: plan, prolongation: p, restriction: r,
      smoother: try MultigridSmoother(a, bounds, options.smoother), coarseScale: next.scale,
      fine: VectorPool(count: a.rowCount), coarse: VectorPool(count: p.columnCount))
    return (level, next)
  }
}

private func scaleColumns(_ a: inout SparseMatrix<Double>, by scale: [Double]) {
  let column = a.pattern.column
  unsafe a.values.withDisjointWrites { values in
    forEachChunk(of: column.count, size: 1 << 15) { range in
      for k in range { unsafe values.base[k] *= scale[Int(column[k])] }
    }
  }
}

private func scaleRows(_ a: inout SparseMatrix<Double>, by scale: [Double]) {
  let start = a.pattern.rowStart
  unsafe a.values.withDisjointWrites { values in
    forEachChunk(of: scale.count, size: rowPassSize) { rows in
      for i in rows { for k in start[i]..<start[i + 1] { unsafe values.base[k] *= scale[i] } }
    }
  }
}

/// S A S with a unit diagonal, S = D^(−1/2).
struct UnitDiagonal: Sendable {
  /// S A S.
  let matrix: SparseMatrix<Double>
  /// S.
  let scale: [Double]

  /// Scales.
  ///
  /// - Throws: `notPositiveDefinite` with a row whose diagonal entry is not positive.
  init(_ a: SparseMatrix<Double>) throws(FactorizationError) {
    let diagonal = a.diagonal
    if let row = diagonal.firstIndex(where: { !($0 > 0) }) {
      throw diagonal[row].isFinite
        ? .notPositiveDefinite(pivot: row) : .notFinite(row: row, column: row)
    }
    let s = diagonal.map { 1 / $0.squareRoot() }
    var scaled = a
    let (start, column) = (a.pattern.rowStart, a.pattern.column)
    unsafe scaled.values.withDisjointWrites { values in
      forEachChunk(of: a.rowCount, size: rowPassSize) { rows in
        for i in rows {
          // Symmetric to the last bit, as A is: the product of the scales comes first.
          for k in start[i]..<start[i + 1] { unsafe values.base[k] *= s[i] * s[Int(column[k])] }
        }
      }
    }
    (matrix, scale) = (scaled, s)
  }
}
