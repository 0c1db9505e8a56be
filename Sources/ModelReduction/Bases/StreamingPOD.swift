public import LinearAlgebra

/// Proper orthogonal decomposition of snapshots that arrive block by block and are not kept.
///
/// After every block, U Σ Wᵀ is the decomposition of the snapshots seen, up to what was truncated;
/// U is orthonormal in the product. The account of what was truncated is exact: the parts cut off
/// after different blocks are orthogonal to each other, because their right factors are, so their
/// squares add up, and
///
///     ‖A − U Σ Wᵀ‖² = Σ (squares of all singular values cut off),
///
/// measured by √Σ‖aⱼ‖² in the product. Directions that are not even taken up (rests of snapshots
/// far below the tolerance) are counted by their own squares and enter by the triangle inequality.
/// By Weyl, every singular value is then within the bound of the true one, in whatever order the
/// snapshots come.
///
///     var pod = try StreamingPOD(in: product, tolerance: 1e-6)
///     for block in blocks { try pod.append(block) }
///     pod.basis              // ReducedBasis, orthonormal in the product
///     pod.errorBound         // ≥ ‖A − U Σ Wᵀ‖
///
/// - Complexity: For blocks of s snapshots with n numbers and k modes, about 6 n s k operations and
///   one reading and writing of an n × w matrix a block, w between 1.1 k and 1.2 k as the blocks need;
///   that matrix is all the memory that grows with n. Where the product is a sparse matrix, or n no
///   more than 256 w, another reading.
/// - Source: M. Brand, *Fast low-rank modifications of the thin singular value decomposition*,
///   Linear Algebra Appl. 415 (2006), for the small decomposition; here with blocks, two
///   projections, a product, and rotations that wait until there is no room for a block and then fold
///   these into the others.
public struct StreamingPOD: Sendable {
  /// Whether the coefficients of the snapshots in the basis are kept too.
  public enum RightFactors: Sendable {
    /// Kept: k numbers for each snapshot, and 2 t k² operations a block after t snapshots.
    case kept
    /// Not kept.
    case dropped
  }

  /// The product the modes are orthonormal in.
  public let product: InnerProduct<Double>
  /// The most modes kept.
  public let rankLimit: Int
  /// The part of √Σ‖aⱼ‖² that may be lost; zero keeps all above round-off.
  public let tolerance: Double
  /// σ₁ ≥ σ₂ ≥ …, one for each mode.
  public internal(set) var singularValues: [Double] = []
  /// The number of snapshots seen.
  public internal(set) var count = 0
  /// Σ‖aⱼ‖² of all snapshots seen, in the product.
  public internal(set) var totalEnergy = 0.0
  /// Σ of the squares of all singular values cut off.
  public internal(set) var truncatedEnergy = 0.0
  /// Σ of the squared rests of snapshots that were too small to be taken up.
  public internal(set) var neglectedEnergy = 0.0

  var columns: DeferredBasis
  /// The modes are X K; K has orthonormal columns.
  var rotation = DenseMatrix<Double>(rowCount: 0, columnCount: 0)
  /// Wᵀ, a column for each snapshot, where it is kept.
  var rightTransposed: DenseMatrix<Double>?
  var turnsSincePolish = 0

  /// A decomposition of no snapshots.
  ///
  /// - Parameters:
  ///   - product: The product in which the modes are orthonormal and errors measured.
  ///   - rank: The most modes kept.
  ///   - tolerance: The part of √Σ‖aⱼ‖² that may be lost: `errorBound` stays below it unless `rank`
  ///     cuts deeper.
  ///   - rightFactors: Whether W is kept.
  /// - Throws: `SnapshotError.refused` for a negative rank or a tolerance outside [0, 1).
  public init(
    in product: InnerProduct<Double>, rank: Int = .max, tolerance: Double = 0,
    rightFactors: RightFactors = .dropped
  ) throws(SnapshotError) {
    guard rank >= 0 else {
      throw .refused("a basis of \(rank) modes; ask for zero or more")
    }
    guard tolerance >= 0, tolerance < 1 else {
      throw .refused("a tolerance of \(tolerance); it is a part of the energy's root, in [0, 1)")
    }
    (self.product, self.tolerance) = (product, tolerance)
    rankLimit = min(rank, product.dimension)
    columns = DeferredBasis(in: product)
    rightTransposed =
      rightFactors == .kept ? DenseMatrix(rowCount: 0, columnCount: 0) : nil
  }

  /// k, the number of modes.
  public var rank: Int { singularValues.count }

  /// The modes, orthonormal in the product; a copy of n k numbers.
  public var basis: ReducedBasis<Double> {
    ReducedBasis(orthonormal: columns.columns(rotation), in: product)
  }

  /// W, a row for each snapshot and a column for each mode, orthonormal; nil where not kept.
  ///
  /// Snapshot j is U Σ wⱼ, up to what was truncated.
  public var rightVectors: DenseMatrix<Double>? { rightTransposed?.transposed() }

  /// What ‖A − U Σ Wᵀ‖ = √Σ‖aⱼ − U Σ wⱼ‖² does not exceed, round-off of ε‖A‖ aside; hence also
  /// the most that any singular value can be off.
  public var errorBound: Double {
    truncatedEnergy.squareRoot() + neglectedEnergy.squareRoot()
  }

  /// Σσ² / Σ‖aⱼ‖², one where there is nothing.
  public var retainedEnergy: Double {
    let kept = singularValues.reversed().reduce(0) { $0 + $1 * $1 }
    return totalEnergy > 0 ? min(1, kept / totalEnergy) : 1
  }

  /// Takes up snapshots, one per column.
  ///
  /// - Throws: `SnapshotError.mismatch` when they are not of n numbers; `notFinite` at the first NaN
  ///   or infinity, and then nothing of the block has been taken up; `refused` where squares of the
  ///   numbers overflow.
  public mutating func append(_ block: DenseMatrix<Double>) throws(SnapshotError) {
    guard block.rowCount == product.dimension else {
      throw .mismatch(
        source: "block of snapshots", found: "\(block.rowCount) numbers in a snapshot",
        expected: "\(product.dimension), as in the product")
    }
    // One sum tells whether all is finite and safe to square; only where it is not, look closer.
    if !(dot(block.values, block.values) < 1e280) {
      if let (row, column) = block.firstNonFiniteEntry {
        throw .notFinite(
          value: block[row, column], row: row, snapshot: count + column,
          source: "block of snapshots")
      }
      throw .refused("the squares of the snapshots overflow; scale them")
    }
    do throws(FactorizationError) {
      var first = 0
      while first < block.columnCount {
        let range = first..<min(block.columnCount, first + partWidth)
        first = range.upperBound
        try takeUp(range.count == block.columnCount ? block : block.columns(range))
      }
    } catch {
      throw .factorization(error)
    }
  }

  /// Takes up one snapshot.
  ///
  /// - Throws: As for a block.
  public mutating func append(_ snapshot: [Double]) throws(SnapshotError) {
    try append(DenseMatrix(rowCount: snapshot.count, columnCount: 1, values: snapshot))
  }

  /// Takes up all snapshots of a source, read in blocks.
  ///
  /// - Parameter blockSize: Snapshots read at a time.
  /// - Throws: What reading throws, and as for a block.
  public mutating func append(
    contentsOf source: some SnapshotSource, blockSize: Int = 16
  ) throws(SnapshotError) {
    for first in stride(from: 0, to: source.count, by: max(1, blockSize)) {
      try append(source.snapshots(first..<min(source.count, first + max(1, blockSize))))
    }
  }
}
