import Expressions
import FiniteElements
import Meshes
import ModelReduction
import Physics
import TestSupport

/// A diffusion problem whose solution is known: source, flux, ambient and essential data are
/// derived from it by symbolic differentiation.
struct ManufacturedDiffusion {
  let texts: DiffusionTexts
  let exact: Expression
  let conductivity: DiffusionProblem.Conductivity
  let reaction: Expression
  let exchange: Expression

  init(
    dimension: Int, solution: String, conductivity: [String], reaction: String, exchange: String
  ) throws {
    texts = try DiffusionTexts(
      dimension: dimension, ParameterAxis(name: "a", range: 0.5...2),
      ParameterAxis(name: "b", range: 0.5...2))
    exact = try texts(solution)
    self.conductivity = try texts.conductivity(conductivity)
    self.reaction = try texts(reaction)
    self.exchange = try texts(exchange)
  }

  /// κ∇u, one entry per coordinate.
  var flow: [Expression] {
    let d = texts.dimension
    let gradient = (0..<d).map { exact.derivative(with: .coordinate($0)) }
    switch conductivity {
    case .scalar(let kappa): return gradient.map { kappa * $0 }
    case .tensor(let k):
      if d == 2 {
        return [k[0] * gradient[0] + k[2] * gradient[1], k[2] * gradient[0] + k[1] * gradient[1]]
      }
      return [
        k[0] * gradient[0] + k[5] * gradient[1] + k[4] * gradient[2],
        k[5] * gradient[0] + k[1] * gradient[1] + k[3] * gradient[2],
        k[4] * gradient[0] + k[3] * gradient[1] + k[2] * gradient[2],
      ]
    }
  }

  /// Essential data on the sides of small coordinates, exchange on the last side of large ones,
  /// fluxes on the others.
  func problem(degree: Int) -> DiffusionProblem {
    let flow = flow
    let sides = texts.dimension == 2 ? ["right", "top"] : ["right", "back", "top"]
    var source = reaction * exact
    var boundaries = [
      DiffusionProblem.Boundary(
        regions: texts.dimension == 2 ? ["left", "bottom"] : ["left", "front", "bottom"],
        value: exact)
    ]
    for (axis, side) in sides.enumerated() {
      source = source - flow[axis].derivative(with: .coordinate(axis))
      boundaries.append(
        axis == texts.dimension - 1
          ? DiffusionProblem.Boundary(
            regions: [side], exchange: (exchange, exact + flow[axis] / exchange))
          : DiffusionProblem.Boundary(regions: [side], flux: flow[axis]))
    }
    return DiffusionProblem(
      degree: degree,
      materials: [
        DiffusionProblem.Material(
          regions: ["*"], conductivity: conductivity, reaction: reaction)
      ], boundaries: boundaries,
      sources: [DiffusionProblem.Source(regions: ["*"], value: source.simplified())])
  }

  /// ‖u − u_h‖ and ‖∇u − ∇u_h‖.
  func errors(on mesh: Mesh, degree: Int, at mu: Parameter) throws -> ErrorNorms {
    let model = try DiffusionModel(
      problem(degree: degree), on: mesh, parameters: texts.parameters)
    let field = try model.solution(at: mu)
    return try field.errors(against: exact.at(mu), quadratureDegree: 8)
  }
}
