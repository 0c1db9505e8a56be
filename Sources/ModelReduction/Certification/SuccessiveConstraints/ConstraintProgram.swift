internal import LinearAlgebra

/// min c·y over the box l ≤ y ≤ u and the half-spaces gₖ·y ≥ hₖ, from below.
///
/// Any multipliers λ ≥ 0 give a lower bound, Σ λₖ hₖ + Σ_q min over the box of (c − Σ λₖ gₖ)_q y_q: what
/// is returned is that number for the multipliers found, less its round-off, so that it holds however
/// well the program was solved. The multipliers come from the dual simplex method, which starts at the
/// best corner of the box and exchanges one active constraint for the most violated one; with a handful
/// of unknowns a dense system per exchange costs less than calling a solver for large programs.
struct ConstraintProgram: Sendable, Equatable {
  /// l.
  let lower: [Double]
  /// u.
  let upper: [Double]
  /// gₖ.
  private(set) var normals: [[Double]] = []
  /// hₖ.
  private(set) var heights: [Double] = []

  /// The box alone.
  init(lower: [Double], upper: [Double]) { (self.lower, self.upper) = (lower, upper) }

  /// Adds g·y ≥ h.
  mutating func require(_ normal: [Double], atLeast height: Double) {
    normals.append(normal)
    heights.append(height)
  }

  /// A number that c·y does not fall below.
  func lowerBound(of c: [Double]) -> Double {
    max(bound(of: c, []), bound(of: c, multipliers(of: c)))
  }

  /// The bound that multipliers give.
  private func bound(of c: [Double], _ multipliers: [(k: Int, lambda: Double)]) -> Double {
    var rest = c
    var (sum, size) = (0.0, 0.0)
    for (k, lambda) in multipliers where lambda > 0 {
      sum += lambda * heights[k]
      size += (lambda * heights[k]).magnitude
      for q in rest.indices {
        rest[q] -= lambda * normals[k][q]
        size += (lambda * normals[k][q]).magnitude * max(lower[q].magnitude, upper[q].magnitude)
      }
    }
    for q in rest.indices {
      let part = min(rest[q] * lower[q], rest[q] * upper[q])
      sum += part
      size += part.magnitude
    }
    return sum - Double(multipliers.count + c.count + 2) * Double.ulpOfOne * size
  }

  /// An active row: a side of the box or a half-space.
  private enum Row: Equatable {
    case lower(Int)
    case upper(Int)
    case half(Int)
  }

  private func normal(_ row: Row) -> [Double] {
    switch row {
    case .lower(let q): unit(q, 1)
    case .upper(let q): unit(q, -1)
    case .half(let k): normals[k]
    }
  }

  private func height(_ row: Row) -> Double {
    switch row {
    case .lower(let q): lower[q]
    case .upper(let q): -upper[q]
    case .half(let k): heights[k]
    }
  }

  private func unit(_ q: Int, _ value: Double) -> [Double] {
    var e = [Double](repeating: 0, count: lower.count)
    e[q] = value
    return e
  }

  private func multipliers(of c: [Double]) -> [(k: Int, lambda: Double)] {
    guard !normals.isEmpty else { return [] }
    var active = c.indices.map { c[$0] >= 0 ? Row.lower($0) : .upper($0) }
    var lambda = c.map(\.magnitude)
    for _ in 0..<10 * (normals.count + c.count) {
      // Rows of G are the active normals: G y = h, and Gᵀ μ = g tells what a new row replaces.
      let matrix = DenseMatrix(rowCount: c.count, columns: active.map(normal))
      guard let factor = try? LU(matrix) else { break }
      let y = factor.solve(
        DenseMatrix(rowCount: c.count, columnCount: 1, values: active.map(height)), .transposed
      ).values
      guard let entering = mostViolated(at: y, active) else { break }
      let mu = factor.solve(normal(entering))
      var (leaving, step) = (-1, Double.infinity)
      for i in mu.indices where mu[i] > 1e-12 {
        let ratio = max(0, lambda[i]) / mu[i]
        if ratio < step { (leaving, step) = (i, ratio) }
      }
      // No row to leave: the constraints contradict each other by round-off.
      guard leaving >= 0 else { break }
      for i in mu.indices { lambda[i] -= step * mu[i] }
      (active[leaving], lambda[leaving]) = (entering, step)
    }
    return zip(active, lambda).compactMap { row, lambda in
      if case .half(let k) = row { (k, max(0, lambda)) } else { nil }
    }
  }

  /// The row that y violates most, relative to the size of its terms; nil where none does.
  private func mostViolated(at y: [Double], _ active: [Row]) -> Row? {
    var worst: (row: Row, depth: Double)?
    func look(_ row: Row, _ value: Double, _ height: Double, _ size: Double) {
      let depth = (height - value) / max(size, .leastNormalMagnitude)
      if depth > max(1e-10, worst?.depth ?? 0), !active.contains(row) { worst = (row, depth) }
    }
    for q in y.indices {
      let size = max(lower[q].magnitude, upper[q].magnitude)
      look(.lower(q), y[q], lower[q], size)
      look(.upper(q), -y[q], -upper[q], size)
    }
    for k in normals.indices {
      var (value, size) = (0.0, heights[k].magnitude)
      for q in y.indices {
        value += normals[k][q] * y[q]
        size += (normals[k][q] * y[q]).magnitude
      }
      look(.half(k), value, heights[k], size)
    }
    return worst?.row
  }
}
