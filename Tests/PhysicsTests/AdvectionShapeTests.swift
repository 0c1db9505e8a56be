import Expressions
import FiniteElements
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

@Suite struct `Advection and diffusion on cells of every shape` {
  /// A row of the table with a method that is known for its degree.
  struct Method: CustomStringConvertible, Sendable {
    let row: ShapedCase
    let stabilization: AdvectionDiffusionProblem.Stabilization
    var description: String { "\(row), \(stabilization)" }

    static let all = ShapedCase.all.flatMap { row in
      (row.degree == 1 ? AdvectionDiffusionProblem.Stabilization.allCases : [.none]).map {
        Method(row: row, stabilization: $0)
      }
    }
  }

  /// −∇·(κ∇u) + b·∇u + u = f with b = (1 + y, −x, 1/2).
  private func model(
    _ method: Method, on mesh: Mesh, conductivity: Expression, reaction: String? = "1",
    velocity: [String] = ["1 + y", "-x", "0.5"], _ boundaries: [DiffusionProblem.Boundary],
    source: Expression, outputs: [DiffusionProblem.Output] = []
  ) throws -> AdvectionDiffusionModel {
    try AdvectionDiffusionModel(
      AdvectionDiffusionProblem(
        diffusion: DiffusionProblem(
          degree: method.row.degree,
          materials: [
            .init(
              regions: ["*"], conductivity: .scalar(conductivity),
              reaction: try reaction.map { try heat($0) })
          ],
          boundaries: boundaries, sources: [.init(regions: ["*"], value: source)],
          outputs: outputs),
        velocities: [try velocity.prefix(method.row.dimension).map { try heat($0) }],
        stabilization: method.stabilization), on: mesh, parameters: .point)
  }

  /// b·∇u + u for the velocity above.
  private func transport(_ u: Expression, _ dimension: Int) throws -> Expression {
    let b = try ["1 + y", "-x", "0.5"].prefix(dimension).map { try heat($0) }
    return u.derivative(along: b) + u
  }

  @Test(arguments: Method.all)
  func `linear solutions are exact on distorted cells`(method: Method) throws {
    let u = try heat(method.row.dimension == 2 ? "1 + x + 2*y" : "1 + x + 2*y - z")
    let model = try model(
      method, on: method.row.mesh(2, distortion: 0.2), conductivity: try heat("0.01"),
      [.init(regions: method.row.sides, value: u)],
      source: try transport(u, method.row.dimension))
    let field = Field(model.space, try model.field(model.solve(at: []), at: []))
    #expect(field.nodalError { 1 + $0.x + 2 * $0.y - $0.z } < 1e-12)
  }

  @Test(arguments: Method.all)
  func `the error falls as h^(k+1) in L2 and h^k in H1`(method: Method) throws {
    let u = try heat("sin(1.3*x + 0.7*y - 0.9*z) + x*y")
    let kappa = try heat("0.2 + 0.1*x")
    // ∇·(κ∇u) = κ Δu + ∇κ·∇u.
    let diffused =
      kappa * u.laplacian(method.row.dimension)
      + u.derivative(along: [Expression(0.1)])
    let source = try transport(u, method.row.dimension) - diffused
    let orders = try method.row.orders { mesh in
      let model = try model(
        method, on: mesh, conductivity: kappa, [.init(regions: method.row.sides, value: u)],
        source: source)
      return try Field(model.space, model.field(model.solve(at: []), at: [])).errors(against: u)
    }
    #expect(orders.distance(toDegree: method.row.degree) < 0.15, "\(orders)")
  }

  @Test(arguments: Method.all)
  func `what flows in and what is produced flows out`(method: Method) throws {
    // ∫ b·∇u = ∮ b·n u for a constant b; through the sides diffuse 2 on the left and 3 (1 − u) on
    // the right, and 1/2 is produced inside.
    let model = try model(
      method, on: method.row.mesh(2, distortion: 0.2), conductivity: try heat("0.3"),
      reaction: nil, velocity: ["1", "0", "0"],
      [
        .init(regions: ["left"], flux: try heat("2")),
        .init(regions: ["right"], exchange: (try heat("3"), try heat("1"))),
      ], source: try heat("x"),
      outputs: [
        .init(name: "left", kind: .integral(try heat("u")), regions: ["left"]),
        .init(name: "right", kind: .integral(try heat("u")), regions: ["right"]),
      ])
    let ends = try model.outputValues(of: model.solve(at: []), at: []).map(\.value)
    let (carried, gained) = (ends[1] - ends[0], 2 + 3 * (1 - ends[1]) + 0.5)
    #expect(abs(carried - gained) < 1e-12 * max(1, abs(gained)), "\(carried), \(gained)")
  }
}
