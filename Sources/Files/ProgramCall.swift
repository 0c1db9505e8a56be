/// A program of somebody else and its arguments, run without a shell and never longer than allowed.
public struct ProgramCall: Sendable, Hashable {
  /// The program, looked for along PATH where its name has no slash, then its arguments.
  public var words: [String]
  /// The folder it runs in, and a name with a slash is seen from; that of this process where empty.
  public var folder: String
  /// Seconds until it is stopped, with all that it has started.
  public var timeout: Double
  /// The most bytes it may write to either stream.
  public var outputLimit = 4 << 30

  /// A call.
  ///
  /// - Precondition: There is at least one word, and the time is positive.
  public init(_ words: [String], in folder: String = "", timeout: Double = 600) {
    precondition(!words.isEmpty && timeout > 0, "a call of \(words) for \(timeout) s")
    (self.words, self.folder, self.timeout) = (words, folder, timeout)
  }

  /// As a person would type it.
  public var text: String {
    words.map { word in
      let isPlain =
        !word.isEmpty
        && word.utf8.allSatisfy { byte in
          (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            || "-_./=+:,@%".utf8.contains(byte)
        }
      return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }.joined(separator: " ")
  }

  /// Why a program gave no result.
  public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// It cannot be started; the errno.
    case notStarted(program: String, code: Int32)
    /// It ended with another status than zero; the end of what it said on stderr.
    case status(Int32, said: String)
    /// A signal ended it.
    case signal(Int32, said: String)
    /// It ran too long.
    case timeout(seconds: Double, said: String)
    /// It wrote too much.
    case output(limit: Int)
    /// A file for its output cannot be made.
    case file(FileError)

    /// What happened.
    public var description: String {
      switch self {
      case .notStarted(let program, let code):
        "the program '\(program)' cannot be started: \(SystemCall.reason(code))"
      case .status(let status, let said): "it ended with status \(status)" + Failure.quoted(said)
      case .signal(let number, let said): "signal \(number) ended it" + Failure.quoted(said)
      case .timeout(let seconds, let said):
        "it was stopped after \(seconds) s" + Failure.quoted(said)
      case .output(let limit): "it was stopped because it wrote more than \(limit) bytes"
      case .file(let error): error.description
      }
    }

    /// Whether there is no such program.
    public var isMissing: Bool {
      if case .notStarted(_, let code) = self { SystemCall.meansMissing(code) } else { false }
    }

    private static func quoted(_ said: String) -> String {
      said.isEmpty ? " and said nothing on stderr" : "; on stderr: \(said)"
    }
  }

  /// Runs the program until it ends; stdin is empty, and nothing it has started outlives it.
  ///
  /// - Parameter output: A file that takes what it writes to stdout.
  /// - Throws: `Failure`; the file then holds what had been written.
  public func run(output: String) throws(Failure) {
    do {
      try TemporaryFiles.withScratchFile(for: output + ".said") { messages in
        try ChildProcess.run(self, output: output, messages: messages)
      }
    } catch let error as Failure { throw error } catch let error as FileError {
      throw .file(error)
    } catch { throw .file(FileError(path: output, operation: "write", reason: "\(error)")) }
  }

  /// Stops every program that is running, for a process that is about to end.
  public static func stopAll() { ChildProcess.stopAll() }

  /// Where the program would be found; nil where it would not.
  public var programPath: String? { SystemCall.program(words[0], from: folder) }
}
