internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction

/// The laws of a body at all its points, driven through displacements that are known: every trial costs
/// one evaluation of the law at each point.
struct LawDriver: Sendable {
  private let model: QuasiStaticModel
  private let mu: Parameter
  private(set) var displacement: [Double]
  private(set) var state: MaterialState
  private(set) var time: Double
  private(set) var increments = 0
  private var response: MaterialResponse
  /// The end of the increment that was tried last.
  private var trial: (displacement: [Double], strain: [Double], temperature: [Double])
  /// Σ w Bᵀ σ of the increment that was tried last.
  private var force: [Double]?

  /// The body at rest at the start.
  init(_ model: QuasiStaticModel, at mu: Parameter) throws(ModelError) {
    (self.model, self.mu) = (model, mu)
    let rest = try model.start(at: mu)
    (displacement, state, time) = (rest.displacement, rest.state, rest.time)
    response = model.body.materials.response()
    trial = (rest.displacement, rest.state.strain, rest.state.temperature)
  }

  /// One increment.
  ///
  /// - Throws: `ModelError.notAssembled` where a law has no answer; the state is that of the start then.
  mutating func advance(to displacement: [Double], time end: Double) throws(ModelError) {
    try attempt(displacement, time: end)
    accept(time: end)
  }

  /// The answers of the laws to a displacement at the end of an increment.
  ///
  /// - Throws: `ModelError.notAssembled` where a law has none, or one that is no number.
  mutating func attempt(_ displacement: [Double], time end: Double) throws(ModelError) {
    let body = model.body
    let temperature = try body.temperatures.values(at: mu, time: end)
    let strain = body.points.strains(of: displacement)
    do throws(MaterialFailure) {
      try body.materials.advance(
        from: state, to: strain, temperature: temperature,
        over: TimeIncrement(start: time, length: end - time, number: increments + 1),
        into: &response)
    } catch {
      throw .notAssembled(
        "\(error.message) (\(body.words(ofPoint: error.point)), t = \(end))", at: mu)
    }
    if let wrong = response.stress.firstIndex(where: { !$0.isFinite }) {
      throw .notAssembled(
        "the stress is not finite (\(body.words(ofPoint: wrong / 6)), t = \(end))", at: mu)
    }
    trial = (displacement, strain, temperature)
    force = nil
  }

  /// Takes what was tried last for the end of the increment.
  mutating func accept(time end: Double) {
    state = response.state(strain: trial.strain, temperature: trial.temperature)
    (displacement, time) = (trial.displacement, end)
    increments += 1
  }

  /// Σ w Bᵀ σ − f at all degrees of freedom: what no load balances, of what was tried last.
  ///
  /// - Parameter end: Its time.
  mutating func unbalanced(time end: Double) throws(ModelError) -> [Double] {
    var result = force ?? model.body.points.force(of: response.stress)
    force = result
    axpy(-1, try model.body.external(at: mu, time: end), into: &result)
    return result
  }
}
