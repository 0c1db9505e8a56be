internal import Files

#if canImport(Glibc)
  internal import Glibc
#endif

/// The stream of the narration.
enum StandardError {
  /// Whether somebody watches.
  static var isTerminal: Bool { isatty(2) == 1 }

  /// Whether colour is welcome: a terminal, and NO_COLOR not set to anything.
  static var wantsColour: Bool {
    isTerminal && !isSet("NO_COLOR") && text("TERM") != "dumb"
  }

  /// Writes a text; a closed or full stream is no reason to end the run.
  static func write(_ text: String) { _ = FileBytes.append(Array(text.utf8), to: 2) }

  private static func text(_ name: String) -> String? {
    // Safe: the environment is not changed while Ritz runs, and the text is copied at once.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  private static func isSet(_ name: String) -> Bool { !(text(name) ?? "").isEmpty }
}

/// A file that grows by whole lines.
@safe final class LineFile: Sendable {
  private let descriptor: Int32

  init(_ path: String) throws(FileError) {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw FileError(path: path, operation: "write", code: errno) }
    descriptor = file
  }

  deinit { close(descriptor) }

  func append(_ line: String) { _ = FileBytes.append(Array((line + "\n").utf8), to: descriptor) }
}

/// Seconds since 1970, for time stamps only.
func secondsSinceEpoch() -> Double {
  var now = timespec()
  _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
}
