public import LinearAlgebra
internal import Meshes

/// Everything about a function space that assembly needs again and again: the pattern of its
/// matrices, a division of the dofs into parts, the cells of each part, and where the entries of
/// each element matrix go.
///
/// Each part is assembled by one thread and only the rows of the part are written, cell by cell in
/// ascending order. Therefore the result has the same bits for any number of threads, and assembling
/// a family of operators in one sweep gives the same bits as one at a time.
/// - Complexity: About one byte for each entry of each element matrix is kept.
public final class AssemblyPlan: Sendable {
  /// The space.
  public let space: FunctionSpace
  /// The pattern shared by all matrices of the space.
  public let pattern: SparsityPattern
  let parts: Bisection
  let blocks: [PlanBlock]
  let maps: [ScatterMap]
  /// For each block of second-order simplices, which of its cells are straight.
  let straight: [StraightCells?]

  /// Plans the assembly on a space.
  public init(_ space: FunctionSpace) {
    self.space = space
    let mesh = space.mesh
    // 4096 rows and their values fit a cache of 2 MB; small problems still make a few parts.
    let partSize = min(4096, max(512, space.dofCount / 16))
    let parts = Bisection(
      space.dofCoordinates, dimension: mesh.dimension, partSize: partSize)
    let map = space.dofMap
    let blocks = mesh.blocks.indices.compactMap { b -> PlanBlock? in
      guard mesh.blocks[b].cellCount > 0 else { return nil }
      return PlanBlock(
        block: b, count: map.dofsPerCell[b], dofs: map.cellDofs[b],
        lists: CellLists(
          dofs: map.cellDofs[b], count: map.dofsPerCell[b], partOfDof: parts.partOfDof,
          partCount: parts.partCount))
    }
    let isDomain = blocks.map { mesh.blocks[$0.block].dimension == mesh.dimension }
    let domain = zip(blocks, isDomain).filter(\.1).map(\.0)
    var domainMaps: [ScatterMap]
    let (rowStart, column): ([Int], [Int32])
    if let short = PatternBuilder<UInt8>(domain, parts, dofCount: space.dofCount) {
      domainMaps = short.maps.map { .bytes($0) }
      (rowStart, column) = (short.rowStart, short.column)
    } else if let long = PatternBuilder<UInt16>(domain, parts, dofCount: space.dofCount) {
      domainMaps = long.maps.map { .words($0) }
      (rowStart, column) = (long.rowStart, long.column)
    } else if let wide = PatternBuilder<UInt32>(domain, parts, dofCount: space.dofCount) {
      domainMaps = wide.maps.map { .longWords($0) }
      (rowStart, column) = (wide.rowStart, wide.column)
    } else {
      preconditionFailure("a row of more entries than there are dofs")
    }
    pattern = SparsityPattern(
      rowCount: space.dofCount, columnCount: space.dofCount, rowStart: rowStart, column: column)
    domainMaps.reverse()
    maps = isDomain.map { $0 ? domainMaps.popLast() ?? .search : .search }
    straight = blocks.map { StraightCells($0, space) }
    self.blocks = blocks
    self.parts = parts
  }

  /// The matrix of a sum of terms.
  public func assemble(_ terms: [BilinearTerm]) throws(AssemblyError) -> SparseMatrix<Double> {
    try assemble(family: [terms]).terms[0]
  }

  /// The matrix of a sum of terms, into the storage of a matrix with the pattern of this plan.
  public func assemble(
    _ terms: [BilinearTerm], into matrix: inout SparseMatrix<Double>
  ) throws(AssemblyError) {
    precondition(matrix.pattern === pattern, "the matrix has another pattern than the plan")
    let sweep = try Sweep(self, terms.map { ($0, 0) })
    var values = [[Double]](repeating: [], count: 1)
    swap(&values[0], &matrix.values)
    defer { swap(&values[0], &matrix.values) }
    try sweep.run(&values)
  }

  /// Several matrices in one sweep over the mesh, each the sum of its terms: the operators of an
  /// affine family. Geometry is computed once per cell for all of them.
  public func assemble(
    family: [[BilinearTerm]]
  ) throws(AssemblyError) -> AffineSum<SparseMatrix<Double>> {
    var matrices = family.map { _ in
      SparseMatrix<Double>(pattern: pattern, values: uninitializedNumbers(pattern.entryCount))
    }
    try assemble(family: family, into: &matrices)
    return AffineSum(matrices)
  }

  /// The same into the storage of matrices with the pattern of this plan.
  ///
  /// - Parameters:
  ///   - family: The terms of each matrix.
  ///   - matrices: As many as lists of terms; overwritten.
  public func assemble(
    family: [[BilinearTerm]], into matrices: inout [SparseMatrix<Double>]
  ) throws(AssemblyError) {
    precondition(
      matrices.count == family.count, "\(matrices.count) matrices for \(family.count) operators")
    let sweep = try Sweep(
      self, family.enumerated().flatMap { q, terms in terms.map { ($0, q) } })
    var values = [[Double]](repeating: [], count: family.count)
    for q in matrices.indices {
      precondition(
        matrices[q].pattern === pattern, "matrix \(q) has another pattern than the plan")
      swap(&values[q], &matrices[q].values)
    }
    defer { for q in matrices.indices { swap(&values[q], &matrices[q].values) } }
    try sweep.run(&values)
  }

  /// The vector of a sum of terms.
  public func assemble(_ terms: [LinearTerm]) throws(AssemblyError) -> [Double] {
    try assemble(family: [terms]).terms[0]
  }

  /// Several vectors in one sweep over the mesh, each the sum of its terms.
  public func assemble(family: [[LinearTerm]]) throws(AssemblyError) -> AffineSum<[Double]> {
    let sweep = try Sweep(
      self, family.enumerated().flatMap { q, terms in terms.map { ($0, q) } })
    var values = family.map { _ in [Double](repeating: 0, count: space.dofCount) }
    try sweep.run(&values)
    return AffineSum(values)
  }
}
