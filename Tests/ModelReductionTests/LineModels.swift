import ComplexModule
import Expressions
import LinearAlgebra
import ModelReduction
import RealModule

/// Linear elements on the unit interval, written down by hand.
struct LineMatrices {
  let nodes: Int
  let pattern: SparsityPattern
  /// ∫ u' v', ∫ u v, ∫ u' v.
  let stiffness: SparseMatrix<Double>
  let mass: SparseMatrix<Double>
  let advection: SparseMatrix<Double>

  init(cells: Int) {
    nodes = cells + 1
    let h = 1 / Double(cells)
    var (rowStart, column) = ([0], [Int32]())
    var (k, m, b) = ([Double](), [Double](), [Double]())
    for i in 0...cells {
      let isEnd = i == 0 || i == cells
      for j in max(0, i - 1)...min(cells, i + 1) {
        column.append(Int32(j))
        k.append(i == j ? (isEnd ? 1 : 2) / h : -1 / h)
        m.append(i == j ? (isEnd ? 2 : 4) * h / 6 : h / 6)
        b.append(i == j ? (i == 0 ? -0.5 : (isEnd ? 0.5 : 0)) : (j > i ? 0.5 : -0.5))
      }
      rowStart.append(column.count)
    }
    pattern = SparsityPattern(
      rowCount: nodes, columnCount: nodes, rowStart: rowStart, column: column)
    stiffness = SparseMatrix(pattern: pattern, values: k)
    mass = SparseMatrix(pattern: pattern, values: m)
    advection = SparseMatrix(pattern: pattern, values: b)
  }

  /// The matrices between free nodes, on one pattern.
  func restricted(to free: Range<Int32>) -> [SparseMatrix<Double>] {
    let rows = Array(free)
    let plan = SparsityRestriction(pattern, rows: rows, columns: rows)
    return [stiffness, mass, advection].map { plan.apply($0) }
  }

  var positions: [Double] { (0..<nodes).map { Double($0) / Double(nodes - 1) } }
}

/// −d u'' + b u' = 1 on the line, zero at both ends: coercive with α = d, not symmetric.
func advectionOnALine(cells: Int = 60) throws -> AffineSystem<Double> {
  let line = LineMatrices(cells: cells)
  let matrices = line.restricted(to: 1..<Int32(cells))
  let ones = [Double](repeating: 1, count: line.nodes)
  let space = try ParameterSpace(axes: [
    ParameterAxis(name: "d", range: 0.05...1, scale: .log, default: 0.5),
    ParameterAxis(name: "b", range: -3...3, default: 1),
  ])
  let load = Array((line.mass * ones)[1..<cells])
  let constant = try CoefficientFamily(parsing: ["1"], in: space)
  return AffineSystem(
    parameterSpace: space, operatorSum: AffineSum([matrices[0], matrices[2]]),
    operatorCoefficients: try CoefficientFamily(parsing: ["d", "b"], in: space),
    loadSum: AffineSum([load]), loadCoefficients: constant,
    innerProduct: InnerProduct(matrices[0], name: "H1"),
    coercivity: CoercivityConditions(
      semidefinite: [true, true], reference: [0.5, 1],
      ratioBoxes: [RatioBox(terms: [0], lower: [2], upper: [2])]),
    outputs: [
      .linear(
        LinearFunctional(name: "mean", functional: AffineSum([load]), coefficients: constant)),
      SystemOutput(
        ModelOutput.quadratic(
          QuadraticOutput(
            name: "L2", matrix: matrices[1], value: .squareRoot, definiteness: .seminorm))),
      SystemOutput(
        ModelOutput.extremum(
          ExtremumOutput(name: "max", kind: .maximum, rows: (0..<Int32(cells - 1)).map { $0 }))),
    ])
}

/// −u'' − k² u = 0 on the line, u(0) = 1, u'(1) = i k c u(1): a wave with an absorbing end for c = 1.
func waveOnALine(
  cells: Int = 80, band: ClosedRange<Double> = 1...12, absorption: ClosedRange<Double> = 0.3...1
) throws -> AffineSystem<Complex<Double>> {
  let line = LineMatrices(cells: cells)
  let free = 1..<Int32(cells + 1)
  let matrices = line.restricted(to: free)
  let end = Complex<Double>(0, -1)
  var boundary = SparseMatrix<Complex<Double>>(pattern: matrices[0].pattern)
  boundary.values[boundary.values.count - 1] = end
  let space = try ParameterSpace(axes: [
    ParameterAxis(name: "k", range: band, default: 5),
    ParameterAxis(name: "c", range: absorption, default: absorption.upperBound),
  ])
  let lift = [Complex<Double>](repeating: 0, count: cells + 1).replacingFirst(with: 1)
  func image(_ matrix: SparseMatrix<Double>) -> [Complex<Double>] {
    let real = matrix * lift.map(\.real)
    return real[1...].map { Complex(-$0, 0) }
  }
  func complex(_ matrix: SparseMatrix<Double>) -> SparseMatrix<Complex<Double>> {
    SparseMatrix(pattern: matrix.pattern, values: matrix.values.map { Complex($0, 0) })
  }
  var last = [Complex<Double>](repeating: 0, count: cells)
  last[cells - 1] = 1
  let constant = try CoefficientFamily(parsing: ["1"], in: space)
  let whole = matrices[0] + matrices[1]
  return AffineSystem(
    parameterSpace: space,
    operatorSum: AffineSum([complex(matrices[0]), complex(matrices[1]), boundary]),
    operatorCoefficients: try CoefficientFamily(parsing: ["1", "-k^2", "k*c"], in: space),
    loadSum: AffineSum([image(line.stiffness), image(line.mass)]),
    loadCoefficients: try CoefficientFamily(parsing: ["1", "-k^2"], in: space),
    innerProduct: InnerProduct(whole, name: "H1"),
    outputs: [
      .linear(
        LinearFunctional(name: "end", functional: AffineSum([last]), coefficients: constant))
    ],
    field: LiftedField(
      dofCount: cells + 1, freeDofs: Array(free), lifts: AffineSum([lift]),
      liftCoefficients: constant))
}

