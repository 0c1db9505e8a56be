/// A command line cut into words as a shell would, and nothing else a shell does: nothing is expanded,
/// no second program is started.
public enum CommandWords {
  /// Why a text is no command.
  public enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no word.
    case empty
    /// A quote that is not closed, and where it opens, in characters from 1.
    case openQuote(Character, column: Int)
    /// A word that only a shell understands.
    case shell(String, column: Int)

    /// What is wrong, and what to do.
    public var description: String {
      switch self {
      case .empty: "there is no program to run"
      case .openQuote(let quote, let column):
        "the quote \(quote) at character \(column) is not closed"
      case .shell(let word, let column):
        "'\(word)' at character \(column) is for a shell, and there is none: put what a shell should "
          + "do in a script of its own, or write '\\\(word)' for the word itself"
      }
    }
  }

  /// Words stand between blanks. Within '…' everything is itself, within "…" everything but \" and \\;
  /// elsewhere \ makes the next character an ordinary one.
  ///
  /// - Throws: `Problem`; pipes and redirections are refused, so that nobody waits for them in vain.
  public static func split(_ text: String) throws(Problem) -> [String] {
    var words: [String] = []
    /// The word so far; nil between words.
    var word: String?
    var (start, isBare) = (0, true)
    var quote: (mark: Character, column: Int)?
    var isEscaped = false
    func end() throws(Problem) {
      guard let found = word else { return }
      if isBare, shellWords.contains(found) { throw .shell(found, column: start) }
      words.append(found)
      word = nil
    }
    for (column, character) in zip(1..., text) {
      if isEscaped {
        // Within double quotes a backslash before anything else stays.
        if quote != nil, character != "\"", character != "\\" { word = (word ?? "") + "\\" }
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if let open = quote {
        if character == open.mark {
          quote = nil
        } else if character == "\\", open.mark == "\"" {
          isEscaped = true
        } else {
          word = (word ?? "") + String(character)
        }
      } else if character.isWhitespace {
        try end()
      } else {
        if word == nil { (start, isBare) = (column, true) }
        switch character {
        case "'", "\"":
          (quote, isBare) = ((character, column), false)
          word = word ?? ""
        case "\\": (isEscaped, isBare) = (true, false)
        default: word = (word ?? "") + String(character)
        }
      }
    }
    if let open = quote { throw .openQuote(open.mark, column: open.column) }
    if isEscaped { word = (word ?? "") + "\\" }
    try end()
    guard let program = words.first, !program.isEmpty else { throw .empty }
    return words
  }

  private static let shellWords: Set<String> = [
    "|", "||", "&", "&&", ";", ">", ">>", "<", "<<", "2>", "2>&1", "&>",
  ]
}
