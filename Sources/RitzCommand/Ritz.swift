internal import ArgumentParser
internal import Cases
internal import Foundation

/// The command `ritz`: arguments, progress and exit codes, no numerics.
@main
struct Ritz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ritz",
    abstract: "Reduced models with a bound on their error, from a mesh and a case file.",
    discussion: """
      Examples:
        ritz new heat.toml                     a case to start from
        ritz run cases/thermal-block-greedy.toml
        ritz query thermal-block-greedy.out/model.ritz --at "k=1,2,3,4,5,6,7,8,9"
        ritz info meshes/heat-sink.msh
        ritz mesh convert bracket.inp bracket.msh
        ritz reduce snapshots.npy --tolerance 1e-4 -o basis.h5

      Results go to standard output, everything else to standard error.

      Exit codes: 0 done; 10 a solver did not converge; 11 an expectation was missed;
      12 some members of a campaign failed; 64 usage; 65 bad case, mesh or data, or
      a file that cannot be written; 66 file missing; 69 something needed is absent;
      70 a bug in Ritz; 75 interrupted.
      """,
    version: "ritz \(ritzVersion)",
    subcommands: [
      Run.self, Solve.self, Check.self, Query.self, Test.self, Info.self, MeshCommand.self,
      Reduce.self, Update.self, Cluster.self, Compare.self, Import.self, Compress.self,
      New.self,
      SchemaCommand.self, Doctor.self, Bench.self,
    ])

  static func main() {
    Restart.withStrongKernelIfNeeded()
    StandardStream.openAll()
    Interruption.install()
    var command: any ParsableCommand
    do { command = try parseAsRoot() } catch {
      if let found = misspelling(CommandLine.arguments) {
        StandardStream.error.tryToWrite("error: \(found)\nSee 'ritz --help'.\n")
        Foundation.exit(ExitStatus.usage.rawValue)
      }
      exit(withError: error)
    }
    if RankedRun.size > 1 { RankedRun.run { end(of: &command) } }
    let status = end(of: &command)
    if status != .done { Foundation.exit(status.rawValue) }
  }

  /// Runs a command; says why it failed.
  private static func end(of command: inout any ParsableCommand) -> ExitStatus {
    do {
      try command.run()
      return .done
    } catch {
      // Help and mistakes in the arguments are ArgumentParser's to report.
      if exitCode(for: error) != .failure { exit(withError: error) }
      let failure = Failure(error)
      failure.report()
      return failure.status
    }
  }

  /// What to say of a first argument that is no subcommand.
  private static func misspelling(_ arguments: [String]) -> String? {
    guard arguments.count > 1, !arguments[1].hasPrefix("-") else { return nil }
    let names = configuration.subcommands.map { $0._commandName } + ["help"]
    guard !names.contains(arguments[1]) else { return nil }
    if let meant = Spelling.nearest(to: arguments[1], among: names) {
      return "unknown command '\(arguments[1])'; did you mean '\(meant)'?"
    }
    return "unknown command '\(arguments[1])'; the commands are \(names.joined(separator: ", "))"
  }
}
