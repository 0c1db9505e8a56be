internal import Cases
internal import Files
internal import Meshes
internal import ModelReduction

/// What the shell learns of the end of a command.
enum ExitStatus: Int32 {
  case done = 0
  case notConverged = 10
  case expectationMissed = 11
  case membersFailed = 12
  case usage = 64
  case badData = 65
  case fileMissing = 66
  case engineAbsent = 69
  case internalError = 70
  case interrupted = 75
}

/// The end of a command that did not succeed: what to say on stderr and how to exit.
struct Failure: Error {
  let status: ExitStatus
  /// Empty where everything has been said already.
  let message: String

  init(_ status: ExitStatus, _ message: String = "") {
    (self.status, self.message) = (status, message)
  }

  /// The failure that an error of the library means.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as CaseDiagnostics:
      self.init(ExitStatus(rawValue: error.exitCode) ?? .badData, error.description)
    case StudyError.file(let error): self.init(Failure.status(of: error), "error: \(error)")
    case let error as StudyError:
      self.init(ExitStatus(rawValue: error.exitCode) ?? .badData, "error: \(error)")
    case let error as FileError: self.init(Failure.status(of: error), "error: \(error)")
    case FormatError.unreadable(let error): self.init(error)
    case let error as FormatError: self.init(.badData, "error: \(error)")
    case SnapshotError.file(let error): self.init(error)
    case SnapshotError.format(let error): self.init(error)
    case let error as SnapshotError: self.init(.badData, "error: \(error)")
    case let error as MeshError: self.init(Failure.status(of: error), "error: \(error)")
    case let error as ModelFileError: self.init(Failure.status(of: error), "error: \(error)")
    case let error as ModelError where error.isNotConverged:
      self.init(.notConverged, "error: \(error)")
    case let error as ModelError: self.init(.badData, "error: \(error)")
    case let error as JSONError: self.init(.badData, "error: \(error)")
    case let error as SequenceError: self.init(.badData, "error: \(error)")
    case let error as PointError: self.init(.usage, "error: \(error)")
    case let error as ParameterQueryError: self.init(.usage, "error: \(error)")
    default:
      self.init(
        .internalError,
        """
        error: this is a bug in Ritz; please report it with the command and its input.
        \(type(of: error)): \(error)
        """)
    }
  }

  /// A file that is not there to be read is missing; one that cannot be written is not.
  private static func status(of error: FileError) -> ExitStatus {
    error.isMissing && ["open", "read"].contains(error.operation) ? .fileMissing : .badData
  }

  private static func status(of error: MeshError) -> ExitStatus {
    guard case .unreadable(let path, _) = error else { return .badData }
    return FileBytes.isReadable(path) ? .badData : .fileMissing
  }

  private static func status(of error: ModelFileError) -> ExitStatus {
    guard case .unreadable(let path) = error else { return .badData }
    return FileBytes.isReadable(path) ? .badData : .fileMissing
  }

  /// Says the message on stderr.
  func report() {
    if !message.isEmpty { StandardStream.error.tryToWrite(message + "\n") }
  }
}
