internal import Files
internal import Logging
internal import ModelReduction
internal import Physics

/// Training runs that have come to their end, kept in the folder of a run until it ends: one that was
/// interrupted, or failed at another parameter, goes on without computing them again.
struct KeptTraining: Sendable {
  /// Where, and what they belong to: those of another run are not taken.
  let files: CheckpointFiles
  /// Where it is said that one could not be kept or read.
  let log: Logger

  private static let prefix = "checkpoint-training-"

  private func path(ofRow row: Int) -> String {
    "\(files.folder)/\(KeptTraining.prefix)\(row).ritzstate"
  }

  private var names: [String] {
    ((try? Folder.names(in: files.folder)) ?? []).filter {
      $0.hasPrefix(KeptTraining.prefix) && $0.hasSuffix(".ritzstate")
    }
  }

  /// Whether there are any.
  var isEmpty: Bool { names.isEmpty }

  /// What a run has taught; nil where it was not kept, or not by a run of this case.
  func frames(ofRow row: Int, at mu: Parameter) -> [MechanicalSnapshots.Column]? {
    let path = path(ofRow: row)
    guard FileBytes.isReadable(path) else { return nil }
    do throws(StudyError) {
      var reader = try StateReader(path)
      guard try reader.text() == files.identity, try reader.numbers() == mu.values else {
        log.notice("\(path) belongs to another run; it is computed again")
        return nil
      }
      var found: [MechanicalSnapshots.Column] = []
      for _ in 0..<(try reader.count(of: 8)) {
        guard let time = try reader.numbers().first else { throw reader.damaged }
        let (displacement, stress) = (try reader.numbers(), try reader.numbers())
        var variables: [[Double]] = []
        for _ in 0..<(try reader.count(of: 8)) { variables.append(try reader.numbers()) }
        found.append(
          MechanicalSnapshots.Column(
            time: time, displacement: displacement, stress: stress, variables: variables))
      }
      return found
    } catch {
      log.warning("a training run cannot be read and is computed again: \(error)")
      return nil
    }
  }

  /// Keeps a run. That this fails must not disturb the computation.
  func keep(_ frames: [MechanicalSnapshots.Column], ofRow row: Int, at mu: Parameter) {
    var bytes = StateBytes()
    bytes.add(files.identity)
    bytes.add(mu.values)
    bytes.add(frames.count)
    for frame in frames {
      bytes.add([frame.time])
      bytes.add(frame.displacement)
      bytes.add(frame.stress)
      bytes.add(frame.variables.count)
      for values in frame.variables { bytes.add(values) }
    }
    do throws(FileError) { try FileBytes.write(bytes.sealed(), to: path(ofRow: row)) } catch {
      log.warning("a training run could not be kept, --resume would compute it again: \(error)")
    }
  }

  /// Takes all of them away.
  func remove() { for name in names { CheckpointFiles.remove("\(files.folder)/\(name)") } }
}
