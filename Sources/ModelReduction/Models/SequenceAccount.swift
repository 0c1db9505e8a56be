public import Krylov
public import LinearAlgebra
public import LinearSolvers

/// What systems took that were solved in sequences: those of lists of parameters, or those of runs in
/// time, where the systems of one run are told one by one.
public struct SequenceAccount: Sendable, Equatable {
  /// One system.
  public struct Entry: Sendable, Equatable {
    /// Its row in the list it was in, or its place in the run.
    public let row: Int
    /// Iterations.
    public let iterations: Int
    /// Products with the matrix.
    public let products: Int
    /// Seconds.
    public let seconds: Double
    /// Iterations without recycling, if it was solved both ways.
    public let plainIterations: Int?
  }

  /// In which order lists are solved.
  public let order: SequenceOrder
  /// The systems of the lists, or of one run, in the order in which they were solved.
  public private(set) var entries: [Entry] = []
  /// The parameter of the run that the entries are of, the first one in the order of values among
  /// all runs; nil where they are of lists.
  public private(set) var run: Parameter?
  /// The means in use at the end; nil before the first system.
  public private(set) var choice: SolverChoice?
  /// Systems that are not among the entries, and their iterations together.
  public private(set) var single = (count: 0, iterations: 0)
  /// Changes of method on the way, and what did not converge.
  public var notes: [String] = []
  /// The residuals of the first and of the last of the entries.
  public private(set) var histories: [[Double]] = []

  /// Nothing yet.
  public init(order: SequenceOrder) { self.order = order }

  /// Adds a system that was asked for alone.
  mutating func note<S: Scalar>(single outcome: SystemOutcome<S>) {
    single.count += 1
    single.iterations += outcome.report.iterations
    if choice == nil { choice = outcome.choice }
  }

  /// Adds the next system of a list, or of a run.
  public mutating func note<S: Scalar>(_ outcome: SystemOutcome<S>, row: Int) {
    entries.append(
      Entry(
        row: row, iterations: outcome.report.iterations, products: outcome.report.products,
        seconds: outcome.seconds, plainIterations: outcome.plainIterations))
    choice = outcome.choice
    notes += outcome.notes
    if histories.count > 1 { histories.removeLast() }
    if !outcome.report.history.isEmpty { histories.append(outcome.report.history) }
  }

  /// Adds the systems of a run in time. Which run is told one by one does not depend on the order in
  /// which runs come.
  public mutating func add(_ other: SequenceAccount, ofRunAt mu: Parameter) {
    guard !other.entries.isEmpty else { return }
    let before = notes
    defer {
      // What other runs have met stands behind, each thing once.
      for note in before + other.notes where !notes.contains(note) { notes.append(note) }
    }
    if let run, !mu.values.lexicographicallyPrecedes(run.values) {
      count(other.entries)
      return
    }
    count(entries)
    (entries, run, histories) = (other.entries, mu, other.histories)
    (choice, notes) = (other.choice, other.notes)
  }

  private mutating func count(_ systems: [Entry]) {
    single.count += systems.count
    single.iterations += systems.reduce(0) { $0 + $1.iterations }
  }

  /// Two accounts are equal if they tell the same but for the seconds.
  public static func == (a: SequenceAccount, b: SequenceAccount) -> Bool {
    a.order == b.order && a.choice == b.choice && a.single == b.single && a.notes == b.notes
      && a.histories == b.histories && a.run == b.run
      && a.entries.map { [$0.row, $0.iterations, $0.products, $0.plainIterations ?? -1] }
        == b.entries.map { [$0.row, $0.iterations, $0.products, $0.plainIterations ?? -1] }
  }
}
