internal import Files
internal import Logging
internal import ModelReduction

/// Solutions of full size kept in the folder of a run until it ends, so that a run that was interrupted
/// goes on without solving again.
struct KeptSolutions: SolutionStore {
  /// The folder of the run.
  let folder: String
  /// What the solutions are of: those of anything else are not taken.
  let identity: String
  /// Where it is said that one could not be kept.
  let log: Logger

  private static let prefix = "solution-"

  private func path(_ mu: Parameter) -> String {
    var hash = ContentHash()
    for value in mu.values { hash.add(value) }
    return "\(folder)/\(KeptSolutions.prefix)\(hash.hexadecimal().prefix(16)).ritzstate"
  }

  func solution(at mu: Parameter) -> [Double]? {
    guard FileBytes.isReadable(path(mu)), var reader = try? StateReader(path(mu)),
      let owner = try? reader.text(), owner == identity, let values = try? reader.numbers(),
      values == mu.values, let state = try? reader.numbers()
    else { return nil }
    return state
  }

  func keep(_ state: [Double], at mu: Parameter) {
    var bytes = StateBytes()
    bytes.add(identity)
    bytes.add(mu.values)
    bytes.add(state)
    do throws(FileError) { try FileBytes.write(bytes.sealed(), to: path(mu)) } catch {
      log.warning("a solution could not be kept, --resume would compute it again: \(error)")
    }
  }

  /// Removes all of them.
  func remove() {
    for name in (try? Folder.names(in: folder)) ?? []
    where name.hasPrefix(KeptSolutions.prefix) && name.hasSuffix(".ritzstate") {
      removeFile("\(folder)/\(name)")
    }
  }
}
