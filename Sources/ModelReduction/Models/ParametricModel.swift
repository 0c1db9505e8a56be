public import LinearAlgebra

/// Something that has a state for every parameter.
public protocol ParametricModel: Sendable {
  /// What describes the solution.
  associatedtype State: Sendable
  /// Where the parameters live.
  var parameterSpace: ParameterSpace { get }
  /// The state at μ.
  func solve(at mu: Parameter) throws(ModelError) -> State
}

/// A discretised model: its states are vectors over the free unknowns, measured in a product.
public protocol FullOrderModel: ParametricModel where State == [Double] {
  /// The product in which errors and bases are measured, over the free unknowns.
  var innerProduct: InnerProduct<Double> { get }
}

/// A symmetric coercive model whose operator and load are affine in functions of the parameter:
/// Σ θ_q(μ) A_q u = Σ θ_p(μ) f_p.
///
/// A discretisation conforms by handing over its ``AffineDecomposition``; everything this room
/// offers works from there.
public protocol AffineModel: FullOrderModel {
  /// The terms, their coefficients, the outputs and what is known about coercivity.
  var decomposition: AffineDecomposition { get }
}

extension AffineModel {
  /// The space of the decomposition.
  public var parameterSpace: ParameterSpace { decomposition.parameterSpace }
  /// The product of the decomposition.
  public var innerProduct: InnerProduct<Double> { decomposition.innerProduct }
}
