internal import ComplexModule
internal import Files

/// Reads MatrixMarket files: coordinate and array; real, integer, complex and pattern; general,
/// symmetric, skew-symmetric and Hermitian.
///
/// Entries of one place are added. Of a symmetric matrix one triangle is listed, the lower or the
/// upper one, and the other follows.
/// - Source: Boisvert, Pozo, Remington, *The Matrix Market exchange formats: initial design*,
///   NISTIR 5935 (1996).
struct MatrixMarketReader {
  private enum Field: String, CaseIterable { case real, integer, complex, pattern }
  private enum Symmetry: String, CaseIterable {
    case general, symmetric, skew = "skew-symmetric", hermitian
  }

  private let file: String
  private let bytes: [UInt8]
  private var offset = 0
  private var line = 1
  private var field = Field.real
  private var symmetry = Symmetry.general
  private var real: [Double] = []
  private var imaginary: [Double] = []

  init(file: String, bytes: [UInt8]) { (self.file, self.bytes) = (file, bytes) }

  mutating func read() throws(FormatError) -> MatrixFile.Content {
    let isArray = try header()
    try skipComments()
    let rowCount = try count("the number of rows")
    let columnCount = try count("the number of columns")
    if isArray { return try array(rowCount, columnCount) }
    return try coordinates(rowCount, columnCount)
  }

  // MARK: Words

  private func malformed(_ expected: String, found: String? = nil) -> FormatError {
    .malformed(
      at: FilePlace(file: file, position: .line(line)),
      found: found ?? DecimalText.excerpt(of: bytes, at: offset), expected: expected)
  }

  private mutating func skipBlanks() {
    while offset < bytes.count, [32, 9, 13].contains(bytes[offset]) { offset += 1 }
  }

  private mutating func endLine() throws(FormatError) {
    skipBlanks()
    guard offset < bytes.count else { return }
    guard bytes[offset] == 10 else { throw malformed("the end of the line") }
    offset += 1
    line += 1
  }

  private mutating func skipEmptyLines() {
    while true {
      skipBlanks()
      guard offset < bytes.count, bytes[offset] == 10 else { return }
      offset += 1
      line += 1
    }
  }

  private var endsWord: Bool { offset >= bytes.count || [10, 32, 9, 13].contains(bytes[offset]) }

  private mutating func word() -> String {
    skipBlanks()
    let start = offset
    while !endsWord { offset += 1 }
    return String(decoding: bytes[start..<min(offset, start + 40)], as: UTF8.self).lowercased()
  }

  private mutating func integer(_ meaning: String) throws(FormatError) -> Int {
    skipBlanks()
    let start = offset
    guard case .number(let value) = DecimalText.integer(in: bytes, at: &offset), endsWord else {
      offset = start
      throw malformed(meaning)
    }
    return value
  }

  private mutating func count(_ meaning: String) throws(FormatError) -> Int {
    skipBlanks()
    let start = offset
    let value = try integer(meaning)
    guard value >= 0, value < Int(Int32.max) else {
      offset = start
      throw malformed("\(meaning), from 0 to 2^31 − 2")
    }
    return value
  }

  private mutating func decimal(_ meaning: String) throws(FormatError) -> Double {
    skipBlanks()
    let start = offset
    let reading = DecimalText.real(in: bytes, at: &offset)
    guard case .number(let value) = reading, endsWord else {
      offset = start
      if case .tooLarge = reading { throw malformed("\(meaning), finite") }
      throw malformed("\(meaning), a decimal number")
    }
    if field == .integer, value != value.rounded() {
      offset = start
      throw malformed("\(meaning), a whole number as the first line says")
    }
    return value
  }

  // MARK: The head

