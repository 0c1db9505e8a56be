public import LinearAlgebra

/// One rank: distributed algorithms run without MPI.
public struct LocalCommunicator: Communicator {
  /// The only rank.
  public var rank: Int { 0 }
  /// One.
  public var size: Int { 1 }

  /// One rank.
  public init() {}

  /// The sum over one rank.
  public func sum<S: Scalar>(_ x: inout [S]) {}
  /// The maximum over one rank.
  public func maximum(_ x: inout [Double]) {}
  /// The array itself.
  public func gather<S: Scalar>(_ x: [S]) -> [[S]] { [x] }
  /// The array itself.
  public func gather(_ x: [Int]) -> [[Int]] { [x] }
  /// Nothing to do.
  public func broadcast<S: Scalar>(_ x: inout [S], from root: Int) {
    precondition(root == 0, "a broadcast from rank \(root) of 1")
  }
  /// Nothing to do: there is no other rank.
  public func exchange<S: Scalar>(
    _ out: [S], to receivers: [Segment], into x: inout [S], from senders: [Segment]
  ) { requireNobody(receivers, senders) }
  /// Nothing to do: there is no other rank.
  public func exchange(
    _ out: [Int], to receivers: [Segment], into x: inout [Int], from senders: [Segment]
  ) { requireNobody(receivers, senders) }
  /// Nobody to wait for.
  public func barrier() {}
  /// Ends the program with a message.
  public func abort(_ message: String) -> Never { fatalError(message) }

  private func requireNobody(_ receivers: [Segment], _ senders: [Segment]) {
    precondition(receivers.isEmpty && senders.isEmpty, "an exchange with another rank of 1")
  }
}
