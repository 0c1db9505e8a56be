internal import Files
public import ModelReduction

/// A list of runs: which file belongs to which parameters.
///
/// Comma-separated values with a line of names. The column `path` gives the file, relative to the
/// manifest; the optional columns `field` (of this run; several separated by blanks) and `time` (of
/// the one snapshot that is meant) choose from it; all other columns are parameters. Lines that
/// begin with `#` and empty lines count nothing.
public struct Manifest: Sendable {
  /// One run.
  public struct Run: Sendable {
    /// The line in the manifest.
    public let line: Int
    /// The file as the manifest names it.
    public let source: String
    /// The file, seen from where Ritz was called.
    public let path: String
    /// The fields of this run; empty for those of the whole import.
    public let fields: [String]
    /// The time of the one snapshot that is meant; nil for all.
    public let time: Double?
    /// One number per parameter.
    public let parameters: [Double]
  }

  /// The path of the manifest.
  public let path: String
  /// The names of the parameters, in the order of the columns.
  public let parameterNames: [String]
  /// The runs, in the order of the lines; at least one.
  public let runs: [Run]

  /// Reads a manifest.
  ///
  /// - Throws: `SnapshotError.format` with the line; files that are missing are told all at once,
  ///   each with its line.
  public init(reading path: String) throws(SnapshotError) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileBytes.read(path, limit: 1 << 28) } catch {
      throw .file(error)
    }
    do throws(FormatError) { try self.init(bytes, path) } catch { throw .format(error) }
    let missing = runs.filter { !FileBytes.isReadable($0.path) && !Folder.exists($0.path) }
    guard missing.isEmpty else {
      let list = missing.prefix(20).map { "\(path):\($0.line): \($0.source)" }
      let rest = missing.count > 20 ? "\n  and \(missing.count - 20) more" : ""
      throw .refused(
        "\(missing.count) of \(runs.count) files of the manifest are missing:\n  "
          + list.joined(separator: "\n  ") + rest)
    }
  }

  private init(_ bytes: [UInt8], _ path: String) throws(FormatError) {
    self.path = path
    func malformed(_ line: Int, _ expected: String, _ found: String) -> FormatError {
      .malformed(at: FilePlace(file: path, position: .line(line)), found: found, expected: expected)
    }
    let folder = Folder.prefix(of: path)
    var names: [String] = []
    var runs: [Run] = []
    var known: [Run.Identity: Int] = [:]
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    for (index, row) in text.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let line = index + 1
      let row = row.last == 13 ? row.dropLast() : row
      guard row.contains(where: { $0 != 32 && $0 != 9 }), row.first != UInt8(ascii: "#") else {
        continue
      }
      if row.contains(0) { throw malformed(line, "UTF-8 text", "a NUL byte") }
      guard let cells = Manifest.cells(row) else {
        throw malformed(line, "a closing quote", "the end of the line")
      }
      if names.isEmpty {
        names = cells
        guard names.contains("path") else {
          throw malformed(
            line, "a line of names with the column 'path'", cells.joined(separator: ","))
        }
        guard Set(names).count == names.count, !names.contains("") else {
          throw malformed(line, "a name of its own for each column", cells.joined(separator: ","))
        }
        continue
      }
      guard cells.count == names.count else {
        throw malformed(line, "\(names.count) columns as in the line of names", "\(cells.count)")
      }
      func number(_ cell: String, _ name: String) throws(FormatError) -> Double {
        let bytes = Array(cell.utf8)
        var offset = 0
        guard case .number(let value) = DecimalText.real(in: bytes, at: &offset),
          offset == bytes.count
        else {
          throw malformed(
            line, "a finite decimal number in column '\(name)'", "'\(cell.prefix(40))'")
        }
        return value
      }
      var (source, fields, time) = ("", [] as [String], nil as Double?)
      var parameters: [Double] = []
      for (name, cell) in zip(names, cells) {
        switch name {
        case "path": source = cell
        case "field": fields = cell.split(separator: " ").map(String.init)
        case "time": time = cell.isEmpty ? nil : try number(cell, name)
        default: parameters.append(try number(cell, name))
        }
      }
      guard !source.isEmpty else { throw malformed(line, "a file in column 'path'", "none") }
      let run = Run(
        line: line, source: source, path: source.hasPrefix("/") ? source : folder + source,
        fields: fields, time: time, parameters: parameters)
      if let earlier = known.updateValue(line, forKey: run.identity) {
        throw malformed(line, "each file once", "\(source) again, as in line \(earlier)")
      }
      runs.append(run)
    }
    guard !runs.isEmpty else { throw malformed(1, "at least one run", "none") }
    self.runs = runs
    parameterNames = names.filter { !["path", "field", "time"].contains($0) }
  }

  /// The cells of a line, without blanks or quotes around them; nil where a quote stays open.
  private static func cells(_ row: ArraySlice<UInt8>) -> [String]? {
    var cells: [String] = []
    var cell: [UInt8] = []
    var (isQuoted, wasQuoted) = (false, false)
    func finish() {
      var text = Substring(String(decoding: cell, as: UTF8.self))
      if !wasQuoted {
        text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
      }
      cells.append(String(text))
      (cell, wasQuoted) = ([], false)
    }
    var place = row.startIndex
    while place < row.endIndex {
      let byte = row[place]
      if isQuoted, byte == 34 {
        // Two quotes stand for one.
        if place + 1 < row.endIndex, row[place + 1] == 34 {
          cell.append(34)
          place += 1
        } else {
          isQuoted = false
        }
      } else if byte == 34, cell.allSatisfy({ $0 == 32 }) {
        (isQuoted, wasQuoted, cell) = (true, true, [])
      } else if byte == 44, !isQuoted {
        finish()
      } else {
        cell.append(byte)
      }
      place += 1
    }
    finish()
    return isQuoted ? nil : cells
  }
}

extension Manifest.Run {
  /// What tells runs apart: the file and, where one is meant, the time.
  struct Identity: Hashable {
    let source: String
    let time: Double?
  }

  var identity: Identity { Identity(source: source, time: time) }

  /// How the store names the source of this run's snapshots.
  var storedSource: String { time.map { "\(source)@\($0)" } ?? source }
}
