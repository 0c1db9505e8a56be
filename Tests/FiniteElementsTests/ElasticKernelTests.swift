import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

/// The kernel of isotropic elasticity on linear tetrahedra against the general kernel, which takes
/// the same material as a full stiffness.
@Suite struct `Isotropic linear tetrahedra` {
  private func expression(_ text: String) throws -> Expression {
    try Expression(parsing: text, in: ExpressionScope(coordinates: 3, time: false))
  }

  /// The full stiffness of Lamé's coefficients.
  private func stiffness(_ lambda: String, _ mu: String) throws -> Coefficient {
    let sum = "\(lambda) + 2*(\(mu))"
    return try Coefficient(
      [
        sum, lambda, lambda, "0", "0", "0", sum, lambda, "0", "0", "0", sum, "0", "0", "0", mu,
        "0", "0", mu, "0", mu,
      ].map { try expression($0) })
  }

  private func distance(_ a: SparseMatrix<Double>, _ b: SparseMatrix<Double>) -> Double {
    let largest = a.values.reduce(0) { max($0, abs($1)) }
    return zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
  }

  private func regions(_ mesh: Mesh) -> [Region] {
    let whole = mesh.topology.everything(ofDimension: 3)
    let member = whole.members[0]
    return [
      whole,
      Region(
        name: "part", dimension: 3,
        members: [Region.Member(block: member.block, cells: member.cells.filter { $0 % 3 != 1 })]),
    ]
  }

  @Test(arguments: [("2", "3"), ("1 + x*y", "exp(x - z)"), ("2", "1 + z")])
  func `Lamé's coefficients give the matrix of the full stiffness`(
    lambda: String, mu: String
  ) throws {
    let mesh = try NastyMesh.read(3)
    let plan = VectorAssemblyPlan(VectorSpace(try FunctionSpace(mesh, degree: 1), components: 3))
    let coefficient = try Coefficient(expression(lambda), expression(mu))
    for region in regions(mesh) {
      let closed = try plan.assemble([.elasticity(coefficient, on: region)])
      let general = try plan.assemble([.elasticity(try stiffness(lambda, mu), on: region)])
      #expect(distance(general, closed) <= 1e-14)
      #expect(closed.isSymmetric(tolerance: 0))
      let parts = try plan.assemble([
        .dilatation(try Coefficient(expression(lambda)), on: region),
        .shear(try Coefficient(expression(mu)), on: region),
      ])
      #expect(distance(general, parts) <= 1e-14)
    }
  }

  @Test func `coefficients may be functions of a field`() throws {
    let mesh = try NastyMesh.read(3)
    let scalar = try FunctionSpace(mesh, degree: 1)
    let plan = VectorAssemblyPlan(VectorSpace(scalar, components: 3))
    let whole = mesh.topology.everything(ofDimension: 3)
    let temperature = Field(scalar, scalar.interpolate { 1 + 2 * $0.x - $0.z })
    let ofField = try Coefficient(
      [Expression(.field("T")), Expression(2) * Expression(.field("T"))],
      fields: ["T": temperature])
    let ofPlace = try Coefficient(expression("1 + 2*x - z"), expression("2*(1 + 2*x - z)"))
    let first = try plan.assemble([.elasticity(ofField, on: whole)])
    let second = try plan.assemble([.elasticity(ofPlace, on: whole)])
    #expect(distance(second, first) <= 1e-14)
  }

  @Test func `a coefficient that is not finite is named with its point`() throws {
    let mesh = Box(size: [1, 1, 1], cells: [2, 2, 2]).mesh()
    let plan = VectorAssemblyPlan(VectorSpace(try FunctionSpace(mesh, degree: 1), components: 3))
    let coefficient = try Coefficient(expression("1"), expression("log(x - 0.5)"))
    let error = #expect(throws: AssemblyError.self) {
      _ = try plan.assemble([
        .elasticity(coefficient, on: mesh.topology.everything(ofDimension: 3))
      ])
    }
    guard case .notFinite(_, let point) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(point.count == 3 && point[0] <= 0.5)
  }

  @Test func `the bits are the same for one, two and seven threads, and one by one`() throws {
    let mesh = Box(size: [1, 1, 1], cells: [14, 14, 14], split: .alternating).mesh()
    let before = Threads.count
    defer { Threads.count = before }
    let regions = regions(mesh)
    let varying = try Coefficient(expression("1 + x*y"), expression("exp(x - z)"))
    let family: [[VectorBilinearTerm]] = [
      [.elasticity(.constant(2, 3), on: regions[0])], [.elasticity(varying, on: regions[1])],
      [.shear(.constant(2), on: regions[0]), .mass(.constant(1), on: regions[1])],
    ]
    var results: [[[Double]]] = []
    for threads in [1, 2, 7] {
      Threads.count = threads
      let plan = VectorAssemblyPlan(VectorSpace(try FunctionSpace(mesh, degree: 1), components: 3))
      results.append(try plan.assemble(family: family).terms.map(\.values))
      results.append(try family.map { try plan.assemble($0).values })
    }
    let isSame = results.allSatisfy { $0 == results[0] }
    #expect(isSame)
  }
}
