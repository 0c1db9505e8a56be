internal import DomainDecomposition
internal import Krylov
internal import LinearSolvers
public import ModelReduction

extension Results {
  /// How the linear systems of the full model were solved.
  public struct Solver: Sendable {
    /// The method at the end.
    public let method: String
    /// The preconditioner.
    public let preconditioner: String
    /// Why.
    public let reasons: [String]
    /// Vectors carried from system to system.
    public let recycle: Int
    /// The order of lists.
    public let order: String
    /// The systems of lists, or of one run, in the order in which they were solved.
    public let systems: [SequenceAccount.Entry]
    /// The parameter of that run; nil where the systems are of lists.
    public let run: [Double]?
    /// Systems that are not among those, and their iterations together.
    public let single: (count: Int, iterations: Int)
    /// Changes of method on the way, and what did not converge.
    public let notes: [String]
    /// Residuals of the first and the last of the systems.
    public let histories: [[Double]]

    /// - Parameter isTogether: Whether all ranks take part in every system.
    init?(_ account: SequenceAccount?, isTogether: Bool = false) {
      guard let account, let choice = account.choice else { return nil }
      (method, preconditioner) = (choice.method.rawValue, choice.preconditioner.rawValue)
      (reasons, recycle) = (choice.reasons, choice.recycle)
      order = account.order.rawValue
      (systems, run, single) = (account.entries, account.run?.values, account.single)
      histories = account.histories
      notes =
        account.notes
        + (Processes.count > 1 && !isTogether
          ? [
            "of \(Processes.count) ranks: only systems that the first one took part in are counted"
          ]
          : [])
    }

    var json: JSONValue {
      .members([
        ("method", .string(method)), ("preconditioner", .string(preconditioner)),
        ("because", .array(reasons.map { .string($0) })), ("recycle", .integer(recycle)),
        ("order", .string(order)),
        (
          "systems",
          .array(
            systems.map {
              .members([
                ("row", .integer($0.row)), ("iterations", .integer($0.iterations)),
                ("products", .integer($0.products)), ("seconds", .number($0.seconds)),
                (
                  "iterationsWithoutRecycling",
                  $0.plainIterations.map { .integer($0) }
                ),
              ])
            })
        ),
        ("run", run.map { .array($0.map { .number($0) }) }),
        (
          "single",
          .object([
            ("systems", .integer(single.count)), ("iterations", .integer(single.iterations)),
          ])
        ),
        ("notes", notes.isEmpty ? nil : .array(notes.map { .string($0) })),
      ])
    }
  }
}
