public import LinearAlgebra

/// How unlike two snapshots are.
public enum SnapshotDissimilarity: String, Sendable, CaseIterable {
  /// ‖u − v‖: large for snapshots of one shape and unlike amplitudes.
  case euclidean
  /// 1 − cos∠(u, v), between 0 and 2: blind to positive factors, not to the sign.
  case cosine
  /// sin∠(u, v), between 0 and 1: the relative error of u projected on the line of v. Blind to any
  /// factor; a metric on lines, and what local reduced bases are clustered by.
  case sine
}

extension DissimilarityMatrix {
  /// The dissimilarities of snapshots.
  ///
  /// Inner products come from matrix products over tiles of pairs. Where cancellation would cost
  /// more than half of the digits (angles below 10⁻⁴, distances below 10⁻⁴ of the norms), the
  /// difference of the two snapshots is formed itself, which keeps angles of 10⁻⁹ and the zero
  /// between equal snapshots right. Snapshots are scaled by powers of two first: no square
  /// overflows or vanishes.
  ///
  /// - Parameters:
  ///   - source: N × m.
  ///   - product: X.
  ///   - measure: Which of them.
  ///   - shift: Subtracted from every snapshot. A large constant part, such as a mean temperature,
  ///     makes all angles small; take it out.
  ///   - memory: The bytes for the result, and for snapshots held at a time besides it. Snapshots
  ///     that do not fit are read again for each block.
  /// - Throws: What the source throws; `empty`; `mismatch` of source and product; `refused` for
  ///   snapshots that are zero, which have no angle, and for a product that gives a snapshot no
  ///   positive energy.
  /// - Complexity: N m² operations for m snapshots of N numbers.
  public init(
    of source: some SnapshotSource, in product: InnerProduct<Double>,
    measure: SnapshotDissimilarity, subtracting shift: [Double]? = nil, memory: Int = 2 << 30
  ) throws(SnapshotError) {
    let (n, m) = (source.dimension, source.count)
    try requireFit(source, product)
    precondition(shift.map { $0.count == n } ?? true, "a shift of another length than \(n)")
    try requireRoom(forPairsOf: m, memory: memory)
    // Snapshots, and their images under X where these are not the same.
    let bytes = 8 * max(1, n) * (product.isEuclidean ? 1 : 2)
    let size = m * bytes <= memory ? m : max(1, memory / (2 * bytes))
    let starts = Array(stride(from: 0, to: m, by: size))
    var packed = [Double](repeating: 0, count: m * (m - 1) / 2)
    var norms: [Double] = []
    for first in starts {
      let columns = try SnapshotBlock(
        source, first..<min(m, first + size), product, measure, subtracting: shift)
      norms += columns.norms
      columns.fill(&packed, against: columns, product, measure)
      for other in starts where other > first {
        let rows = try SnapshotBlock(
          source, other..<min(m, other + size), product, measure, subtracting: shift)
        rows.fill(&packed, against: columns, product, measure)
      }
    }
    if let bad = packed.firstIndex(where: { !$0.isFinite }) {
      let (i, j) = DissimilarityMatrix.pair(at: bad)
      throw .refused(
        "the \(measure.rawValue) dissimilarity of snapshots \(j) and \(i) is \(packed[bad]): "
          + "scale the snapshots")
    }
    var notes: [String] = []
    let largest = norms.max() ?? 0
    let tiny = norms.indices.filter { norms[$0] <= 1e-12 * largest }
    if measure != .euclidean, !tiny.isEmpty {
      notes.append(
        "\(snapshotList(tiny)) at most 1e-12 of the largest: the angles may be those of noise")
    }
    self.init(trusted: packed, count: m, measure: measure.rawValue, notes: notes)
  }

  /// The dissimilarities of one more snapshot to some, in their order.
  ///
  /// - Throws: As for all pairs.
  public static func distances(
    of u: [Double], to states: DenseMatrix<Double>, in product: InnerProduct<Double>,
    measure: SnapshotDissimilarity
  ) throws(SnapshotError) -> [Double] {
    guard u.count == states.rowCount else {
      throw .mismatch(
        source: "a snapshot", found: "\(u.count) entries", expected: "\(states.rowCount)")
    }
    let all = SnapshotSet(
      states: DenseMatrix(rowCount: u.count, columnCount: 1, values: u)
        .appendingColumns(of: states))
    let (columns, rows) = (
      try SnapshotBlock(all, 0..<1, product, measure, subtracting: nil),
      try SnapshotBlock(all, 1..<all.count, product, measure, subtracting: nil)
    )
    var packed = [Double](repeating: 0, count: all.count * (all.count - 1) / 2)
    rows.fill(&packed, against: columns, product, measure)
    return (1..<all.count).map { packed[$0 * ($0 - 1) / 2] }
  }
}

/// Refuses more pairs of objects than fit into the memory.
func requireRoom(forPairsOf m: Int, memory: Int) throws(SnapshotError) {
  let bytes = 4 * Double(m) * Double(m - 1)
  guard bytes > Double(memory) else { return }
  func short(_ bytes: Double) -> String { "\((bytes / 1e8).rounded() / 10) GB" }
  let most = Int((Double(memory) / 4).squareRoot())
  throw .refused(
    "the dissimilarities of \(m) objects take \(short(bytes)), the memory is "
      + "\(short(Double(memory))): allow more, or cluster at most \(most) of them, for example "
      + "one of every \((m + most - 1) / max(1, most))")
}

/// Refuses nothing to compare, and a product over other vectors.
func requireFit(
  _ source: some SnapshotSource, _ product: InnerProduct<Double>
) throws(SnapshotError) {
  guard source.count > 0 else { throw .empty(source: "the snapshots") }
  guard source.dimension == product.dimension else {
    throw .mismatch(
      source: "the product '\(product.name)'", found: "\(product.dimension) unknowns",
      expected: "\(source.dimension), as the snapshots have")
  }
}

/// "snapshots 0, 4 and 9 are", the first few of many.
func snapshotList(_ indices: [Int]) -> String {
  guard indices.count > 1 else { return "snapshot \(indices.first ?? 0) is" }
  let few = indices.prefix(5).map(\.description).joined(separator: ", ")
  return indices.count > 5
    ? "snapshots \(few) and \(indices.count - 5) more are" : "snapshots \(few) are"
}
