internal import Foundation

extension ParameterSpace {
  /// Reads "k=1,2,3", "k[0]=1,k[1]=2,a=0.5" or any mixture of both, in any order.
  ///
  /// A comma, a semicolon or blank space separates; a piece without "=" continues the list of the
  /// name before it.
  ///
  /// - Throws: The first thing that is wrong; `missing` names all components without a value.
  public func parameter(parsing text: String) throws(ParameterQueryError) -> Parameter {
    var found = [Double?](repeating: nil, count: dimension)
    for (name, pieces) in try assignments(in: text) {
      let (place, expected) = try components(named: name)
      guard pieces.count == expected else {
        throw .wrongCount(name: name, expected: expected, found: pieces.count)
      }
      for (i, piece) in pieces.enumerated() {
        guard let value = Double(piece), value.isFinite else {
          throw .notANumber(name: name, text: piece)
        }
        guard found[place + i] == nil else { throw .duplicate(names[place + i]) }
        found[place + i] = value
      }
    }
    let missing = zip(names, found).filter { $0.1 == nil }.map(\.0)
    guard missing.isEmpty else { throw .missing(missing) }
    return Parameter(found.compactMap { $0 })
  }

  /// The names with the pieces that follow each of them.
  private func assignments(
    in text: String
  ) throws(ParameterQueryError) -> [(name: String, pieces: [String])] {
    var result: [(name: String, pieces: [String])] = []
    let joined = text.replacingOccurrences(
      of: "\\s*=\\s*", with: "=", options: .regularExpression)
    for piece in joined.split(whereSeparator: { ",; \t\n\r".contains($0) }) {
      if let equals = piece.firstIndex(of: "=") {
        let name = String(piece[..<equals])
        guard !name.isEmpty else { throw .notAnAssignment(String(piece)) }
        let value = piece[piece.index(after: equals)...]
        result.append((name, value.isEmpty ? [] : [String(value)]))
      } else if result.isEmpty {
        throw .notAnAssignment(String(piece))
      } else {
        result[result.count - 1].pieces.append(String(piece))
      }
    }
    return result
  }

  /// The first flat component of "k" or "k[3]" and how many there are.
  private func components(
    named name: String
  ) throws(ParameterQueryError) -> (first: Int, count: Int) {
    if let flat = names.firstIndex(of: name) { return (flat, 1) }
    var first = 0
    for axis in axes {
      if axis.name == name { return (first, axis.componentCount) }
      if let size = axis.size, name.hasPrefix(axis.name + "["), name.hasSuffix("]"),
        let index = Int(name.dropFirst(axis.name.count + 1).dropLast())
      {
        throw .indexOutOfRange(name: axis.name, index: index, size: size)
      }
      first += axis.componentCount
    }
    let candidates = axes.map(\.name) + names
    let nearest = candidates.min { editDistance($0, name) < editDistance($1, name) }
    let isNear = nearest.map { editDistance($0, name) <= max(1, name.count / 3) } ?? false
    throw .unknownName(name, suggestion: isNear ? nearest : nil)
  }
}

/// The least number of insertions, deletions and replacements that turn `a` into `b`.
///
/// - Source: V. Levenshtein, Soviet Physics Doklady 10 (1966).
private func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a.prefix(64)), Array(b.prefix(64)))
  var row = Array(0...b.count)
  for i in a.indices {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let change = diagonal + (a[i] == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
