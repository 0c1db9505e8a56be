internal import Files

/// The rows of a block: the number of a node (or an element) and its values.
struct FRDRows {
  private let file: ReadableFile
  private let block: FRDFile.Block
  private let componentCount: Int

  init(_ file: ReadableFile, _ block: FRDFile.Block, componentCount: Int) {
    (self.file, self.block, self.componentCount) = (file, block, componentCount)
  }

  private func malformed(_ line: Int, _ expected: String, _ found: String) -> FormatError {
    .malformed(
      at: FilePlace(file: file.path, position: .line(line)), found: found, expected: expected)
  }

  /// A whole number of four bytes, the lowest first.
  static func whole(_ bytes: [UInt8], _ offset: Int) -> Int {
    Int(Int32(bitPattern: UInt32(word(bytes, offset, 4))))
  }

  private static func word(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
    return value
  }

  /// All numbers, and all values row after row.
  mutating func all() throws(FormatError) -> (numbers: [Int], values: [Double]) {
    try block.layout.isText ? text() : binary()
  }

  private func text() throws(FormatError) -> (numbers: [Int], values: [Double]) {
    // A row takes 13 bytes at least; a count beyond that is refused where rows are missing.
    let most = min(block.rowCount, (file.size - block.start) / 4 + 1)
    var numbers: [Int] = []
    var values: [Double] = []
    numbers.reserveCapacity(most)
    values.reserveCapacity(most * componentCount)
    var lines = FileLines(file)
    lines.seek(to: block.start, line: block.line)
    let width = block.layout.numberWidth
    while let line = try lines.next() {
      let text = FRDText(line)
      switch text.word(0, 3) {
      case "-1":
        guard let number = text.integer(3, 3 + width),
          values.count == numbers.count * componentCount
        else {
          throw malformed(
            lines.line, "a number, after \(componentCount) values of the one before", text.excerpt)
        }
        numbers.append(number)
      case "-2":
        guard !numbers.isEmpty, values.count < numbers.count * componentCount else {
          throw malformed(lines.line, "-1 and a number", text.excerpt)
        }
      case "-3":
        guard values.count == numbers.count * componentCount, numbers.count == block.rowCount else {
          throw malformed(
            lines.line, "\(block.rowCount) rows of \(componentCount) values",
            "\(numbers.count) rows with \(values.count) values")
        }
        return (numbers, values)
      default: throw malformed(lines.line, "-1, -2 or -3", text.excerpt)
      }
      guard text.reals(from: 3 + width, into: &values) else {
        throw malformed(lines.line, "finite decimal numbers", text.excerpt)
      }
      guard values.count <= numbers.count * componentCount else {
        throw malformed(lines.line, "\(componentCount) values", "more")
      }
    }
    throw malformed(lines.line, "-3 at the end of the block", "the end of the file")
  }

  private func binary() throws(FormatError) -> (numbers: [Int], values: [Double]) {
    let width = block.layout.realWidth
    let rowSize = 4 + componentCount * width
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try file.read(at: block.start, count: block.rowCount * rowSize)
    } catch { throw .unreadable(error) }
    var numbers: [Int] = []
    var values: [Double] = []
    numbers.reserveCapacity(block.rowCount)
    values.reserveCapacity(block.rowCount * componentCount)
    for row in 0..<block.rowCount {
      numbers.append(FRDRows.whole(bytes, row * rowSize))
      for c in 0..<componentCount {
        let bits = FRDRows.word(bytes, row * rowSize + 4 + c * width, width)
        let value =
          width == 8
          ? Double(bitPattern: bits)
          : Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        guard value.isFinite else {
          throw .malformed(
            at: FilePlace(file: file.path, position: .byte(block.start + row * rowSize)),
            found: "\(value) at node \(numbers[row])", expected: "finite numbers")
        }
        values.append(value)
      }
    }
    return (numbers, values)
  }
}
