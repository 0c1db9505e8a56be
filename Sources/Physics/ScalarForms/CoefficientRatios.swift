/// How the parts g_q of a coefficient κ = Σ θ_q g_q compare with κ̄, its value at the reference, over
/// the quadrature points: what a certificate may conclude without looking at the points again.
struct CoefficientRatios {
  /// lower_q ≤ g_q/κ̄ ≤ upper_q at every point of a cluster, for clusters that together are all points;
  /// nil where κ̄ is not positive everywhere. For matrices the extreme eigenvalues of the pencil
  /// (G_q, K̄) take the place of the ratio.
  let boxes: [Box]?

  /// Bounds of the ratios over some points.
  struct Box: Sendable, Equatable {
    var lower: [Double]
    var upper: [Double]
  }
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
  ///   - sizes: How large |θ_q| gets, so that clusters are narrow where it matters; nil for all alike.
  ///   - compare: Judges the components of all parts at one point.
  init(
    _ parts: [[[Double]]], sizes: [Double]? = nil, _ compare: (_ values: [[Double]]) -> Comparison
  ) {
    let pointCount = parts.first?.first?.count ?? 0
    var points: [Box] = []
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
      points.append(Box(lower: ranges.map(\.lowerBound), upper: ranges.map(\.upperBound)))
    }
    firstNotFinite = notFinite
    firstNotPositive = notPositive
    isSemidefinite = semidefinite
    boxes =
      notFinite == nil && notPositive == nil && pointCount > 0
      ? CoefficientRatios.clusters(
        points, sizes: sizes ?? [Double](repeating: 1, count: parts.count)) : nil
  }

  /// The most clusters of one coefficient.
  private static let mostBoxes = 64

  /// Boxes around clusters of points: a single one would pair extremes that meet at no point. The
  /// widest box is halved at its middle until there are enough.
  private static func clusters(_ points: [Box], sizes: [Double]) -> [Box] {
    func around(_ members: [Int]) -> (box: Box, width: Double, axis: Int, members: [Int]) {
      var box = points[members[0]]
      for p in members {
        for q in sizes.indices {
          box.lower[q] = min(box.lower[q], points[p].lower[q])
          box.upper[q] = max(box.upper[q], points[p].upper[q])
        }
      }
      var widest = (width: 0.0, axis: 0)
      for q in sizes.indices {
        let width = sizes[q] * (box.upper[q] - box.lower[q])
        if width > widest.width { widest = (width, q) }
      }
      return (box, widest.width, widest.axis, members)
    }
    guard !points.isEmpty else { return [] }
    var clusters = [around(Array(points.indices))]
    while sizes.count > 1, clusters.count < mostBoxes,
      let k = clusters.indices.max(by: { clusters[$0].width < clusters[$1].width }),
      clusters[k].width > 0
    {
      let (box, _, q, members) = clusters[k]
      let middle = (box.lower[q] + box.upper[q]) / 2
      let low = members.filter { (points[$0].lower[q] + points[$0].upper[q]) / 2 < middle }
      guard !low.isEmpty, low.count < members.count else {
        clusters[k].width = 0
        continue
      }
      let high = members.filter { (points[$0].lower[q] + points[$0].upper[q]) / 2 >= middle }
      clusters[k] = around(low)
      clusters.append(around(high))
    }
    return clusters.map(\.box)
  }

  /// Scalars or symmetric tensors.
  ///
  /// - Parameters:
  ///   - parts: For each q and each component the values at the points; 1 component or those of a
  ///     symmetric tensor: xx, yy, xy or xx, yy, zz, yz, xz, xy.
  ///   - reference: θ_q at the reference.
  ///   - sizes: How large |θ_q| gets; nil for all alike.
  init(_ parts: [[[Double]]], reference: [Double], sizes: [Double]? = nil) {
    let isScalar = (parts.first?.count ?? 1) == 1
    self.init(parts, sizes: sizes) { values in
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
