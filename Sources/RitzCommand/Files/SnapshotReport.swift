internal import Cases
internal import Files
internal import LinearAlgebra
internal import ModelReduction
internal import SnapshotStore

extension FileReport {
  /// Snapshots in a file, in a results folder or in a store.
  init(snapshotsAt path: String) throws {
    let summary = try SnapshotSummary(of: path)
    var lines = ["\(path): snapshots"]
    var parts: [JSONValue] = []
    for facts in summary.parts {
      lines.append(
        "  \(facts.source): \(facts.count) of \(facts.dimension) numbers, \(facts.format), "
          + "\(facts.storage), right to \(facts.precision)")
      if let first = facts.times.first, let last = facts.times.last, facts.times.count > 1 {
        lines.append("    times \(first) … \(last)")
      }
      var members: [(key: String, value: JSONValue)] = [
        ("source", .string(facts.source)), ("format", .string(facts.format)),
        ("snapshots", .integer(facts.count)), ("dimension", .integer(facts.dimension)),
        ("storage", .string(facts.storage)), ("precision", .number(facts.precision)),
        ("times", .numbers(facts.times)),
      ]
      // A look at all numbers, where that is quick.
      if 8 * facts.dimension * facts.count < 1 << 28,
        let range = try SnapshotFiles.open(facts.source).range()
      {
        lines.append("    numbers \(range.lowerBound) … \(range.upperBound)")
        members += [
          ("least", .number(range.lowerBound)), ("largest", .number(range.upperBound)),
        ]
      }
      parts.append(.object(members))
    }
    lines += summary.refused.map { "  not snapshots: \($0)" }
    if !summary.parameterNames.isEmpty {
      lines.append("  parameters \(summary.parameterNames.joined(separator: ", "))")
    }
    lines += summary.notes.map { "  note: \($0)" }
    self.init(
      text: lines.joined(separator: "\n"),
      json: .object([
        ("format", .string("snapshots")), ("parts", .array(parts)),
        ("parameters", .array(summary.parameterNames.map { .string($0) })),
        ("notes", .array(summary.notes.map { .string($0) })),
      ]))
  }

  /// A basis: modes with singular values; nil if the file is none.
  init?(basisAt path: String) throws {
    guard let basis = try? BasisFile(reading: path), !basis.singularValues.isEmpty else {
      return nil
    }
    var text =
      "\(path): a basis of \(basis.size) modes of \(basis.dimension) numbers, \(basis.product) "
      + "product, by \(basis.software)"
    if let first = basis.singularValues.first, let last = basis.singularValues.last {
      text += "\n  singular values \(first) … \(last)"
    }
    if let coefficients = basis.coefficients {
      text += "\n  coordinates of \(coefficients.columnCount) snapshots"
    }
    if basis.mean != nil { text += "\n  with a mean that was subtracted" }
    if !basis.parameterNames.isEmpty {
      text += "\n  parameters \(basis.parameterNames.joined(separator: ", "))"
    }
    self.init(
      text: text,
      json: .object([
        ("format", .string("basis")), ("rank", .integer(basis.size)),
        ("dimension", .integer(basis.dimension)), ("product", .string(basis.product)),
        ("singularValues", .numbers(basis.singularValues)),
        ("snapshots", basis.coefficients.map { .integer($0.columnCount) } ?? .null),
        ("centred", .boolean(basis.mean != nil)), ("software", .string(basis.software)),
      ]))
  }
}
