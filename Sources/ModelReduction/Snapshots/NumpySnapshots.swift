internal import Files
public import LinearAlgebra

/// Snapshots in an array of numpy: a file of its own (.npy) or a member of an archive (.npz).
///
/// Never read as a whole: where the numbers of a snapshot stand side by side any part costs its
/// size, otherwise blocks of whole rows do. A vector is one snapshot.
public struct NumpySnapshots: SnapshotFile {
  /// What the file says of itself.
  public private(set) var facts: SnapshotFacts
  let array: NumpyFile

  /// The array of a .npy file.
  ///
  /// - Throws: `SnapshotError.format` with the byte concerned; complex numbers are refused.
  public init(
    reading path: String, orientation: SnapshotOrientation = .columns
  ) throws(SnapshotError) {
    let array = try SnapshotError.of { () throws(FormatError) in
      try NumpyFile(FormatError.file(path))
    }
    try self.init(array, source: path, format: "numpy array", orientation)
  }

  /// An array of a .npz archive.
  ///
  /// - Parameter name: Which one; nil takes the only one.
  /// - Throws: `SnapshotError.refused` with the names there are, if there is none of this name or if
  ///   several could be meant.
  public init(
    archive path: String, array name: String?, orientation: SnapshotOrientation = .columns
  ) throws(SnapshotError) {
    let archive = try SnapshotError.of { () throws(FormatError) in
      try ZipArchive(FormatError.file(path))
    }
    func plain(_ member: String) -> String {
      member.hasSuffix(".npy") ? String(member.dropLast(4)) : member
    }
    let arrays = archive.members.filter { $0.name.hasSuffix(".npy") }
    let names = arrays.map { plain($0.name) }
    let place = try SnapshotError.choice(name, of: names, in: path, called: "array")
    let member = arrays[place]
    let source = "\(path):\(names[place])"
    let array = try SnapshotError.of { () throws(FormatError) in
      let (file, start) = try archive.open(member)
      return try NumpyFile(file, from: start, length: member.size, name: source)
    }
    try self.init(array, source: source, format: "array in a numpy archive", orientation)
    facts.choices = names
  }

  private init(
    _ array: NumpyFile, source: String, format: String, _ orientation: SnapshotOrientation
  ) throws(SnapshotError) {
    guard array.type.kind != .complex else {
      throw .format(
        .unsupported(
          at: FilePlace(file: source, position: .file), feature: "an array of complex numbers is",
          cure: "save real and imaginary parts one below the other, "
            + "numpy.concatenate([a.real, a.imag])"))
    }
    let isVector = array.shape.count == 1
    let seen = orientation == .rows && !isVector ? array.transposed : array
    self.array = seen
    let order = isVector ? "" : array.isColumnMajor ? ", Fortran order" : ", C order"
    facts = SnapshotFacts(
      source: source, format: format, dimension: seen.rowCount, count: seen.columnCount,
      storage: array.type.name + order, precision: array.type.precision)
  }

  /// Any part, or blocks of whole rows.
  public var access: SnapshotAccess { array.isColumnMajor ? .anyPart : .wholeRows }

  /// A part of the array.
  ///
  /// - Throws: `SnapshotError.notFinite`, or `file` if it has changed since it was opened.
  public func read(rows: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
  {
    do throws(NumpyFile.Failure) { return try array.read(rows: rows, columns: snapshots) } catch {
      throw SnapshotError(error, source: facts.source)
    }
  }
}

extension SnapshotError {
  /// Why a part of an array could not be read, its columns being snapshots.
  public init(_ failure: NumpyFile.Failure, source: String) {
    switch failure {
    case .file(let error): self = .file(error)
    case .notFinite(let value, let row, let column):
      self = .notFinite(value: value, row: row, snapshot: column, source: source)
    }
  }
}