  /// `%%MatrixMarket matrix coordinate real general`; whether the matrix is an array.
  private mutating func header() throws(FormatError) -> Bool {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    guard word() == "%%matrixmarket" else {
      offset = 0
      throw malformed("%%MatrixMarket, or the first bytes of a .npy file")
    }
    _ = try choice(["matrix"], "the object")
    let layout = try choice(["coordinate", "array"], "the layout")
    let field = try choice(Field.allCases.map(\.rawValue), "the kind of numbers")
    let symmetry = try choice(Symmetry.allCases.map(\.rawValue), "the symmetry")
    self.field = Field(rawValue: field) ?? .real
    self.symmetry = Symmetry(rawValue: symmetry) ?? .general
    try endLine()
    let isArray = layout == "array"
    if self.field == .pattern, isArray || self.symmetry == .skew {
      throw malformed("a pattern matrix with coordinates, general or symmetric", found: symmetry)
    }
    if self.symmetry == .hermitian, self.field != .complex {
      throw malformed("complex numbers in a Hermitian matrix", found: field)
    }
    return isArray
  }

  private mutating func choice(_ words: [String], _ meaning: String) throws(FormatError) -> String {
    skipBlanks()
    let start = offset
    let word = word()
    guard words.contains(word) else {
      offset = start
      throw malformed("\(meaning): \(words.joined(separator: ", "))")
    }
    return word
  }

  private mutating func skipComments() throws(FormatError) {
    while true {
      skipEmptyLines()
      guard offset < bytes.count, bytes[offset] == UInt8(ascii: "%") else { return }
      while offset < bytes.count, bytes[offset] != 10 { offset += 1 }
    }
  }

  // MARK: Entries

  private mutating func entry() throws(FormatError) {
    if field == .pattern { return real.append(1) }
    real.append(try decimal("an entry"))
    if field == .complex { imaginary.append(try decimal("the imaginary part of an entry")) }
  }

  private mutating func coordinates(
    _ rowCount: Int, _ columnCount: Int
  ) throws(FormatError) -> MatrixFile.Content {
    let count = try count("the number of entries")
    try checkSquare(rowCount, columnCount)
    // An entry takes an end of line, a digit, a blank and a digit at least.
    guard count <= (bytes.count - offset) / 4 else {
      throw malformed(
        "at most as many entries as \(bytes.count - offset) bytes can hold", found: "\(count)")
    }
    guard max(rowCount, columnCount) <= 1 << 24 + 16 * bytes.count else {
      throw malformed(
        "rows and columns of which this file could fill a part",
        found: "\(rowCount) × \(columnCount)")
    }
    try endLine()
    var (rows, columns) = ([] as [Int32], [] as [Int32])
    rows.reserveCapacity(count)
    columns.reserveCapacity(count)
    real.reserveCapacity(count)
    // Of a symmetric matrix: whether entries below (−1) or above (+1) the diagonal are listed.
    var side = 0
    for index in 0..<count {
      skipEmptyLines()
      guard offset < bytes.count else {
        throw malformed("\(count) entries", found: "the end of the file after \(index)")
      }
      let start = offset
      let i = try integer("the row of an entry")
      let j = try integer("the column of an entry")
      guard (1...max(1, rowCount)).contains(i), (1...max(1, columnCount)).contains(j),
        rowCount > 0, columnCount > 0
      else {
        offset = start
        throw malformed(
          "a row from 1 to \(rowCount) and a column from 1 to \(columnCount)", found: "(\(i), \(j))"
        )
      }
      try entry()
      if symmetry != .general {
        let mine = (j - i).signum()
        if mine == 0 { try checkDiagonal(i) }
        guard mine == 0 || side == 0 || side == mine else {
          throw malformed(
            "one triangle of a \(symmetry.rawValue) matrix, the lower or the upper one",
            found: "entries on both sides of the diagonal")
        }
        if mine != 0 { side = mine }
      }
      rows.append(Int32(i - 1))
      columns.append(Int32(j - 1))
      try endLine()
    }
    skipEmptyLines()
    guard offset >= bytes.count else {
      throw malformed("the end of the file after \(count) entries")
    }
    if symmetry != .general { mirror(&rows, &columns) }
    if field == .complex {
      return .complexSparse(
        SparseMatrix(
          rowCount: rowCount, columnCount: columnCount, rows: rows, columns: columns,
          entries: zip(real, imaginary).map { Complex($0, $1) }))
    }
    return .sparse(
      SparseMatrix(
        rowCount: rowCount, columnCount: columnCount, rows: rows, columns: columns, entries: real))
  }

