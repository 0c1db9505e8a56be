internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// What becomes of outputs that ask for the flux through held values.
enum Inflows {
  /// The model has no residual they could be read from.
  case refused
  /// They are functionals of the solution.
  case functionals(UnreducedResidual)
  /// They depend on more than one state: see ``HeldFlux``.
  case apart
}

/// The residual Σ θ_q A_q u − Σ θ_p f_p of a steady problem over all unknowns, before the essential
/// ones are eliminated.
///
/// Its entry at a prescribed unknown is what the value held there lets in; at a free one it
/// vanishes. As the functions of the space sum up to one, all entries together balance sources,
/// fluxes and exchange to round-off on any mesh.
///
/// - Source: Hughes et al., *The continuous Galerkin method is locally conservative*, J. Comput.
///   Phys. 163 (2000): consistent fluxes at essential boundaries.
struct UnreducedResidual {
  let operators: AffineSum<SparseMatrix<Double>>
  let operatorThetas: [Expression]
  let loads: [[Double]]
  let loadThetas: [Expression]

  /// e · (A u − f) of u = u_free + Σ θ_d w_d, for a vector e: functionals of the free unknowns, and
  /// what is left without them.
  func functional(
    _ e: [Double], _ essential: EssentialData
  ) -> (functionals: [[Double]], constants: [(theta: Expression, value: Double)]) {
    let images = operators.terms.map { $0.transposedTimes(e) }
    var constants: [(theta: Expression, value: Double)] = []
    for (theta, image) in zip(operatorThetas, images) {
      for (lift, coefficient) in zip(essential.lifts, essential.coefficients) {
        constants.append(((theta * coefficient).simplified(), dot(image, lift)))
      }
    }
    for (theta, load) in zip(loadThetas, loads) {
      constants.append(((-theta).simplified(), dot(e, load)))
    }
    return (images.map { essential.dofs.free(of: $0) }, constants)
  }
}

extension DiffusionProblem.Output {
  /// The held unknowns on the regions, ascending.
  ///
  /// - Throws: Where none is.
  func heldDofs(
    _ space: FunctionSpace, _ essential: EssentialData, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [Int32] {
    let region = try space.mesh.held(regions, subject: subject)
    var isOn = [Bool](repeating: false, count: space.dofCount)
    for dof in space.dofs(on: region) { isOn[Int(dof)] = true }
    let held = essential.dofs.constrained.filter { isOn[Int($0)] }
    guard !held.isEmpty || space.mesh.isPiece else {
      throw PhysicsError(
        subject,
        "output '\(name)': no value of u is given on '\(region.name)', so nothing is held "
          + "there; what flows through other boundaries is the integral of their own data")
    }
    return held
  }
}
