import ComplexModule
import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import TestSupport
import Testing

@Suite struct `Solutions of Helmholtz problems` {
  typealias Boundary = HelmholtzProblem.Boundary

  static func k(_ range: ClosedRange<Double> = 1...4) throws -> ParameterAxis {
    try ParameterAxis(name: "k", range: range)
  }

  @Test(arguments: [
    (CellShape.triangle, 1), (.triangle, 2), (.quadrilateral, 1), (.quadrilateral, 2),
  ])
  func `converge with order p + 1 in L² and p in H¹, whatever the data`(
    shape: CellShape, degree: Int
  ) throws {
    let t = try HelmholtzTexts(try Self.k())
    let u = try t("cos(2*x + y)", "x*sin(y) + k")
    let (index, density) = (try t("1 + x", "0.3*y"), try t("1 + 0.5*y"))
    // −∇·(∇u/ρ) − k² m u/ρ = f, with ∂(u_x/ρ) written out.
    func flow(_ axis: Int, _ part: Expression) throws -> Expression {
      part.derivative(with: .coordinate(axis)) / density.real
    }
    func divergence(_ part: Expression) throws -> Expression {
      try flow(0, part).derivative(with: .coordinate(0))
        + flow(1, part).derivative(with: .coordinate(1))
    }
    let k2 = try t("k^2")
    let wave = k2 * index * u / density
    let f = ComplexExpression(
      (-wave.real - (try divergence(u.real))).simplified(),
      (-wave.imaginary - (try divergence(u.imaginary))).simplified())
    let beta = try t("x", "2 - y")
    let out = ComplexExpression(try flow(1, u.real), try flow(1, u.imaginary))
    let right = ComplexExpression(try flow(0, u.real), try flow(0, u.imaginary))
    var (l2, h1) = ([Double](), [Double]())
    let cells = degree == 1 ? [8, 16, 32] : [4, 8, 16]
    for n in cells {
      let model = try t.model(
        HelmholtzProblem(
          degree: degree, wavenumber: try t.real("k"),
          materials: [.init(regions: ["*"], index: index, density: density)],
          boundaries: [
            Boundary(regions: ["left", "bottom"], value: u),
            Boundary(regions: ["right"], flux: right),
            Boundary(regions: ["top"], robin: (beta, out - beta * u)),
          ], sources: [.init(regions: ["*"], value: f)]),
        on: Box(size: [1, 1], cells: [n, n], shape: shape).mesh())
      let error = try model.errors(against: u, at: [1.7])
      l2.append(error.l2)
      h1.append(error.h1)
    }
    let sizes = cells.map { 1 / Double($0) }
    let (p, q) = (
      ObservedOrder(errors: l2, sizes: sizes), ObservedOrder(errors: h1, sizes: sizes)
    )
    #expect(abs(p.finest - Double(degree + 1)) < 0.12, "\(p)")
    #expect(abs(q.finest - Double(degree)) < 0.1, "\(q)")
  }

