internal import LinearAlgebra
internal import Synchronization

/// Factorizations that wait to be used again for another matrix of their pattern, and the account of
/// what was done with them.
///
/// A thread takes a factor for itself and gives it back, so that there are as many as threads that
/// ask at once, and an answer does not depend on who else asks.
final class FactorPool<Factor: Sendable>: Sendable {
  private let waiting = Mutex([Factor]())
  private let spent = Mutex(FullOrderSolver.Work())

  /// What has been done so far.
  var work: FullOrderSolver.Work { spent.withLock { $0 } }

  /// A factor that nobody uses, if there is one.
  func take() -> Factor? { waiting.withLock { $0.popLast() } }

  /// Gives a factor back.
  func give(_ factor: Factor) { waiting.withLock { $0.append(factor) } }

  /// Adds to the account.
  func account(_ change: @Sendable (inout FullOrderSolver.Work) -> Void) {
    spent.withLock { change(&$0) }
  }

  /// Solves without a factor of the pool, and accounts for the time.
  func timed<Value>(_ body: () throws(ModelError) -> Value) throws(ModelError) -> Value {
    let start = ContinuousClock.now
    defer {
      let seconds = (ContinuousClock.now - start).inSeconds
      account { $0.solveSeconds += seconds }
    }
    return try body()
  }

  /// Runs `body` with the factorized matrix at μ.
  ///
  /// - Parameter factorize: Factorizes, with the storage of a factor that waits if there is one.
  /// - Throws: What `matrix` throws, or the failure of the factorization with its parameter.
  func withFactor<Matrix, Value>(
    of matrix: (Parameter) throws(ModelError) -> Matrix, at mu: Parameter,
    factorize: (Matrix, Factor?) throws(FactorizationError) -> Factor,
    _ body: (Factor) -> Value
  ) throws(ModelError) -> Value {
    let start = ContinuousClock.now
    let matrix = try matrix(mu)
    let factor: Factor
    do throws(FactorizationError) { factor = try factorize(matrix, take()) } catch {
      throw .factorization(error, at: mu)
    }
    let factored = ContinuousClock.now
    defer {
      give(factor)
      let end = ContinuousClock.now
      account {
        $0.factorizations += 1
        $0.factorizationSeconds += (factored - start).inSeconds
        $0.solveSeconds += (end - factored).inSeconds
      }
    }
    return body(factor)
  }
}
