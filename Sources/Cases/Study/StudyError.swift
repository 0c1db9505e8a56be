public import Files
internal import LinearAlgebra
internal import ModelReduction
internal import Physics

/// Why a study that was read without complaint could not be finished.
public enum StudyError: Error, Sendable, CustomStringConvertible {
  /// The problem has no unique solution, or none with the given numbers.
  case notSolvable(String)
  /// This kind of model cannot be reduced, or not yet.
  case notReducible(String)
  /// An iteration did not come to an end; what had been computed before is on disk.
  case notConverged(String)
  /// A file could not be written or read.
  case file(FileError)
  /// A number in the results is infinite or undefined.
  case notFinite(String)
  /// Something that nobody has foreseen.
  case unforeseen(String)

  /// The exit code of CASES: 10 for an iteration, 65 for data, 70 where Ritz is to blame.
  public var exitCode: Int32 {
    switch self {
    case .notSolvable, .notReducible: 65
    case .notConverged: 10
    case .file(let error): error.isMissing ? 66 : 65
    case .notFinite, .unforeseen: 70
    }
  }

  /// What is wrong, with a cure where there is one.
  public var description: String {
    switch self {
    case .notSolvable(let text), .notReducible(let text), .notConverged(let text): text
    case .file(let error): error.description
    case .notFinite(let text), .unforeseen(let text): text
    }
  }

  /// What a failure of the numerics means for the case; other errors pass unchanged.
  init(_ error: any Error) {
    switch error {
    case let error as StudyError: self = error
    case let error as FileError: self = .file(error)
    case let error as PhysicsError: self = .notSolvable(error.message)
    case let error as SamplingError:
      self = .notSolvable("the points cannot be sampled: \(error)")
    case GreedyError.startOutOfRange(let row, let count):
      self = .notSolvable(
        "'start' = \(row) in [reduction] is not a training row; the rows are 0 to \(count - 1)")
    case let error as ModelError where error.isNotConverged: self = .notConverged("\(error)")
    case GreedyError.model(let error) where error.isNotConverged:
      self = .notConverged("\(error)")
    // The words of another rank are those of its error.
    case ModelError.onAnotherRank(let words), GreedyError.model(.onAnotherRank(let words)):
      self = .notSolvable(words)
    case ModelError.parameterCount, ModelError.parameterNotFinite, ModelError.coefficientNotFinite,
      ModelError.outsideRange, GreedyError.model(.outsideRange),
      GreedyError.model(.parameterCount), GreedyError.model(.parameterNotFinite),
      GreedyError.model(.coefficientNotFinite), GreedyError.emptyTrainingSet:
      self = .notSolvable("\(error)")
    case is ModelError, is GreedyError, is FactorizationError:
      self = .notSolvable(
        "the problem cannot be solved: \(error); is u fixed by a value, an exchange or a reaction "
          + "on every connected piece, and is every coefficient positive over the ranges?")
    case let error as any CustomStringConvertible: self = .notSolvable("\(error)")
    default: self = .unforeseen("the run ended on \(type(of: error)): \(error)")
    }
  }
}
