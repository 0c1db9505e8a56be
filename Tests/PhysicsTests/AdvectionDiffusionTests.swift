import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import TestSupport
import Testing

@Suite struct `Advection and diffusion` {
  private func space() throws -> ParameterSpace {
    try ParameterSpace(axes: [ParameterAxis(name: "k", range: 0.5...2)])
  }

  private func layer(
    _ velocity: String, _ conductivity: String,
    _ stabilization: AdvectionDiffusionProblem.Stabilization
  ) throws -> AdvectionDiffusionProblem {
    AdvectionDiffusionProblem(
      diffusion: DiffusionProblem(
        materials: [.init(regions: ["*"], conductivity: .scalar(try heat(conductivity)))],
        boundaries: [
          .init(regions: ["left"], value: try heat("0")),
          .init(regions: ["right"], value: try heat("1")),
        ]),
      velocities: [[try heat(velocity), try heat("0")]], stabilization: stabilization)
  }

  @Test(arguments: [0.001, 0.02, 0.1, 1, 10])
  func `SUPG is exact at the nodes of a layer in one dimension`(kappa: Double) throws {
    // Long thin cells, whose longest edge is along the flow.
    let mesh = Box(size: [1, 0.001], cells: [10, 1], shape: .quadrilateral).mesh()
    let model = try AdvectionDiffusionModel(
      try layer("1", "\(kappa)", .supg), on: mesh, parameters: .point)
    let field = try model.field(model.solve(at: []), at: [])
    for dof in 0..<model.space.dofCount {
      let x = model.space.place(ofDof: dof).x
      let exact = Double.expMinusOne(x / kappa) / Double.expMinusOne(1 / kappa)
      let wanted = exact.isNaN ? (x == 1 ? 1 : Double.exp((x - 1) / kappa)) : exact
      #expect(abs(field[dof] - wanted) < 1e-10, "\(x): \(field[dof]), \(wanted)")
    }
  }

  @Test func `Galerkin rings where SUPG does not`() throws {
    let mesh = Box(size: [1, 0.001], cells: [10, 1], shape: .quadrilateral).mesh()
    var smallest: [Double] = []
    for kind in AdvectionDiffusionProblem.Stabilization.allCases {
      let model = try AdvectionDiffusionModel(
        try layer("1", "0.01", kind), on: mesh, parameters: .point)
      smallest.append(try model.solve(at: []).min() ?? .nan)
    }
    #expect(smallest[0] < -0.2)
    #expect(smallest[1] > -1e-12)
  }

  @Test(arguments: [
    (AdvectionDiffusionProblem.Stabilization.none, 1), (.none, 2), (.supg, 1), (.supg, 2),
  ])
  func `the error falls with its order, varying coefficients included`(
    stabilization: AdvectionDiffusionProblem.Stabilization, degree: Int
  ) throws {
    // u = sin(x + 2y) with κ = 0.1 + 0.05 x, b = (1 + y, −x), r = 1 + y.
    let source =
      "(1 + y)*cos(x + 2*y) - 2*x*cos(x + 2*y) - 0.05*cos(x + 2*y)"
      + " + 5*(0.1 + 0.05*x)*sin(x + 2*y) + (1 + y)*sin(x + 2*y)"
    let counts = [8, 16, 32]
    let errors = try counts.map { n -> Double in
      let mesh = Box(size: [1, 1], cells: [n, n], split: .alternating).mesh()
      let problem = AdvectionDiffusionProblem(
        diffusion: DiffusionProblem(
          degree: degree,
          materials: [
            .init(
              regions: ["*"], conductivity: .scalar(try heat("0.1 + 0.05*x")),
              reaction: try heat("1 + y"))
          ],
          boundaries: [
            .init(
              regions: ["left", "right", "bottom", "top"], value: try heat("sin(x + 2*y)"))
          ], sources: [.init(regions: ["*"], value: try heat(source))]),
        velocities: [[try heat("1 + y"), try heat("-x")]], stabilization: stabilization)
      let model = try AdvectionDiffusionModel(problem, on: mesh, parameters: .point)
      let domain = try #require(mesh.region(named: "domain"))
      return try Field(model.space, model.field(model.solve(at: []), at: [])).errorL2(
        { Double.sin($0.x + 2 * $0.y) }, over: domain)
    }
    let order = ObservedOrder(errors: errors, sizes: counts.map { 1 / Double($0) })
    #expect(abs(order.finest - Double(degree + 1)) < 0.15, "\(order)")
  }

