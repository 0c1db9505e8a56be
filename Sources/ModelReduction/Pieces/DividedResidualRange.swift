internal import DomainDecomposition
internal import LinearAlgebra

/// ``ResidualRange`` over ranks: coordinates of functionals in a basis of their representatives, which
/// iterations give; what these miss is in the measured slack.
struct DividedResidualRange<C: Communicator>: Sendable {
  private var basis: DividedBasis
  private(set) var coordinates = ResidualCoordinates()

  init(rowCount: Int) { basis = DividedBasis(rowCount: rowCount) }

  /// Adds a group of functionals at the owned unknowns, one per column; collective.
  mutating func append(_ functionals: DenseMatrix<Double>, _ riesz: inout DividedRiesz<C>) {
    let width = functionals.columnCount
    let representatives = riesz.refinedRepresentatives(functionals)
    for j in 0..<width {
      _ = basis.append(representatives.column(j), riesz, tolerance: 1e-15)
    }
    // (b, X⁻¹ a)_X = b · a, whatever iterations have done to the basis.
    var r = riesz.products(basis.vectors, functionals)
    var rest = functionals - riesz.image(basis.vectors * r)
    let correction = riesz.products(basis.vectors, rest)
    r = r + correction
    rest = rest - riesz.image(basis.vectors * correction)
    let left = riesz.dualNorms(rest)
    coordinates.append(
      r, slack: (0..<width).map { left[$0] + 8 * Double.ulpOfOne * norm(r.column($0)) })
  }
}
