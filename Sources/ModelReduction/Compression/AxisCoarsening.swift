/// One axis of a tensor grid on two neighbouring levels: linear interpolation between them and the
/// mass matrices of their hat functions.
///
/// Coarse node i is fine node 2i, but the last is the last, so that an axis of any length is thinned
/// out; its last coarse interval may then be half as long as the others.
struct AxisCoarsening: Sendable {
  /// Positions of the fine nodes, in intervals of the finest level.
  private let position: [Double]
  let fineCount: Int
  let coarseCount: Int
  /// Of fine node j between two coarse ones: the weight of the left.
  let leftWeight: [Double]
  /// Mass matrix of the fine axis: diagonal, and coupling to the next node.
  let massDiagonal: [Double]
  let massCoupling: [Double]
  /// LDLᵀ of the coarse mass matrix: multipliers and reciprocal pivots. The matrix is diagonally
  /// dominant by a factor of two, so that elimination without pivoting loses nothing.
  let multiplier: [Double]
  let reciprocal: [Double]

  /// Whether both levels have the same nodes.
  var isIdentity: Bool { fineCount == coarseCount }

  /// The positions of the coarse nodes.
  var coarsePosition: [Double] { (0..<coarseCount).map { position[fineIndex($0)] } }

  /// The fine node that coarse node i is.
  func fineIndex(_ i: Int) -> Int { isIdentity ? i : min(2 * i, fineCount - 1) }

  /// Whether fine node j is a coarse one.
  func isCoarse(_ j: Int) -> Bool { isIdentity || j % 2 == 0 || j == fineCount - 1 }

  init(positions x: [Double], coarseCount: Int) {
    let n = x.count
    (position, fineCount, self.coarseCount) = (x, n, coarseCount)
    leftWeight = (0..<n).map { j in
      j == 0 || j == n - 1 ? 1 : (x[j + 1] - x[j]) / (x[j + 1] - x[j - 1])
    }
    (massDiagonal, massCoupling) = AxisCoarsening.mass(x)
    let coarse = n == coarseCount ? x : (0..<coarseCount).map { x[min(2 * $0, n - 1)] }
    let (diagonal, coupling) = AxisCoarsening.mass(coarse)
    var multiplier = [Double](repeating: 0, count: coarseCount)
    var reciprocal = [Double](repeating: 0, count: coarseCount)
    var pivot = diagonal[0]
    for i in 0..<coarseCount {
      if i > 0 {
        multiplier[i] = coupling[i - 1] / pivot
        pivot = diagonal[i] - multiplier[i] * coupling[i - 1]
      }
      reciprocal[i] = 1 / pivot
    }
    (self.multiplier, self.reciprocal) = (multiplier, reciprocal)
  }

  /// The mass matrix of hat functions; one node alone has mass one.
  private static func mass(_ x: [Double]) -> (diagonal: [Double], coupling: [Double]) {
    guard x.count > 1 else { return ([1], [0]) }
    var diagonal = [Double](repeating: 0, count: x.count)
    var coupling = diagonal
    for j in 0..<x.count - 1 {
      let length = x[j + 1] - x[j]
      diagonal[j] += length / 3
      diagonal[j + 1] += length / 3
      coupling[j] = length / 6
    }
    return (diagonal, coupling)
  }
}