  @Test(arguments: [
    (CellShape.triangle, false), (.quadrilateral, false), (.triangle, true), (.quadrilateral, true),
  ])
  func `SUPG of degree 2 leaves a quadratic solution as it is, on bent cells to third order`(
    shape: CellShape, isBent: Bool
  ) throws {
    // u = 1 + x² + x y − 2 y², K = ((κ, κ/4), (κ/4, 2κ)) with κ = 1 + x: −∇·K∇u + b·∇u = f.
    let ux = "(2*x + y)"
    let uy = "(x - 4*y)"
    let source =
      "3*\(ux) + x*\(uy) - ((\(ux) + 0.25*\(uy)) + (1 + x)*(2 + 0.5*1 + 2*(-4)))"
    let counts = isBent ? [4, 8, 16] : [5]
    let errors = try counts.map { n -> Double in
      var mesh = Box(size: [1, 1], cells: [n, n], shape: shape).mesh()
      if isBent {
        // Cells of second order whose middle nodes follow a smooth map of the square onto itself.
        mesh = mesh.withEdgeNodes()
        var places = mesh.coordinates
        for p in 0..<mesh.pointCount {
          let (x, y) = (places[2 * p], places[2 * p + 1])
          let bump = 0.1 * Double.sin(.pi * x) * Double.sin(.pi * y)
          places[2 * p] += bump
          places[2 * p + 1] -= 0.5 * bump
        }
        mesh = Mesh(
          dimension: 2, coordinates: places, blocks: mesh.blocks, regions: mesh.regions)
      }
      let problem = AdvectionDiffusionProblem(
        diffusion: DiffusionProblem(
          degree: 2,
          materials: [
            .init(
              regions: ["*"],
              conductivity: .tensor([
                try heat("0.01*(1 + x)"), try heat("0.02*(1 + x)"), try heat("0.0025*(1 + x)"),
              ]))
          ],
          boundaries: [
            .init(
              regions: ["left", "right", "bottom", "top"], value: try heat("1 + x^2 + x*y - 2*y^2"))
          ],
          sources: [
            .init(
              regions: ["*"],
              value: try heat(
                source.replacing("- ((", with: "- 0.01*((")))
          ]),
        velocities: [[try heat("3"), try heat("x")]], stabilization: .supg)
      let model = try AdvectionDiffusionModel(problem, on: mesh, parameters: .point)
      let field = try model.field(model.solve(at: []), at: [])
      let domain = try #require(mesh.region(named: "domain"))
      return try Field(model.space, field).errorL2(
        { 1 + $0.x * $0.x + $0.x * $0.y - 2 * $0.y * $0.y }, over: domain)
    }
    if isBent {
      let order = ObservedOrder(errors: errors, sizes: counts.map { 1 / Double($0) })
      #expect(order.finest > 2.5, "\(order)")
    } else {
      #expect(errors[0] < 1e-12, "\(errors)")
    }
  }

  @Test func `SUPG of degree 2 keeps a layer from ringing where Galerkin does not`() throws {
    let mesh = Box(size: [1, 0.001], cells: [10, 1], shape: .quadrilateral).mesh()
    var smallest: [Double] = []
    for kind in AdvectionDiffusionProblem.Stabilization.allCases {
      var problem = try layer("1", "0.002", kind)
      problem.diffusion.degree = 2
      let model = try AdvectionDiffusionModel(problem, on: mesh, parameters: .point)
      smallest.append(try model.solve(at: []).min() ?? .nan)
    }
    #expect(smallest[0] < -0.2, "\(smallest)")
    #expect(smallest[1] > -0.05, "\(smallest)")
  }

