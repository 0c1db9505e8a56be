/// The lines of a file of any size, one after the other, and the bytes between them where a format
/// mixes both.
public struct FileLines {
  private let file: ReadableFile
  private var window: [UInt8] = []
  private var windowStart = 0
  /// Where the next line starts.
  public private(set) var offset = 0
  /// How many lines have been given, so the number of the last one.
  public private(set) var line = 0

  /// Lines longer than this are no text.
  public static let longest = 1 << 16

  /// From the first byte of a file.
  public init(_ file: ReadableFile) { self.file = file }

  /// Goes to another place.
  ///
  /// - Parameters:
  ///   - offset: The byte.
  ///   - line: How many lines stand before it.
  public mutating func seek(to offset: Int, line: Int) { (self.offset, self.line) = (offset, line) }

  /// The next line without its end, LF or CRLF; nil behind the last one.
  ///
  /// - Throws: `FormatError` for a line that never ends.
  public mutating func next() throws(FormatError) -> ArraySlice<UInt8>? {
    guard offset < file.size else { return nil }
    var searched = 0
    while true {
      let start = offset - windowStart
      if start >= 0, start + searched < window.count,
        let end = window[(start + searched)...].firstIndex(of: 10)
      {
        return taken(start, end, step: 1)
      }
      let isAll = start >= 0 && windowStart + window.count == file.size && start <= window.count
      if isAll { return taken(start, window.count, step: 0) }
      if start >= 0, start < window.count {
        searched = window.count - start
        guard searched <= FileLines.longest else {
          throw .malformed(
            at: FilePlace(file: file.path, position: .line(line + 1)),
            found: "more than \(FileLines.longest) bytes without one", expected: "the end of a line"
          )
        }
      }
      let count = min(max(1 << 18, 2 * searched), file.size - offset)
      do throws(FileError) { window = try file.read(at: offset, count: count) } catch {
        throw .unreadable(error)
      }
      windowStart = offset
    }
  }

  private mutating func taken(_ start: Int, _ end: Int, step: Int) -> ArraySlice<UInt8> {
    offset = windowStart + end + step
    line += 1
    let isReturned = end > start && window[end - 1] == 13
    return window[start..<(isReturned ? end - 1 : end)]
  }
}
