internal import Foundation

/// What a study has cost so far: counts of the dear operations and seconds by stage.
public struct CostLedger: Sendable, Equatable {
  /// Where time goes.
  public enum Stage: String, Sendable, CaseIterable {
    /// Reading or making the mesh.
    case mesh
    /// Assembling matrices and vectors.
    case assembly
    /// Factorizing matrices of full size.
    case factorization
    /// Solving with them.
    case solve
    /// Building the reduced model, without the solutions it is made from.
    case reduction
    /// Queries to the reduced model.
    case online
  }

  /// Solutions of the full model.
  public var fullSolves = 0
  /// Numerical factorizations of full size.
  public var factorizations = 0
  /// Solutions with the matrix of the inner product.
  public var rieszSolves = 0
  /// Error estimates over training sets.
  public var estimates = 0
  /// Seconds of wall-clock time in each stage.
  public private(set) var seconds: [Stage: Double] = [:]
  /// Wall-clock seconds of one query: the full model, the reduced one, its estimate, whole fields.
  public var secondsPerQuery = SecondsPerQuery()

  /// Seconds one query takes.
  public struct SecondsPerQuery: Sendable, Equatable {
    /// A solution of the full model.
    public var full = 0.0
    /// A solution of the reduced model.
    public var reduced = 0.0
    /// The error estimate of a reduced solution.
    public var estimate = 0.0
    /// All fields of the whole body at all times, where that is no part of a query but made on top of
    /// it when somebody looks: it grows with the mesh.
    public var reconstruction = 0.0

    /// Nothing measured yet.
    public init() {}
  }

  /// Nothing spent yet.
  public init() {}

  /// Adds `seconds` to a stage.
  public mutating func add(_ seconds: Double, to stage: Stage) {
    self.seconds[stage, default: 0] += seconds
  }

  /// Runs `body` and adds its wall-clock time to a stage.
  public mutating func measure<Value, Failure: Error>(
    _ stage: Stage, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let start = ContinuousClock.now
    defer { add((ContinuousClock.now - start).inSeconds, to: stage) }
    return try body()
  }

  /// Counts what a solver has done since `before`: solutions, factorizations and their seconds.
  public mutating func add(_ work: FullOrderSolver.Work, since before: FullOrderSolver.Work) {
    factorizations += work.factorizations - before.factorizations
    add(work.factorizationSeconds - before.factorizationSeconds, to: .factorization)
    add(work.solveSeconds - before.solveSeconds, to: .solve)
  }

  /// Seconds spent in a stage.
  public func seconds(in stage: Stage) -> Double { seconds[stage] ?? 0 }

  /// The number of queries after which the reduced model, with all it took to build it, has cost
  /// less than the full model would have; nil while a query is not faster.
  public var breakEvenQueries: Int? {
    let gain = secondsPerQuery.full - secondsPerQuery.reduced - secondsPerQuery.estimate
    guard gain > 0 else { return nil }
    let offline = [Stage.factorization, .solve, .reduction].reduce(0) { $0 + seconds(in: $1) }
    let count = (offline / gain).rounded(.up)
    return count < 1e15 ? Int(count) : nil
  }

  /// The largest resident memory of this process so far in bytes; 0 where the system does not say.
  public static var peakMemoryBytes: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return 0
    }
    for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      let number = line.dropFirst(6).split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
      return (number ?? 0) * 1024
    }
    return 0
  }
}

extension Duration {
  /// The duration as a number of seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
