public import LinearAlgebra

extension Communicator {
  /// The results of independent jobs, such as solutions at many parameters, each computed by one rank;
  /// collective.
  ///
  /// Job k goes to rank k mod p, so that jobs whose cost grows or falls along the list are dealt out
  /// evenly.
  ///
  /// - Parameters:
  ///   - count: The number of jobs, the same on all ranks.
  ///   - job: Local work without a collective call in it; results may differ in length.
  /// - Returns: The results of all jobs in their order, on every rank.
  /// - Throws: On all ranks if a job fails on one.
  public func spread<S: Scalar, Failure: Error>(
    _ count: Int, _ job: (Int) throws(Failure) -> [S]
  ) throws(DistributedFailure) -> [[S]] {
    let mine = try together { () throws(Failure) -> [[S]] in
      var results: [[S]] = []
      for k in stride(from: rank, to: count, by: size) { results.append(try job(k)) }
      return results
    }
    let lengths = gather(mine.map(\.count))
    let values = gather(mine.flatMap { $0 })
    var next = [Int](repeating: 0, count: size)
    return (0..<count).map { k in
      let (owner, turn) = (k % size, k / size)
      let first = next[owner]
      next[owner] += lengths[owner][turn]
      return Array(values[owner][first..<next[owner]])
    }
  }
}
