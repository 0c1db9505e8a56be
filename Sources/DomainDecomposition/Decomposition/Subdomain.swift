/// Some of the unknowns of a system, and how much of each belongs to them.
public struct Subdomain: Sendable {
  /// The unknowns, ascending.
  public let unknowns: [Int32]
  /// D, the partition of unity at the unknowns: Σ over the subdomains Rᵀ D R = I.
  public let weights: [Double]

  /// The number of unknowns.
  public var count: Int { unknowns.count }
}

/// How unknowns that several subdomains share are divided among them.
public enum PartitionOfUnity: Sendable {
  /// All of an unknown goes to the subdomain that owns it: D is boolean.
  case owner
  /// Every subdomain takes the same part of it: D is positive.
  case multiplicity
}
