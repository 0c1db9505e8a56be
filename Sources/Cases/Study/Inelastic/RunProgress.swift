internal import Files
internal import Logging
internal import Meshes
internal import ModelReduction

/// Where a run begins.
public enum StudyStart: Sendable {
  /// At the beginning, whatever an earlier run has left.
  case beginning
  /// Where an interrupted run of the same case into the same folder stood; at the beginning where
  /// there is nothing of it.
  case checkpoint
}

/// What a long run says of itself, and where it keeps what it needs to go on.
struct RunProgress: Sendable {
  let start: StudyStart
  let files: CheckpointFiles
  let schedule: KeepingSchedule
  let log: Logger
  let loudness: Narration.Loudness

  /// The training runs that have come to their end.
  var training: KeptTraining { KeptTraining(files: files, log: log) }

  /// Where the run stands that is to be gone on with; nil for one that begins.
  func checkpoint() throws(StudyError) -> Checkpoint? {
    guard start == .checkpoint else { return nil }
    guard files.exists else {
      guard training.isEmpty else { return nil }
      log.notice("there is no checkpoint in \(files.folder): the run begins at the beginning")
      return nil
    }
    let checkpoint = try files.read()
    let done = checkpoint.finished.count
    let query = done > 0 ? "query \(done), " : ""
    log.info("going on from the checkpoint: \(query)t = \(checkpoint.current.times.last ?? 0)")
    return checkpoint
  }
}

extension Study {
  /// What a run of this case computes, as a hash: of the case, of its mesh and of every file that the
  /// problem names.
  ///
  /// - Throws: `FileError` where such a file cannot be read.
  func runIdentity(_ points: [Parameter]) throws(FileError) -> String {
    var hash = ContentHash()
    hash.add(ritzVersion)
    hash.add(caseFile.hash)
    hash.add(meshReport?.hash ?? "")
    for point in points {
      hash.add(point.count)
      for value in point.values { hash.add(value) }
    }
    for path in caseFile.problemFiles {
      for file in [path] + PVTUFile.pieces(ofFileAt: path) {
        hash.add(try ContentHash.hexadecimal(ofFile: file))
      }
    }
    return hash.hexadecimal()
  }
}

extension CaseFile {
  /// The files that the tables of the problem name.
  fileprivate var problemFiles: [String] {
    problem.sorted { $0.key < $1.key }.flatMap { $0.value }.flatMap { Value.table($0).files }
  }
}

extension CaseFile.Value {
  fileprivate var files: [String] {
    switch self {
    case .path(let path): [path.text]
    case .list(let values, _): values.flatMap(\.files)
    case .table(let entry): entry.items.flatMap { $0.value.files }
    case .coefficient, .word, .flag, .unreadable: []
    }
  }
}
