internal import ComplexModule
internal import Files
internal import LinearAlgebra

/// The systems of a sequence as they stand in files; matrices with equal patterns share one.
struct SystemFiles<S: Scalar> {
  struct System {
    let files: (matrix: String, rightHandSide: String)
    /// The place of its matrix.
    let matrix: Int
    let column: Int
    let right: [S]
  }

  private(set) var matrices: [SparseMatrix<S>] = []
  private(set) var systems: [System] = []

  init(_ pairs: [(String, String)]) throws {
    var places: [String: Int] = [:]
    for pair in pairs {
      let place: Int
      if let known = places[pair.0] {
        place = known
      } else {
        place = matrices.count
        places[pair.0] = place
        matrices.append(try Self.matrix(pair.0, like: matrices.last))
      }
      let order = matrices[place].rowCount
      let columns: [[S]] = try RightHandSideFile(reading: pair.1).columns(
        order: order, beside: pair.0)
      for (column, right) in columns.enumerated() {
        systems.append(System(files: pair, matrix: place, column: column, right: right))
      }
    }
  }

  /// The entries of the matrices, as points whose distances are those of the matrices; of large
  /// ones 256 sums of entries with random signs, which keep distances to a few percent. Nil where
  /// the patterns differ.
  var features: [[Double]]? {
    guard let first = matrices.first, matrices.allSatisfy({ $0.pattern === first.pattern }) else {
      return nil
    }
    let values = matrices.map { $0.values.flatMap { $0.components } }
    let length = values[0].count
    guard length * matrices.count > 20_000_000 else { return values }
    let size = 256
    return values.map { entries in
      var sums = [Double](repeating: 0, count: size)
      for (k, entry) in entries.enumerated() {
        // A fixed scramble of the place decides on the sum and on the sign.
        let bits = UInt64(truncatingIfNeeded: k) &* 0x9E37_79B9_7F4A_7C15
        sums[Int(bits >> 56)] += bits & (1 << 40) == 0 ? entry : -entry
      }
      return sums
    }
  }

  private static func matrix(
    _ path: String, like other: SparseMatrix<S>?
  ) throws(FormatError) -> SparseMatrix<S> {
    let a: SparseMatrix<S> = try MatrixFile(reading: path).sparseMatrix()
    guard a.rowCount == a.columnCount, a.rowCount > 0 else {
      throw .unsuitable(
        path: path,
        reason: "a matrix of \(a.rowCount) × \(a.columnCount) where a square one is needed")
    }
    guard let other, other.pattern.rowStart == a.pattern.rowStart,
      other.pattern.column == a.pattern.column
    else { return a }
    return SparseMatrix(pattern: other.pattern, values: a.values)
  }
}

extension Scalar {
  /// The real numbers it consists of.
  var components: [Double] {
    if let z = self as? Complex<Double> { return [z.real, z.imaginary] }
    return [realPart]
  }
}