  @Test func `SUPG leaves a linear solution as it is`() throws {
    // Consistency: u = 1 + x + 2 y satisfies b·∇u + u = f strongly, and κ∇u has no divergence.
    for shape in [CellShape.triangle, .quadrilateral] {
      let mesh = Box(size: [1, 1], cells: [5, 5], shape: shape).mesh()
      let problem = AdvectionDiffusionProblem(
        diffusion: DiffusionProblem(
          materials: [
            .init(
              regions: ["*"], conductivity: .scalar(try heat("0.001")), reaction: try heat("1"))
          ],
          boundaries: [
            .init(regions: ["left", "right", "bottom", "top"], value: try heat("1 + x + 2*y"))
          ], sources: [.init(regions: ["*"], value: try heat("3 + 2*x + 1 + x + 2*y"))]),
        velocities: [[try heat("3"), try heat("x")]], stabilization: .supg)
      let model = try AdvectionDiffusionModel(problem, on: mesh, parameters: .point)
      let field = try model.field(model.solve(at: []), at: [])
      let wanted = model.space.interpolate { 1 + $0.x + 2 * $0.y }
      let error = zip(field, wanted).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error < 1e-12, "\(error)")
    }
  }

  @Test func `a velocity of a parameter with SUPG is assembled anew, and says why`() throws {
    let mesh = Box(size: [1, 0.1], cells: [10, 1], shape: .quadrilateral).mesh()
    let model = try AdvectionDiffusionModel(
      try layer("k", "0.02", .supg), on: mesh, parameters: try space())
    #expect(model.system == nil)
    #expect(try #require(model.obstacle).contains("SUPG"))
    for k in [0.6, 1.7] {
      let fixed = try AdvectionDiffusionModel(
        try layer("\(k)", "0.02", .supg), on: mesh, parameters: .point)
      let (a, b) = (try model.solve(at: [k]), try fixed.solve(at: []))
      let error = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
      #expect(fixed.system != nil)
      #expect(error < 1e-13)
    }
  }

  /// A turning flow through a body that conducts along one axis better than along the other, all of
  /// it of a parameter.
  private func stabilized(degree: Int) throws -> AdvectionDiffusionProblem {
    AdvectionDiffusionProblem(
      diffusion: DiffusionProblem(
        degree: degree,
        materials: [
          .init(
            regions: ["*"],
            conductivity: .tensor([
              try heat("0.02*(1 + k*x)"), try heat("0.03*exp(k*x*y)"), try heat("0.005"),
            ]), reaction: try heat("k"))
        ],
        boundaries: [.init(regions: ["left", "bottom"], value: try heat("1 + k*y"))],
        sources: [.init(regions: ["*"], value: try heat("k*x"))]),
      velocities: [[try heat("0.2 + k*y"), try heat("1 - 0.5*k^2*x")]], stabilization: .supg,
      capacities: [try heat("2 + k*x")], initials: [.init(value: try heat("k*x"))])
  }

  @Test(arguments: [1, 2])
  func `the weights of SUPG are interpolated, with the solutions of what was asked for`(
    degree: Int
  ) throws {
    // Cells of two sizes, of which the weights know.
    let mesh = Box(size: [1, 1], cells: [6, 4], shape: .triangle).mesh()
    let problem = try stabilized(degree: degree)
    var work = try CoefficientInterpolation(
      over: try space(), settings: .init(tolerance: 1e-9, weights: 1e-9))
    var interpolated = problem
    try interpolated.transformCoefficients(by: &work, on: mesh)
    #expect(work.reports.map(\.use.name) == ["weight of SUPG", "conductivity"])
    let model = try AdvectionDiffusionModel(interpolated, on: mesh, parameters: try space())
    #expect(model.obstacle == nil && (model.system?.operatorSum.terms.count ?? 0) > 10)
    for k in [0.53, 1.1, 1.97] {
      let alone = try AdvectionDiffusionModel(problem.at([k]), on: mesh, parameters: .point)
      let (a, b) = (try model.solve(at: [k]), try alone.solve(at: []))
      let error = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error < 1e-7, "\(k): \(error)")
      // Without the weights the solution is another one.
      var plain = problem.at([k])
      plain.stabilization = .none
      let galerkin = try AdvectionDiffusionModel(plain, on: mesh, parameters: .point).solve(at: [])
      #expect(zip(a, galerkin).contains { abs($0 - $1) > 1e-4 })
    }
  }

  @Test func `weights of four digits are fewer, and move the solution by less`() throws {
    let mesh = Box(size: [1, 1], cells: [6, 4], shape: .triangle).mesh()
    let problem = try stabilized(degree: 1)
    var terms: [Int] = []
    for weights in [1e-9, 1e-4] {
      var work = try CoefficientInterpolation(
        over: try space(), settings: .init(tolerance: 1e-9, weights: weights))
      var interpolated = problem
      try interpolated.transformCoefficients(by: &work, on: mesh)
      terms.append(work.reports[0].terms)
      let model = try AdvectionDiffusionModel(interpolated, on: mesh, parameters: try space())
      for k in [0.53, 1.1, 1.97] {
        let alone = try AdvectionDiffusionModel(problem.at([k]), on: mesh, parameters: .point)
        let (a, b) = (try model.solve(at: [k]), try alone.solve(at: []))
        let size = b.map(abs).max() ?? 0
        let error = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
        #expect(error < weights * max(1, size), "\(weights), \(k): \(error)")
      }
    }
    #expect(terms[1] < terms[0])
  }

  @Test func `in time the interpolated weights test the rate along with the rest`() throws {
    let mesh = Box(size: [1, 1], cells: [5, 4], shape: .triangle).mesh()
    let problem = try stabilized(degree: 1)
    let grid = try TimeGrid(end: 0.4, step: 0.1)
    var work = try CoefficientInterpolation(
      over: try space(), times: grid, settings: .init(tolerance: 1e-9, weights: 1e-9))
    var interpolated = problem
    try interpolated.transformCoefficients(by: &work, on: mesh)
    let model = try AdvectionDiffusionEvolution(
      interpolated, on: mesh, parameters: try space(), scheme: .backwardEuler, grid: grid)
    // The mass of the weights is no energy, that of the capacity is one.
    #expect(model.evolution.massConditions.terms.contains(true))
    #expect(model.evolution.massConditions.terms.contains(false))
    let alone = try AdvectionDiffusionEvolution(
      problem.at([1.4]), on: mesh, parameters: .point, scheme: .backwardEuler, grid: grid)
    let (a, b) = (try model.solver.states(at: [1.4]), try alone.solver.states(at: []))
    #expect(a.count == 5)
    for (x, y) in zip(a, b) {
      #expect(zip(x.state, y.state).allSatisfy { abs($0 - $1) < 1e-7 })
    }
  }

  @Test func `without SUPG it is an affine system with the same solutions`() throws {
    let mesh = Box(size: [1, 1], cells: [6, 6]).mesh()
    let problem = AdvectionDiffusionProblem(
      diffusion: DiffusionProblem(
        materials: [
          .init(
            regions: ["*"], conductivity: .scalar(try heat("k + x")), reaction: try heat("k^2"))
        ],
        boundaries: [.init(regions: ["left"], value: try heat("1 + k*y"))],
        sources: [.init(regions: ["*"], value: try heat("k*x"))]),
      velocities: [[try heat("k*y"), try heat("1 - k^2*x")]])
    let model = try AdvectionDiffusionModel(problem, on: mesh, parameters: try space())
    #expect(model.obstacle == nil)
    #expect(model.system?.operatorSum.terms.count == 4)
    let alone = try AdvectionDiffusionModel(
      problem.at([1.3]), on: mesh, parameters: .point)
    let (a, b) = (try model.solve(at: [1.3]), try alone.solve(at: []))
    let error = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error < 1e-12)
  }

  @Test(arguments: ShapedBox.Filling.allCases.filter { $0.dimension == 3 })
  func `SUPG of degree 2 leaves a quadratic solution as it is in distorted cells of space`(
    filling: ShapedBox.Filling
  ) throws {
    // u = 1 + x² + x y − 2 y² + 3 z² + y z; ∇·K∇u = 0.02 − 0.08 + 0.18 + 0.008 + 0.004.
    let mesh = ShapedBox(filling).mesh(4, distortion: 0.1)
    let entries = ["0.01", "0.02", "0.03", "0.004", "0", "0.002"]
    let problem = AdvectionDiffusionProblem(
      diffusion: DiffusionProblem(
        degree: 2,
        materials: [
          .init(regions: ["*"], conductivity: .tensor(try entries.map { try heat($0) }))
        ],
        boundaries: [
          .init(
            regions: ["left", "right", "bottom", "top", "front", "back"],
            value: try heat("1 + x^2 + x*y - 2*y^2 + 3*z^2 + y*z"))
        ],
        sources: [
          .init(
            regions: ["*"], value: try heat("3*(2*x + y) + (x - 4*y + z) - (6*z + y) - 0.132"))
        ]), velocities: [[try heat("3"), try heat("1"), try heat("-1")]], stabilization: .supg)
    if filling.hasPyramids {
      let error = #expect(throws: PhysicsError.self) {
        try AdvectionDiffusionModel(problem, on: mesh, parameters: .point)
      }
      #expect(error?.message.contains("functions on pyramids have not") == true)
      return
    }
    let model = try AdvectionDiffusionModel(problem, on: mesh, parameters: .point)
    let field = try model.field(model.solve(at: []), at: [])
    let wanted = model.space.interpolate {
      let (x, y, z) = ($0.x, $0.y, $0.z)
      let plane: Double = 1 + x * x + x * y - 2 * y * y
      return plane + 3 * z * z + y * z
    }
    let error = zip(field, wanted).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error < 1e-11, "\(error)")
  }

  @Test func `velocities of another dimension are refused`() throws {
    let mesh = Box(size: [1, 1], cells: [2, 2]).mesh()
    var problem = try layer("1", "1", .supg)
    #expect(throws: PhysicsError.self) {
      try AdvectionDiffusionEvolution(
        try layer("1 + t", "1", .none), on: mesh, parameters: .point, scheme: .bdf2,
        grid: try TimeGrid(end: 1, step: 0.5))
    }
    problem = try layer("1", "1", .none)
    problem.velocities[0].append(try heat("1"))
    #expect(throws: PhysicsError.self) {
      try AdvectionDiffusionModel(problem, on: mesh, parameters: .point)
    }
  }

  @Test(arguments: [(TimeScheme.crankNicolson, 2.0), (.bdf2, 2)])
  func `a drifting and spreading Gaussian is followed with the order of the scheme`(
    scheme: TimeScheme, order: Double
  ) throws {
    // u = exp(−(x − t)²/(4κ(1 + t)))/√(1 + t) solves u' + u_x = κ u_xx on the line.
    let kappa = 0.02
    let counts = [8, 16, 32]
    let exact = { @Sendable (x: Double, t: Double) in
      Double.exp(-(x - t) * (x - t) / (4 * kappa * (1 + t))) / Double.sqrt(1 + t)
    }
    let errors = try counts.map { count -> Double in
      let mesh = Box(
        size: [4, 0.001], cells: [4 * count, 1], origin: [-1.5, 0], shape: .quadrilateral
      ).mesh()
      let problem = AdvectionDiffusionProblem(
        diffusion: DiffusionProblem(
          materials: [.init(regions: ["*"], conductivity: .scalar(try heat("\(kappa)")))],
          boundaries: [.init(regions: ["left", "right"], value: try heat("0"))]),
        velocities: [[try heat("1"), try heat("0")]], stabilization: .supg,
        initials: [.init(value: try heat("exp(-x^2/\(4 * kappa))"))])
      let model = try AdvectionDiffusionEvolution(
        problem, on: mesh, parameters: .point, scheme: scheme,
        grid: try TimeGrid(end: 0.5, step: 0.5 / Double(count)))
      let last = try #require(try model.solver.states(at: []).last)
      let field = try model.field(last.state, at: [], time: last.time)
      let domain = try #require(mesh.region(named: "domain"))
      return try Field(model.space, field).errorL2({ exact($0.x, 0.5) }, over: domain)
    }
    let observed = ObservedOrder(errors: errors, sizes: counts.map { 1 / Double($0) })
    #expect(abs(observed.finest - order) < 0.35, "\(observed)")
  }
}
