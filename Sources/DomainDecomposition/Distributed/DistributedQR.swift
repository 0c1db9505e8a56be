public import LinearAlgebra

/// A = Q R of a tall matrix whose rows are spread over ranks, with Q kept as a binary tree.
///
/// Each rank factorizes its rows; then triangles are stacked in pairs and factorized again until
/// one is left, which all ranks get. R is that of ``TallSkinnyQR`` up to round-off on any number of
/// ranks: its diagonal is real and not negative.
///
/// - Complexity: log₂ of the ranks messages of n² numbers one after the other.
/// - Source: Demmel, Grigori, Hoemmen, Langou, *Communication-optimal parallel and sequential QR
///   and LU factorizations*, SIAM J. Sci. Comput. 34 (2012).
public struct DistributedQR<S: Scalar, C: Communicator>: Sendable {
  /// R, min(m, n) × n for the m rows on all ranks; the same on all.
  public let r: DenseMatrix<S>
  private let communicator: C
  private let leaf: TallSkinnyQR<S>
  /// The factors of the pairs that this rank stacked, from the leaves up.
  private let pairs: [Pair]

  private struct Pair: Sendable {
    let q: DenseMatrix<S>
    let partner: Int
    /// The rows of this rank's triangle; those of the partner's follow.
    let height: Int
  }

  /// Factorizes; collective.
  ///
  /// - Parameters:
  ///   - rows: The rows of this rank, perhaps none; the same number of columns on all.
  ///   - communicator: The ranks.
  /// - Throws: On all ranks if a factorization fails on one.
  public init(_ rows: DenseMatrix<S>, _ communicator: C) throws(DistributedFailure) {
    let leaf = try communicator.together { () throws(FactorizationError) in
      try TallSkinnyQR(rows)
    }
    let (n, me, size) = (rows.columnCount, communicator.rank, communicator.size)
    var heights = communicator.gather([leaf.r.rowCount]).map { $0[0] }
    var (triangle, pairs) = (leaf.r, [Pair]())
    var step = 1
    while step < size {
      // Only finite triangles get here: the stacked factorization fails for lack of memory alone,
      // and on one rank.
      if me % (2 * step) == step {
        var nothing: [S] = []
        let part = Segment(rank: me - step, range: 0..<triangle.values.count)
        communicator.exchange(triangle.values, to: [part], into: &nothing, from: [])
      } else if me % (2 * step) == 0, me + step < size {
        var lower = [S](repeating: S.zero, count: heights[me + step] * n)
        communicator.exchange(
          [], to: [], into: &lower, from: [Segment(rank: me + step, range: 0..<lower.count)])
        let stack = DenseMatrix(
          rowCount: triangle.rowCount + heights[me + step],
          columns: (0..<n).map { j in
            triangle.column(j) + lower[j * heights[me + step]..<(j + 1) * heights[me + step]]
          })
        do throws(FactorizationError) {
          let qr = try QR(stack)
          pairs.append(Pair(q: qr.q, partner: me + step, height: triangle.rowCount))
          triangle = qr.r
        } catch {
          communicator.abort("\(error)")
        }
      }
      for other in stride(from: 0, to: size - step, by: 2 * step) {
        heights[other] = min(heights[other] + heights[other + step], n)
      }
      step *= 2
    }
    var values = me == 0 ? triangle.values : [S](repeating: S.zero, count: heights[0] * n)
    communicator.broadcast(&values, from: 0)
    r = DenseMatrix(rowCount: heights[0], columnCount: n, values: values)
    (self.communicator, self.leaf, self.pairs) = (communicator, leaf, pairs)
  }

  /// The rows of Q B that belong to this rank; collective.
  ///
  /// - Parameter b: min(m, n) rows; the same on all ranks.
  public func times(_ b: DenseMatrix<S>) -> DenseMatrix<S> {
    precondition(b.rowCount == r.rowCount, "Q has \(r.rowCount) columns, not \(b.rowCount)")
    let (me, k) = (communicator.rank, b.columnCount)
    var part = b
    if me > 0 {
      // From the rank that took this one's triangle, in the lowest bit that is set.
      let step = me & -me
      var values = [S](repeating: S.zero, count: ownHeight * k)
      communicator.exchange(
        [], to: [], into: &values, from: [Segment(rank: me - step, range: 0..<values.count)])
      part = DenseMatrix(rowCount: ownHeight, columnCount: k, values: values)
    }
    for pair in pairs.reversed() {
      let image = pair.q * part
      let lower = image.rows(pair.height..<image.rowCount)
      var nothing: [S] = []
      communicator.exchange(
        lower.values, to: [Segment(rank: pair.partner, range: 0..<lower.values.count)],
        into: &nothing, from: [])
      part = image.rows(0..<pair.height)
    }
    return leaf.times(part)
  }

  /// The rows of the triangle that this rank passed on.
  private var ownHeight: Int { pairs.last.map { $0.q.columnCount } ?? leaf.r.rowCount }

  /// The rows of Q that belong to this rank; collective.
  public var q: DenseMatrix<S> { times(.identity(r.rowCount)) }
}