/// u_t − d u'' + b u' = s(t) on the line, u(0) = g(t), u(1) = 0, from a bump.
func evolutionOnALine(
  cells: Int = 40, scheme: TimeScheme, grid: TimeGrid, velocity: Double = 0,
  end: String = "0", source: String = "1 + sin(3*t)"
) throws -> AffineEvolution {
  let line = LineMatrices(cells: cells)
  let free = 1..<Int32(cells)
  let matrices = line.restricted(to: free)
  let space = try ParameterSpace(axes: [
    ParameterAxis(name: "d", range: 0.05...1, scale: .log, default: 0.5),
    ParameterAxis(name: "a", range: 0...2, default: 1),
  ])
  let timeSpace = try space.withTime(over: grid)
  let lift = [Double](repeating: 0, count: cells + 1).replacingFirst(with: 1)
  func image(_ matrix: SparseMatrix<Double>) -> [Double] { Array((matrix * lift)[1..<cells]) }
  let ones = [Double](repeating: 1, count: line.nodes)
  let bump = line.positions[1..<cells].map { 16 * $0 * $0 * (1 - $0) * (1 - $0) }
  let isAdvected = velocity != 0
  let family = try CoefficientFamily(parsing: ["1"], in: space)
  return try AffineEvolution(
    parameterSpace: space, scheme: scheme, grid: grid, massSum: AffineSum([matrices[1]]),
    massCoefficients: family,
    operatorSum: AffineSum(isAdvected ? [matrices[0], matrices[2]] : [matrices[0]]),
    operatorCoefficients: try CoefficientFamily(
      parsing: isAdvected ? ["d", "\(velocity)"] : ["d"], in: space),
    loadSum: AffineSum([Array((line.mass * ones)[1..<cells])]),
    loadCoefficients: try CoefficientFamily(parsing: [source], in: timeSpace),
    initialSum: AffineSum([bump]),
    initialCoefficients: try CoefficientFamily(parsing: ["a"], in: space),
    lifts: LiftImages(
      coefficients: try CoefficientFamily(parsing: [end], in: timeSpace),
      mass: [AffineSum([image(line.mass)])],
      operators: [
        AffineSum(
          [image(line.stiffness)] + (isAdvected ? [image(line.advection)] : []))
      ]),
    innerProduct: InnerProduct(matrices[0], name: "H1"),
    structure: isAdvected ? .general : .symmetric,
    massConditions: SemidefiniteConditions(
      terms: [true], ratioBoxes: [RatioBox(terms: [0], lower: [0.5], upper: [1])]),
    coercivity: CoercivityConditions(
      semidefinite: isAdvected ? [true, true] : [true], reference: [0.5, 1],
      ratioBoxes: [RatioBox(terms: [0], lower: [2], upper: [2])]),
    outputs: [
      .linear(
        LinearOutput(
          name: "mean", functional: AffineSum([Array((line.mass * ones)[1..<cells])]),
          coefficients: try CoefficientFamily(parsing: ["1"], in: timeSpace),
          offset: AffineConstant(
            [0.5 / Double(cells)],
            coefficients: try CoefficientFamily(parsing: [end], in: timeSpace)))),
      .extremum(
        ExtremumOutput(name: "max", kind: .maximum, rows: (0..<Int32(cells - 1)).map { $0 })),
    ],
    field: FieldReconstruction(
      dofCount: cells + 1, freeDofs: Array(free), lifts: AffineSum([lift]),
      liftCoefficients: try CoefficientFamily(parsing: [end], in: timeSpace)))
}

extension Array {
  func replacingFirst(with element: Element) -> [Element] {
    var result = self
    result[0] = element
    return result
  }
}

/// The linear output of an evolution on a line.
func meanOnALine(_ evolution: AffineEvolution) throws -> LinearOutput {
  guard case .linear(let output) = evolution.outputs[0] else { throw CancellationError() }
  return output
}
