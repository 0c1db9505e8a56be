import FiniteElements
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

@Suite struct `Solutions of diffusion problems` {
  static let planar = "a*sin(2*x + y) + (1 + b^2)*cos(x)*y^2 + a*b*x"
  static let solid = "a*sin(2*x + y - z) + (1 + b^2)*cos(x)*y*z"
  static let planarTensor = ["2 + a*x", "1 + b", "0.3*y"]
  static let solidTensor = ["2 + a*x", "1 + b", "1.5", "0.2*z", "0.1", "0.3*y"]

  /// The observed order between the two finest of three meshes.
  private func orders(
    _ problem: ManufacturedDiffusion, degree: Int, cells: [Int]
  ) throws -> ObservedOrders {
    let mu = Parameter([1.3, 0.7])
    let errors = try cells.map { n in
      try problem.errors(on: .unitBox(problem.texts.dimension, n), degree: degree, at: mu)
    }
    return ObservedOrders(errors: errors, sizes: cells.map { 1 / Double($0) })
  }

  @Test(arguments: [1, 2], [["1 + a*x^2 + b*y"], planarTensor])
  func `converge in the plane with order k + 1 in L² and k in H¹, whatever the data`(
    degree: Int, conductivity: [String]
  ) throws {
    let problem = try ManufacturedDiffusion(
      dimension: 2, solution: Self.planar, conductivity: conductivity, reaction: "b*(1 + x)",
      exchange: "a*(1 + x)")
    let order = try orders(problem, degree: degree, cells: degree == 1 ? [8, 16, 32] : [4, 8, 16])
    #expect(order.distance(toDegree: degree) < 0.1, "\(order)")
  }

  @Test(arguments: [1, 2], [["1 + a*x^2 + b*y"], solidTensor])
  func `converge in space with order k + 1 in L² and k in H¹, whatever the data`(
    degree: Int, conductivity: [String]
  ) throws {
    let problem = try ManufacturedDiffusion(
      dimension: 3, solution: Self.solid, conductivity: conductivity, reaction: "b*(1 + x)",
      exchange: "a*(1 + x)")
    let order = try orders(problem, degree: degree, cells: degree == 1 ? [4, 8, 16] : [2, 4, 8])
    #expect(order.distance(toDegree: degree) < 0.25, "\(order)")
  }

  @Test(arguments: [2, 3], [1, 2])
  func `are exact for data of the degree of the elements, on distorted and stretched cells`(
    dimension: Int, degree: Int
  ) throws {
    let linear = dimension == 2 ? "a - 3*x + b*y" : "a - 3*x + b*y + a*b*z"
    let quadratic = linear + (dimension == 2 ? " + a*x*y - x^2" : " + a*x*y - x^2 + b*y*z")
    let problem = try ManufacturedDiffusion(
      dimension: dimension, solution: degree == 1 ? linear : quadratic,
      conductivity: dimension == 2
        ? ["2 + a", "1 + b", "0.3"] : ["2 + a", "1 + b", "1.5", "0.2", "0.1", "0.3"],
      reaction: "0*a", exchange: "a")
    let n = dimension == 2 ? 6 : 4
    let mesh = Mesh.unitBox(dimension, n).distorted(h: 1 / Double(n), stretch: 50, seed: 3)
    let model = try DiffusionModel(
      problem.problem(degree: degree), on: mesh, parameters: problem.texts.parameters)
    for mu in try problem.texts.points(3, seed: 5) {
      let field = try model.solution(at: mu)
      let exact = problem.exact.at(mu)
      let nodes = field.space.interpolate { exact.value(at: $0) }
      #expect(relativeDistance(field.values, nodes) < 1e-12)
    }
  }

  @Test func `carry a jump of the conductivity between regions exactly`() throws {
    // Heat through two layers in a row: u falls by q/(2 k) in each.
    let texts = try DiffusionTexts(ParameterAxis(name: "k", size: 2, range: 0.1...10))
    let mesh = Mesh.square(6).cut(into: 2)
    let problem = DiffusionProblem(
      materials: [
        try texts.material("k[0]", on: ["block0", "block2"]),
        try texts.material("k[1]", on: ["block1", "block3"]),
      ],
      boundaries: [try texts.flux("1", on: "left"), try texts.value("0", on: "right")],
      outputs: [try texts.mean("u", on: "left")])
    let model = try DiffusionModel(problem, on: mesh, parameters: texts.parameters)
    for mu in try texts.points(5, seed: 1) {
      let values = try model.decomposition.outputValues(of: try model.solve(at: mu), at: mu)
      let exact = 0.5 / mu[0] + 0.5 / mu[1]
      #expect(abs(values[0].value - exact) < 1e-12 * exact)
    }
  }
}
