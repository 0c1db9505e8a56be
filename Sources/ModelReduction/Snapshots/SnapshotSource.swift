public import LinearAlgebra

/// Snapshots of any origin, read in parts: no algorithm needs all of them in memory at once.
///
/// The snapshots are the columns of an N × m matrix. A source hands out any rectangle of it; how
/// large the rectangles should be is for the reader to choose, by its memory and by `access`.
public protocol SnapshotSource: Sendable {
  /// N, the numbers in one snapshot.
  var dimension: Int { get }
  /// m, the number of snapshots.
  var count: Int { get }
  /// Which rectangles cost no more than their share of the whole.
  var access: SnapshotAccess { get }
  /// The relative rounding of the stored numbers: 2⁻⁵³ for doubles, 2⁻²⁴ for single precision,
  /// 5·10⁻⁷ for seven printed digits. Modes below this fraction of σ₁ are noise of the source.
  var precision: Double { get }

  /// The entries of given rows of given snapshots, a snapshot per column.
  ///
  /// - Throws: `SnapshotError` that names the file and place; NaN and infinities are refused here,
  ///   so that a reader never meets them.
  /// - Precondition: The ranges lie within N and m.
  func read(rows: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
}

/// Which rectangles of a snapshot matrix a source reads at the cost of their size.
public enum SnapshotAccess: Sendable {
  /// Any.
  case anyPart
  /// Whole snapshots: some rows cost as much as all.
  case wholeSnapshots
  /// All snapshots at once, in blocks of rows: one snapshot costs as much as all.
  case wholeRows
}

extension SnapshotSource {
  /// Whole snapshots.
  ///
  /// - Throws: As `read(rows:of:)`.
  public func snapshots(_ range: Range<Int>) throws(SnapshotError) -> DenseMatrix<Double> {
    try read(rows: 0..<dimension, of: range)
  }

  /// The bytes of the whole matrix.
  public var byteCount: Int { 8 * dimension * count }
}

/// A matrix in memory is a source.
extension SnapshotSet: SnapshotSource where S == Double {
  /// N.
  public var dimension: Int { states.rowCount }
  /// Any part, by copying it.
  public var access: SnapshotAccess { .anyPart }
  /// That of the arithmetic, 2⁻⁵³.
  public var precision: Double { Double.ulpOfOne / 2 }

  /// A copy of a part of the states.
  ///
  /// - Throws: `SnapshotError.notFinite` at the first NaN or infinity.
  public func read(rows: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
  {
    let whole = states.columns(snapshots)
    let part = rows == 0..<dimension ? whole : whole.rows(rows)
    return try part.checkedFinite(
      firstRow: rows.lowerBound, firstSnapshot: snapshots.lowerBound,
      source: "the snapshots in memory")
  }
}
