public import Files
public import Logging

/// What Ritz says while it works: text for people on stderr, JSON lines for machines in
/// `log.jsonl`.
public struct Narration: LogHandler {
  /// How much is said on stderr.
  public enum Loudness: Sendable, Hashable {
    /// `-q`: warnings and errors.
    case quiet
    /// The steps of the work.
    case normal
    /// `-v`: everything.
    case verbose

    /// The least level shown.
    public var level: Logger.Level {
      switch self {
      case .quiet: .warning
      case .normal: .info
      case .verbose: .trace
      }
    }
  }

  /// Facts told with every message.
  public var metadata: Logger.Metadata = [:]
  /// The least level handed on; the file takes all of it, stderr what the loudness asks for.
  public var logLevel: Logger.Level
  private let loudness: Loudness
  private let isColoured: Bool
  private let file: LineFile?

  /// Speaks on stderr and, where `path` is given, writes JSON lines there.
  ///
  /// - Throws: Why the file cannot be written.
  public init(_ loudness: Loudness = .normal, log path: String? = nil) throws(FileError) {
    self.loudness = loudness
    isColoured = StandardError.wantsColour
    if let path { file = try LineFile(path) } else { file = nil }
    logLevel = path == nil ? loudness.level : min(.debug, loudness.level)
  }

  /// A logger that speaks through this narration.
  public func logger(_ label: String = "ritz") -> Logger { Logger(label: label) { _ in self } }

  /// One fact of the metadata.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Says one message.
  public func log(event: LogEvent) {
    let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
    if event.level >= loudness.level {
      StandardError.write(line(event.level, event.message.description, facts))
    }
    guard let file else { return }
    var members: [(key: String, value: JSONValue)] = [
      ("time", .number(secondsSinceEpoch())), ("level", .string(event.level.rawValue)),
      ("message", .string(event.message.description)),
    ]
    members += facts.map { (key: $0.key, value: .string("\($0.value)")) }
    if let text = try? JSONValue.object(members).text(isIndented: false) { file.append(text) }
  }

  private func line(
    _ level: Logger.Level, _ message: String, _ facts: [(key: String, value: Logger.MetadataValue)]
  ) -> String {
    let details = facts.map { " \($0.key)=\($0.value)" }.joined()
    let (word, colour) =
      switch level {
      case .critical, .error: ("error: ", "31;1")
      case .warning: ("warning: ", "33;1")
      case .notice, .info: ("", "0")
      case .debug, .trace: ("", "2")
      }
    if !isColoured { return "\(word)\(message)\(details)\n" }
    return "\u{1B}[\(colour)m\(word)\(word.isEmpty ? message : "\u{1B}[0m\(message)")"
      + "\u{1B}[2m\(details)\u{1B}[0m\n"
  }
}
