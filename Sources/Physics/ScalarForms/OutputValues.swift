internal import Expressions
public import FiniteElements
internal import LinearAlgebra
internal import Meshes
public import ModelReduction

extension DiffusionProblem.Output {
  /// The value of the output for a whole field at μ, and at a time where there is one.
  ///
  /// - Throws: `PhysicsError` where the mesh lacks the regions, a point is outside, or the integrand
  ///   is not finite.
  public func value(
    of field: Field, at mu: Parameter, time: Double? = nil
  ) throws(PhysicsError) -> Double {
    if case .inflow = kind { throw inflowRefusal(.problem) }
    if let output = FieldOutput(self) { return try output.value(of: field, at: mu, time: time) }
    let mesh = field.space.mesh
    do throws(FieldError) {
      if case .value(let point) = kind {
        return dot(try field.space.pointFunctional(at: point), field.values)
      }
    } catch { throw PhysicsError(.problem, "output '\(name)': \(error)") }
    let region = try mesh.union(of: regions, dimensions: 0...mesh.dimension, subject: .problem)
    do throws(FieldError) {
      switch kind {
      case .normL2: return try field.normL2(over: region)
      case .normH1: return try field.normH1(over: region)
      default: break
      }
    } catch { throw PhysicsError(.problem, "output '\(name)': \(error)") }
    let extremum: Double?
    if case .minimum = kind {
      extremum = field.minimum(over: region)
    } else {
      extremum = field.maximum(over: region)
    }
    guard let extremum else {
      throw PhysicsError(
        .problem, "output '\(name)': no cell of the domain touches region '\(region.name)'")
    }
    return extremum
  }
}

extension DiffusionProblem.Output {
  /// That a model offers no residual an inflow could be read from.
  func inflowRefusal(_ subject: PhysicsError.Subject) -> PhysicsError {
    PhysicsError(
      subject,
      "output '\(name)': the flux through held values is no output of problems whose velocity does "
        + "not separate; here take the integral of the conductivity times dx(u), dy(u) and dz(u)")
  }
}
