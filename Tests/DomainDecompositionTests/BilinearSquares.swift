import DomainDecomposition
import LinearAlgebra

/// −div(a grad u) on the unit square with bilinear squares and u = 0 on the left and right sides.
struct BilinearSquares {
  /// Squares a side.
  let side: Int
  let elements: ElementMatrices
  let matrix: SparseMatrix<Double>
  /// The nodes of the unknowns, by column and row of the grid.
  let nodes: [(i: Int, j: Int)]

  /// - Parameter a: The coefficient in the square of a column and row.
  init(side n: Int, _ a: (Int, Int) -> Double) {
    side = n
    // Unknowns in columns 1..<n, all rows 0...n.
    func unknown(_ i: Int, _ j: Int) -> Int32 {
      i == 0 || i == n ? -1 : Int32((i - 1) + j * (n - 1))
    }
    nodes = (0...n).flatMap { j in (1..<n).map { ($0, j) } }
    let stiffness: [[Double]] = [
      [4, -1, -1, -2], [-1, 4, -2, -1], [-1, -2, 4, -1], [-2, -1, -1, 4],
    ]
    var list: [(unknowns: [Int32], matrix: DenseMatrix<Double>)] = []
    for j in 0..<n {
      for i in 0..<n {
        let corners = [
          unknown(i, j), unknown(i + 1, j), unknown(i, j + 1), unknown(i + 1, j + 1),
        ]
        list.append((corners, (a(i, j) / 6) * DenseMatrix(rows: stiffness)))
      }
    }
    elements = ElementMatrices(order: nodes.count, list)
    matrix = elements.assembled()
  }

  /// The part of each unknown where the square is cut into k × k equal ones.
  func parts(_ k: Int) -> [Int32] {
    nodes.map { Int32(min(k - 1, $0.i * k / side) + k * min(k - 1, $0.j * k / side)) }
  }
}

/// Channels that run through the whole square, three in the height of a subdomain, and inclusions
/// across its cuts, with `contrast` in them and 1 elsewhere.
///
/// - Parameter width: Squares a side of a subdomain.
func channels(_ contrast: Double, width: Int) -> (Int, Int) -> Double {
  { i, j in
    let (x, y) = (i % width, j % width)
    let isChannel = y == width / 4 || y == width / 2 || y == 3 * width / 4
    let isInclusion = (x < 2 || x >= width - 2) && y < 2
    return isChannel || isInclusion ? contrast : 1
  }
}
