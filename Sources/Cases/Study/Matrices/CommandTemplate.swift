internal import ModelReduction

/// The words of a command with places for parameters.
struct CommandTemplate: Sendable, Hashable {
  /// A part of a word.
  enum Piece: Sendable, Hashable {
    /// Itself.
    case text(String)
    /// Components of the parameter, by their places in the flat vector.
    case components([Int])
    /// The path of the file to be written.
    case output
  }

  /// The words.
  let words: [[Piece]]

  /// Why a word is not understood.
  struct UnknownName: Error {
    let name: String
    let word: String
    let known: [String]

    var message: String {
      "unknown parameter '\(name)' in the word '\(word)' of the command"
        + Spelling.hint(for: name, among: known)
        + "; write {{\(name)}} for the braces themselves"
    }
  }

  /// Finds {name}, {name[i]}, {mu} and {output} in words; {{name}} stands for {name} itself, and other
  /// braces for themselves.
  init(_ words: [String], in layout: ParameterLayout) throws(UnknownName) {
    var meanings: [String: Piece] = [
      "mu": .components(Array(0..<layout.count)), "output": .output,
    ]
    var next = 0
    for (name, size) in layout.parameters {
      let places = Array(next..<next + (size ?? 1))
      meanings[name] = .components(places)
      if size != nil {
        for (i, place) in places.enumerated() { meanings["\(name)[\(i)]"] = .components([place]) }
      }
      next += places.count
    }
    var parsed: [[Piece]] = []
    for word in words { parsed.append(try CommandTemplate.pieces(of: word, meanings)) }
    self.words = parsed
  }

  private static func pieces(
    of word: String, _ meanings: [String: Piece]
  ) throws(UnknownName) -> [Piece] {
    var (pieces, text): ([Piece], String) = ([], "")
    var rest = word[...]
    while let first = rest.first {
      if first == "{", rest.dropFirst().first == "{", let name = name(in: rest.dropFirst()),
        rest.dropFirst(name.count + 3).first == "}"
      {
        text += "{\(name)}"
        rest = rest.dropFirst(name.count + 4)
      } else if first == "{", let name = name(in: rest) {
        guard let meaning = meanings[name] else {
          throw UnknownName(name: name, word: word, known: meanings.keys.sorted())
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        pieces.append(meaning)
        (text, rest) = ("", rest.dropFirst(name.count + 2))
      } else {
        text.append(first)
        rest = rest.dropFirst()
      }
    }
    if !text.isEmpty || pieces.isEmpty { pieces.append(.text(text)) }
    return pieces
  }

  /// What stands in the braces a text begins with, if it looks like a name, or a name and an index.
  private static func name(in text: Substring) -> String? {
    guard text.first == "{", let end = text.firstIndex(of: "}") else { return nil }
    let name = text[text.index(after: text.startIndex)..<end]
    var stem = name
    if name.last == "]", let bracket = name.firstIndex(of: "[") {
      let digits = name[name.index(after: bracket)...].dropLast()
      guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
      stem = name[..<bracket]
    }
    guard let first = stem.first, first.isLetter || first == "_",
      stem.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
    else { return nil }
    return String(name)
  }

  /// Whether the program writes a file instead of its stdout.
  var writesFile: Bool { words.contains { $0.contains(.output) } }
  /// Whether it is told of any parameter.
  var knowsParameters: Bool {
    words.contains { $0.contains { if case .components = $0 { true } else { false } } }
  }

  /// The words at a parameter.
  ///
  /// Several numbers are words of their own where nothing else stands in their word, else parted by
  /// blanks.
  func words(at mu: Parameter, output: String) -> [String] {
    words.flatMap { word -> [String] in
      if word.count == 1, case .components(let places) = word[0] {
        return places.map { seventeenDigits(mu[$0]) }
      }
      return [
        word.map { piece in
          switch piece {
          case .text(let text): text
          case .components(let places):
            places.map { seventeenDigits(mu[$0]) }.joined(separator: " ")
          case .output: output
          }
        }.joined()
      ]
    }
  }
}
