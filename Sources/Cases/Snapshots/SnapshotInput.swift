internal import Files
public import LinearAlgebra
public import ModelReduction
internal import SnapshotStore

/// Which snapshots a command works on, and in which product.
public struct SnapshotInput: Sendable {
  /// Files, each with the part that is meant behind a colon where it has several.
  public var files: [String]
  /// Whether the snapshots are the columns or the rows of matrices.
  public var orientation: SnapshotOrientation
  /// A symmetric positive definite matrix in a file.
  public var productFile: String?
  /// Positive weights of the entries in a file.
  public var weightsFile: String?
  /// Bytes for snapshots at a time.
  public var memory: Int

  /// What was asked for.
  public init(
    files: [String], orientation: SnapshotOrientation = .columns, productFile: String? = nil,
    weightsFile: String? = nil, memory: Int = 2_000_000_000
  ) {
    (self.files, self.orientation, self.memory) = (files, orientation, memory)
    (self.productFile, self.weightsFile) = (productFile, weightsFile)
  }

  /// The files, opened side by side.
  ///
  /// - Throws: `SnapshotError` that names the file.
  public func source() throws(SnapshotError) -> JoinedSnapshots {
    try SnapshotFiles.open(files, orientation: orientation)
  }

  /// The product over N unknowns: Euclidean where no file gives another.
  ///
  /// - Throws: `SnapshotError` where the file is not what a product needs or of another size.
  public func product(dimension n: Int) throws(SnapshotError) -> InnerProduct<Double> {
    if let productFile {
      let matrix: SparseMatrix<Double>
      do throws(FormatError) {
        matrix = try MatrixFile(reading: productFile).sparseMatrix(of: Double.self)
      } catch { throw .format(error) }
      guard matrix.rowCount == n, matrix.columnCount == n else {
        throw .mismatch(
          source: productFile, found: "\(matrix.rowCount) × \(matrix.columnCount)",
          expected: "\(n) × \(n), for snapshots of \(n) numbers")
      }
      return InnerProduct(matrix, name: SnapshotInput.name(of: productFile))
    }
    if let weightsFile {
      let weights: [Double]
      do throws(FormatError) { weights = try SnapshotInput.vector(in: weightsFile) } catch {
        throw .format(error)
      }
      guard weights.count == n else {
        throw .mismatch(
          source: weightsFile, found: "\(weights.count) weights",
          expected: "\(n), one for each number of a snapshot")
      }
      if let bad = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
        throw .mismatch(
          source: weightsFile, found: "\(weights[bad]) at entry \(bad)",
          expected: "positive weights")
      }
      return InnerProduct(weights: weights, name: SnapshotInput.name(of: weightsFile))
    }
    return InnerProduct(euclidean: n)
  }

  /// "runs.npy", or "12 files from runs-01.npy to runs-12.npy".
  public var title: String {
    let names = files.map { SnapshotInput.name(of: $0) }
    guard let first = names.first, let last = names.last, names.count > 1 else {
      return names.first ?? ""
    }
    return names.count == 2 ? "\(first) and \(last)" : "\(names.count) files, \(first) … \(last)"
  }

  private static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Numbers of a .npy or .mtx vector, or of the only column of a table.
  private static func vector(in path: String) throws(FormatError) -> [Double] {
    let lowered = path.lowercased()
    guard lowered.hasSuffix(".csv") || lowered.hasSuffix(".txt") || lowered.hasSuffix(".dat")
    else { return try MatrixFile(reading: path).vector(of: Double.self) }
    let table = try NumberTable(reading: path)
    guard table.columns.count == 1 else {
      throw .unsuitable(
        path: path, reason: "\(table.columns.count) columns where one, of weights, is needed")
    }
    return table.columns[0]
  }
}
