internal import FiniteElements
internal import LinearAlgebra
public import ModelReduction

/// What the values held on some regions let in during each step of an affine evolution: the residual
/// of the step, capacity included, at the unknowns held there,
///
///     Q_k = e · (M (d₀ u_k + d₁ u_{k−1} + d₂ u_{k−2}) + w₀ (A u_k − f_k) + w₁ (A u_{k−1} − f_{k−1})),
///
/// per time: for Crank–Nicolson the mean over the step, for the other schemes the flux at its end. At
/// free unknowns the residual vanishes, hence all Q_k together balance what the body stores, and what
/// sources and the rest of the boundary give, to round-off in every step.
///
/// - Source: Hughes et al., *The continuous Galerkin method is locally conservative*, J. Comput.
///   Phys. 163 (2000).
public struct HeldFlux: Sendable {
  /// The name of the output.
  public let name: String
  private let masses: [[Double]]
  private let operators: [[Double]]
  private let loads: [Double]
  private let massCoefficients: CoefficientFamily
  private let operatorCoefficients: CoefficientFamily
  private let loadCoefficients: CoefficientFamily
  private let parameters: ParameterSpace
  private let timeSpace: ParameterSpace
  private let scheme: TimeScheme
  private let grid: TimeGrid

  /// What one state says of the flux.
  public struct Moment: Sendable {
    /// e · M u.
    let stored: Double
    /// e · (A u − f).
    let outflow: Double
  }

  /// - Parameters:
  ///   - dofs: The held unknowns.
  ///   - masses: Σ θ_q(μ) M_q over all unknowns.
  ///   - operators: Σ θ_q(μ) A_q over all unknowns.
  ///   - loads: f_p over all unknowns, of Σ θ_p(μ, t) f_p.
  init(
    name: String, dofs: [Int32],
    masses: (sum: AffineSum<SparseMatrix<Double>>, coefficients: CoefficientFamily),
    operators: (sum: AffineSum<SparseMatrix<Double>>, coefficients: CoefficientFamily),
    loads: (vectors: [[Double]], coefficients: CoefficientFamily), _ parameters: ParameterSpace,
    _ timeSpace: ParameterSpace, _ scheme: TimeScheme, _ grid: TimeGrid
  ) {
    self.name = name
    func row(of sum: AffineSum<SparseMatrix<Double>>) -> [[Double]] {
      sum.terms.map { matrix in
        var e = [Double](repeating: 0, count: matrix.rowCount)
        for dof in dofs { e[Int(dof)] = 1 }
        return matrix.transposedTimes(e)
      }
    }
    (self.masses, massCoefficients) = (row(of: masses.sum), masses.coefficients)
    (self.operators, operatorCoefficients) = (row(of: operators.sum), operators.coefficients)
    self.loads = loads.vectors.map { load in dofs.reduce(0) { $0 + load[Int($1)] } }
    loadCoefficients = loads.coefficients
    (self.parameters, self.timeSpace) = (parameters, timeSpace)
    (self.scheme, self.grid) = (scheme, grid)
  }

  /// What a state says of the flux.
  ///
  /// - Parameter whole: u at all degrees of freedom at the time.
  /// - Throws: When μ does not fit or a coefficient is not finite.
  public func moment(
    of whole: [Double], at mu: Parameter, time: Double
  ) throws(ModelError) -> Moment {
    func sum(_ rows: [[Double]], _ coefficients: CoefficientFamily) throws(ModelError) -> Double {
      zip(try coefficients.checkedValues(at: mu, in: parameters), rows)
        .reduce(0) { $0 + $1.0 * dot($1.1, whole) }
    }
    let theta = try loadCoefficients.checkedValues(at: mu.at(time: time), in: timeSpace)
    return Moment(
      stored: try sum(masses, massCoefficients),
      outflow: try sum(operators, operatorCoefficients)
        - zip(theta, loads).reduce(0) { $0 + $1.0 * $1.1 })
  }

  /// The flux of each step from what all states say in their order: as many numbers as states, the
  /// first of them 0, for no step leads to the start.
  public func values(_ moments: [Moment]) -> [Double] {
    moments.indices.map { k in
      guard k > 0 else { return 0 }
      let formula = scheme.formula(ofStep: k - 1, in: grid)
      let (d, w) = (formula.derivative, formula.weights)
      let (now, before) = (moments[k], moments[k - 1])
      let earlier = d[2] == 0 ? 0 : d[2] * moments[k - 2].stored
      return d[0] * now.stored + d[1] * before.stored + earlier + w[0] * now.outflow
        + w[1] * before.outflow
    }
  }
}
