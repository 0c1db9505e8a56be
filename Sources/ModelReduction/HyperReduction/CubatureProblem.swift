internal import LinearAlgebra

/// Units (points, or cells), their weights in the full rule, and what the full rule gives.
struct CubatureProblem<Integrands: CubatureIntegrands>: Sendable {
  let integrands: Integrands
  /// w, so that b = G w.
  let weights: [Double]
  /// What one unit of weight counts in the volume: 1 for a point, its volume for a cell.
  let volumes: [Double]
  /// b.
  let integrals: [Double]
  /// ‖g_j‖² for each unit.
  let squares: [Double]

  /// Sums over all units, in segments that depend on their number only.
  init(
    _ integrands: Integrands, weights: [Double], volumes: [Double]
  ) throws(HyperReductionError) {
    (self.integrands, self.weights, self.volumes) = (integrands, weights, volumes)
    let (rows, count) = (integrands.rowCount, integrands.pointCount)
    if let point = zip(weights, volumes).enumerated().first(where: {
      !($0.element.0 * $0.element.1).isFinite
    })?.offset {
      throw .notFinite(what: "weights of the full rule", row: 0, point: point)
    }
    let size = max(64, (count + 63) / 64)
    let parts = parallelMap((count + size - 1) / size) { part in
      var sum = [Double](repeating: 0, count: rows)
      var column = sum
      var squares: [Double] = []
      for j in part * size..<min(count, (part + 1) * size) {
        integrands.column(j, into: &column)
        axpy(weights[j], column, into: &sum)
        squares.append(dot(column, column))
      }
      return (sum: sum, squares: squares)
    }
    squares = parts.flatMap(\.squares)
    var total = [Double](repeating: 0, count: rows)
    for part in parts { axpy(1, part.sum, into: &total) }
    integrals = total
    if let point = squares.firstIndex(where: { !$0.isFinite }) {
      var column = [Double](repeating: 0, count: rows)
      integrands.column(point, into: &column)
      guard let row = column.firstIndex(where: { !$0.isFinite }) else {
        throw .refused("the squares of the integrands at point \(point) overflow; scale them")
      }
      throw .notFinite(what: "integrands", row: row, point: point)
    }
    guard volume > 0 else {
      throw .refused("the volume of the full rule is \(volume); weights add up to more than zero")
    }
  }

  private init(
    _ integrands: Integrands, _ weights: [Double], _ volumes: [Double], _ integrals: [Double],
    _ squares: [Double]
  ) {
    (self.integrands, self.weights, self.volumes) = (integrands, weights, volumes)
    (self.integrals, self.squares) = (integrals, squares)
  }

  /// The same problem in the coordinates of integrands UᵀG.
  func compressed<Other: CubatureIntegrands>(
    to other: Other, by basis: DenseMatrix<Double>
  ) -> CubatureProblem<Other> {
    CubatureProblem<Other>(other, weights, volumes, basis.adjointTimes(integrals), squares)
  }

  /// V.
  var volume: Double { zip(weights, volumes).reduce(0) { $0 + $1.0 * $1.1 } }

  /// What residuals are measured by: ‖b‖, or a thousandth of the bound √(V Σ w ‖g‖² / v) that
  /// Cauchy and Schwarz give for it, where that is more.
  ///
  /// Integrals that vanish although the integrands do not, as those of stresses in equilibrium
  /// with themselves, would otherwise ask for the impossible.
  var scale: Double {
    var energy = 0.0
    for j in weights.indices where volumes[j] > 0 {
      energy += weights[j].magnitude / volumes[j] * squares[j]
    }
    return max(norm(integrals), 1e-3 * (volume * energy).squareRoot())
  }

  /// Relative to `scale`, and V⁻¹ (Σ x v − V), for given weights of some units.
  func errors(
    _ chosen: [Int], _ x: [Double], scale: Double
  ) -> (residual: Double, volume: Double) {
    var rest = integrals
    var (column, sum) = (rest, 0.0)
    for (j, weight) in zip(chosen, x) {
      integrands.column(j, into: &column)
      axpy(-weight, column, into: &rest)
      sum += weight * volumes[j]
    }
    return (scale > 0 ? norm(rest) / scale : 0, (sum - volume) / volume)
  }
}
