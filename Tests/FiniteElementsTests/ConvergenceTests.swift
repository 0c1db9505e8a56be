import FiniteElements
import Meshes
import TestSupport
import Testing

@Suite struct `Convergence of the elements` {
  private func errors(
    _ mesh: Mesh, _ degree: Int, _ boundary: [String], kappa: Coefficient = .constant(1),
    source: Coefficient? = nil
  ) throws -> (l2: Double, h1: Double) {
    let exact = ManufacturedSolution.wave(mesh.dimension)
    let problem = try Diffusion(mesh, degree: degree)
    let domain = try problem.region("*")
    let field = try problem.solve(
      [.stiffness(kappa, on: domain)], [.value(source ?? Coefficient(exact.source), on: domain)],
      try boundary.map { DirichletCondition(Coefficient(exact.value), on: try problem.region($0)) })
    return (
      try field.errorL2(exact.value, over: domain), try field.errorH1(exact.gradient, over: domain)
    )
  }

  private func check(
    _ degree: Int, _ sizes: [Double], _ errors: [(l2: Double, h1: Double)]
  ) {
    let l2 = ObservedOrder(errors: errors.map(\.l2), sizes: sizes)
    let h1 = ObservedOrder(errors: errors.map(\.h1), sizes: sizes)
    #expect(abs(l2.finest - Double(degree + 1)) < 0.1, "L² \(l2)")
    #expect(abs(h1.finest - Double(degree)) < 0.1, "H¹ \(h1)")
  }

  private static let sides2 = ["left", "right", "bottom", "top"]
  private static let sides3 = ["left", "right", "bottom", "top", "front", "back"]

  private func boxes(_ dimension: Int, _ counts: [Int]) -> [Mesh] {
    counts.map {
      Box(
        size: [Double](repeating: 1, count: dimension),
        cells: [Int](repeating: $0, count: dimension), split: .alternating
      ).mesh()
    }
  }

  @Test(arguments: [1, 2])
  func `on triangles the error falls as h^(k+1) in L2 and h^k in H1`(degree: Int) throws {
    let counts = [8, 16, 32]
    let all = try boxes(2, counts).map { try errors($0, degree, Self.sides2) }
    check(degree, counts.map { 1 / Double($0) }, all)
  }

  @Test(arguments: [1, 2])
  func `on tetrahedra the error falls as h^(k+1) in L2 and h^k in H1`(degree: Int) throws {
    let counts = degree == 1 ? [6, 12, 24] : [4, 8, 12]
    let all = try boxes(3, counts).map { try errors($0, degree, Self.sides3) }
    check(degree, counts.map { 1 / Double($0) }, all)
  }

  @Test func `with a tensor conductivity the order is the same`() throws {
    let tensor = [2, 1, 1.5, 0.2, -0.3, 0.4]
    let exact = ManufacturedSolution.wave(3)
    let counts = [4, 8, 16]
    let all = try boxes(3, counts).map {
      try errors(
        $0, 1, Self.sides3, kappa: .constant(tensor),
        source: Coefficient { -exact.contraction($0, tensor) })
    }
    check(1, counts.map { 1 / Double($0) }, all)
  }

  @Test func `on a disc with curved sides quadratic elements keep their full order`() throws {
    let rings = [4, 8, 16]
    let all = try rings.map { try errors(NastyMesh.curvedDisc($0), 2, ["rim"]) }
    check(2, rings.map { 1 / Double($0) }, all)
  }

  @Test func `with straight sides on a disc quadratic elements lose their order`() throws {
    // The exact solution does not vanish on the polygon's rim: force it to what it is on the
    // circle beside it, as a user without curved cells would.
    let rings = [4, 8, 16]
    let exact = ManufacturedSolution.wave(2)
    let all = try rings.map { rings -> Double in
      let problem = try Diffusion(NastyMesh.disc(rings), degree: 2)
      let domain = try problem.region("*")
      let onCircle = Coefficient { p in
        exact.value(p / (p * p).sum().squareRoot())
      }
      return try problem.solve(
        [.stiffness(.constant(1), on: domain)], [.value(Coefficient(exact.source), on: domain)],
        [DirichletCondition(onCircle, on: try problem.region("rim"))]
      ).errorL2(exact.value, over: domain)
    }
    #expect(ObservedOrder(errors: all, sizes: rings.map { 1 / Double($0) }).finest < 2.6)
  }

  @Test(arguments: [2, 3])
  func `where every cell is curved quadratic elements keep their full order`(
    dimension: Int
  ) throws {
    let counts = dimension == 2 ? [8, 16, 32] : [3, 6, 12]
    let all = try counts.map {
      try errors(
        NastyMesh.bentBox(dimension, $0), 2, dimension == 2 ? Self.sides2 : Self.sides3)
    }
    check(2, counts.map { 1 / Double($0) }, all)
  }
}
