internal import Files
public import LinearAlgebra

/// Snapshots in a dataset of an HDF5 file, read by rectangles; chunked and compressed ones too.
public struct HDF5Snapshots: SnapshotFile {
  /// What the file says of itself.
  public let facts: SnapshotFacts
  /// Any part; whole rows or whole snapshots where chunks or the order of the numbers ask for it.
  public let access: SnapshotAccess
  private let dataset: HDF5Dataset
  private let orientation: SnapshotOrientation

  /// A dataset of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: The path of the dataset in it, with or without the first slash; nil takes the only
  ///     matrix, or the only vector where there is none.
  ///   - orientation: Whether the snapshots are its columns or rows; a vector is one snapshot.
  /// - Throws: `SnapshotError.refused` with the names there are, if none or several fit.
  public init(
    reading path: String, dataset name: String? = nil,
    orientation: SnapshotOrientation = .columns
  ) throws(SnapshotError) {
    let list: [(name: String, shape: [Int])]
    do throws(HDF5Dataset.Failure) { list = try HDF5Dataset.list(path) } catch {
      throw HDF5Snapshots.failure(error, path, name)
    }
    let wanted = name.map { $0.hasPrefix("/") ? $0 : "/" + $0 }
    let matrices = list.filter { $0.shape.count == 2 }
    let vectors = list.filter { $0.shape.count == 1 }
    let candidates = wanted != nil ? list : matrices.isEmpty ? vectors : matrices
    let names = candidates.map(\.name)
    let chosen = candidates[
      try SnapshotError.choice(wanted, of: names, in: path, called: "dataset")]
    guard (1...2).contains(chosen.shape.count) else {
      let axes = chosen.shape.map { "\($0)" }.joined(separator: " × ")
      throw .format(
        .unsupported(
          at: FilePlace(file: "\(path):\(chosen.name)", position: .file),
          feature: "a dataset of \(chosen.shape.count) dimensions (\(axes)) is",
          cure: "save a matrix or a vector, for example with .reshape(n, -1)"))
    }
    do throws(HDF5Dataset.Failure) {
      dataset = try HDF5Dataset(chosen.name, in: path)
    } catch { throw HDF5Snapshots.failure(error, path, chosen.name) }
    self.orientation = orientation
    let shape = dataset.shape
    let isVector = shape.count == 1
    let (entries, snapshots) = isVector ? (0, 1) : orientation == .columns ? (0, 1) : (1, 0)
    let n = shape[entries]
    let m = isVector ? 1 : shape[snapshots]
    if isVector {
      access = .anyPart
    } else if let chunk = dataset.chunk {
      access =
        chunk[snapshots] == 1
        ? .anyPart
        : chunk[snapshots] >= m
          ? .wholeRows : chunk[entries] >= n ? .wholeSnapshots : .anyPart
    } else {
      access = orientation == .rows ? .anyPart : .wholeRows
    }
    var storage = dataset.storage
    if let chunk = dataset.chunk {
      storage += ", chunks of \(chunk.map { "\($0)" }.joined(separator: " × "))"
    }
    var facts = SnapshotFacts(
      source: "\(path):\(chosen.name)", format: "HDF5 dataset", dimension: n, count: m,
      storage: storage, precision: dataset.precision)
    facts.choices = list.filter { (1...2).contains($0.shape.count) }.map(\.name)
    self.facts = facts
  }

  /// The paths of all datasets of numbers.
  static func names(in path: String) throws(SnapshotError) -> [String] {
    do throws(HDF5Dataset.Failure) { return try HDF5Dataset.list(path).map(\.name) } catch {
      throw failure(error, path, nil)
    }
  }

  private static func failure(
    _ failure: HDF5Dataset.Failure, _ path: String, _ name: String?
  ) -> SnapshotError {
    let source = name.map { "\(path):\($0)" } ?? path
    if case .noFile = failure {
      do throws(FileError) { _ = try ReadableFile(path) } catch { return .file(error) }
    }
    let reason =
      switch failure {
      case .noFile: "HDF5 cannot open it: it is cut off, damaged or no HDF5 file"
      case .noArray: "there is no such dataset"
      case .noNumbers: "the dataset holds no numbers"
      case .damaged: "the dataset cannot be read: it is damaged, or its filter is not installed"
      }
    return .format(.unsuitable(path: source, reason: reason))
  }

  /// A part of the dataset.
  ///
  /// - Throws: `SnapshotError.notFinite`, or `format` where the data are damaged.
  public func read(rows: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
  {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= dimension && snapshots.lowerBound >= 0
        && snapshots.upperBound <= count,
      "rows \(rows) of snapshots \(snapshots) of \(dimension) × \(count)")
    let values: [Double]
    let isVector = dataset.shape.count == 1
    do throws(HDF5Dataset.Failure) {
      if isVector {
        values =
          snapshots.isEmpty ? [] : try dataset.read(start: [rows.lowerBound], count: [rows.count])
      } else if orientation == .rows {
        values = try dataset.read(
          start: [snapshots.lowerBound, rows.lowerBound], count: [snapshots.count, rows.count])
      } else {
        values = try dataset.read(
          start: [rows.lowerBound, snapshots.lowerBound], count: [rows.count, snapshots.count])
      }
    } catch { throw HDF5Snapshots.failure(error, dataset.path, dataset.name) }
    let byColumns =
      isVector || orientation == .rows
      ? DenseMatrix(rowCount: rows.count, columnCount: snapshots.count, values: values)
      : DenseMatrix(rowCount: snapshots.count, columnCount: rows.count, values: values)
        .transposed()
    return try byColumns.checkedFinite(
      firstRow: rows.lowerBound, firstSnapshot: snapshots.lowerBound, source: facts.source)
  }
}
