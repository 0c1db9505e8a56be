internal import Files

/// The text of a case: the file, the files it includes, and what the command line overrides.
struct CaseText {
  private(set) var tree = TOMLTable()
  private(set) var lines = SourceLines()
  private(set) var diagnostics: [Diagnostic] = []
  let path: String

  static let largestFile = 16 << 20
  static let mostFiles = 1000
  private var fileCount = 0

  /// Reads a file and all it includes.
  init(path: String, overrides: [String]) {
    self.path = path
    tree = read(path, from: nil, above: [])
    for override in overrides { apply(override) }
  }

  /// Takes a text that stands for the file called `path`.
  init(_ text: [UInt8], path: String, overrides: [String]) {
    self.path = path
    tree = parse(text, path, above: [])
    for override in overrides { apply(override) }
  }

  private mutating func report(
    _ location: SourceLocation, _ message: String, isMissingFile: Bool = false
  ) {
    diagnostics.append(Diagnostic(at: location, message, isMissingFile: isMissingFile))
  }

  private mutating func read(
    _ path: String, from place: SourceLocation?, above: [String]
  ) -> TOMLTable {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileBytes.read(path, limit: CaseText.largestFile) } catch {
      report(
        place ?? SourceLocation(file: path), error.description, isMissingFile: error.isMissing)
      return TOMLTable()
    }
    return parse(bytes, path, above: above)
  }

  private mutating func parse(_ bytes: [UInt8], _ path: String, above: [String]) -> TOMLTable {
    lines.add(String(decoding: bytes, as: UTF8.self), named: path)
    let own: TOMLTable
    do throws(TOMLSyntaxError) { own = try TOMLTable(parsing: bytes, file: path) } catch {
      report(error.location, error.message)
      return TOMLTable()
    }
    guard let include = own["include"] else { return own }
    var merged = TOMLTable()
    for node in include.array ?? [include] {
      // A list of something else than texts is reported with the other wrong types.
      guard let name = node.string, !name.isEmpty else { continue }
      let file = FilePath.joined(FilePath.folder(of: path), name)
      let chain = above + [FilePath.tidied(path)]
      if chain.contains(file) {
        report(
          node.location, "the file includes itself: \((chain + [file]).joined(separator: " → "))")
      } else if chain.count >= 16 {
        report(node.location, "files include each other more than 16 deep")
      } else if fileCount >= CaseText.mostFiles {
        report(node.location, "more than \(CaseText.mostFiles) files are included")
        return own
      } else {
        fileCount += 1
        merged = merged.merged(with: read(file, from: node.location, above: chain))
      }
    }
    merged.entries.removeAll { $0.key == "include" }
    return merged.merged(with: own)
  }

  // MARK: Overrides

  /// `reduction.tolerance=1e-8` or `parameter[0].range=[0.1, 1]`: the value is read as TOML, and
  /// as a text where it is not TOML.
  private mutating func apply(_ override: String) {
    guard let sign = override.firstIndex(of: "=") else {
      let place = SourceLocation(file: "--set \(override)")
      report(place, "an override has the form key=value, as in --set reduction.tolerance=1e-8")
      return
    }
    let key = String(override[..<sign]).trimmingBlanks
    let text = String(override[override.index(after: sign)...])
    let place = SourceLocation(file: "--set \(key)")
    lines.add(override, named: place.file)
    let path: JSONPath
    do throws(JSONError) { path = try JSONPath(key) } catch {
      report(place, "'\(key)' is not the path of a key, as in parameter[0].range")
      return
    }
    guard case .key? = path.steps.first else {
      report(place, "'\(key)' must begin with the name of a table or key")
      return
    }
    let value = CaseText.value(of: text)
    var root = TOMLNode(.table(tree), at: place)
    if let problem = CaseText.set(
      value.placed(at: place), in: &root, path.steps[...], place, walked: "")
    {
      report(place, problem)
    }
    tree = root.table ?? tree
  }

  private static func value(of text: String) -> TOMLNode {
    let bytes = Array("value = \(text)".utf8)
    if let table = try? TOMLTable(parsing: bytes, file: ""), table.entries.count == 1,
      let node = table["value"]
    {
      return node
    }
    return TOMLNode(.string(text.trimmingBlanks), at: SourceLocation(file: ""))
  }

  /// - Returns: What is wrong, or nil.
  private static func set(
    _ value: TOMLNode, in node: inout TOMLNode, _ steps: ArraySlice<JSONPath.Step>,
    _ place: SourceLocation, walked: String
  ) -> String? {
    guard let step = steps.first else {
      node = value
      return nil
    }
    let here = walked.isEmpty ? "the case" : "'\(walked)'"
    switch step {
    case .key(let key):
      guard var table = node.table else { return "\(here) is \(node.value.noun), not a table" }
      let i: Int
      if let found = table.index(of: key) {
        i = found
        table.entries[i].keyLocation = steps.count == 1 ? place : table.entries[i].keyLocation
      } else {
        i = table.entries.count
        let empty = TOMLNode(.table(TOMLTable()), at: place)
        table.entries.append(TOMLTable.Entry(key: key, at: place, node: empty))
      }
      let problem = set(
        value, in: &table.entries[i].node, steps.dropFirst(), place,
        walked: walked.isEmpty ? key : "\(walked).\(key)")
      if problem == nil { node.value = .table(table) }
      return problem
    case .index(let index):
      guard var members = node.array else { return "\(here) is \(node.value.noun), not a list" }
      guard members.indices.contains(index) else {
        return "\(here) has \(members.count) members, counted from 0"
      }
      let problem = set(
        value, in: &members[index], steps.dropFirst(), place, walked: "\(walked)[\(index)]")
      if problem == nil { node.value = .array(members) }
      return problem
    }
  }
}

extension TOMLNode {
  /// The same value with every place inside replaced by `place`.
  func placed(at place: SourceLocation) -> TOMLNode {
    switch value {
    case .array(let nodes): TOMLNode(.array(nodes.map { $0.placed(at: place) }), at: place)
    case .table(let table):
      TOMLNode(
        .table(
          TOMLTable(
            table.entries.map {
              TOMLTable.Entry(key: $0.key, at: place, node: $0.node.placed(at: place))
            })), at: place)
    default: TOMLNode(value, at: place)
    }
  }
}
