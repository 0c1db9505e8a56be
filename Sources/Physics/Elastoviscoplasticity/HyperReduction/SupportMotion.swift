internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction

/// A virtual displacement w that moves a support by one, nothing at other supports, and the free body
/// as it would follow elastically: its virtual work Σ w σ : ε(w) − f·w is the reaction there.
///
/// Any displacement with these values at the supports would do in equilibrium; this one is smooth, so
/// that a cubature of few points integrates its work.
struct SupportMotion: Sendable {
  /// The degrees of freedom whose reactions are summed.
  let dofs: [Int]
  /// w at all degrees of freedom.
  let displacement: [Double]
  /// ε(w) at all points.
  let strains: [Double]
}

extension QuasiStaticModel {
  /// The motions of the supports that outputs sum the reactions of; none where unknowns are tied to
  /// each other, whose forces are no plain sums.
  func supportMotions(_ outputs: [PlacedOutput]) throws(PhysicsError) -> [SupportMotion] {
    let asked = outputs.compactMap { output -> [Int]? in
      if case .reaction(let dofs) = output.form { dofs } else { nil }
    }
    let constraints = body.constraints
    guard constraints.isRestriction, !asked.isEmpty else { return [] }
    let tangent = try tangentAtRest()
    let solver = TangentSolver(isSymmetric: body.materials.isSymmetric)
    var motions: [SupportMotion] = []
    for dofs in asked {
      var w = [Double](repeating: 0, count: space.dofCount)
      for dof in dofs { w[dof] = 1 }
      for dof in constraints.free { w[Int(dof)] = 0 }
      let right = constraints.reduced(tangent * w).map { -$0 }
      do throws(FactorizationError) {
        let free = try solver.solve(body.pattern.apply(tangent), right)
        for (dof, value) in zip(constraints.free, free) { w[Int(dof)] = value }
      } catch { throw PhysicsError(.problem, "the tangent of the body at rest: \(error)") }
      motions.append(
        SupportMotion(dofs: dofs, displacement: w, strains: points.strains(of: w)))
    }
    return motions
  }
}

extension [SupportMotion] {
  /// Their strains of the size of those of modes, as further functions of a cubature.
  func columns(likeThoseOf modes: DenseMatrix<Double>) -> DenseMatrix<Double> {
    let size = (0..<modes.columnCount).map { norm(modes.column($0)) }.max() ?? 1
    return DenseMatrix(
      rowCount: modes.rowCount,
      columns: map { motion in
        let own = norm(motion.strains)
        return motion.strains.map { own > 0 ? size / own * $0 : 0 }
      })
  }
}
