public import LinearAlgebra

/// How unlike m objects are, pair by pair: symmetric, zero on the diagonal, one triangle stored.
///
/// 10 000 objects take 400 MB.
public struct DissimilarityMatrix: Sendable, Equatable {
  /// m.
  public let count: Int
  /// m (m − 1) / 2 numbers, row by row below the diagonal: pair (i, j) with i > j stands at
  /// i (i − 1) / 2 + j.
  public let packed: [Double]
  /// What was measured: "sine", "euclidean", "grassmann-geodesic" or a name of your own.
  public let measure: String
  /// Sentences for the user, such as which snapshots are so small that their angles may be noise.
  public let notes: [String]

  /// Given dissimilarities.
  ///
  /// - Throws: `SnapshotError.refused` with the first pair that is negative or not finite.
  /// - Precondition: m (m − 1) / 2 numbers.
  public init(
    count: Int, packed: [Double], measure: String, notes: [String] = []
  ) throws(SnapshotError) {
    precondition(
      packed.count == count * (count - 1) / 2, "\(packed.count) numbers for \(count) objects")
    if let bad = packed.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      let (i, j) = DissimilarityMatrix.pair(at: bad)
      throw .refused(
        "the dissimilarity of objects \(i) and \(j) is \(packed[bad]); it must be a finite number, "
          + "zero or more")
    }
    self.init(trusted: packed, count: count, measure: measure, notes: notes)
  }

  /// Numbers that are known to be finite and not negative.
  init(trusted packed: [Double], count: Int, measure: String, notes: [String] = []) {
    (self.count, self.packed, self.measure, self.notes) = (count, packed, measure, notes)
  }

  /// Euclidean distances between points, one per column: parameters or features.
  ///
  /// Differences are squared and added, so that near points keep their digits.
  ///
  /// - Parameter memory: The bytes for the result.
  /// - Throws: `SnapshotError.refused` when a distance is not finite, and for more pairs than the
  ///   memory holds.
  public init(
    betweenColumnsOf points: DenseMatrix<Double>, memory: Int = 2 << 30
  ) throws(SnapshotError) {
    try requireRoom(forPairsOf: points.columnCount, memory: memory)
    try self.init(
      count: points.columnCount, packed: pairDistances(points), measure: "euclidean")
  }

  /// The dissimilarity of objects i and j.
  public subscript(i: Int, j: Int) -> Double {
    precondition(min(i, j) >= 0 && max(i, j) < count, "pair (\(i), \(j)) of \(count) objects")
    let (high, low) = (max(i, j), min(i, j))
    return high == low ? 0 : packed[high * (high - 1) / 2 + low]
  }

  /// The dissimilarities among some of the objects, in the order given.
  ///
  /// - Precondition: The indices lie in 0..<m.
  public func selecting(_ indices: [Int]) -> DissimilarityMatrix {
    var part: [Double] = []
    part.reserveCapacity(indices.count * (indices.count - 1) / 2)
    for (k, i) in indices.enumerated() { for j in indices[..<k] { part.append(self[i, j]) } }
    return DissimilarityMatrix(
      trusted: part, count: indices.count, measure: measure, notes: notes)
  }

  /// The squares, for clustering in the mean square.
  public func squared() -> DissimilarityMatrix {
    DissimilarityMatrix(
      trusted: packed.map { $0 * $0 }, count: count, measure: "\(measure) squared", notes: notes)
  }

  /// The pair (i, j), i > j, at a place of `packed`.
  static func pair(at place: Int) -> (Int, Int) {
    var i = Int((2 * Double(place)).squareRoot())
    while i * (i - 1) / 2 > place { i -= 1 }
    while (i + 1) * i / 2 <= place { i += 1 }
    return (i, place - i * (i - 1) / 2)
  }
}
