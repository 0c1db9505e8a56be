internal import LinearAlgebra
internal import Meshes
internal import RealModule

/// The element matrix or vector of one cell under construction: geometry and basis functions at one
/// quadrature point, the term's coefficient there, and the sums over the points so far.
struct VectorCell {
  /// The dimension of space d.
  let dimension: Int
  /// The components c of the field.
  let components: Int
  let isAxisymmetric: Bool
  /// Number of strain components.
  let strainCount: Int
  /// Basis functions n of the present term.
  private(set) var count = 0
  var form = VectorSweepTerm.Form.mass
  var table: VectorTable?
  var lame: (lambda: Int?, mu: Int?) = (nil, nil)
  /// Whether a foundation is a number times the identity.
  var isScalarFoundation = true
  /// The coefficient at the point; a full stiffness as its whole square.
  var coefficient = [Double](repeating: 0, count: 36)
  /// weight × ratio of measures (× 2πr).
  var weight = 0.0
  /// The normal of a facet, as long as its ratio of measures, outward for pressures.
  var normal = SIMD3<Double>.zero
  /// ∂φ_j/∂x_m: entry m n + j; the fourth row is φ_j / r.
  var slopes = [Double](repeating: 0, count: 4 * 27)
  /// Rows of the mean dilatation: entry k n + j.
  var mean = [Double](repeating: 0, count: 3 * 27)
  /// ∫ λ and ∫ 1 over the cell.
  var meanWeights = (stiffness: 0.0, measure: 0.0)
  /// Entry (i, k), (j, l) at ((i c + k) c + l) n + j, j ≥ i; of a vector entry (i, k) at k n + i.
  var element: [Double]

  init(_ space: VectorSpace) {
    dimension = space.scalar.mesh.dimension
    components = space.components
    isAxisymmetric = space.geometry == .axisymmetric
    strainCount = space.strainCount
    element = [Double](repeating: 0, count: 27 * 27 * components * components)
  }

  /// Takes up a term.
  mutating func begin(_ term: VectorSweepTerm) {
    (form, table, lame) = (term.form, term.table, term.lame)
    count = term.table.count
    isScalarFoundation = term.coefficient.componentCount == 1
    if let constant = term.constant { set(constant.map { [$0] }, at: 0) }
  }

  /// The coefficient from columns of components.
  mutating func set(_ columns: [[Double]], at point: Int) {
    guard form == .anisotropic else {
      for (k, column) in columns.enumerated() { coefficient[k] = column[point] }
      return
    }
    var next = 0
    for i in 0..<strainCount {
      for j in i..<strainCount {
        coefficient[i * strainCount + j] = columns[next][point]
        coefficient[j * strainCount + i] = columns[next][point]
        next += 1
      }
    }
  }

  /// Begins a cell.
  mutating func clear() {
    let size = isMatrix ? count * count * components * components : count * components
    for k in 0..<size { element[k] = 0 }
    if form == .meanDilatation {
      for k in 0..<3 * count { mean[k] = 0 }
      meanWeights = (0, 0)
    }
  }

  var isMatrix: Bool {
    switch form {
    case .force, .pressure, .stress, .gradient: false
    default: true
    }
  }

  /// Geometry and slopes at a quadrature point; false where the cell is degenerate.
  // Safe: the tables hold `count` numbers for each point of the rule.
  mutating func move(to q: Int, of nodes: CellNodes, _ table: VectorTable, _ side: Double) -> Bool {
    let m = table.dimension
    var (a, b, c) = (SIMD3<Double>.zero, SIMD3<Double>.zero, SIMD3<Double>.zero)
    var radius = 0.0
    unsafe withPointers(table.geometryGradients, table.geometryValues, [0], [0]) {
      gradients, values, _, _ in
      for k in 0..<table.geometryCount {
        let x = unsafe nodes.place(k)
        let g = unsafe gradients + (q * table.geometryCount + k) * m
        if m > 0 { unsafe a += x * g[0] }
        if m > 1 { unsafe b += x * g[1] }
        if m > 2 { unsafe c += x * g[2] }
        if isAxisymmetric { unsafe radius += x.x * values[q * table.geometryCount + k] }
      }
    }
    let geometry = m == 0 ? CellGeometry() : CellGeometry(a, b, c, m, dimension)
    guard geometry.ratio > 0 && geometry.ratio < .infinity else { return false }
    weight = table.rule.weights[q] * geometry.ratio
    if m == dimension - 1 {
      normal = side * (dimension == 3 ? cross(a, b) : SIMD3(a.y, -a.x, 0))
    }
    let n = count
    if m == dimension {
      let first = q * m * n
      for j in 0..<n {
        let reference = SIMD3(
          table.gradients[first + j], table.gradients[first + n + j],
          m > 2 ? table.gradients[first + 2 * n + j] : 0)
        let slope = geometry.gradient(reference)
        slopes[j] = slope.x
        slopes[n + j] = slope.y
        slopes[2 * n + j] = slope.z
      }
    }
    guard isAxisymmetric else { return true }
    // A cell that only touches the axis has its quadrature points off it.
    guard radius > 0 || (m < 2 && radius == 0) else { return false }
    weight *= 2 * .pi * radius
    if m == 2 { for j in 0..<n { slopes[3 * n + j] = table.values[q * n + j] / radius } }
    return true
  }

  /// Adds what quadrature point q gives.
  mutating func add(_ q: Int) {
    switch form {
    case .isotropic, .anisotropic: addElasticity()
    case .meanDilatation: addMean()
    case .mass, .foundation, .normalFoundation: addProducts(q)
    case .force, .pressure: addForce(q)
    case .stress, .gradient: addStress()
    }
  }
}
