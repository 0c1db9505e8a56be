/// How the parts g_q of a coefficient κ = Σ θ_q g_q compare with κ̄, its value at the reference, over
/// the quadrature points: what a certificate may conclude without looking at the points again.
struct CoefficientRatios {
  /// lower_q ≤ g_q/κ̄ ≤ upper_q at every point; nil where κ̄ is not positive everywhere. For
  /// matrices the extreme eigenvalues of the pencil (G_q, K̄) take the place of the ratio.
  let box: (lower: [Double], upper: [Double])?
  /// Whether g_q ≥ 0 at every point (G_q positive semidefinite).
  let isSemidefinite: [Bool]
  /// The first point where a part is infinite or not a number.
  let firstNotFinite: Int?
  /// The first point where κ̄ is not positive (K̄ not positive definite).
  let firstNotPositive: Int?

  /// What the parts are at one point.
  struct Comparison {
    /// Whether each is positive semidefinite.
    var isSemidefinite: [Bool]
    /// The extreme ratios of each to the reference; nil where that is not positive definite.
    var ranges: [ClosedRange<Double>]?
  }

  /// Parts compared in any way.
  ///
  /// - Parameters:
  ///   - parts: For each q and each component the values at the points.
  ///   - compare: Judges the components of all parts at one point.
  init(_ parts: [[[Double]]], _ compare: (_ values: [[Double]]) -> Comparison) {
    let pointCount = parts.first?.first?.count ?? 0
    var lower = [Double](repeating: .infinity, count: parts.count)
    var upper = [Double](repeating: -.infinity, count: parts.count)
    var semidefinite = [Bool](repeating: true, count: parts.count)
    var notFinite: Int?
    var notPositive: Int?
    for point in 0..<pointCount {
      let values = parts.map { part in part.map { $0[point] } }
      guard values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
        notFinite = notFinite ?? point
        continue
      }
      let comparison = compare(values)
      for (q, holds) in comparison.isSemidefinite.enumerated() where !holds {
        semidefinite[q] = false
      }
      guard let ranges = comparison.ranges else {
        notPositive = notPositive ?? point
        continue
      }
      for (q, range) in ranges.enumerated() {
        lower[q] = min(lower[q], range.lowerBound)
        upper[q] = max(upper[q], range.upperBound)
      }
    }
    firstNotFinite = notFinite
    firstNotPositive = notPositive
    isSemidefinite = semidefinite
    box = notFinite == nil && notPositive == nil && pointCount > 0 ? (lower, upper) : nil
  }

  /// Scalars or symmetric tensors.
  ///
  /// - Parameters:
  ///   - parts: For each q and each component the values at the points; 1 component or those of a
  ///     symmetric tensor: xx, yy, xy or xx, yy, zz, yz, xz, xy.
  ///   - reference: θ_q at the reference.
  init(_ parts: [[[Double]]], reference: [Double]) {
    let isScalar = (parts.first?.count ?? 1) == 1
    self.init(parts) { values in
      isScalar
        ? Comparison(ofScalars: values.map { $0[0] }, reference: reference)
        : Comparison(
          ofTensors: values.map { SymmetricTensor(components: $0) }, reference: reference)
    }
  }
}

extension CoefficientRatios.Comparison {
  fileprivate init(ofScalars values: [Double], reference: [Double]) {
    let kappa = zip(values, reference).reduce(0) { $0 + $1.0 * $1.1 }
    self.init(
      isSemidefinite: values.map { $0 >= 0 },
      ranges: kappa > 0 && kappa.isFinite
        ? values.map { ($0 / kappa).nextDown...($0 / kappa).nextUp } : nil)
  }

  fileprivate init(ofTensors tensors: [SymmetricTensor], reference: [Double]) {
    var kappa = SymmetricTensor(diagonal: .zero, shear: .zero)
    for (tensor, theta) in zip(tensors, reference) {
      kappa.diagonal += theta * tensor.diagonal
      kappa.shear += theta * tensor.shear
    }
    let pencil = TensorPencil(kappa)
    self.init(
      isSemidefinite: tensors.map { $0.eigenvalueRange.lowerBound >= -1e-14 * $0.size },
      ranges: pencil.map { pencil in tensors.map { pencil.range(of: $0) } })
  }
}
