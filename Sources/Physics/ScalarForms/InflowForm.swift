internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction

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
