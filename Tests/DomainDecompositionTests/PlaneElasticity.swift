import DomainDecomposition
import LinearAlgebra
import RealModule

/// Plane stress on the unit square with bilinear squares, ν = 0.3, clamped at the left side; the
/// unknowns of a node stand side by side.
struct PlaneElasticity {
  let elements: ElementMatrices
  let matrix: SparseMatrix<Double>
  /// The node of each unknown, by column and row, and its direction.
  let unknowns: [(i: Int, j: Int, direction: Int)]
  let side: Int

  /// - Parameter e: Young's modulus in the square of a column and row.
  init(side n: Int, _ e: (Int, Int) -> Double) {
    side = n
    unknowns = (0...n).flatMap { j in
      (1...n).flatMap { i in [(i, j, 0), (i, j, 1)] }
    }
    func unknown(_ i: Int, _ j: Int, _ direction: Int) -> Int32 {
      i == 0 ? -1 : Int32(2 * ((i - 1) + j * n) + direction)
    }
    let unit = Self.stiffness()
    var list: [(unknowns: [Int32], matrix: DenseMatrix<Double>)] = []
    for j in 0..<n {
      for i in 0..<n {
        let corners = [(i, j), (i + 1, j), (i, j + 1), (i + 1, j + 1)]
        list.append(
          (corners.flatMap { [unknown($0, $1, 0), unknown($0, $1, 1)] }, e(i, j) * unit))
      }
    }
    elements = ElementMatrices(order: unknowns.count, list)
    matrix = elements.assembled()
  }

  /// Bᵀ C B by 2 × 2 Gauss points, the side of the square drops out.
  private static func stiffness() -> DenseMatrix<Double> {
    let nu = 0.3
    let c = DenseMatrix(rows: [[1, nu, 0], [nu, 1, 0], [0, 0, (1 - nu) / 2]])
    var result = DenseMatrix<Double>(rowCount: 8, columnCount: 8)
    let points = [0.5 - 0.5 / 3.0.squareRoot(), 0.5 + 0.5 / 3.0.squareRoot()]
    for x in points {
      for y in points {
        let dx = [-(1 - y), 1 - y, -y, y]
        let dy = [-(1 - x), -x, 1 - x, x]
        var b = DenseMatrix<Double>(rowCount: 3, columnCount: 8)
        for k in 0..<4 {
          (b[0, 2 * k], b[1, 2 * k + 1]) = (dx[k], dy[k])
          (b[2, 2 * k], b[2, 2 * k + 1]) = (dy[k], dx[k])
        }
        result = result + (0.25 / (1 - nu * nu)) * b.adjointTimes(c * b)
      }
    }
    return result
  }

  /// The part of each unknown where the square is cut into k × k equal ones.
  func parts(_ k: Int) -> [Int32] {
    unknowns.map { Int32(min(k - 1, $0.i * k / side) + k * min(k - 1, $0.j * k / side)) }
  }

  /// Two translations and a rotation.
  var rigidMotions: DenseMatrix<Double> {
    DenseMatrix(
      rowCount: unknowns.count,
      columns: [
        unknowns.map { $0.direction == 0 ? 1 : 0 }, unknowns.map { $0.direction == 1 ? 1 : 0 },
        unknowns.map { Double($0.direction == 0 ? -$0.j : $0.i) / Double(side) },
      ])
  }
}
