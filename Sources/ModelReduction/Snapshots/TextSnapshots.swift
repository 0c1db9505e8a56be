internal import Files
public import LinearAlgebra

/// Snapshots in a text file, MatrixMarket or comma-separated values; read as a whole, because lines
/// of text are of no known length.
public struct TextSnapshots: SnapshotFile {
  /// What the file says of itself.
  public let facts: SnapshotFacts
  private let set: SnapshotSet<Double>

  /// Any part: the numbers are in memory.
  public var access: SnapshotAccess { .anyPart }

  /// Reads a MatrixMarket file (array or coordinate; real, integer or pattern) or a table with commas
  /// or tabs, with or without a line of names.
  ///
  /// - Throws: `SnapshotError.format` with the line (and column) concerned.
  public init(
    reading path: String, orientation: SnapshotOrientation = .columns
  ) throws(SnapshotError) {
    let bytes = try SnapshotError.of { () throws(FormatError) in try FormatError.bytes(of: path) }
    try self.init(bytes: bytes, file: path, orientation: orientation)
  }

  /// Reads the bytes of a file called `file`.
  public init(
    bytes: [UInt8], file: String, orientation: SnapshotOrientation = .columns
  ) throws(SnapshotError) {
    let isMatrixMarket = TextSnapshots.isMatrixMarket(bytes[...])
    let matrix: DenseMatrix<Double>
    var storage = "decimal text"
    if isMatrixMarket {
      let content = try SnapshotError.of { () throws(FormatError) in
        try MatrixFile(bytes: bytes, file: file)
      }
      guard !content.isComplex else {
        throw .format(
          .unsupported(
            at: FilePlace(file: file, position: .file), feature: "a matrix of complex numbers is",
            cure: "save real and imaginary parts one below the other"))
      }
      storage += content.isSparse ? ", listed entries" : ", array"
      matrix = try SnapshotError.of { () throws(FormatError) in
        try content.denseMatrix(of: Double.self)
      }
    } else {
      let table = try SnapshotError.of { () throws(FormatError) in
        try NumberTable(bytes: bytes, file: file)
      }
      matrix = DenseMatrix(
        rowCount: table.rowCount, columnCount: table.columns.count,
        values: table.columns.flatMap { $0 })
    }
    let seen = orientation == .rows && matrix.columnCount > 1 ? matrix.transposed() : matrix
    set = SnapshotSet(states: seen)
    let digits = TextSnapshots.digits(bytes)
    let isRounded = (6...16).contains(digits)
    if isRounded { storage += ", \(digits) digits" }
    facts = SnapshotFacts(
      source: file, format: isMatrixMarket ? "MatrixMarket" : "table of numbers",
      dimension: seen.rowCount, count: seen.columnCount, storage: storage,
      precision: isRounded ? TextSnapshots.precision(ofDigits: digits) : 0x1p-53)
  }

  static func isMatrixMarket(_ bytes: ArraySlice<UInt8>) -> Bool {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    return text.starts(with: "%%".utf8)
  }

  /// A part of the numbers.
  ///
  /// - Throws: Nothing that was not found when the file was opened.
  public func read(rows: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
  {
    try set.read(rows: rows, of: snapshots)
  }

  /// 5·10⁻ᵈ, the relative rounding of d significant digits at worst.
  public static func precision(ofDigits digits: Int) -> Double {
    (0..<digits).reduce(5) { value, _ in value / 10 }
  }

  /// The most significant digits that a number with a decimal point has.
  ///
  /// A file whose numbers have six to sixteen was rounded to them; fewer mean exact numbers such as
  /// 0.25, more mean that all of a double was written.
  private static func digits(_ bytes: [UInt8]) -> Int {
    var (most, current, hasPoint, isInPower) = (0, 0, false, false)
    for byte in bytes {
      switch byte {
      case 48...57:
        if !isInPower, current > 0 || byte != 48 { current += 1 }
      case 46: hasPoint = true
      case 101, 69, 100, 68: isInPower = true
      case 43, 45: break
      default:
        if hasPoint { most = max(most, current) }
        (current, hasPoint, isInPower) = (0, false, false)
      }
    }
    return hasPoint ? max(most, current) : most
  }
}