  private func checkSquare(_ rowCount: Int, _ columnCount: Int) throws(FormatError) {
    guard symmetry == .general || rowCount == columnCount else {
      throw malformed(
        "a square matrix, since it is \(symmetry.rawValue)", found: "\(rowCount) × \(columnCount)")
    }
  }

  private func checkDiagonal(_ i: Int) throws(FormatError) {
    let last = real.count - 1
    if symmetry == .skew, real[last] != 0 || (field == .complex && imaginary[last] != 0) {
      throw malformed("no entry on the diagonal of a skew-symmetric matrix", found: "(\(i), \(i))")
    }
    if symmetry == .hermitian, imaginary[last] != 0 {
      throw malformed(
        "real entries on the diagonal of a Hermitian matrix",
        found: "the imaginary part \(imaginary[last]) at (\(i), \(i))")
    }
  }

  /// Adds the other triangle.
  private mutating func mirror(_ rows: inout [Int32], _ columns: inout [Int32]) {
    for place in rows.indices where rows[place] != columns[place] {
      rows.append(columns[place])
      columns.append(rows[place])
      real.append(symmetry == .skew ? -real[place] : real[place])
      if field == .complex {
        imaginary.append(symmetry == .symmetric ? imaginary[place] : -imaginary[place])
      }
    }
  }

  /// Column after column; of a symmetric matrix from the diagonal (of a skew-symmetric one from the
  /// place below it) downwards.
  private mutating func array(
    _ rowCount: Int, _ columnCount: Int
  ) throws(FormatError) -> MatrixFile.Content {
    try checkSquare(rowCount, columnCount)
    try endLine()
    let (all, overflows) = rowCount.multipliedReportingOverflow(by: columnCount)
    guard !overflows, all / 4 <= bytes.count - offset else {
      throw malformed(
        "at most as many entries as \(bytes.count - offset) bytes can hold",
        found: "\(rowCount) × \(columnCount)")
    }
    var values = [Double](repeating: 0, count: all)
    var imaginaryValues = [Double](repeating: 0, count: field == .complex ? all : 0)
    for j in 0..<columnCount {
      let first = symmetry == .general ? 0 : symmetry == .skew ? j + 1 : j
      for i in min(first, rowCount)..<rowCount {
        skipEmptyLines()
        guard offset < bytes.count else {
          throw malformed(
            "all entries of a matrix of \(rowCount) × \(columnCount)", found: "the end of the file")
        }
        real.removeAll(keepingCapacity: true)
        imaginary.removeAll(keepingCapacity: true)
        try entry()
        if symmetry == .hermitian, i == j { try checkDiagonal(i + 1) }
        values[i + j * rowCount] = real[0]
        if symmetry != .general, i != j {
          values[j + i * rowCount] = symmetry == .skew ? -real[0] : real[0]
        }
        if field == .complex {
          imaginaryValues[i + j * rowCount] = imaginary[0]
          if symmetry != .general, i != j {
            imaginaryValues[j + i * rowCount] =
              symmetry == .symmetric ? imaginary[0] : -imaginary[0]
          }
        }
      }
    }
    skipEmptyLines()
    guard offset >= bytes.count else { throw malformed("the end of the file after \(all) entries") }
    if field == .complex {
      return .complexDense(
        DenseMatrix(
          rowCount: rowCount, columnCount: columnCount,
          values: zip(values, imaginaryValues).map { Complex($0, $1) }))
    }
    return .dense(DenseMatrix(rowCount: rowCount, columnCount: columnCount, values: values))
  }
}
