public import LinearAlgebra

/// A symmetric positive semidefinite matrix as a sum of symmetric positive semidefinite parts that
/// each touch few unknowns, such as element matrices.
///
/// The Neumann matrix of a set of unknowns is the sum of the parts that lie in it: what the set
/// would have as its matrix if it were cut out of the body.
public protocol NeumannMatrices: Sendable {
  /// Aⱼᴺ of a set, in its numbering.
  ///
  /// - Parameter unknowns: The set, ascending.
  func neumannMatrix(of unknowns: [Int32]) -> SparseMatrix<Double>
  /// k₁, the largest number of subdomains that one part lies in: Σ Rⱼᵀ Aⱼᴺ Rⱼ ≤ k₁ A.
  func multiplicity(in decomposition: OverlappingDecomposition) -> Int
}

/// Element matrices, the parts that finite elements assemble.
public struct ElementMatrices: NeumannMatrices {
  /// The unknowns of the whole.
  public let order: Int
  private var start = [0]
  private var unknowns: [Int32] = []
  private var values: [Double] = []
  private var valueStart = [0]
  /// The elements that each unknown belongs to.
  private let elements: [[Int32]]

  /// Element matrices and the unknowns they touch.
  ///
  /// - Parameters:
  ///   - n: The unknowns of the whole.
  ///   - list: The unknown of each row of an element, negative where a condition prescribes it,
  ///     and its matrix, symmetric positive semidefinite.
  public init(order n: Int, _ list: [(unknowns: [Int32], matrix: DenseMatrix<Double>)]) {
    order = n
    var elements = [[Int32]](repeating: [], count: n)
    for (number, element) in list.enumerated() {
      let k = element.unknowns.count
      precondition(
        element.matrix.rowCount == k && element.matrix.columnCount == k,
        "an element of \(k) unknowns has \(element.matrix.rowCount) rows")
      let free = (0..<k).filter { element.unknowns[$0] >= 0 }
      for i in free {
        precondition(Int(element.unknowns[i]) < n, "unknown \(element.unknowns[i]) of \(n)")
        elements[Int(element.unknowns[i])].append(Int32(number))
        unknowns.append(element.unknowns[i])
        for j in free { values.append(element.matrix[i, j]) }
      }
      start.append(unknowns.count)
      valueStart.append(values.count)
    }
    self.elements = elements
  }

  /// The number of elements.
  public var count: Int { start.count - 1 }

  /// The matrix of the whole.
  public func assembled() -> SparseMatrix<Double> {
    neumannMatrix(of: (0..<Int32(order)).map { $0 })
  }

  /// The sum of the elements all of whose free unknowns are in the set.
  public func neumannMatrix(of set: [Int32]) -> SparseMatrix<Double> {
    var position = [Int32](repeating: -1, count: order)
    for (k, i) in set.enumerated() { position[Int(i)] = Int32(k) }
    var (rows, columns, entries) = ([Int32](), [Int32](), [Double]())
    for i in set {
      // Each element is taken when its first unknown comes by.
      for element in elements[Int(i)] where unknowns[start[Int(element)]] == i {
        let own = unknowns[start[Int(element)]..<start[Int(element) + 1]]
        guard own.allSatisfy({ position[Int($0)] >= 0 }) else { continue }
        var place = valueStart[Int(element)]
        for row in own {
          for column in own {
            rows.append(position[Int(row)])
            columns.append(position[Int(column)])
            entries.append(values[place])
            place += 1
          }
        }
      }
    }
    return SparseMatrix(
      rowCount: set.count, columnCount: set.count, rows: rows, columns: columns, entries: entries)
  }

  /// The largest number of subdomains that one element lies in.
  public func multiplicity(in decomposition: OverlappingDecomposition) -> Int {
    var largest = 0
    for element in 0..<count {
      let own = Array(unknowns[start[element]..<start[element + 1]])
      largest = max(largest, decomposition.subdomains(holding: own).count)
    }
    return largest
  }
}
