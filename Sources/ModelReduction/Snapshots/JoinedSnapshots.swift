public import LinearAlgebra

/// Snapshots of several files, side by side in the order of the files.
public struct JoinedSnapshots: SnapshotSource {
  /// The files.
  public let files: [any SnapshotFile]
  /// For each file the number of snapshots before it, and at the end all of them.
  public let starts: [Int]
  /// N.
  public let dimension: Int

  /// m.
  public var count: Int { starts[files.count] }

  /// The files side by side.
  ///
  /// - Throws: `SnapshotError.mismatch` with both files and lengths where the snapshots of two
  ///   differ in length, `empty` where there is none.
  public init(_ files: [any SnapshotFile]) throws(SnapshotError) {
    guard let first = files.first else { throw .empty(source: "the list of files") }
    for file in files where file.dimension != first.dimension {
      throw .mismatch(
        source: file.facts.source, found: "snapshots of \(file.dimension) numbers",
        expected: "\(first.dimension) as in \(first.facts.source)")
    }
    self.files = files
    dimension = first.dimension
    var starts = [0]
    for file in files { starts.append(starts[starts.count - 1] + file.count) }
    self.starts = starts
    guard count > 0, dimension > 0 else {
      throw .empty(
        source: files.count == 1
          ? first.facts.source : "\(first.facts.source) and \(files.count - 1) more files")
    }
  }

  /// The least favourable one of the files.
  public var access: SnapshotAccess {
    var result = SnapshotAccess.anyPart
    for file in files {
      switch file.access {
      case .wholeSnapshots: return .wholeSnapshots
      case .wholeRows: result = .wholeRows
      case .anyPart: break
      }
    }
    return result
  }

  /// The coarsest one of the files.
  public var precision: Double { files.reduce(0) { max($0, $1.precision) } }

  /// What each file says of itself.
  public var facts: [SnapshotFacts] { files.map(\.facts) }

  /// A part of the joined matrix.
  ///
  /// - Throws: As the files do; the numbers of snapshots in errors are those within a file.
  public func read(rows: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
  {
    var result: DenseMatrix<Double>?
    // The first file that reaches into the range, by bisection: there may be thousands.
    var (low, high) = (0, files.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if starts[middle] <= snapshots.lowerBound { low = middle } else { high = middle }
    }
    for place in low..<files.count where starts[place] < snapshots.upperBound {
      let lower = max(snapshots.lowerBound, starts[place]) - starts[place]
      let upper = min(snapshots.upperBound, starts[place + 1]) - starts[place]
      guard lower < upper else { continue }
      if lower + starts[place] == snapshots.lowerBound,
        upper + starts[place] == snapshots.upperBound
      {
        return try files[place].read(rows: rows, of: lower..<upper)
      }
      let part = try files[place].read(rows: rows, of: lower..<upper)
      if result == nil {
        var values: [Double] = []
        values.reserveCapacity(rows.count * snapshots.count)
        result = DenseMatrix(rowCount: rows.count, columnCount: 0, values: values)
      }
      result?.appendColumns(of: part)
    }
    return result ?? DenseMatrix(rowCount: rows.count, columnCount: 0)
  }
}
