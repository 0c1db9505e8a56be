public import LinearAlgebra

/// Reduced models for boxes that together are the parameter domain.
public struct SplitReducedModel: Sendable, Equatable {
  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// Where each box lies in [0, 1]^P, each axis measured along its scale.
  public let boxes: [[ClosedRange<Double>]]
  /// One per box, all of one problem.
  public let models: [GalerkinReducedModel]

  /// Models for boxes.
  ///
  /// - Precondition: At least one; a model per box.
  public init(
    in space: ParameterSpace, boxes: [[ClosedRange<Double>]], models: [GalerkinReducedModel]
  ) {
    precondition(
      !boxes.isEmpty && boxes.count == models.count, "\(models.count) models, \(boxes.count) boxes")
    precondition(
      boxes.allSatisfy { $0.count == space.dimension },
      "boxes need a range for each of \(space.dimension) components")
    (parameterSpace, self.boxes, self.models) = (space, boxes, models)
  }

  /// The vectors of all models together.
  public var size: Int { models.reduce(0) { $0 + $1.size } }

  /// The box that μ belongs to; outside of the domain the one that its nearest point belongs to.
  ///
  /// - Precondition: μ has the components of the space.
  public func part(at mu: Parameter) -> Int {
    let place = parameterSpace.scaledCoordinates(of: mu).map { min(max($0, 0), 1) }
    // A face between two boxes belongs to the upper one.
    let inside = boxes.firstIndex { box in
      zip(box, place).allSatisfy {
        $0.contains($1) && ($1 < $0.upperBound || $0.upperBound == 1)
      }
    }
    return inside ?? 0
  }

  /// The answer of the model at μ.
  ///
  /// - Throws: When μ does not fit the space or the reduced system cannot be solved.
  public func answer(at mu: Parameter) throws(ModelError) -> ReducedAnswer {
    try parameterSpace.check(mu)
    return try models[part(at: mu)].answer(at: mu)
  }

  /// The coordinates of the solution at μ in the vectors of all models, one model after the other.
  ///
  /// - Throws: As ``answer(at:)``.
  public func solve(at mu: Parameter) throws(ModelError) -> ReducedState<Double> {
    try parameterSpace.check(mu)
    let part = part(at: mu)
    let before = models[..<part].reduce(0) { $0 + $1.size }
    var coordinates = [Double](repeating: 0, count: size)
    for (i, value) in try models[part].solve(at: mu).coordinates.enumerated() {
      coordinates[before + i] = value
    }
    return ReducedState(coordinates)
  }
}
