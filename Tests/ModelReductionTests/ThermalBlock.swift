import Expressions
import LinearAlgebra
import ModelReduction

/// Heat conduction in the unit square cut into blocks × blocks squares of conductivity k[q]:
/// temperature `top` above, unit flux below, linear triangles on a regular grid.
struct ThermalBlock {
  let problem: AffineDecomposition
  let solver: FullOrderSolver
  /// The mass matrix over the free unknowns.
  let mass: SparseMatrix<Double>

  init(
    blocks: Int, cells: Int, product: String = "energy", range: ClosedRange<Double> = 0.1...10,
    reference: Double = 1, top: Double = 0
  ) throws {
    let n = cells + 1
    let free = n * cells
    var stiffness = (0..<blocks * blocks).map { _ in [[Int32: Double]](repeating: [:], count: n * n)
    }
    var mass = [[Int32: Double]](repeating: [:], count: n * n)
    let h = 1 / Double(cells)
    for row in 0..<cells {
      for column in 0..<cells {
        let q = row * blocks / cells * blocks + column * blocks / cells
        let corner = row * n + column
        for triangle in [
          [corner, corner + 1, corner + n], [corner + n + 1, corner + n, corner + 1],
        ] {
          for i in 0..<3 {
            for j in 0..<3 {
              let k = i == j ? (i == 0 ? 1 : 0.5) : (i == 0 || j == 0 ? -0.5 : 0)
              for p in 0..<blocks * blocks {
                stiffness[p][triangle[i]][Int32(triangle[j]), default: 0] += p == q ? k : 0
              }
              mass[triangle[i]][Int32(triangle[j]), default: 0] += h * h / (i == j ? 12 : 24)
            }
          }
        }
      }
    }
    // The pattern keeps entries that cancel; unknowns of the top row are prescribed.
    var (rowStart, columns) = ([0], [Int32]())
    for i in 0..<free {
      columns += mass[i].keys.filter { Int($0) < free }.sorted()
      rowStart.append(columns.count)
    }
    let pattern = SparsityPattern(
      rowCount: free, columnCount: free, rowStart: rowStart, column: columns)
    func matrix(_ rows: [[Int32: Double]]) -> SparseMatrix<Double> {
      SparseMatrix(
        pattern: pattern,
        values: (0..<free).flatMap { i in
          columns[rowStart[i]..<rowStart[i + 1]].map { rows[i][$0] ?? 0 }
        })
    }
    let space = try ParameterSpace(axes: [
      ParameterAxis(
        name: "k", size: blocks * blocks, range: range, scale: .log, default: reference)
    ])
    let terms = AffineSum(stiffness.map(matrix))
    let names = (0..<blocks * blocks).map { "k[\($0)]" }
    let theta = try CoefficientFamily(parsing: names, in: space)
    let constant = try CoefficientFamily(parsing: ["1"], in: space)
    var flux = [Double](repeating: 0, count: free)
    for i in 0..<cells {
      flux[i] += h / 2
      flux[i + 1] += h / 2
    }
    var loads = [flux]
    var coefficients = ["1"]
    var field = FieldReconstruction(dofCount: n * n, freeDofs: (0..<free).map(Int32.init))
    if top != 0 {
      var lift = [Double](repeating: 0, count: n * n)
      for i in free..<n * n { lift[i] = top }
      for q in 0..<blocks * blocks {
        loads.append(
          (0..<free).map { i in -stiffness[q][i].reduce(0) { $0 + $1.value * lift[Int($1.key)] } })
      }
      coefficients += names
      field = FieldReconstruction(
        dofCount: n * n, freeDofs: (0..<free).map(Int32.init), lifts: AffineSum([lift]),
        liftCoefficients: constant)
    }
    self.mass = matrix(mass)
    let energy = terms.combined(with: theta.values(at: space.reference))
    let x =
      switch product {
      case "energy": InnerProduct(energy, name: "energy")
      case "L2": InnerProduct(self.mass, name: "L2")
      default: InnerProduct<Double>(euclidean: free)
      }
    var corner = [Double](repeating: 0, count: free)
    for row in 0..<cells / 2 { for column in 0..<cells / 2 { corner[row * n + column] = h * h } }
    problem = AffineDecomposition(
      parameterSpace: space, operatorSum: terms, operatorCoefficients: theta,
      loadSum: AffineSum(loads),
      loadCoefficients: try CoefficientFamily(parsing: coefficients, in: space), innerProduct: x,
      coercivity: CoercivityConditions(
        semidefinite: [Bool](repeating: true, count: blocks * blocks),
        reference: space.reference),
      outputs: [
        .linear(
          LinearOutput(
            name: "mean-bottom", functional: AffineSum([flux]), coefficients: constant)),
        .linear(
          LinearOutput(name: "corner", functional: AffineSum([corner]), coefficients: constant)),
        .quadratic(
          QuadraticOutput(
            name: "L2", matrix: self.mass, value: .squareRoot, definiteness: .seminorm)),
        .extremum(
          ExtremumOutput(name: "max", kind: .maximum, rows: (0..<n).map(Int32.init))),
      ], field: field)
    solver = FullOrderSolver(problem)
  }

  var space: ParameterSpace { problem.parameterSpace }

  func training(_ count: Int, seed: UInt64 = 1) throws -> [Parameter] {
    try Sampling.logRandom.points(count: count, seed: seed, in: space)
  }

  func greedy(
    tolerance: Double = 0, size: Int, training: [Parameter]
  ) throws -> WeakGreedy {
    var ledger = CostLedger()
    return try WeakGreedy(
      of: solver, over: training, options: .init(tolerance: tolerance, size: size),
      ledger: &ledger)
  }
}
