/// Equations that share dofs, directly or through others.
struct EquationGroups {
  private var parent: [Int32: Int32] = [:]
  private let equations: [ConstraintEquation]

  init(_ equations: [ConstraintEquation], dofCount: Int) {
    self.equations = equations
    for equation in equations {
      guard let first = equation.terms.first else { continue }
      var root = find(first.dof)
      for term in equation.terms {
        let other = find(term.dof)
        if other != root {
          parent[max(root, other)] = min(root, other)
          root = min(root, other)
        }
      }
    }
  }

  private mutating func find(_ dof: Int32) -> Int32 {
    var root = dof
    while let next = parent[root], next != root { root = next }
    parent[dof] = root
    return root
  }

  /// The groups, in the order of their first equation.
  mutating func lists() -> [[Int]] {
    var place: [Int32: Int] = [:]
    var lists: [[Int]] = []
    for (e, equation) in equations.enumerated() {
      guard let first = equation.terms.first else {
        lists.append([e])
        continue
      }
      let root = find(first.dof)
      if let known = place[root] {
        lists[known].append(e)
      } else {
        place[root] = lists.count
        lists.append([e])
      }
    }
    return lists
  }
}

/// A small dense system of constraint equations, solved by Gauss–Jordan elimination with complete
/// pivoting.
struct EquationSystem {
  private var dofs: [Int32]
  private var rows: [[Double]]
  private var values: [[Double]]
  private let sources: [Int]
  private var pivots: [(row: Int, column: Int)] = []
  private(set) var redundantCount = 0

  init(_ equations: [ConstraintEquation], liftCount: Int) {
    dofs = Set(equations.flatMap { $0.terms.map(\.dof) }).sorted()
    let place = Dictionary(uniqueKeysWithValues: dofs.enumerated().map { ($1, $0) })
    rows = []
    values = []
    for equation in equations {
      var row = [Double](repeating: 0, count: dofs.count)
      for term in equation.terms { row[place[term.dof] ?? 0] += term.weight }
      // Rows of unit size make pivots comparable.
      let size = row.reduce(0) { max($0, $1.magnitude) }
      let scale = size > 0 ? 1 / size : 1
      rows.append(row.map { $0 * scale })
      values.append(equation.values.map { $0 * scale })
    }
    sources = equations.map(\.source)
  }

  /// Eliminates.
  ///
  /// - Parameter scales: The size of each right side, against which a contradiction is judged.
  /// - Returns: The sources of the equations that contradict each other; nil if all can hold.
  mutating func eliminate(_ scales: [Double]) -> [Int]? {
    var open = Set(rows.indices)
    while !open.isEmpty {
      var best = (row: -1, column: -1, size: 1e-8)
      for row in open.sorted() {
        for column in dofs.indices where rows[row][column].magnitude > best.size {
          best = (row, column, rows[row][column].magnitude)
        }
      }
      guard best.row >= 0 else { break }
      let pivot = rows[best.row][best.column]
      for column in dofs.indices { rows[best.row][column] /= pivot }
      for d in values[best.row].indices { values[best.row][d] /= pivot }
      rows[best.row][best.column] = 1
      for row in rows.indices where row != best.row && rows[row][best.column] != 0 {
        let factor = rows[row][best.column]
        for column in dofs.indices { rows[row][column] -= factor * rows[best.row][column] }
        rows[row][best.column] = 0
        for d in values[row].indices { values[row][d] -= factor * values[best.row][d] }
      }
      open.remove(best.row)
      pivots.append((best.row, best.column))
    }
    redundantCount = open.count
    for row in open.sorted() {
      for d in values[row].indices where values[row][d].magnitude > 1e-9 * scales[d] {
        return Set(sources).sorted()
      }
    }
    return nil
  }

  /// Each pivot's dof by the dofs without pivot.
  var solution: [(dof: Int32, terms: [(dof: Int32, weight: Double)], values: [Double])] {
    let isPivot = Set(pivots.map(\.column))
    return pivots.map { row, column in
      var terms: [(dof: Int32, weight: Double)] = []
      for k in dofs.indices where !isPivot.contains(k) {
        let weight = -rows[row][k]
        if weight.magnitude > 1e-15 { terms.append((dofs[k], weight)) }
      }
      return (dofs[column], terms, values[row])
    }
  }
}
