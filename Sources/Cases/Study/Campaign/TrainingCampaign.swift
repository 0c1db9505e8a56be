internal import Files
internal import LinearAlgebra
internal import Logging
internal import ModelReduction

/// The training solutions of a case as independent pieces of work: what the members of a job array
/// compute, and a last run collects with `--resume`.
public struct TrainingCampaign {
  /// What a member did.
  public struct Outcome: Sendable {
    /// The member, from 0.
    public let member: Int
    /// The rows of the training set that are its own.
    public let rows: [Int]
    /// Those computed now.
    public let computed: Int
    /// Those that were there already.
    public let found: Int
    /// Those without a solution, and why.
    public let failures: [(row: Int, reason: String)]
  }

  private let study: Study
  private let points: [Parameter]

  /// The training points.
  public var count: Int { points.count }

  /// The campaign of a case.
  ///
  /// - Throws: `StudyError.notSolvable` where there is none to divide.
  public init(_ study: Study) throws {
    let caseFile = study.caseFile
    guard let training = caseFile.training, caseFile.reduction?.method == .pod,
      study.keepsSolutions
    else {
      throw StudyError.notSolvable(
        "there is no campaign to divide: a job array computes the training solutions of a steady "
          + "diffusion, heat or elasticity case with [training] and [reduction] method = \"pod\"; a "
          + "greedy reduction chooses its solves one after the other")
    }
    self.study = study
    points = try training.points.parameters(in: study.parameterSpace)
  }

  /// Computes what is missing of a member's rows and keeps each solution as soon as it is there.
  ///
  /// Members may run at the same time: every solution is a file of its own.
  ///
  /// - Parameters:
  ///   - member: Which, from 0.
  ///   - members: How many there are.
  ///   - path: The folder of the run.
  ///   - loudness: How much is told on stderr.
  /// - Throws: What stands in the way of all of them.
  public func run(
    member: Int, of members: Int, into path: String, loudness: Narration.Loudness
  ) throws -> Outcome {
    precondition(members > 0 && (0..<members).contains(member), "member \(member) of \(members)")
    try Folder.make(path)
    let narration = try Narration(loudness, log: "\(path)/log-\(member).jsonl")
    let log = narration.logger()
    let store = KeptSolutions(
      folder: path, identity: try study.runIdentity([]), log: log)
    let model = try study.model(nil, assembled: AssembledMatrices(folder: path, log: log))
    guard let coercive = model as? any CoerciveStudyModel else {
      throw StudyError.notSolvable("the full model of this case keeps no solutions")
    }
    let solver = coercive.solver
    if let settings = study.caseFile.solver { coercive.use(settings) }
    let rows = Array(stride(from: member, to: points.count, by: members))
    var (computed, found) = (0, 0)
    var failures: [(row: Int, reason: String)] = []
    var line = ProgressLine("training solutions", total: rows.count, loudness: loudness)
    for (place, row) in rows.enumerated() {
      if store.solution(at: points[row]) != nil {
        found += 1
      } else {
        do throws(ModelError) {
          store.keep(try solver.solve(at: [points[row]])[0], at: points[row])
          computed += 1
        } catch {
          failures.append((row, "\(error)"))
          log.error("training row \(row): \(error)")
        }
      }
      line.advance(to: place + 1)
    }
    line.finish()
    return Outcome(
      member: member, rows: rows, computed: computed, found: found, failures: failures)
  }

  /// A script for Slurm: an array with a member for each index, and how to collect.
  ///
  /// - Parameters:
  ///   - file: The case file.
  ///   - output: The folder of the run.
  ///   - members: How many members.
  ///   - threads: Processors for each.
  public func slurmScript(
    file: String, output: String, members: Int, threads: Int
  ) -> String {
    let (file, output) = (ShellWord.quoted(file), ShellWord.quoted(output))
    return """
      #!/bin/bash
      #SBATCH --job-name=ritz
      #SBATCH --array=0-\(members - 1)
      #SBATCH --cpus-per-task=\(threads)
      #SBATCH --output=ritz-%A_%a.log
      # \(count) training solutions by \(members) members; a member that is submitted again computes
      # only what is missing or failed. When all have ended, the reduction collects them:
      #   ritz run \(file) -o \(output) --resume
      set -eu
      exec ritz run \(file) -o \(output) \\
        --member "$SLURM_ARRAY_TASK_ID" --members \(members) --threads \(threads)

      """
  }
}

/// Words of a command line.
enum ShellWord {
  /// The word as a shell takes it, quoted if it has to be.
  static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "/._-+=:,@%".contains($0) }
    guard !isPlain || word.isEmpty else { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false).joined(
        separator: "'\\''") + "'"
  }
}
