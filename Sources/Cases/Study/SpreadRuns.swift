internal import DomainDecomposition
internal import LinearAlgebra
internal import ModelReduction

/// The numbers of independent runs, dealt out to the ranks; nil where this process is alone, or the run.
///
/// - Throws: What a run throws; on the ranks where it did not fail, its words.
func spreadOverRanks<S: Scalar>(_ count: Int, _ run: (Int) throws -> [S]) throws -> [[S]]? {
  try heard { () throws(DistributedFailure) in try Processes.spread(count, run) }
}

/// What `body` returns.
///
/// - Throws: The cause of a failure of this rank, the words of another one.
func heard<Value>(_ body: () throws(DistributedFailure) -> Value) throws -> Value {
  do throws(DistributedFailure) { return try body() } catch {
    switch error {
    case .here(_, let cause): throw cause
    case .elsewhere(_, _, let isNotConverged):
      throw ModelError(ofAnotherRank: "\(error)", isNotConverged: isNotConverged)
    }
  }
}
