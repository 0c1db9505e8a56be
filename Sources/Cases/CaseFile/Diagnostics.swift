/// One thing wrong, or worth a word, in what the user wrote.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
  /// How grave it is.
  public enum Severity: String, Sendable {
    /// The case cannot be run.
    case error
    /// The case can be run, but look.
    case warning
  }

  /// How grave it is.
  public let severity: Severity
  /// Where it is.
  public let location: SourceLocation
  /// What it is and what to do, one sentence without a full stop.
  public let message: String
  /// The line and a caret line, where there is one to show.
  public let excerpt: String?
  /// Whether a file named in the case does not exist (exit code 66 instead of 65).
  public let isMissingFile: Bool

  /// A diagnostic at `location`.
  public init(
    _ severity: Severity = .error, at location: SourceLocation, _ message: String,
    excerpt: String? = nil, isMissingFile: Bool = false
  ) {
    self.severity = severity
    self.location = location
    self.message = message
    self.excerpt = excerpt
    self.isMissingFile = isMissingFile
  }

  /// `case.toml:12:3: error: …`, then the excerpt.
  public var description: String {
    let head = "\(location): \(severity.rawValue): \(message)"
    guard let excerpt else { return head }
    return head + "\n" + excerpt
  }
}

/// All that is wrong with a case, in the order of the files and lines.
public struct CaseDiagnostics: Error, Sendable, CustomStringConvertible {
  /// The diagnostics, sorted.
  public let diagnostics: [Diagnostic]

  /// Sorts `diagnostics` by file (in the order of `lines`), line and column, drops repetitions
  /// and adds excerpts from `lines` where they lack one.
  public init(_ diagnostics: [Diagnostic], lines: SourceLines = SourceLines()) {
    var rank: [String: Int] = [:]
    for file in lines.files { rank[file] = rank.count }
    var seen: Set<Diagnostic> = []
    let completed = diagnostics.map { diagnostic in
      guard diagnostic.excerpt == nil else { return diagnostic }
      return Diagnostic(
        diagnostic.severity, at: diagnostic.location, diagnostic.message,
        excerpt: lines.excerpt(at: diagnostic.location), isMissingFile: diagnostic.isMissingFile)
    }.filter { seen.insert($0).inserted }
    self.diagnostics = completed.enumerated().sorted { a, b in
      let (x, y) = (a.element.location, b.element.location)
      let (fileX, fileY) = (rank[x.file] ?? rank.count, rank[y.file] ?? rank.count)
      return (fileX, x.line, x.column, a.offset) < (fileY, y.line, y.column, b.offset)
    }.map(\.element)
  }

  /// Whether any of them forbids running the case.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// 66 if all the errors are missing files, otherwise 65.
  public var exitCode: Int32 {
    let errors = diagnostics.filter { $0.severity == .error }
    return !errors.isEmpty && errors.allSatisfy(\.isMissingFile) ? 66 : 65
  }

  /// All of them, one below the other.
  public var description: String {
    diagnostics.map(\.description).joined(separator: "\n")
  }
}

/// Nearness of words, for suggestions.
public enum Spelling {
  /// The word of `candidates` nearest to `word`, if it is near enough to be meant.
  ///
  /// - Source: the restricted edit distance of Damerau, Comm. ACM 7 (1964): insertions, deletions,
  ///   replacements and exchanges of neighbours. Near enough is a third of the letters; case
  ///   counts nothing.
  public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    var best: (distance: Int, word: String)?
    let letters = Array(word.lowercased().unicodeScalars.prefix(64))
    for candidate in candidates {
      let other = Array(candidate.lowercased().unicodeScalars.prefix(64))
      let allowed = max(1, max(letters.count, other.count) / 3)
      let distance = distance(letters, other)
      if distance <= allowed, distance < (best?.distance ?? .max) { best = (distance, candidate) }
    }
    return best?.word
  }

  /// `; did you mean 'x'?`, or the list of what is allowed where nothing is near.
  static func hint(for word: String, among candidates: [String]) -> String {
    if let near = nearest(to: word, among: candidates) { return "; did you mean '\(near)'?" }
    if candidates.isEmpty { return "" }
    let shown = candidates.prefix(20).joined(separator: ", ")
    return " (allowed: \(shown)\(candidates.count > 20 ? ", …" : ""))"
  }

  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var before = [Int](repeating: 0, count: b.count + 1)
    var above = Array(0...b.count)
    for i in 1...a.count {
      var row = [i]
      for j in 1...b.count {
        var d = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          d = min(d, before[j - 2] + 1)
        }
        row.append(d)
      }
      before = above
      above = row
    }
    return above[b.count]
  }
}
