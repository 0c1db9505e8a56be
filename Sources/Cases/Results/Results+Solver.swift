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
    /// The systems of lists, in the order in which they were solved.
    public let systems: [SequenceAccount.Entry]
    /// Systems solved one at a time, and their iterations together.
    public let single: (count: Int, iterations: Int)
    /// Changes of method on the way.
    public let notes: [String]
    /// Residuals of the first and the last system of lists.
    public let histories: [[Double]]

    init?(_ account: SequenceAccount?) {
      guard let account, let choice = account.choice else { return nil }
      (method, preconditioner) = (choice.method.rawValue, choice.preconditioner.rawValue)
      (reasons, recycle) = (choice.reasons, choice.recycle)
      order = account.order.rawValue
      (systems, single) = (account.entries, account.single)
      (notes, histories) = (account.notes, account.histories)
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
