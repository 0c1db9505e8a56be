public import DomainDecomposition
public import LinearAlgebra

extension SolverSettings {
  /// The number of subdomains that Schwarz methods cut n unknowns into: at least one for each rank.
  func subdomainCount(order n: Int) -> Int {
    min(n, max(Processes.count, subdomains ?? max(2, n / 2500)))
  }

  /// The coarse space of two-level methods.
  ///
  /// All that the threshold takes: an island that lies across a cut gives each subdomain it touches a
  /// soft vector, and each one left out a slow direction to the iteration.
  public var spectralSpace: GenEO { GenEO(threshold: 0.4) }

  /// The subdomain of each unknown as Schwarz methods cut the graph of a pattern, before they add
  /// overlap; the same wherever it is asked for, because METIS has a fixed seed.
  ///
  /// Nil where the graph cannot be cut into that many.
  public func partition(of pattern: SparsityPattern) -> [Int32]? {
    let n = pattern.rowCount
    guard
      let cut = try? OverlappingDecomposition(
        pattern, count: subdomainCount(order: n), overlap: 0)
    else { return nil }
    return (0..<n).map { Int32(cut.subdomains(of: $0)[0]) }
  }
}

extension PreconditionerKind {
  /// Whether it works on subdomains.
  public var hasSubdomains: Bool { self == .schwarz || self == .twoLevelSchwarz }
}
