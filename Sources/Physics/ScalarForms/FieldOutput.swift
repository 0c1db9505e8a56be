public import Expressions
public import FiniteElements
internal import Meshes
public import ModelReduction

/// A quantity of interest that no reduced model carries exactly: ∫ F(x, u, ∇u; μ) or its mean, with F
/// neither linear nor quadratic in u, or with ∇u on the boundary. It needs the whole field.
public struct FieldOutput: Sendable {
  /// How results call it.
  public let name: String
  /// F.
  public let integrand: Expression
  /// Where.
  public let regions: [String]
  /// Whether the integral is divided by the measure of the regions.
  public let isMean: Bool

  /// An output over some regions.
  public init(name: String, integrand: Expression, regions: [String], isMean: Bool) {
    (self.name, self.integrand) = (name, integrand)
    (self.regions, self.isMean) = (regions, isMean)
  }

  /// The output of a problem, if it is an integral or a mean.
  init?(_ output: DiffusionProblem.Output) {
    switch output.kind {
    case .integral(let integrand):
      self.init(
        name: output.name, integrand: integrand, regions: output.regions, isMean: false)
    case .mean(let integrand):
      self.init(name: output.name, integrand: integrand, regions: output.regions, isMean: true)
    default: return nil
    }
  }

  /// The value for a field at μ, and at a time where there is one.
  ///
  /// - Throws: `PhysicsError` where the mesh lacks the regions or the integrand is not finite.
  public func value(
    of field: Field, at mu: Parameter, time: Double? = nil
  ) throws(PhysicsError) -> Double {
    let mesh = field.space.mesh
    let region = try mesh.union(of: regions, dimensions: 0...mesh.dimension, subject: .problem)
    let numbers = integrand.substituting { symbol in
      switch symbol {
      case .parameter(let index): Expression(mu[index])
      case .time: time.map { Expression($0) }
      default: nil
      }
    }
    do throws(FieldError) {
      let integral = try field.integral(of: numbers, over: region)
      return isMean ? integral / mesh.measure(of: region) : integral
    } catch { throw PhysicsError(.problem, "output '\(name)': \(error)") }
  }
}
