internal import Files
public import ModelReduction

/// The printed lists of a CalculiX run (.dat): values at integration points and nodes, as they were
/// computed, without extrapolation or averaging.
///
/// Tensors are printed in the order xx, yy, zz, xy, xz, yz; in .frd files the last two are
/// exchanged (yz, zx). The names of the components say which is which.
public struct DATFile: Sendable {
  /// One list at one time.
  public struct List: Sendable {
    /// `stresses`, `equivalent plastic strain` and the like.
    public let quantity: String
    /// The set of nodes or elements it was printed for.
    public let set: String
    /// `sxx`, `syy`, …
    public let components: [String]
    /// The time.
    public let time: Double
    /// The number of rows.
    public let rowCount: Int
    /// 2 for element and integration point, 1 for a node, 0 for a total.
    public let labelCount: Int
    let start: Int
    let line: Int

    var fullName: String { "\(quantity) \(set)" }
  }

  private let file: ReadableFile
  /// All lists, in the order of the file.
  public let lists: [List]

  /// The path of the file.
  public var path: String { file.path }

  /// Scans a file.
  ///
  /// - Throws: `SnapshotError.format` with the line, or if it holds no lists.
  public init(reading path: String) throws(SnapshotError) {
    do throws(FileError) { file = try ReadableFile(path) } catch { throw .file(error) }
    do throws(FormatError) { lists = try DATFile.scan(file) } catch {
      if case .unreadable(let error) = error { throw .file(error) }
      throw .format(error)
    }
  }

  /// The names by which the lists that have labels are chosen: the quantity, with the set behind it
  /// where it was printed for several.
  public var names: [String] {
    var names: [String] = []
    for list in lists where list.labelCount > 0 {
      let isAmbiguous = lists.contains { $0.quantity == list.quantity && $0.set != list.set }
      let shown = isAmbiguous ? list.fullName : list.quantity
      if !names.contains(shown) { names.append(shown) }
    }
    return names
  }

  private static func scan(_ file: ReadableFile) throws(FormatError) -> [List] {
    var lists: [List] = []
    var lines = FileLines(file)
    var head: (quantity: String, set: String, components: [String], time: Double, labels: Int?)?
    var rows: (count: Int, start: Int, line: Int, width: Int)?
    func close() {
      defer { (head, rows) = (nil, nil) }
      guard let head, let rows else { return }
      lists.append(
        List(
          quantity: head.quantity, set: head.set, components: head.components, time: head.time,
          rowCount: rows.count,
          labelCount: head.labels ?? max(0, rows.width - head.components.count), start: rows.start,
          line: rows.line))
    }
    while true {
      let (start, before) = (lines.offset, lines.line)
      guard let line = try lines.next() else { break }
      let text = line.drop { $0 == 32 }
      guard let first = text.first else {
        if rows != nil { close() }
        continue
      }
      if (65...90).contains(first & 0xDF) {
        close()
        head = title(String(decoding: line.prefix(400), as: UTF8.self))
      } else if head != nil {
        if rows == nil {
          rows = (0, start, before, line.split(separator: 32).prefix { isNumber($0) }.count)
        }
        rows?.count += 1
      }
    }
    close()
    return lists
  }

  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    word.first.map { (48...57).contains($0) || $0 == 45 || $0 == 43 || $0 == 46 } ?? false
  }

  /// `stresses (elem, integ.pnt.,sxx,syy,szz,sxy,sxz,syz) for set EALL and time  0.1E+00`
  private static func title(
    _ line: String
  ) -> (quantity: String, set: String, components: [String], time: Double, labels: Int?)? {
    guard let open = line.firstIndex(of: "("), let close = line[open...].firstIndex(of: ")"),
      let time = line.firstRange(of: " time "), let set = line.firstRange(of: "for set "),
      let and = line[set.upperBound...].firstRange(of: " and ")
    else { return nil }
    func trimmed(_ text: Substring) -> String {
      var text = text.drop { $0 == " " }
      while text.last == " " { text.removeLast() }
      return String(text)
    }
    let bytes = Array(trimmed(line[time.upperBound...]).utf8)
    var offset = 0
    guard case .number(let value) = DecimalText.real(in: bytes, at: &offset) else { return nil }
    var names = line[line.index(after: open)..<close].split(separator: ",").map(trimmed)
    let isAtPoints = names.starts(with: ["elem", "integ.pnt."])
    if isAtPoints { names.removeFirst(2) } else if names.first == "elem" { names.removeFirst() }
    guard !names.isEmpty else { return nil }
    return (
      trimmed(line[..<open]), trimmed(line[set.upperBound..<and.lowerBound]), names, value,
      isAtPoints ? 2 : nil
    )
  }

  /// The labels (element and integration point, or node) and the values of a list, row after row.
  ///
  /// - Throws: `SnapshotError.format` with the line.
  public func rows(of list: List) throws(SnapshotError) -> (labels: [Int], values: [Double]) {
    do throws(FormatError) {
      var lines = FileLines(file)
      lines.seek(to: list.start, line: list.line)
      var (labels, values) = ([] as [Int], [] as [Double])
      for _ in 0..<list.rowCount {
        guard let line = try lines.next() else { break }
        func malformed(_ expected: String) -> FormatError {
          .malformed(
            at: FilePlace(file: file.path, position: .line(lines.line)),
            found: DecimalText.excerpt(of: Array(line.drop { $0 == 32 }), at: 0),
            expected: expected)
        }
        let words = line.split(separator: 32)
        guard words.count >= list.labelCount + list.components.count else {
          throw malformed("\(list.components.count) values behind \(list.labelCount) labels")
        }
        for word in words[..<list.labelCount] {
          guard let label = Int(String(decoding: word, as: UTF8.self)) else {
            throw malformed("the number of an element, point or node")
          }
          labels.append(label)
        }
        for word in words[list.labelCount..<list.labelCount + list.components.count] {
          let bytes = Array(word)
          var offset = 0
          guard case .number(let value) = DecimalText.real(in: bytes, at: &offset),
            offset == bytes.count
          else { throw malformed("finite decimal numbers") }
          values.append(value)
        }
      }
      guard values.count == list.rowCount * list.components.count else {
        throw .malformed(
          at: FilePlace(file: file.path, position: .line(lines.line)),
          found: "the end of the file", expected: "\(list.rowCount) rows")
      }
      return (labels, values)
    } catch {
      if case .unreadable(let error) = error { throw .file(error) }
      throw .format(error)
    }
  }
}
