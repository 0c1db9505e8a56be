internal import Files

/// Finds the blocks of a .frd file without reading their numbers.
struct FRDScan {
  var lines: FileLines
  private let file: ReadableFile
  private(set) var nodes: FRDFile.Block?
  private(set) var elements: FRDFile.Block?
  private(set) var results: [FRDFile.Result] = []
  private var step = (increment: 0, number: 0)

  init(_ file: ReadableFile) {
    self.file = file
    lines = FileLines(file)
  }

  private func malformed(_ expected: String, found: String) -> FormatError {
    .malformed(
      at: FilePlace(file: file.path, position: .line(lines.line)), found: found,
      expected: expected)
  }

  mutating func run() throws(FormatError) {
    var isFirst = true
    while let line = try lines.next() {
      let text = FRDText(line)
      if isFirst {
        guard text.word(0, 6) == "1C" else {
          throw malformed("1C, the first line of CalculiX results", found: text.excerpt)
        }
        isFirst = false
      }
      if text.word(0, 4) == "9999" || text.word(0, 5) == "9999" { return }
      let key = text.word(0, 6)
      if key == "2C" {
        let block = try block(text)
        guard nodes == nil else { throw malformed("one block of nodes", found: "a second one") }
        nodes = block
        try skip(block, componentCount: 3)
      } else if key == "3C" {
        let block = try block(text)
        elements = block
        try skipElements(block)
      } else if text.word(0, 10) == "1PSTEP" {
        step = (text.integer(36, 48) ?? 0, text.integer(48, 60) ?? 0)
      } else if key.hasPrefix("100C") {
        try readResult(text)
      }
    }
    // What a run that is still going, or was killed, has written so far.
    guard nodes != nil else {
      throw malformed("a block of nodes (2C)", found: "the end of the file")
    }
  }

  /// Count and layout of a head, and where its rows start.
  private func block(_ text: FRDText) throws(FormatError) -> FRDFile.Block {
    guard let count = text.integer(24, 36), count >= 0, count < Int(Int32.max) else {
      throw malformed("a count in columns 25 to 36", found: text.excerpt)
    }
    guard let layout = text.integer(73, 75).flatMap(FRDFile.Layout.init) else {
      throw malformed("a format from 0 to 3 in column 75", found: text.excerpt)
    }
    return FRDFile.Block(
      layout: layout, rowCount: count, start: lines.offset, line: lines.line)
  }

  private mutating func readResult(_ text: FRDText) throws(FormatError) {
    guard let time = text.real(12, 24) else {
      throw malformed("a time in columns 13 to 24", found: text.excerpt)
    }
    let head = try block(text)
    guard let nameLine = try lines.next(), FRDText(nameLine).word(0, 5) == "-4" else {
      throw malformed("-4 and the name of a field", found: "something else")
    }
    let title = FRDText(nameLine)
    guard let count = title.integer(13, 18), (1...200).contains(count) else {
      throw malformed("a count of components in columns 14 to 18", found: title.excerpt)
    }
    let name = title.word(5, 13)
    var components: [String] = []
    for _ in 0..<count {
      guard let line = try lines.next(), FRDText(line).word(0, 5) == "-5" else {
        throw malformed("-5 and the name of a component", found: "something else")
      }
      let component = FRDText(line)
      // Flag 1: computed by who shows it, so without numbers here.
      if component.integer(33, 38) != 1 { components.append(component.word(5, 13)) }
    }
    let block = FRDFile.Block(
      layout: head.layout, rowCount: head.rowCount, start: lines.offset, line: lines.line)
    try skip(block, componentCount: components.count)
    guard !components.isEmpty, !name.isEmpty else { return }
    results.append(
      FRDFile.Result(
        name: name, components: components, time: time, step: step.number,
        increment: step.increment, block: block))
  }

  private mutating func skip(
    _ block: FRDFile.Block, componentCount: Int
  ) throws(FormatError) {
    guard !block.layout.isText else { return try skipText(block) }
    let size = block.rowCount * (4 + componentCount * block.layout.realWidth)
    guard size <= file.size - block.start else {
      throw malformed(
        "\(size) bytes of \(block.rowCount) rows", found: "\(file.size - block.start) bytes")
    }
    lines.seek(to: block.start + size, line: lines.line)
  }

  /// Goes behind the line with −3; a block that the file breaks off in is cut off, not wrong.
  private mutating func skipText(_ block: FRDFile.Block) throws(FormatError) {
    var rows = 0
    while let line = try lines.next() {
      switch FRDText(line).word(0, 3) {
      case "-1": rows += 1
      case "-2": break
      case "-3":
        guard rows == block.rowCount else {
          throw malformed("\(block.rowCount) rows", found: "\(rows)")
        }
        return
      default: throw malformed("-1, -2 or -3", found: FRDText(line).excerpt)
      }
    }
    throw malformed("-3 at the end of a block", found: "the end of the file")
  }

  private mutating func skipElements(_ block: FRDFile.Block) throws(FormatError) {
    guard !block.layout.isText else { return try skipText(block) }
    var offset = block.start
    for _ in 0..<block.rowCount {
      guard file.size - offset >= 16 else {
        throw malformed("\(block.rowCount) elements", found: "the end of the file")
      }
      let head: [UInt8]
      do throws(FileError) { head = try file.read(at: offset, count: 16) } catch {
        throw .unreadable(error)
      }
      guard let type = FRDElementType(rawValue: FRDRows.whole(head, 4)) else {
        throw malformed("an element type from 1 to 12", found: "\(FRDRows.whole(head, 4))")
      }
      offset += 16 + 4 * type.nodeCount
    }
    lines.seek(to: offset, line: lines.line)
  }
}
