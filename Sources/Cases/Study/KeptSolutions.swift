internal import DomainDecomposition
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

  /// Whether a file of that name holds a solution.
  static func isName(_ name: String) -> Bool {
    name.hasPrefix(prefix) && name.hasSuffix(".ritzstate")
  }

  private func path(_ mu: Parameter) -> String {
    var hash = ContentHash()
    for value in mu.values { hash.add(value) }
    return "\(folder)/\(KeptSolutions.prefix)\(hash.hexadecimal().prefix(16)).ritzstate"
  }

  /// What the first rank finds, on all of them: they ask in the same order.
  func solution(at mu: Parameter) -> [Double]? {
    guard let world = Processes.communicator else { return read(mu) }
    let found = world.rank == 0 ? read(mu) : nil
    var count = [Double(found?.count ?? -1)]
    world.broadcast(&count, from: 0)
    guard count[0] >= 0 else { return nil }
    var state = found ?? [Double](repeating: 0, count: Int(count[0]))
    world.broadcast(&state, from: 0)
    return state
  }

  private func read(_ mu: Parameter) -> [Double]? {
    guard FileBytes.isReadable(path(mu)), var reader = try? StateReader(path(mu)),
      let owner = try? reader.text(), owner == identity, let values = try? reader.numbers(),
      values == mu.values, let state = try? reader.numbers()
    else { return nil }
    return state
  }

  func keep(_ state: [Double], at mu: Parameter) {
    guard isWriter else { return }
    var bytes = StateBytes()
    bytes.add(identity)
    bytes.add(mu.values)
    bytes.add(state)
    do throws(FileError) { try FileBytes.write(bytes.sealed(), to: path(mu)) } catch {
      log.warning("a solution could not be kept, --resume would compute it again: \(error)")
    }
  }

  /// Whether this process is the one that writes: the first of its ranks.
  private var isWriter: Bool { Processes.communicator.map { $0.rank == 0 } ?? true }

  /// Removes all of them.
  func remove() {
    guard isWriter else { return }
    for name in (try? Folder.names(in: folder)) ?? [] where KeptSolutions.isName(name) {
      removeFile("\(folder)/\(name)")
    }
  }
}
