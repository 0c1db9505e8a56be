internal import LinearAlgebra
internal import Meshes

/// The strain operators of one cell at all its points, and the element force and tangent made of
/// them: the scratch of one thread.
///
/// Column k n + j belongs to component k of basis function j. Only the rows that can differ from zero
/// are kept: all six in space, xx, yy, zz and xy of a plane mesh.
@safe final class StrainCell {
  /// Which of the six components the rows are.
  let rows: [Int]
  let dimension: Int
  private let isAxisymmetric: Bool
  private let isAveraged: Bool
  /// Basis functions n and points Q of the present block.
  private(set) var count = 0
  private(set) var pointCount = 0
  /// Slopes at a point: row m n + j, the fourth row φ_j / r.
  private let slopes: UnsafeMutablePointer<Double>
  /// weight × ratio of measures (× 2πr) of each point.
  let weights: UnsafeMutablePointer<Double>
  /// B: row (q R + r), of c n columns.
  let strain: UnsafeMutablePointer<Double>
  /// w D B in the same layout.
  private let stress: UnsafeMutablePointer<Double>
  /// The element tangent, row (k, i) after row, each over the columns (l, j).
  let tangent: UnsafeMutablePointer<Double>
  /// The element force, and the cell's displacements.
  let force: UnsafeMutablePointer<Double>
  let values: UnsafeMutablePointer<Double>
  /// The mean divergences.
  private let mean: UnsafeMutablePointer<Double>

  var columnCount: Int { dimension * count }

  init(_ points: IntegrationPoints) {
    let space = points.space
    dimension = space.scalar.mesh.dimension
    isAxisymmetric = space.geometry == .axisymmetric
    isAveraged = points.dilatation == .averaged
    rows = dimension == 3 ? [0, 1, 2, 3, 4, 5] : [0, 1, 2, 5]
    let n = points.blocks.reduce(1) { max($0, $1.table.count) }
    let q = points.blocks.reduce(1) { max($0, $1.rule.count) }
    let m = dimension * n
    let capacities = [4 * n, q, q * rows.count * m, q * rows.count * m, m * m, m, m, m]
    let pointers = unsafe capacities.map { capacity in
      let pointer = UnsafeMutablePointer<Double>.allocate(capacity: capacity)
      unsafe pointer.initialize(repeating: 0, count: capacity)
      return unsafe pointer
    }
    unsafe (slopes, weights) = unsafe (pointers[0], pointers[1])
    unsafe (strain, stress, tangent) = unsafe (pointers[2], pointers[3], pointers[4])
    unsafe (force, values, mean) = unsafe (pointers[5], pointers[6], pointers[7])
  }

  deinit {
    unsafe slopes.deallocate()
    unsafe weights.deallocate()
    unsafe strain.deallocate()
    unsafe stress.deallocate()
    unsafe tangent.deallocate()
    unsafe force.deallocate()
    unsafe values.deallocate()
    unsafe mean.deallocate()
  }

  /// The strain operators of a cell that has been found sound.
  // Safe: tables and buffers were made for these counts.
  func move(to nodes: CellNodes, _ table: VectorTable) {
    (count, pointCount) = (table.count, table.rule.count)
    let (n, c) = (count, columnCount)
    var measure = 0.0
    if isAveraged { unsafe mean.update(repeating: 0, count: c) }
    for q in 0..<pointCount {
      unsafe move(to: q, nodes, table)
      unsafe write(strain + q * rows.count * c)
      guard isAveraged else { continue }
      let w = unsafe weights[q]
      measure += w
      for k in 0..<dimension {
        for j in 0..<n { unsafe mean[k * n + j] += w * divergence(k, j) }
      }
    }
    guard isAveraged else { return }
    for k in 0..<c { unsafe mean[k] /= measure }
    // The operators of all points are written: their own divergence is the sum of the normal rows.
    for q in 0..<pointCount {
      let b = unsafe strain + q * rows.count * c
      for k in 0..<c {
        let own = unsafe b[k] + b[c + k] + b[2 * c + k]
        let change = unsafe (mean[k] - own) / 3
        unsafe b[k] += change
        unsafe b[c + k] += change
        unsafe b[2 * c + k] += change
      }
    }
  }

  private func divergence(_ k: Int, _ j: Int) -> Double {
    unsafe slopes[k * count + j] + (isAxisymmetric && k == 0 ? slopes[3 * count + j] : 0)
  }

