internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// From the errors of interpolated coefficients to those of the forms they stand in.
///
/// An error |κ° − κ| ≤ δ moves ∫ κ ∇w·∇v by at most δ |w| |v| in the seminorm of the unit
/// coefficient, and |v|² ≤ c ‖v‖²_X with a number c that is proven by a factorization; it moves a load
/// ∫ f v over Ω by at most δ |Ω|^½ ‖v‖_{L²}. The δ themselves are measured
/// (``CoefficientInterpolation/Report/errorAllowed``).
struct InterpolationConsistency {
  /// X over the free unknowns.
  let product: InnerProduct<Double>
  /// w_d over all unknowns.
  let lifts: [[Double]]
  /// θ_d.
  let liftCoefficients: CoefficientFamily
  /// The integral of a role with coefficient 1 over a region, of all unknowns.
  let unitForm: (CoefficientUse.Role, Region) throws(PhysicsError) -> SparseMatrix<Double>
  /// The same of the free ones.
  let free: (SparseMatrix<Double>) -> SparseMatrix<Double>
  let mesh: Mesh

  /// What all of them do together.
  func bound(
    _ reports: [CoefficientInterpolation.Report]
  ) throws(PhysicsError) -> ConsistencyBound {
    var (form, load) = (0.0, 0.0)
    var onLifts = [Double](repeating: 0, count: lifts.count)
    for report in reports {
      let use = report.use
      guard use.role.isBounded else { return .unknown }
      let region = try mesh.union(
        of: use.regions, dimensions: use.dimension...use.dimension, subject: use.subject)
      let unit = try unitForm(use.role == .stiffness ? .stiffness : .mass, region)
      let reach = try product.bound(of: free(unit))
      if use.role == .load {
        let ones = [Double](repeating: 1, count: unit.rowCount)
        load += report.errorAllowed * (unit.bilinear(ones, ones) * reach).squareRoot()
        continue
      }
      // The spectral norm of a symmetric matrix is at most its order times its largest entry; of λ and μ
      // that is more than is needed.
      let order = use.matrixOrder ?? (report.entryCount == 1 ? 1 : mesh.dimension)
      let delta = report.errorAllowed * Double(order)
      form += delta * reach
      for (d, lift) in lifts.enumerated() {
        onLifts[d] += delta * (max(0, unit.bilinear(lift, lift)) * reach).squareRoot()
      }
    }
    return ConsistencyBound(
      operatorError: form, loadError: load, liftErrors: onLifts,
      liftCoefficients: liftCoefficients)
  }
}

extension CoefficientUse.Role {
  /// Whether it is known what an error of the coefficient does at most.
  fileprivate var isBounded: Bool {
    switch self {
    case .stiffness, .mass, .load: true
    case .weight, .other: false
    }
  }
}

extension InnerProduct<Double> {
  fileprivate func bound(of form: SparseMatrix<Double>) throws(PhysicsError) -> Double {
    do throws(FactorizationError) { return try provenBound(of: form) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
  }
}

extension ConsistencyBound {
  /// What a reader should know of how interpolated coefficients enter bounds.
  func notes(_ reports: [CoefficientInterpolation.Report]) -> [String] {
    if let report = reports.first(where: { !$0.use.role.isBounded }) {
      return [
        "nothing is certified: what the interpolated \(report.use.name) does to the error is not "
          + "bounded"
      ]
    }
    guard operatorError.isFinite else {
      return ["nothing is certified: the interpolated forms are not bounded in the product"]
    }
    let lifts =
      liftErrors.contains { $0 > 0 } ? " + \(Float(liftErrors.reduce(0, +))) of lifts" : ""
    return [
      "bounds count the interpolation, of which twice the largest error found is allowed for: "
        + "(residual + \(Float(loadError))\(lifts) + \(Float(operatorError)) ‖u‖)/(α − "
        + "\(Float(operatorError)))"
    ]
  }
}
