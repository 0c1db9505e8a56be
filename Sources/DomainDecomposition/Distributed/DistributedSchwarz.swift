public import Krylov
public import LinearAlgebra

/// The one-level Schwarz method over ranks, each with one subdomain or several.
///
/// The same method as ``AdditiveSchwarz`` with the subdomains of all ranks; every application is
/// collective. Subdomains grow along the rows of the matrix, whose pattern should be symmetric.
public struct DistributedSchwarz<Local: DirectSolver, C: Communicator>: Preconditioner {
  /// The numbers of the system.
  public typealias Element = Local.Element

  private(set) var region: OverlappingRanks<Element, C>
  private var local: AdditiveSchwarz<Local>

  /// The unknowns of this rank.
  public let rowCount: Int
  /// The unknowns of this rank.
  public var columnCount: Int { rowCount }
  /// As of the method of one process.
  public var isDefinite: Bool { local.isDefinite }
  /// The unknowns of this rank and of its overlap, ascending, in the numbering of the whole.
  public var unknowns: [Int32] { region.unknowns }
  /// The subdomains of this rank in the numbering of ``unknowns``; the weights are those of the
  /// whole. Coarse spaces are built on it as in one process.
  public var decomposition: OverlappingDecomposition { region.decomposition }

  /// Fetches the rows of the overlap and factorizes the local matrices; collective.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - overlap: The layers of the graph that each part grows by.
  ///   - unity: How shared unknowns are divided.
  ///   - variant: How local solutions are put together.
  /// - Throws: On all ranks if a factorization fails on one.
  public init(
    _ a: DistributedMatrix<Element, C>, overlap: Int, unity: PartitionOfUnity = .multiplicity,
    _ variant: AdditiveSchwarz<Local>.Variant = .symmetric
  ) throws(DistributedFailure) {
    let region = OverlappingRanks(a, overlap: overlap, unity: unity)
    local = try a.communicator.together { () throws(FactorizationError) in
      try AdditiveSchwarz<Local>(region.matrix, region.decomposition, variant)
    }
    (self.region, rowCount) = (region, a.rowCount)
  }

  /// Takes another matrix with the same pattern, as at another parameter: the analyses of the local
  /// matrices are kept; collective.
  ///
  /// - Throws: On all ranks if a factorization fails on one; the method is then unchanged.
  public mutating func refresh(
    _ a: DistributedMatrix<Element, C>
  ) throws(DistributedFailure) {
    var newRegion = region
    newRegion.refresh(a)
    let (matrix, old) = (newRegion.matrix, local)
    let newLocal = try a.communicator.together { () throws(FactorizationError) in
      var method = old
      try method.refresh(matrix)
      return method
    }
    (region, local) = (newRegion, newLocal)
  }

  /// z ← M⁻¹ r; collective.
  public func apply(_ r: [Element], into z: inout [Element]) {
    precondition(
      r.count == rowCount && z.count == rowCount,
      "a method of order \(rowCount) from \(r.count) into \(z.count) entries")
    region.withExtended(r) { x in
      region.collect(into: &z) { local.apply(x, into: &$0) }
    }
  }

  /// The rows of a tall matrix at ``unknowns``, from those that each rank owns; collective.
  ///
  /// Snapshots and near null vectors become local with it.
  public func extended(_ rows: DenseMatrix<Element>) -> DenseMatrix<Element> {
    DenseMatrix(
      rowCount: unknowns.count,
      columns: (0..<rows.columnCount).map { j in region.withExtended(rows.column(j)) { $0 } })
  }
}

extension DistributedSchwarz where Local == SparseCholesky {
  /// The coarse space of ``GenEO`` on the subdomains of this rank.
  ///
  /// - Parameters:
  ///   - selection: What is taken.
  ///   - neumann: Asked for sets in the numbering of the whole; it need only know the parts on the
  ///     subdomains of this rank.
  /// - Throws: On all ranks if a decomposition fails on one.
  public func space(
    _ selection: GenEO, _ neumann: some NeumannMatrices
  ) throws(DistributedFailure) -> CoarseSpace<Double> {
    let (decomposition, matrix, numbers) = (region.decomposition, region.matrix, unknowns)
    return try region.communicator.together { () throws(FactorizationError) in
      let modes = try concurrently(decomposition.count) { j throws(FactorizationError) in
        let part = decomposition.subdomains[j]
        return try selection.modes(
          neumann: neumann.neumannMatrix(of: part.unknowns.map { numbers[Int($0)] }),
          dirichlet: matrix.restricted(rows: part.unknowns, columns: part.unknowns),
          weights: part.weights)
      }
      return try CoarseSpace(weighting: modes.map(\.vectors), decomposition)
    }
  }
}