  @Test(arguments: [
    (CellShape.triangle, 1), (.quadrilateral, 2), (.tetrahedron, 1), (.hexahedron, 1),
    (.wedge, 1), (.tetrahedron, 2),
  ])
  func `a linear wave is let in through absorbing sides of every orientation, exactly`(
    shape: CellShape, degree: Int
  ) throws {
    let d = shape.dimension
    let t = try HelmholtzTexts(dimension: d, try Self.k())
    let w = try t(d == 2 ? "1 + x - 2*y" : "1 + x - 2*y + z", d == 2 ? "3*y - x" : "y - 3*z")
    let model = try t.model(
      HelmholtzProblem(
        degree: degree, wavenumber: try t.real("k"), materials: [.init(regions: ["*"])],
        boundaries: [
          Boundary(regions: ["left"], value: w),
          Boundary(
            regions: d == 2
              ? ["right", "bottom", "top"] : ["right", "front", "back", "bottom", "top"],
            absorption: .incident(w)),
        ], sources: [.init(regions: ["*"], value: -(try t("k^2") * w))]),
      on: Box(
        size: [1, 0.8, 0.6].prefix(d).map { $0 }, cells: [3, 2, 2].prefix(d).map { $0 },
        shape: shape
      ).mesh())
    let values = try model.field(try model.solve(at: [2.3]), at: [2.3])
    let exact = try model.space.interpolated(w)
    for (a, b) in zip(values, exact) { #expect((a - b).length < 1e-11) }
  }

  @Test(arguments: [1, 2])
  func `a plane wave passes a duct with the phase error of the elements`(degree: Int) throws {
    let t = try HelmholtzTexts(try Self.k(3...6))
    let wave = try t("cos(k*x)", "sin(k*x)")
    var errors: [Double] = []
    let cells = degree == 1 ? [20, 40, 80] : [8, 16, 32]
    for n in cells {
      let model = try t.model(
        HelmholtzProblem(
          degree: degree, wavenumber: try t.real("k"), materials: [.init(regions: ["*"])],
          boundaries: [
            Boundary(regions: ["left"], absorption: .incident(wave)),
            Boundary(regions: ["right"], absorption: .outgoing),
          ],
          outputs: [
            .init(name: "end", kind: .value(at: [1, 0.05])),
            .init(name: "mean", kind: .mean(try t.real("u")), regions: ["right"]),
          ]),
        on: Box(size: [1, 0.1], cells: [n, 2], shape: .quadrilateral).mesh())
      let k = 5.2
      let outputs = try model.outputs(of: try model.solve(at: [k]), at: [k])
      let exact = Complex<Double>.exp(Complex(0, k))
      errors.append((outputs[0].value - exact).length)
      #expect((outputs[1].value - outputs[0].value).length < 1e-10)
    }
    let order = ObservedOrder(errors: errors, sizes: cells.map { 1 / Double($0) })
    #expect(abs(order.finest - Double(2 * degree)) < 0.15, "\(order)")
    // The classical dispersion of linear elements: k_h − k = k (kh)²/24.
    if degree == 1 {
      let predicted = 5.2 * 5.2 * 5.2 / (24 * 80 * 80)
      #expect(abs(errors[2] - predicted) < 0.2 * predicted)
    }
  }

  @Test func `a sound-hard cylinder scatters a plane wave as its series does`() throws {
    let (k, a, r) = (3.0, 0.5, 1.5)
    let t = try HelmholtzTexts()
    var errors: [Double] = []
    let cells = [10, 20, 40]
    for n in cells {
      let flat = Box(size: [r - a, .pi], cells: [n, 3 * n], shape: .quadrilateral).mesh()
      var places = flat.coordinates
      for p in 0..<flat.pointCount {
        let (radius, angle) = (a + places[2 * p], places[2 * p + 1])
        (places[2 * p], places[2 * p + 1]) = (
          radius * Double.cos(angle), radius * Double.sin(angle)
        )
      }
      let model = try t.model(
        HelmholtzProblem(
          wavenumber: Expression(k), materials: [.init(regions: ["*"])],
          boundaries: [
            Boundary(
              regions: ["right"],
              absorption: .incident(try t("cos(\(k)*x)", "sin(\(k)*x)")))
          ]), on: flat.moved(to: places))
      let values = try model.field(try model.solve(at: []), at: [])
      var (worst, size) = (0.0, 0.0)
      for (p, value) in values.enumerated() {
        let (x, y) = (places[2 * p], places[2 * p + 1])
        let exact = cylinder(k: k, a: a, r: r, x, y)
        worst = max(worst, (value - exact).length)
        size = max(size, exact.length)
      }
      errors.append(worst / size)
    }
    let order = ObservedOrder(errors: errors, sizes: cells.map { 1 / Double($0) })
    #expect(abs(order.finest - 2) < 0.15, "\(order)")
    #expect(errors[2] < 2e-3)
  }

  /// The field around a hard cylinder with ∂u/∂r − i k u = ∂w/∂r − i k w at r: two unknowns a mode.
  private func cylinder(
    k: Double, a: Double, r: Double, _ x: Double, _ y: Double
  ) -> Complex<Double> {
    let (near, far) = (
      BesselFunctions(upTo: 30, at: k * a), BesselFunctions(upTo: 30, at: k * r)
    )
    let radius = (x * x + y * y).squareRoot()
    let here = BesselFunctions(upTo: 30, at: k * radius)
    let angle = Double.atan2(y: y, x: x)
    var sum = Complex<Double>.zero
    var phase = Complex<Double>(1, 0)
    for n in 0..<25 {
      let (dn, df) = (near.derivatives(n), far.derivatives(n))
      // α J' + β Y' = 0 at a: β = −α J'/Y'.
      let ratio = -dn.j / dn.y
      let i = Complex<Double>(0, 1)
      let left = Complex(df.j + ratio * df.y, 0) - i * Complex(far.j[n] + ratio * far.y[n], 0)
      let right = Complex(df.j, 0) - i * Complex(far.j[n], 0)
      let alpha = right / left
      let mode = alpha * Complex(here.j[n] + ratio * here.y[n], 0)
      sum += phase * mode * Complex((n == 0 ? 1 : 2) * Double.cos(Double(n) * angle), 0)
      phase *= i
    }
    return sum
  }

  @Test func `what is let in leaves through the absorbing sides or is absorbed inside`() throws {
    let t = try HelmholtzTexts(try Self.k())
    let mesh = Mesh.square(12).cut(into: 2)
    let model = try t.model(
      HelmholtzProblem(
        wavenumber: try t.real("k"),
        materials: [
          .init(regions: ["*"]),
          .init(regions: ["block3"], index: try t("2", "0.4"), density: try t("1.5")),
        ],
        boundaries: [
          Boundary(regions: ["left"], absorption: .incident(try t("cos(k*x)", "sin(k*x)"))),
          Boundary(regions: ["right"], absorption: .outgoing),
        ]), on: mesh)
    let k = 2.9
    let u = try model.solve(at: [k])
    let f = try model.system.load(at: [k])
    let plan = AssemblyPlan(model.space)
    func region(_ name: String, _ dimension: Int) throws -> Region {
      try #require(mesh.region(named: name, dimension: dimension))
    }
    let ends = try plan.assemble([
      .mass(.constant(1), on: region("left", 1)), .mass(.constant(1), on: region("right", 1)),
    ])
    let inside = try plan.assemble([.mass(.constant(0.4 / 1.5), on: region("block3", 2))])
    func energy(_ matrix: SparseMatrix<Double>) -> Double {
      matrix.bilinear(u.map(\.real), u.map(\.real))
        + matrix.bilinear(u.map(\.imaginary), u.map(\.imaginary))
    }
    let given = -dot(u, f).imaginary
    let taken = k * energy(ends) + k * k * energy(inside)
    #expect(abs(given - taken) < 1e-11 * taken)
  }

  @Test func `source and receiver may be exchanged`() throws {
    let t = try HelmholtzTexts(try Self.k())
    let mesh = Mesh.square(10).cut(into: 2)
    func heard(from source: String, at receiver: String) throws -> Complex<Double> {
      let model = try t.model(
        HelmholtzProblem(
          degree: 2, wavenumber: try t.real("k"),
          materials: [
            .init(regions: ["*"]), .init(regions: ["block1"], index: try t("3", "0.2")),
          ],
          boundaries: [
            Boundary(regions: ["right", "top"], absorption: .outgoing),
            Boundary(regions: ["left"], value: try t("0")),
          ], sources: [.init(regions: [source], value: try t("1", "2"))],
          outputs: [
            .init(name: "heard", kind: .integral(try t.real("u")), regions: [receiver])
          ]), on: mesh)
      return try model.outputs(of: try model.solve(at: [3.3]), at: [3.3])[0].value
    }
    let (there, back) = (
      try heard(from: "block0", at: "block3"), try heard(from: "block3", at: "block0")
    )
    #expect((there - back).length < 1e-12 * there.length)
  }
}
