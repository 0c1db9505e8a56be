internal import DomainDecomposition

/// The numbers of independent runs, dealt out to the ranks; nil where this process is alone, or the run.
///
/// - Throws: What a run throws; on the ranks where it did not fail, its words.
func spreadOverRanks(_ count: Int, _ run: (Int) throws -> [Double]) throws -> [[Double]]? {
  do throws(DistributedFailure) { return try Processes.spread(count, run) } catch {
    if case .here(_, let cause) = error { throw cause }
    throw error
  }
}
