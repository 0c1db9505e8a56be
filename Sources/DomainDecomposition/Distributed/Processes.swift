public import LinearAlgebra
internal import Synchronization

/// The ranks that this process computes with; alone unless a program says otherwise.
///
/// A setting of the whole process, as `Threads.count` is: what is solved at many parameters is dealt
/// out to the ranks, and what asks for a Schwarz method is solved by all of them together.
public enum Processes {
  private static let world = Mutex<(any Communicator)?>(nil)
  /// How many pieces of local work are at it, side by side or one in another.
  private static let localWork = Atomic<Int>(0)

  /// The ranks; nil where this process is alone, or does work of its own.
  public static var communicator: (any Communicator)? {
    guard localWork.load(ordering: .relaxed) == 0 else { return nil }
    return world.withLock { $0 }.flatMap { $0.size > 1 ? $0 : nil }
  }

  /// How many ranks compute together.
  public static var count: Int { communicator?.size ?? 1 }

  /// Computes with these ranks from now on.
  public static func join(_ communicator: any Communicator) {
    world.withLock { $0 = communicator }
  }

  /// Local work: nothing in it is dealt out or collective.
  public static func alone<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    localWork.add(1, ordering: .relaxed)
    defer { localWork.subtract(1, ordering: .relaxed) }
    return try body()
  }

  /// Work of a group of ranks: what is collective in it is so within the group. Called from the thread
  /// that talks to other ranks, as everything collective is.
  static func within<Result, Failure: Error>(
    _ group: any Communicator, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = world.withLock { world in
      defer { world = group }
      return world
    }
    defer { world.withLock { $0 = before } }
    return try body()
  }

  /// The results of independent jobs, dealt out to the ranks; nil where there is but this process, or
  /// but one job. Where jobs are fewer than ranks, each is done by a group of ranks together.
  ///
  /// - Throws: On all ranks if a job fails on one.
  public static func spread<S: Scalar, Failure: Error>(
    _ count: Int, _ job: (Int) throws(Failure) -> [S]
  ) throws(DistributedFailure) -> [[S]]? {
    guard let communicator, count > 1 else { return nil }
    guard count >= communicator.size else { return try spread(over: communicator, count, job) }
    return try communicator.spread(count) { k throws(Failure) in
      try alone { () throws(Failure) in try job(k) }
    }
  }

  private static func spread<S: Scalar, Failure: Error>(
    over world: some Communicator, _ count: Int, _ job: (Int) throws(Failure) -> [S]
  ) throws(DistributedFailure) -> [[S]] {
    try world.spreadOverGroups(count) { k, group throws(Failure) in
      try within(group) { () throws(Failure) in try job(k) }
    }
  }
}
