internal import FiniteElements
public import LinearAlgebra
internal import Meshes
public import ModelReduction

extension QuasiStaticModel {
  /// The product displacements are measured in, over the free unknowns.
  ///
  /// - Parameter product: `.energy` is that of the tangent of the body at rest.
  /// - Throws: `PhysicsError` where a law has no answer at rest.
  public func innerProduct(
    _ product: ElasticityModel.Product
  ) throws(PhysicsError) -> InnerProduct<Double> {
    switch product {
    case .euclidean: return InnerProduct(euclidean: freeCount)
    case .energy:
      return InnerProduct(body.pattern.apply(try tangentAtRest()), name: product.rawValue)
    case .h1, .l2:
      do throws(AssemblyError) {
        return InnerProduct(
          body.pattern.apply(try points.plan.sobolevProduct(gradients: product == .h1)),
          name: product.rawValue)
      } catch { throw PhysicsError(.problem, "\(error)") }
    }
  }

  /// The tangent of the body at rest, at all degrees of freedom.
  func tangentAtRest() throws(PhysicsError) -> SparseMatrix<Double> {
    let rest: Frame
    do throws(ModelError) { rest = try start(at: parameterSpace.reference) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
    var response = body.materials.response()
    do throws(MaterialFailure) {
      try body.materials.advance(
        from: rest.state, to: rest.state.strain, temperature: rest.state.temperature,
        over: TimeIncrement(start: grid.start, length: grid.steps[0]), into: &response)
    } catch { throw PhysicsError(.material(error.material), error.message) }
    let pattern = points.plan.pattern
    var tangent = SparseMatrix(
      pattern: pattern, values: [Double](repeating: 0, count: pattern.entryCount))
    _ = points.assemble(stress: response.stress, moduli: response.moduli, into: &tangent)
    return tangent
  }
}
