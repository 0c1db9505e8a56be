public import LinearAlgebra

/// Tᵀ A T for all matrices over one pattern: the places and weights are found once, each further
/// matrix is one pass over values.
///
/// Where T only leaves out rows this is the plain restriction to the free rows and columns.
public struct ConstrainedPattern: Sendable {
  /// The conditions.
  public let constraints: Constraints
  /// The pattern of the matrices over all dofs.
  public let source: SparsityPattern
  /// The pattern over the free dofs.
  public let pattern: SparsityPattern
  private let freeBlock: SparsityRestriction
  /// Where the entries of the free block stand in the result; empty where both are the same.
  private let freePlaces: [Int]
  /// What goes through dependent dofs: result[target] += weight · A[entry].
  private let extras: [(entry: Int, target: Int, weight: Double)]

  /// Prepares the product.
  ///
  /// - Precondition: The pattern is symmetric and has as many rows as there are dofs.
  public init(_ source: SparsityPattern, _ constraints: Constraints) {
    precondition(
      source.rowCount == constraints.dofCount && source.columnCount == constraints.dofCount,
      "a pattern of \(source.rowCount) rows for \(constraints.dofCount) dofs")
    self.source = source
    self.constraints = constraints
    let freeBlock = SparsityRestriction(source, rows: constraints.free, columns: constraints.free)
    self.freeBlock = freeBlock
    guard !constraints.isRestriction else {
      (pattern, freePlaces, extras) = (freeBlock.pattern, [], [])
      return
    }
    var contributions: [(row: Int32, column: Int32, entry: Int, weight: Double)] = []
    for row in 0..<source.rowCount {
      let (rowPlaces, rowWeights) = constraints.row(row)
      let isRowFree = constraints.place[row] >= 0
      for entry in source.rowStart[row]..<source.rowStart[row + 1] {
        let column = Int(source.column[entry])
        if isRowFree, constraints.place[column] >= 0 { continue }
        let (columnPlaces, columnWeights) = constraints.row(column)
        for (p, wp) in zip(rowPlaces, rowWeights) {
          for (q, wq) in zip(columnPlaces, columnWeights) {
            contributions.append((p, q, entry, wp * wq))
          }
        }
      }
    }
    let extra = SparsityPattern(
      order: constraints.free.count, entries: contributions.map { ($0.row, $0.column) })
    let union = freeBlock.pattern.union(extra)
    pattern = union
    freePlaces = freeBlock.pattern.places(in: union)
    extras = contributions.map { row, column, entry, weight in
      (entry, union.index(row: Int(row), column: Int(column)) ?? 0, weight)
    }
  }

  /// Tᵀ A T; all results share one pattern.
  ///
  /// - Precondition: `a` has the identical pattern (`===`).
  public func apply(_ a: SparseMatrix<Double>) -> SparseMatrix<Double> {
    let free = freeBlock.apply(a)
    if freePlaces.isEmpty && extras.isEmpty { return free }
    var result = SparseMatrix<Double>(pattern: pattern)
    for (place, value) in zip(freePlaces, free.values) { result.values[place] = value }
    for (entry, target, weight) in extras { result.values[target] += weight * a.values[entry] }
    return result
  }

  /// The reduced operators of a family.
  public func apply(
    _ sum: AffineSum<SparseMatrix<Double>>
  ) -> AffineSum<SparseMatrix<Double>> { AffineSum(sum.terms.map { apply($0) }) }
}

extension Constraints {
  /// Row `dof` of T.
  func row(_ dof: Int) -> (places: [Int32], weights: [Double]) {
    let p = place[dof]
    if p >= 0 { return ([p], [1]) }
    let dependent = dependents[Int(-1 - p)]
    return (dependent.places, dependent.weights)
  }
}

extension SparsityPattern {
  /// The pattern of some entries, which may repeat.
  fileprivate convenience init(order: Int, entries: [(Int32, Int32)]) {
    var rows = [[Int32]](repeating: [], count: order)
    for (row, column) in entries { rows[Int(row)].append(column) }
    var (start, columns) = ([0], [Int32]())
    for row in rows {
      var last: Int32 = -1
      for column in row.sorted() where column != last {
        columns.append(column)
        last = column
      }
      start.append(columns.count)
    }
    self.init(rowCount: order, columnCount: order, rowStart: start, column: columns)
  }

  /// For each entry its place in a larger pattern.
  fileprivate func places(in larger: SparsityPattern) -> [Int] {
    var places: [Int] = []
    places.reserveCapacity(entryCount)
    for row in 0..<rowCount {
      var next = larger.rowStart[row]
      for k in rowStart[row]..<rowStart[row + 1] {
        while larger.column[next] < column[k] { next += 1 }
        places.append(next)
      }
    }
    return places
  }
}
