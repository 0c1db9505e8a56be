internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// M = L̃ U where A has entries, ILU(0), or where entries are large, ILUT.
///
/// Rows are not exchanged: a pivot below 10⁻¹² of the largest entry of its row is replaced by 10⁻⁴ of
/// that entry, and counted.
///
/// Modified factors, MILU(0), take a part ω of the fill that is dropped from the diagonal of its row
/// instead, so that M 1 ≈ A 1: what `IncompleteCholesky` says of them holds of convection with upwind
/// differences too. They are made where the pivots are positive for certain: no entry beside the
/// diagonal is positive, and the diagonal dominates. Of others, ILU(0).
///
/// - Complexity: Applied in two sweeps over the factors, on one thread.
/// - Source: Saad, *Iterative Methods for Sparse Linear Systems*, 2nd ed. (2003), §10.3 and §10.4;
///   modified: §10.3.5, and Gustafsson, *A class of first order factorization methods*, BIT 18 (1978).
public struct IncompleteLU<S: Scalar>: SplitPreconditioner {
  private let source: SparsityPattern
  private let pattern: TrianglePattern
  private var triangles: UnitTriangles<S>
  private let ones: [S]
  /// How many pivots had to be replaced.
  public private(set) var replacedPivots = 0
  /// ω, as asked for; zero with fill.
  public let modification: Double
  /// Whether the factors are modified ones.
  public private(set) var isModified = false

  /// Factorizes without fill.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - omega: ω, zero for ILU(0), less than one.
  ///   - precision: How the factors are stored.
  /// - Precondition: A is square.
  /// - Throws: `notFinite`; `singular` with a row whose diagonal entry is not stored.
  public init(
    _ a: SparseMatrix<S>, modification omega: Double = 0, precision: FactorPrecision = .double
  ) throws(FactorizationError) {
    precondition(omega >= 0 && omega < 1, "a part ω = \(omega) of the fill")
    try self.init(a, pattern: TrianglePattern(a.pattern), omega, precision)
  }

  /// Factorizes with fill as far as it is large.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - dropTolerance: Entries below this part of the row's length are dropped.
  ///   - fill: At most so many entries are kept in each row of L̃, and right of the diagonal in each
  ///     row of U.
  ///   - precision: How the factors are stored.
  /// - Precondition: A is square.
  /// - Throws: `notFinite`.
  public init(
    _ a: SparseMatrix<S>, dropTolerance: Double, fill: Int, precision: FactorPrecision = .double
  ) throws(FactorizationError) {
    precondition(dropTolerance >= 0 && fill >= 0, "drop below \(dropTolerance), fill \(fill)")
    if let (row, column) = a.firstNonFiniteEntry { throw .notFinite(row: row, column: column) }
    let found = thresholdPattern(a, dropTolerance: dropTolerance, fill: fill)
    try self.init(a, pattern: TrianglePattern(found), 0, precision)
  }

  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private init(
    _ a: SparseMatrix<S>, pattern: TrianglePattern, _ omega: Double, _ precision: FactorPrecision
  ) throws(FactorizationError) {
    (source, self.pattern, modification) = (a.pattern, pattern, omega)
    triangles = UnitTriangles(pattern, upper: .entries, precision: precision)
    ones = [S](repeating: 1, count: pattern.order)
    try refactorize(a)
  }

  /// The order of A.
  public var rowCount: Int { pattern.order }
  /// The order of A.
  public var columnCount: Int { pattern.order }
  /// Nothing is known about definiteness.
  public var isDefinite: Bool { false }
  /// How the factors are stored.
  public var precision: FactorPrecision { triangles.precision }
  /// Entries of both factors, the diagonal counted once.
  public var factorEntryCount: Int { pattern.pattern.entryCount }

  /// Replaces the factors by those of another matrix with the pattern of the first; factors with
  /// fill keep the places that were found for the first.
  ///
  /// - Precondition: `a` has the identical pattern (`===`).
  /// - Throws: `notFinite`; the old factors stay.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public mutating func refactorize(_ a: SparseMatrix<S>) throws(FactorizationError) {
    precondition(a.pattern === source, "refactorize: the pattern is another object")
    if let (row, column) = a.firstNonFiniteEntry { throw .notFinite(row: row, column: column) }
    var entries = [S](repeating: S.zero, count: pattern.pattern.entryCount)
    var inverse = [S](repeating: S.zero, count: rowCount)
    // Fill of such rows is negative or zero: a dominant diagonal stays so, and keeps the part 1 − ω.
    isModified = modification > 0 && a.isDominantWithoutPositiveEntries()
    replacedPivots = eliminate(
      a, on: pattern, modification: isModified ? modification : 0, into: &entries,
      inverse: &inverse)
    triangles.set(pattern, entries, inverse: inverse)
  }

  /// z ← M⁻¹ r.
  public func apply(_ r: [S], into z: inout [S]) { triangles.solve(r, into: &z) }

  /// z ← L̃⁻¹ r.
  public func applyLeft(_ r: [S], into z: inout [S]) {
    requireOrder(r, z)
    triangles.down(r, into: &z)
  }

  /// z ← U⁻¹ r.
  public func applyRight(_ r: [S], into z: inout [S]) {
    requireOrder(r, z)
    copy(r, into: &z)
    triangles.up(scaledBy: triangles.inverse, &z)
  }
}

/// A pivot for a row whose largest entry is `largest`: the number itself unless it vanishes.
func safePivot<S: Scalar>(_ pivot: S, largest: Double, replaced: inout Int) -> S {
  let size = pivot.absolute
  if size > 1e-12 * largest { return pivot }
  replaced += 1
  let wanted = largest > 0 ? 1e-4 * largest : 1
  return size > 0 ? S(real: wanted / size) * pivot : S(real: wanted)
}
