import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import RealModule
import TestSupport
import Testing

@Suite struct `Coefficients of fields, sizes and normals` {
  static let cases = ShapedBox.all.flatMap { box in [1, 2].map { (box, $0) } }

  private func expression(_ text: String) throws -> Expression {
    try Expression(
      parsing: text,
      in: ExpressionScope(coordinates: 3, time: false, fields: ["u", "h", "nx", "ny", "nz"]))
  }

  private func boundary(_ mesh: Mesh) throws -> [Region] {
    try mesh.regionNames.filter { $0 != "domain" }.map { try #require(mesh.region(named: $0)) }
  }

  @Test(arguments: cases)
  func `the normals of a closed surface sum to zero and measure the volume`(
    box: ShapedBox, degree: Int
  ) throws {
    let mesh = box.mesh(4, distortion: 0.2, map: ShapedCase.bend)
    let flat = box.filling.dimension == 2
    let space = try FunctionSpace(mesh, degree: degree)
    let plan = AssemblyPlan(space)
    let ones = [Double](repeating: 1, count: space.dofCount)
    func total(_ text: String) throws -> Double {
      let coefficient = try Coefficient([try expression(text)], fields: [:])
      return dot(
        ones, try plan.assemble(try boundary(mesh).map { LinearTerm.value(coefficient, on: $0) }))
    }
    for axis in flat ? ["x", "y"] : ["x", "y", "z"] {
      #expect(abs(try total("n\(axis)")) < 1e-13)
      let domain = try #require(mesh.region(named: "domain"))
      let volume = try Field(space, ones).integral(over: domain)
      #expect(abs(try total("\(axis)*n\(axis)") - volume) < 1e-12)
    }
    #expect(abs(try total("nx^2 + ny^2" + (flat ? "" : " + nz^2 ")) - total("1")) < 1e-12)
  }

  @Test(arguments: cases)
  func `the coefficient of a field is what its integral is`(box: ShapedBox, degree: Int) throws {
    let mesh = box.mesh(4, distortion: 0.2)
    let space = try FunctionSpace(mesh, degree: degree)
    let plan = AssemblyPlan(space)
    let field = Field(space, space.interpolate { 1 + $0.x * $0.y + $0.z })
    let domain = try #require(mesh.region(named: "domain"))
    let top = try #require(mesh.region(named: "top"))
    let ones = [Double](repeating: 1, count: space.dofCount)
    for region in [domain, top] {
      for text in ["u^2", "dx(u)*dy(u) + x", "exp(-u)*dy(u)"] {
        let coefficient = try Coefficient([try expression(text)], fields: ["u": field])
        let load = try plan.assemble([
          LinearTerm(.value, coefficient, on: region, quadratureDegree: 6)
        ])
        let wanted = try field.integral(
          of: try expression(text), over: region, quadratureDegree: 6)
        #expect(abs(dot(ones, load) - wanted) < 1e-12 * (1 + abs(wanted)))
      }
    }
    // ∫ ∇u · ∇v both as a matrix and as the load of its gradient.
    let names = ["dx(u)", "dy(u)", "dz(u)"].prefix(mesh.dimension)
    let flux = try Coefficient(try names.map { try expression($0) }, fields: ["u": field])
    let load = try plan.assemble([LinearTerm.gradient(flux, on: domain)])
    let product = try plan.assemble([.stiffness(.constant(1), on: domain)]) * field.values
    let error = zip(load, product).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error < 1e-13)
  }

  @Test func `the size of a cell is its longest edge`() throws {
    let mesh = Box(size: [3, 4], cells: [1, 1]).mesh()
    let space = try FunctionSpace(mesh, degree: 1)
    let domain = try #require(mesh.region(named: "domain"))
    let size = try Coefficient([try expression("h")], fields: [:])
    let load = try AssemblyPlan(space).assemble([LinearTerm.value(size, on: domain)])
    #expect(abs(load.reduce(0, +) - 5 * 12) < 1e-12)
  }

  @Test func `a normal inside the domain and an unknown name are refused`() throws {
    let mesh = Box(size: [1, 1], cells: [2, 2]).mesh()
    let plan = AssemblyPlan(try FunctionSpace(mesh, degree: 1))
    let domain = try #require(mesh.region(named: "domain"))
    let normal = try Coefficient([try expression("nx")], fields: [:])
    #expect(throws: AssemblyError.undefined(quantity: "nx", region: "domain")) {
      try plan.assemble([LinearTerm.value(normal, on: domain)])
    }
    #expect(throws: CoefficientError.dependsOn(.field("u"))) {
      try Coefficient([try expression("u*h")], fields: [:])
    }
  }
}
