public import LinearAlgebra

/// Snapshots by their coordinates in an orthonormal basis of their span: S = Q R, of which R alone
/// is kept.
///
/// Norms, angles and projection errors among the snapshots are those of the columns of R in the
/// Euclidean product, to round-off: nothing is squared. What is judged over and over (every fold of
/// a cross-validation, every choice of clusters) is judged there, whatever the size of a snapshot.
public struct SnapshotCoordinates: Sendable {
  /// R, one snapshot per column.
  public let matrix: DenseMatrix<Double>

  /// m.
  public var count: Int { matrix.columnCount }

  /// Coordinates of snapshots.
  ///
  /// - Parameters:
  ///   - source: N × m.
  ///   - product: X.
  ///   - shift: Subtracted from every snapshot.
  ///   - memory: The bytes for snapshots held at a time. In the Euclidean product and with weights,
  ///     more than that are read in blocks of rows.
  /// - Throws: What the source throws; `empty`; `mismatch`; `refused` where the snapshots do not fit
  ///   into the memory and the product couples their rows; `factorization`.
  /// - Complexity: 2 N m² operations (4 N m² in a product) and m² numbers.
  public init(
    of source: some SnapshotSource, in product: InnerProduct<Double>,
    subtracting shift: [Double]? = nil, memory: Int = 2 << 30
  ) throws(SnapshotError) {
    try requireFit(source, product)
    let (n, m) = (source.dimension, source.count)
    precondition(shift.map { $0.count == n } ?? true, "a shift of another length than \(n)")
    let order = min(n, m)
    let needed = 8 * Double(order) * Double(m)
    guard needed <= Double(memory) else {
      throw .refused(
        "the coordinates of \(m) snapshots in \(order) directions take \(Int(needed)) bytes, "
          + "but the memory is \(memory): raise it, or pass fewer snapshots")
    }
    let fits = source.byteCount <= memory / 2
    let isByRows = product.isEuclidean || product.weights != nil
    if let bad = product.weights?.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .refused("weight \(bad) of the product '\(product.name)' is not a positive number")
    }
    guard fits || isByRows else {
      throw .refused(
        "the snapshots take \(source.byteCount) bytes and, in the product '\(product.name)', are "
          + "needed twice, but the memory is \(memory): raise it, or pass fewer snapshots")
    }
    let height = fits ? n : max(m, memory / (16 * m))
    var triangle = DenseMatrix<Double>(rowCount: 0, columnCount: m)
    for first in stride(from: 0, to: n, by: max(1, height)) {
      let rows = first..<min(n, first + height)
      var part = try source.read(rows: rows, of: 0..<m)
      if let shift {
        for j in 0..<m {
          for (i, row) in rows.enumerated() { part.values[i + j * rows.count] -= shift[row] }
        }
      }
      if let weights = product.weights {
        let roots = weights[rows].map { $0.squareRoot() }
        for k in part.values.indices { part.values[k] *= roots[k % rows.count] }
      }
      do {
        if isByRows {
          let stack = triangle.rowCount == 0 ? part : triangle.onTop(of: part)
          triangle = try TallSkinnyQR(stack).r
        } else {
          var columns = GramSchmidt(rowCount: n, product: product.matrix)
          triangle = try columns.append(part, tolerance: Double.ulpOfOne).coefficients
        }
      } catch { throw .factorization(error) }
    }
    try self.init(triangle)
  }

  /// Snapshots that are few numbers already, in the Euclidean product.
  ///
  /// - Throws: `refused` when one is not finite.
  public init(_ matrix: DenseMatrix<Double>) throws(SnapshotError) {
    if let (row, column) = matrix.firstNonFiniteEntry {
      throw .notFinite(
        value: matrix[row, column], row: row, snapshot: column, source: "the coordinates")
    }
    self.matrix = matrix
  }

  /// Each divided by its norm: what relative errors are minimised over.
  ///
  /// - Throws: `refused` naming the snapshots that are zero.
  public func normalised() throws(SnapshotError) -> SnapshotCoordinates {
    let norms = self.norms
    let empty = norms.indices.filter { norms[$0] == 0 }
    guard empty.isEmpty else {
      throw .refused(
        "\(snapshotList(empty)) zero and has no relative error: leave zero snapshots out")
    }
    var result = matrix
    for j in 0..<count {
      for i in 0..<result.rowCount { result.values[i + j * result.rowCount] /= norms[j] }
    }
    return try SnapshotCoordinates(result)
  }

  /// ‖u‖ of each.
  public var norms: [Double] { (0..<count).map { norm(matrix.column($0)) } }

  /// Some of them, in the order given.
  ///
  /// - Precondition: The indices lie in 0..<m.
  public func selecting(_ indices: [Int]) -> SnapshotCoordinates {
    SnapshotCoordinates(
      finite: DenseMatrix(
        rowCount: matrix.rowCount, columns: indices.map { matrix.column($0) }))
  }

  private init(finite matrix: DenseMatrix<Double>) { self.matrix = matrix }
}

extension DenseMatrix {
  /// This matrix above another.
  fileprivate func onTop(of other: DenseMatrix) -> DenseMatrix {
    var result = DenseMatrix(
      rowCount: rowCount + other.rowCount, columnCount: columnCount)
    for j in 0..<columnCount {
      let start = j * result.rowCount
      for i in 0..<rowCount { result.values[start + i] = values[i + j * rowCount] }
      for i in 0..<other.rowCount {
        result.values[start + rowCount + i] = other.values[i + j * other.rowCount]
      }
    }
    return result
  }
}
