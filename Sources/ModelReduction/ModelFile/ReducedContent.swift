public import ComplexModule
public import LinearAlgebra
public import RealModule

/// The kinds of reduced models that a `.ritz` file can hold.
public enum ReducedContent: Sendable, Equatable {
  /// Symmetric and coercive: certified in every norm it knows.
  case coercive(GalerkinReducedModel)
  /// Real, symmetric or not.
  case system(ReducedSystem<Double>)
  /// Complex: waves.
  case complexSystem(ReducedSystem<Complex<Double>>)
  /// Moving in time.
  case evolution(ReducedEvolution)
  /// Symmetric and coercive, with a basis for each part of the domain.
  case split(SplitReducedModel)
  /// Of a kind that another room knows.
  case parts(ModelParts)

  /// The word in the file.
  public var kind: String {
    switch self {
    case .coercive: "coercive"
    case .system: "system"
    case .complexSystem: "complex-system"
    case .evolution: "evolution"
    case .split: "split"
    case .parts(let parts): parts.kind
    }
  }

  /// Where μ lives.
  public var parameterSpace: ParameterSpace {
    switch self {
    case .coercive(let model): model.parameterSpace
    case .system(let model): model.parameterSpace
    case .complexSystem(let model): model.parameterSpace
    case .evolution(let model): model.parameterSpace
    case .split(let model): model.parameterSpace
    case .parts(let parts): parts.parameterSpace
    }
  }

  /// What interpolated coefficients do to its bounds; nil where it has none.
  public var consistency: ConsistencyBound? {
    switch self {
    case .coercive(let model): model.coercivity.conditions.consistency
    case .system(let model): model.coercivity?.conditions.consistency
    case .complexSystem(let model): model.coercivity?.conditions.consistency
    case .evolution(let model): model.coercivity?.conditions.consistency
    case .split(let model): model.models[0].coercivity.conditions.consistency
    case .parts: nil
    }
  }

  /// The times of a model in time.
  public var grid: TimeGrid? {
    switch self {
    case .evolution(let model): model.grid
    case .parts(let parts): parts.grid
    case .coercive, .system, .complexSystem, .split: nil
    }
  }

  /// Where the coefficients of lifts live: (μ, t) for a model in time.
  public var fieldSpace: ParameterSpace {
    guard let grid else { return parameterSpace }
    return (try? parameterSpace.withTime(over: grid)) ?? parameterSpace
  }

  /// N.
  public var size: Int {
    switch self {
    case .coercive(let model): model.size
    case .system(let model): model.size
    case .complexSystem(let model): model.size
    case .evolution(let model): model.size
    case .split(let model): model.size
    case .parts(let parts): parts.size
    }
  }

  /// The name of the product in which errors are measured.
  public var productName: String {
    switch self {
    case .coercive(let model): model.productName
    case .system(let model): model.productName
    case .complexSystem(let model): model.productName
    case .evolution(let model): model.productName
    case .split(let model): model.models[0].productName
    case .parts(let parts): parts.productName
    }
  }

  /// The names of the outputs, in their order.
  public var outputNames: [String] {
    switch self {
    case .coercive(let model): model.outputs.map(\.name)
    case .system(let model): model.outputs.map(\.name)
    case .complexSystem(let model): model.outputs.map(\.name)
    case .evolution(let model): model.outputs.map(\.name)
    case .split(let model): model.models[0].outputs.map(\.name)
    case .parts(let parts): parts.outputNames
    }
  }

  /// Whether states are complex.
  public var isComplex: Bool { if case .complexSystem = self { true } else { false } }

  /// The format in which it is written.
  var formatVersion: Int { if case .coercive = self { 1 } else { 2 } }
}
