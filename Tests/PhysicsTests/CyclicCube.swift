import Expressions
import Meshes
import ModelReduction
import Physics

/// A cube that yields and creeps under a steady traction and body force and a cyclic temperature: the
/// benchmark of 343 nodes on which numbers of the hyperreduction are pinned.
struct CyclicCube {
  let mesh: Mesh
  let problem: ElastoviscoplasticProblem

  /// - Parameters:
  ///   - shape: How the temperature is spread over the cube.
  ///   - amplitude: Its rise.
  init(shape: String = "0.3 + 0.7*y*z", amplitude: Double = 400) throws {
    let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    var notes: [String] = []
    mesh = try Mesh(reading: "/\(package)/meshes/cyclic-cube.msh", notes: &notes)
    let scope = ExpressionScope(coordinates: 3)
    func parsed(_ text: String) throws -> Expression { try Expression(parsing: text, in: scope) }
    let law = try InelasticMaterial(
      elasticity: .init(
        young: Expression(2e5), poisson: Expression(0.3), expansion: Expression(2e-5),
        referenceTemperature: 20),
      yieldStress: .constant(Expression(10)),
      backstresses: [.init(modulus: Expression(1e5), recall: Expression(1000))],
      flow: .chaboche(resistance: Expression(300), exponent: Expression(30)))
    problem = ElastoviscoplasticProblem(
      materials: [.init(regions: ["*"], law: law, referenceTemperature: 20)],
      boundaries: [
        .init(regions: ["left"], value: [Expression(0), nil, nil]),
        .init(regions: ["edge"], value: [nil, Expression(0), nil]),
        .init(regions: ["corner"], value: [nil, nil, Expression(0)]),
        .init(
          regions: ["right"],
          traction: [try parsed("100*min(t/0.1, 1)"), Expression(0), Expression(0)]),
      ],
      sources: [
        .init(
          regions: ["*"],
          value: [
            try parsed("2.25*min(t, 1)*(x - 3.5)"), try parsed("2.25*min(t, 1)*(y + 20)"),
            Expression(0),
          ])
      ],
      temperatures: [
        .init(
          regions: ["*"],
          value: try parsed("20 + \(amplitude)*(1 - abs(mod(t, 2) - 1))*(\(shape))"))
      ])
  }

  /// The cube without loads, held by no more than its place, at a temperature.
  func freeToExpand(temperature: String) throws -> ElastoviscoplasticProblem {
    var problem = problem
    problem.boundaries.removeLast()
    problem.sources = []
    problem.temperatures = [
      .init(
        regions: ["*"],
        value: try Expression(parsing: temperature, in: ExpressionScope(coordinates: 3)))
    ]
    return problem
  }

  /// The full model over some cycles of 20 steps.
  func model(cycles: Int) throws -> QuasiStaticModel {
    try QuasiStaticModel(
      problem, on: mesh, over: TimeGrid(end: 2 * Double(cycles), step: 0.1),
      settings: .init(newton: NewtonSettings(tolerance: 1e-8)))
  }
}
