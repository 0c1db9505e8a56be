import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import Testing

@Suite struct `The coercivity of a diffusion problem` {
  struct Family: Sendable, CustomTestStringConvertible {
    var conductivity: [String]
    var reaction: String?
    var exchange: String?
    var range: ClosedRange<Double> = 0.2...3
    var reference: Double?
    var testDescription: String {
      conductivity.joined(separator: ", ") + (reaction.map { " + r " + $0 } ?? "")
        + (exchange.map { " + h " + $0 } ?? "")
    }
  }

  static let families = [
    Family(conductivity: ["1 + k*x^2"]),
    Family(conductivity: ["2 + k*sin(3*x)"], range: -1.5...1.5),
    Family(conductivity: ["2 + k*sin(3*x)"], range: -1.5...1.5, reference: 1),
    Family(conductivity: ["k*(1 + x) + (1 - y)/k"]),
    Family(conductivity: ["2 + k*x", "1 + 2*k*x + k*y", "0.1*k*y"]),
    Family(conductivity: ["3 + k*sin(3*x)", "3 - k*y", "0.5*k*x"], range: -1...1),
    Family(conductivity: ["k"], reaction: "1 + k*x", exchange: "k^2"),
    Family(conductivity: ["1 + x"], reaction: "2 + k*cos(4*y)", range: -1.9...1.9),
    Family(conductivity: ["1"], exchange: "k*y", range: 0.01...5),
    Family(conductivity: ["1 + k*x"], reaction: "k", range: 0...2, reference: 0),
  ]

  private func model(
    _ family: Family, degree: Int, product: DiffusionModel.Product
  ) throws -> (texts: DiffusionTexts, model: DiffusionModel) {
    let texts = try DiffusionTexts(
      ParameterAxis(name: "k", range: family.range, default: family.reference))
    var boundaries = [try texts.value("0", on: "left")]
    if let h = family.exchange {
      boundaries.append(try texts.exchange(h, ambient: "1", on: "right", "top"))
    }
    let problem = DiffusionProblem(
      degree: degree,
      materials: [
        DiffusionProblem.Material(
          regions: ["*"], conductivity: try texts.conductivity(family.conductivity),
          reaction: try family.reaction.map { try texts($0) })
      ], boundaries: boundaries)
    return (
      texts,
      try DiffusionModel(
        problem, on: .square(degree == 1 ? 6 : 3), parameters: texts.parameters, product: product)
    )
  }

  /// The smallest λ with A(μ) v = λ X v.
  private func least(_ model: DiffusionModel, at mu: Parameter) throws -> Double {
    let a = try model.decomposition.systemMatrix(at: mu).dense
    let x =
      model.innerProduct.matrix?.dense ?? DenseMatrix.identity(model.decomposition.dofCount)
    return try #require(try GeneralizedEigen(a, x).values.min())
  }

  @Test(arguments: families, DiffusionModel.Product.allCases)
  func `is never overestimated by the bound from the coefficients`(
    family: Family, product: DiffusionModel.Product
  ) throws {
    for degree in [1, 2] {
      let (texts, model) = try model(family, degree: degree, product: product)
      let bound = try CoercivityBound(of: model.decomposition)
      for mu in try texts.points(8, seed: 3) {
        let theta = model.decomposition.operatorCoefficients.values(at: mu)
        let value = try #require(bound.value(for: theta), "no bound at \(mu)")
        let truth = try least(model, at: mu)
        #expect(value.alpha <= truth * (1 + 1e-12))
        // A bound, not a fig leaf: the contrast of these coefficients is below 100.
        #expect(value.alpha >= 0.01 * truth)
      }
    }
  }

  @Test func `is never overestimated for tensors in space`() throws {
    let texts = try DiffusionTexts(dimension: 3, ParameterAxis(name: "k", range: -1...1))
    let entries = ["3 + k*x", "2", "3 - k*y*z", "0.3*k*z", "0.2", "0.5*k*x"]
    let problem = DiffusionProblem(
      materials: [.init(regions: ["*"], conductivity: try texts.conductivity(entries))],
      boundaries: [try texts.value("0", on: "bottom")])
    let model = try DiffusionModel(
      problem, on: .unitBox(3, 3), parameters: texts.parameters, product: .h1)
    let bound = try CoercivityBound(of: model.decomposition)
    for mu in try texts.points(8, seed: 3) {
      let theta = model.decomposition.operatorCoefficients.values(at: mu)
      let value = try #require(bound.value(for: theta))
      let truth = try least(model, at: mu)
      #expect(value.alpha <= truth * (1 + 1e-12))
      #expect(value.alpha >= 0.3 * truth)
    }
  }

  @Test func `is the smallest ratio of the conductivities for blocks of their own`() throws {
    let texts = try DiffusionTexts(ParameterAxis(name: "k", size: 4, range: 0.1...10))
    let problem = DiffusionProblem(
      materials: try (0..<4).map { try texts.material("k[\($0)]", on: ["block\($0)"]) },
      boundaries: [try texts.value("0", on: "left")])
    let model = try DiffusionModel(
      problem, on: Mesh.square(4).cut(into: 2), parameters: texts.parameters)
    let bound = try CoercivityBound(of: model.decomposition)
    for mu in try texts.points(10, seed: 8) {
      let ratio = (mu.values.min() ?? 0) / texts.parameters.reference[0]
      let alpha = try #require(bound.value(for: mu.values)).alpha
      #expect(abs(alpha - ratio) < 1e-14 * ratio)
    }
  }

  @Test func `is bounded by the better of two arguments`() throws {
    let (_, model) = try model(
      Family(conductivity: ["1 + k*x^2"], reference: 1), degree: 1, product: .energy)
    let bound = try CoercivityBound(of: model.decomposition)
    // κ(μ)/κ̄ = (1 + k x²)/(1 + x²): from 1 down to (1 + k)/2 for k < 1, from 1 upwards for k > 1.
    let low = try #require(bound.value(for: [1, 0.2]))
    #expect(low.argument == .ratioBoxes)
    // The extremes are those at the quadrature points, which reach the boundary only nearly.
    #expect(low.alpha > 0.595 && low.alpha < 0.7)
    let high = try #require(bound.value(for: [1, 3]))
    #expect(high.alpha >= 1 - 1e-14 && high.alpha < 1.01)
  }

  @Test func `is not claimed where nothing proves it`() throws {
    // κ = 2 + k sin 3x loses its sign for large k: no bound then, and the model says so.
    let (texts, model) = try model(
      Family(conductivity: ["2 + k*sin(3*x)"], range: -1.5...1.5), degree: 1, product: .energy)
    let bound = try CoercivityBound(of: model.decomposition)
    #expect(bound.value(for: model.decomposition.operatorCoefficients.values(at: [-5])) == nil)
    var projection = try GalerkinProjection(of: model.decomposition)
    #expect(texts.parameters.contains([1]))
    try projection.extend(by: [Double](repeating: 1, count: model.decomposition.dofCount))
    let answer = try projection.model.answer(at: [-2.5])
    #expect(answer.coercivity == nil)
    #expect(answer.estimate.guarantee == .indicator)
  }
}
