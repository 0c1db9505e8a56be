internal import DomainDecomposition
internal import Foundation

/// A command that `mpirun` started several times, to work together.
enum RankedRun {
  /// How many copies were started; one where no launcher of MPI is at work.
  static var size: Int {
    let environment = ProcessInfo.processInfo.environment
    for key in ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS"] {
      if let text = environment[key], let size = Int(text) { return size }
    }
    return 1
  }

  /// Runs the command on all ranks and ends the process.
  ///
  /// The first rank speaks and writes, the others compute in silence in folders of their own, which
  /// go with them. A failure on any rank ends all.
  ///
  /// - Parameter body: The command; returns its exit status, having said why it failed.
  static func run(_ body: () -> ExitStatus) -> Never {
    #if MPI
      var status = ExitStatus.done
      MPICommunicator.run { world in
        Processes.join(world)
        let isFirst = world.rank == 0
        if !isFirst { silence() }
        status = body()
        guard status == .done || status == .expectationMissed else {
          // All ranks fail alike unless a machine fails: then the first one waits for this one.
          if !isFirst { Thread.sleep(forTimeInterval: 3) }
          world.abort(isFirst ? "" : "failed", status: status.rawValue)
        }
      }
      exit(status.rawValue)
    #else
      let rank = ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_RANK"] ?? "0"
      if rank == "0" {
        StandardStream.error.tryToWrite(
          """
          error: \(size) copies were started by an MPI launcher, but this ritz was built without MPI; \
          build it with: swift build -c release --traits MPI

          """)
      }
      exit(ExitStatus.engineAbsent.rawValue)
    #endif
  }

  /// The folder of results on this rank: the one asked for on the first, else one that is removed.
  static func folder(_ asked: String) -> String {
    guard let world = Processes.communicator, world.rank > 0 else { return asked }
    return NSTemporaryDirectory() + "ritz-rank-\(world.rank)-\(getpid())"
  }

  /// Removes the folder of a rank that is not the first.
  static func clean(_ folder: String) {
    guard let world = Processes.communicator, world.rank > 0 else { return }
    try? FileManager.default.removeItem(atPath: folder)
  }

  private static func silence() {
    guard let sink = FileHandle(forWritingAtPath: "/dev/null") else { return }
    dup2(sink.fileDescriptor, 1)
    dup2(sink.fileDescriptor, 2)
  }
}