  /// Geometry and slopes at a point.
  private func move(to q: Int, _ nodes: CellNodes, _ table: VectorTable) {
    let n = count
    let geometry = unsafe table.geometryGradients.withUnsafeBufferPointer { gradients in
      guard let base = gradients.baseAddress else { return CellGeometry() }
      return unsafe nodes.curved(base + q * table.geometryCount * dimension)
    }
    var weight = table.rule.weights[q] * geometry.ratio
    unsafe withPointers(table.gradients, table.values, table.geometryValues, [0]) {
      gradients, values, geometryValues, _ in
      let g = unsafe gradients + q * dimension * n
      for j in 0..<n {
        let reference = unsafe SIMD3(g[j], g[n + j], dimension == 3 ? g[2 * n + j] : 0)
        let slope = geometry.gradient(reference)
        unsafe slopes[j] = slope.x
        unsafe slopes[n + j] = slope.y
        unsafe slopes[2 * n + j] = slope.z
      }
      guard isAxisymmetric else { return }
      let radius = unsafe nodes.point(geometryValues + q * table.geometryCount).x
      weight *= 2 * .pi * radius
      for j in 0..<n { unsafe slopes[3 * n + j] = unsafe values[q * n + j] / radius }
    }
    unsafe weights[q] = weight
  }

  /// B at the point whose slopes are known.
  private func write(_ b: UnsafeMutablePointer<Double>) {
    let (n, c) = (count, columnCount)
    unsafe b.update(repeating: 0, count: rows.count * c)
    if dimension == 3 {
      for j in 0..<n {
        let (x, y, z) = unsafe (slopes[j], slopes[n + j], slopes[2 * n + j])
        unsafe b[j] = x
        unsafe b[c + n + j] = y
        unsafe b[2 * c + 2 * n + j] = z
        unsafe b[3 * c + n + j] = z
        unsafe b[3 * c + 2 * n + j] = y
        unsafe b[4 * c + j] = z
        unsafe b[4 * c + 2 * n + j] = x
        unsafe b[5 * c + j] = y
        unsafe b[5 * c + n + j] = x
      }
    } else {
      for j in 0..<n {
        let (x, y) = unsafe (slopes[j], slopes[n + j])
        unsafe b[j] = x
        unsafe b[c + n + j] = y
        if isAxisymmetric { unsafe b[2 * c + j] = unsafe slopes[3 * n + j] }
        unsafe b[3 * c + j] = y
        unsafe b[3 * c + n + j] = x
      }
    }
  }

  /// The strains of the displacements in `values` at the points: six numbers each.
  func writeStrains(to target: UnsafeMutablePointer<Double>) {
    let c = columnCount
    for q in 0..<pointCount {
      let e = unsafe target + 6 * q
      unsafe e.update(repeating: 0, count: 6)
      for (r, component) in rows.enumerated() {
        let b = unsafe strain + (q * rows.count + r) * c
        var sum = 0.0
        for k in 0..<c { unsafe sum += b[k] * values[k] }
        unsafe e[component] = sum
      }
    }
  }

  /// Σ_q w Bᵀ σ of six numbers per point, into `force`.
  func integrate(_ stress: UnsafePointer<Double>) {
    let c = columnCount
    unsafe force.update(repeating: 0, count: c)
    for q in 0..<pointCount {
      let w = unsafe weights[q]
      for (r, component) in rows.enumerated() {
        let b = unsafe strain + (q * rows.count + r) * c
        let s = unsafe w * stress[6 * q + component]
        for k in 0..<c { unsafe force[k] += s * b[k] }
      }
    }
  }

  /// Σ_q w Bᵀ D B of 36 numbers per point, row by row, into `tangent`.
  func integrate(moduli: UnsafePointer<Double>) {
    let (c, height) = (columnCount, rows.count)
    for q in 0..<pointCount {
      let w = unsafe weights[q]
      let b = unsafe strain + q * height * c
      let d = unsafe moduli + 36 * q
      for (r, i) in rows.enumerated() {
        let target = unsafe stress + (q * height + r) * c
        let row = unsafe d + 6 * i
        let (d0, d1, d2) = unsafe (w * row[0], w * row[1], w * row[2])
        if height == 6 {
          let (d3, d4, d5) = unsafe (w * row[3], w * row[4], w * row[5])
          let (b1, b2, b3) = unsafe (b + c, b + 2 * c, b + 3 * c)
          let (b4, b5) = unsafe (b + 4 * c, b + 5 * c)
          for k in 0..<c {
            unsafe target[k] =
              d0 * b[k] + d1 * b1[k] + d2 * b2[k] + d3 * b3[k] + d4 * b4[k] + d5 * b5[k]
          }
        } else {
          let d5 = unsafe w * row[5]
          let (b1, b2, b5) = unsafe (b + c, b + 2 * c, b + 3 * c)
          for k in 0..<c {
            unsafe target[k] = d0 * b[k] + d1 * b1[k] + d2 * b2[k] + d5 * b5[k]
          }
        }
      }
    }
    // BLAS reads rows as columns: (D B)ᵀ B column by column is Bᵀ D B row by row.
    unsafe Double.gemm(
      .plain, .transposed, c, c, pointCount * height, 1, stress, c, strain, c, 0, tangent, c)
  }
}
