import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

@Suite struct `Two spaces on one mesh` {
  static let boxes = ShapedBox.all.filter { !$0.filling.hasPyramids }

  @Test(arguments: boxes)
  func `the divergence of a quadratic velocity is tested exactly by linear pressures`(
    box: ShapedBox
  ) throws {
    let mesh = box.mesh(4, distortion: 0.2)
    let domain = try #require(mesh.region(named: "domain"))
    let (velocity, pressure) = (
      try FunctionSpace(mesh, degree: 2), try FunctionSpace(mesh, degree: 1)
    )
    let plan = MixedAssemblyPlan(test: pressure, trial: velocity)
    #expect(plan.pattern.rowCount == pressure.dofCount)
    #expect(plan.pattern.columnCount == velocity.dofCount)
    // w = (x² + y, x y, z²): ∇·w = 3 x + 2 z.
    let components = [
      velocity.interpolate { $0.x * $0.x + $0.y }, velocity.interpolate { $0.x * $0.y },
      velocity.interpolate { $0.z * $0.z },
    ]
    var divergence = [Double](repeating: 0, count: pressure.dofCount)
    for axis in 0..<mesh.dimension {
      let b = try plan.assemble([.derivative(axis, .constant(1), on: domain)])
      axpy(1, b * components[axis], into: &divergence)
    }
    let flat = mesh.dimension == 2
    let wanted = try AssemblyPlan(pressure).assemble([
      LinearTerm(
        .value, Coefficient { 3 * $0.x + (flat ? 0 : 2 * $0.z) }, on: domain, quadratureDegree: 6)
    ])
    let error = zip(divergence, wanted).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error < 1e-13, "\(error)")
  }

  @Test func `the coupling of a space with itself is its mass and advection`() throws {
    let mesh = ShapedBox(.planarMixture).mesh(4, distortion: 0.2)
    let domain = try #require(mesh.region(named: "domain"))
    let space = try FunctionSpace(mesh, degree: 2)
    let plan = MixedAssemblyPlan(test: space, trial: space)
    let scope = ExpressionScope(coordinates: 2, time: false)
    let c = try Coefficient(Expression(parsing: "1 + x", in: scope))
    let pairs: [(MixedTerm, BilinearTerm)] = [
      (.value(c, on: domain), .mass(c, on: domain)),
      (
        .derivative(0, .constant(2), on: domain), .advection(.constant(2, 0), on: domain)
      ),
    ]
    for (mixed, own) in pairs {
      let (a, b) = (try plan.assemble([mixed]), try AssemblyPlan(space).assemble([own]))
      #expect(a.pattern.column == b.pattern.column)
      let error = zip(a.values, b.values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error < 1e-15)
    }
  }

  @Test func `Taylor-Hood is stable where equal degrees are not`() throws {
    // The smallest nonzero eigenvalue of B A⁻¹ Bᵀ p = β² M p over pressures without their mean,
    // velocities zero on the boundary: the inf-sup constant.
    func stability(_ degree: Int, _ n: Int) throws -> Double {
      let mesh = Box(size: [1, 1], cells: [n, n], split: .alternating).mesh()
      let domain = try #require(mesh.region(named: "domain"))
      let (velocity, pressure) = (
        try FunctionSpace(mesh, degree: degree), try FunctionSpace(mesh, degree: 1)
      )
      let sides = try ["left", "right", "bottom", "top"].map {
        DirichletCondition(.constant(0), on: try #require(mesh.region(named: $0)))
      }
      let plan = AssemblyPlan(velocity)
      let essential = try EssentialDofs(velocity, sides)
      let a = try SparseCholesky(
        Elimination(plan.pattern, essential).free(
          of: plan.assemble([.stiffness(.constant(1), on: domain)])))
      let coupling = MixedAssemblyPlan(test: pressure, trial: velocity)
      let rows = Array(0..<Int32(pressure.dofCount))
      let b = try (0..<2).map {
        try coupling.assemble([.derivative($0, .constant(1), on: domain)])
          .restricted(rows: rows, columns: essential.free)
      }
      let m = try AssemblyPlan(pressure).assemble([.mass(.constant(1), on: domain)])
      let count = pressure.dofCount
      var schur = DenseMatrix<Double>(rowCount: count, columnCount: count)
      var mass = schur
      for j in 0..<count {
        var unit = [Double](repeating: 0, count: count)
        unit[j] = 1
        for part in b {
          for (i, value) in (part * a.solve(part.transposedTimes(unit))).enumerated() {
            schur[i, j] += value
          }
        }
        for (i, value) in (m * unit).enumerated() { mass[i, j] = value }
      }
      return try GeneralizedEigen(schur, mass).values.sorted()[1]
    }
    let stable = try [2, 4].map { try stability(2, $0) }
    #expect(stable[1] > 0.5 * stable[0] && stable[1] > 0.05, "\(stable)")
    #expect(try stability(1, 4) < 1e-12)
  }
}
