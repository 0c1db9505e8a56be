public import LinearAlgebra

/// Everything about a vector space that assembly needs again and again.
///
/// It stands on the plan of the scalar space: every scalar entry becomes a square block of entries,
/// so the parts, the lists of cells and the scatter maps of the scalar plan serve here too. Results
/// have the same bits for any number of threads.
public final class VectorAssemblyPlan: Sendable {
  /// The space.
  public let space: VectorSpace
  /// The plan of one component.
  public let scalar: AssemblyPlan
  /// The pattern shared by all matrices of the space.
  ///
  /// Component k of node a is row c·a + k with c components; its entries are those of row a of the
  /// scalar pattern, c for each.
  public let pattern: SparsityPattern

  /// Plans the assembly on a space.
  public convenience init(_ space: VectorSpace) { self.init(space, AssemblyPlan(space.scalar)) }

  /// Plans the assembly on a space whose scalar plan exists already.
  ///
  /// - Precondition: `scalar` is a plan of `space.scalar`.
  public init(_ space: VectorSpace, _ scalar: AssemblyPlan) {
    precondition(scalar.space === space.scalar, "the plan belongs to another space")
    self.space = space
    self.scalar = scalar
    pattern = scalar.pattern.expanded(toBlocksOf: space.components)
  }

  /// The matrix of a sum of terms.
  public func assemble(_ terms: [VectorBilinearTerm]) throws(AssemblyError) -> SparseMatrix<Double>
  {
    try assemble(family: [terms]).terms[0]
  }

  /// The matrix of a sum of terms, into the storage of a matrix with the pattern of this plan.
  public func assemble(
    _ terms: [VectorBilinearTerm], into matrix: inout SparseMatrix<Double>
  ) throws(AssemblyError) {
    precondition(matrix.pattern === pattern, "the matrix has another pattern than the plan")
    let sweep = try VectorSweep(self, terms.map { ($0, 0) })
    var values = [[Double]](repeating: [], count: 1)
    swap(&values[0], &matrix.values)
    defer { swap(&values[0], &matrix.values) }
    try sweep.run(&values)
  }

  /// Several matrices, each the sum of its terms: the operators of an affine family.
  public func assemble(
    family: [[VectorBilinearTerm]]
  ) throws(AssemblyError) -> AffineSum<SparseMatrix<Double>> {
    let sweep = try VectorSweep(
      self, family.enumerated().flatMap { q, terms in terms.map { ($0, q) } })
    var values: [[Double]] = family.map { _ in uninitializedNumbers(pattern.entryCount) }
    try sweep.run(&values)
    return AffineSum(values.map { SparseMatrix(pattern: pattern, values: $0) })
  }

  /// The vector of a sum of terms.
  public func assemble(_ terms: [VectorLinearTerm]) throws(AssemblyError) -> [Double] {
    try assemble(family: [terms]).terms[0]
  }

  /// Several vectors, each the sum of its terms.
  public func assemble(family: [[VectorLinearTerm]]) throws(AssemblyError) -> AffineSum<[Double]> {
    let sweep = try VectorSweep(
      self, family.enumerated().flatMap { q, terms in terms.map { ($0, q) } })
    var values = family.map { _ in [Double](repeating: 0, count: space.dofCount) }
    try sweep.run(&values)
    return AffineSum(values)
  }
}
