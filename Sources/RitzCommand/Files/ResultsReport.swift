internal import Cases
internal import Files

extension FileReport {
  /// What a results.json of Ritz holds.
  init(resultsAt path: String) throws {
    let results: JSONValue
    do throws(JSONError) {
      results = try JSONValue(parsing: try FileReport.bytes(path))
    } catch { throw Failure(.badData, "error: \(path): \(error)") }
    guard results["schema"]?.number != nil, let version = results["ritz"]?.string,
      let name = results["case"]?.string
    else {
      throw Failure(
        .badData, "error: \(path): this is no results.json of Ritz; it names no schema and case")
    }
    var lines = ["\(path): results of \(name), Ritz \(version)"]
    func whole(_ value: JSONValue?) -> String { value?.number.map { "\(Int($0))" } ?? "?" }
    if let space = results["space"] {
      lines.append(
        "  \(whole(space["dofs"])) unknowns, \(whole(space["free"])) free, degree "
          + whole(space["degree"]))
    }
    if let reduction = results["reduction"] {
      lines.append(
        "  \(reduction["method"]?.string ?? "?"): \(whole(reduction["size"])) vectors in the "
          + "\(reduction["product"]?.string ?? "?") product")
    }
    for entry in results["validation"]?.members ?? [] {
      let bounds = (entry["points"]?.members ?? []).compactMap { $0["estimate"]?.number }
      let errors = (entry["points"]?.members ?? []).compactMap { $0["error"]?.number }
      lines.append(
        "  validated with \(whole(entry["size"])) vectors on \(errors.count) points: error at most "
          + "\(errors.max() ?? 0), estimate at most \(bounds.max() ?? 0)")
    }
    for (i, query) in (results["query"]?.members ?? []).prefix(10).enumerated() {
      guard case .object(let outputs) = query["outputs"] else { continue }
      let values = outputs.map { "\($0.key) = \($0.value.noun)" }.joined(separator: ", ")
      lines.append("  query[\(i)]: \(values)")
    }
    let count = results["query"]?.members.count ?? 0
    if count > 10 { lines.append("  … \(count) queries in all") }
    self.init(
      text: lines.joined(separator: "\n"),
      json: .object([
        ("format", .string("results")), ("case", .string(name)), ("ritz", .string(version)),
        ("dofs", results["space"]?["dofs"] ?? .null),
        ("size", results["reduction"]?["size"] ?? .null), ("queries", .integer(count)),
      ]))
  }

  private static func bytes(_ path: String) throws(JSONError) -> [UInt8] {
    do throws(FileError) { return try FileBytes.read(path) } catch {
      throw .malformed(offset: 0, reason: error.description)
    }
  }
}

extension JSONValue {
  /// The members of a list; none where this is no list.
  fileprivate var members: [JSONValue] {
    if case .array(let members) = self { members } else { [] }
  }
}
