public import LinearAlgebra

/// Neumann matrices from a discretisation that can assemble some of its cells but hands out no
/// element matrices.
///
/// Subdomains of one colour share no unknown, so that the cells within them are assembled together:
/// as many assemblies as there are colours, whatever the number of subdomains.
///
/// ```swift
/// let neumann = try CellNeumannMatrices(parts, cells: freeDofsOfCells) { cells in
///   elimination.free(of: try plan.assemble([.stiffness(a, on: region(cells))]))
/// }
/// let space = try GenEO().space(matrix, parts, multiplicity: neumann.multiplicity) {
///   neumann.matrix(of: $0)
/// }
/// ```
public struct CellNeumannMatrices: Sendable {
  /// k₁, the largest number of subdomains that a cell lies in.
  public let multiplicity: Int
  private let decomposition: OverlappingDecomposition
  private let colours: [Int]
  private let matrices: [SparseMatrix<Double>]

  /// Assembles the cells of the subdomains, colour by colour.
  ///
  /// - Parameters:
  ///   - decomposition: The subdomains.
  ///   - cells: The unknowns of each cell, negative where a condition prescribes one. Facets that
  ///     carry a term count as cells.
  ///   - assemble: The matrix over all unknowns of the cells listed, ascending; the matrix of each
  ///     cell is symmetric positive semidefinite.
  public init<Failure: Error>(
    _ decomposition: OverlappingDecomposition, cells: [[Int32]],
    assemble: (_ cells: [Int]) throws(Failure) -> SparseMatrix<Double>
  ) throws(Failure) {
    let colours = decomposition.disjointColours()
    var members = [[Int]](repeating: [], count: (colours.max() ?? -1) + 1)
    var multiplicity = 0
    for (cell, unknowns) in cells.enumerated() {
      let holders = decomposition.subdomains(holding: unknowns)
      multiplicity = max(multiplicity, holders.count)
      // At most one of a colour, as its subdomains share nothing.
      for j in holders { members[colours[j]].append(cell) }
    }
    var matrices: [SparseMatrix<Double>] = []
    for cells in members { matrices.append(try assemble(cells)) }
    (self.multiplicity, self.decomposition) = (multiplicity, decomposition)
    (self.colours, self.matrices) = (colours, matrices)
  }

  /// Aⱼᴺ: the cells all of whose free unknowns are in subdomain j.
  public func matrix(of j: Int) -> SparseMatrix<Double> {
    let unknowns = decomposition.subdomains[j].unknowns
    return matrices[colours[j]].restricted(rows: unknowns, columns: unknowns)
  }
}

extension OverlappingDecomposition {
  /// Colours such that subdomains of one colour share no unknown, found greedily.
  public func disjointColours() -> [Int] {
    var neighbours = [Set<Int>](repeating: [], count: count)
    for i in 0..<order where multiplicity(of: i) > 1 {
      let holders = subdomains(of: i)
      for j in holders { neighbours[j].formUnion(holders) }
    }
    var colours = [Int](repeating: -1, count: count)
    for j in 0..<count {
      let taken = Set(neighbours[j].map { colours[$0] })
      colours[j] = (0...count).first { !taken.contains($0) } ?? count
    }
    return colours
  }

  /// The subdomains that hold all of some unknowns, negative ones left aside; none if there are no
  /// others.
  public func subdomains(holding unknowns: [Int32]) -> [Int] {
    let free = unknowns.filter { $0 >= 0 }
    guard let first = free.first else { return [] }
    var common = subdomains(of: Int(first))
    for i in free.dropFirst() where !common.isEmpty {
      let others = subdomains(of: Int(i))
      common.removeAll { !others.contains($0) }
    }
    return common
  }
}
