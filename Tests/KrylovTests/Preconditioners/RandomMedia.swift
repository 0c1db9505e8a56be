import Krylov
import LinearAlgebra
import RealModule
import TestSupport

/// Diffusion on a square in the orders that programs number nodes in, and through media between smooth
/// ones, blocks and noise.
struct RandomMedia {
  let side: Int
  let grid: FivePointGrid

  init(side: Int) { (self.side, grid) = (side, FivePointGrid(side: side)) }

  /// The old number of each new one.
  var orders: [String: [Int]] {
    let (n, all) = (side, Array(0..<side * side))
    var random = SeededRandom(seed: 11)
    let noise = all.map { _ in random.uniform() }
    func depth(_ i: Int) -> Int { min(i % n, n - 1 - i % n, i / n, n - 1 - i / n) }
    func angle(_ i: Int) -> Double {
      Double.atan2(y: Double(2 * (i / n) - n + 1), x: Double(2 * (i % n) - n + 1))
    }
    func sorted(_ keys: (Int) -> [Double]) -> [Int] {
      let key = all.map(keys)
      return all.sorted { key[$0].lexicographicallyPrecedes(key[$1]) }
    }
    let curve = all.map { Double(hilbert($0 % n, $0 / n)) }
    return [
      "rows": all, "backwards": all.reversed(), "random": sorted { [noise[$0]] },
      "diagonals": sorted { [Double($0 % n + $0 / n), Double($0)] },
      "diagonals backwards": sorted { [-Double($0 % n + $0 / n), Double($0)] },
      "curve": sorted { [curve[$0]] },
      // Meshers number the boundary first; some advance from it, some insert points anywhere.
      "boundary, rows": sorted { [depth($0) == 0 ? 0 : 1, Double($0)] },
      "boundary, curve": sorted { [depth($0) == 0 ? 0 : 1, curve[$0]] },
      "front": sorted { [Double(depth($0)), angle($0)] },
      "front outwards": sorted { [-Double(depth($0)), angle($0)] },
      "boxes": sorted { [Double($0 / n / 3), Double($0 % n / 3), noise[$0]] },
      "nearly rows": sorted { [Double($0) + 4 * noise[$0]] },
      "blocks": sorted { [Double($0 / n / 8), Double($0 % n / 8), Double($0)] },
      "colours": sorted { [Double(($0 % n + $0 / n) % 2), Double($0)] },
      "lines": sorted { [Double($0 / n % 2), Double($0)] },
    ]
  }

  /// −Δ with five points, and with seven as in regular triangles; a log-normal medium.
  var stencils: [String: SparseMatrix<Double>] {
    let n = side
    var (rows, columns, entries): ([Int32], [Int32], [Double]) = ([], [], [])
    for i in 0..<n * n {
      for (dx, dy) in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1)] {
        let (x, y) = (i % n + dx, i / n + dy)
        guard x >= 0, x < n, y >= 0, y < n else { continue }
        rows.append(Int32(i))
        columns.append(Int32(x + y * n))
        entries.append(dx == 0 && dy == 0 ? 6 : -1)
      }
    }
    return [
      "five points, ": grid.laplacian(),
      "triangles, ": SparseMatrix(
        rowCount: n * n, columnCount: n * n, rows: rows, columns: columns, entries: entries),
      "log-normal, ": Model.darcy(side: n),
    ]
  }

  /// The matrix with its unknowns in another order.
  func reordered(_ a: SparseMatrix<Double>, _ order: [Int]) -> SparseMatrix<Double> {
    var place = [Int32](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { place[old] = Int32(new) }
    let places = a.values.indices.map { a.pattern.place(ofEntry: $0) }
    return SparseMatrix(
      rowCount: a.rowCount, columnCount: a.rowCount, rows: places.map { place[$0.row] },
      columns: places.map { place[$0.column] }, entries: a.values)
  }

  /// Two materials, with grains about so many points across.
  func grains(of size: Int, contrast: Double) -> SparseMatrix<Double> {
    grid.diffusion(field(size).map { $0 > 0 ? contrast : 1 })
  }

  /// exp(σ g), g of deviation one and of a correlation length of about so many points.
  func smooth(length: Int, deviation: Double) -> SparseMatrix<Double> {
    grid.diffusion(field(length).map { Double.exp(deviation * $0) })
  }

  /// White noise, averaged over squares of `length` points three times; mean zero, deviation one.
  private func field(_ length: Int) -> [Double] {
    let n = side
    var random = SeededRandom(seed: 17)
    var g = (0..<n * n).map { _ in random.uniform() + random.uniform() + random.uniform() }
    for _ in 0..<(length > 1 ? 3 : 0) {
      let rows = g.indices.map { i in
        (0..<length).reduce(0.0) { $0 + g[(i % n + $1) % n + i / n * n] }
      }
      g = g.indices.map { i in
        (0..<length).reduce(0.0) { $0 + rows[i % n + (i / n + $1) % n * n] }
      }
    }
    let mean = g.reduce(0, +) / Double(g.count)
    let deviation =
      (g.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(g.count)).squareRoot()
    return g.map { ($0 - mean) / deviation }
  }

  /// The number of a point along Hilbert's curve through 64 × 64 points.
  private func hilbert(_ x: Int, _ y: Int) -> Int {
    var (x, y, number, half) = (x, y, 0, 32)
    while half > 0 {
      let (right, up) = (x & half > 0, y & half > 0)
      number += half * half * (right ? (up ? 2 : 3) : (up ? 1 : 0))
      if !up {
        if right { (x, y) = (63 - x, 63 - y) }
        (x, y) = (y, x)
      }
      half /= 2
    }
    return number
  }
}
