internal import ComplexModule
public import LinearAlgebra

/// Fields from their values at few points: modes, points, and the coefficients that fit.
///
/// With as many points as modes the fit interpolates; with more it is a least-squares fit, calmer
/// against noise. Online cost depends on the numbers of points and modes alone.
public struct EmpiricalInterpolation<S: Scalar>: Sendable {
  /// How the points were chosen.
  public let method: InterpolationMethod
  /// Ψ, n × r: orthonormal columns, but for `eim` of snapshots, whose modes are bounded by one.
  public let modes: DenseMatrix<S>
  /// The greedy account of `eim`; nil for the others.
  public let eim: EIM<S>?
  private let fit: GappyPOD<S>

  /// The rows of a field that have to be known.
  public var points: [Int] { fit.points }
  /// ‖(PᵀΨ)⁺‖₂. For modes with orthonormal columns ‖f − I f‖₂ is at most this times the distance of
  /// f to their span.
  public var inverseNorm: Double { fit.inverseNorm }

  /// Points for given modes.
  ///
  /// - Parameters:
  ///   - modes: Ψ, n × r, with orthonormal columns.
  ///   - method: How to choose; `eim` takes the modes in its own order.
  ///   - pointCount: More points than modes, where a number is given; as many where nil. S-OPT adds
  ///     its own, the others those that raise the least singular value most
  ///     (``ReconstructionPoints``).
  ///   - candidates: The rows that may be selected; all where nil.
  /// - Throws: `mismatch`, `notFinite`, `factorization(.singular)` where the candidates do not tell
  ///   the modes apart.
  public init(
    _ modes: DenseMatrix<S>, by method: InterpolationMethod, pointCount: Int? = nil,
    among candidates: [Int]? = nil
  ) throws(HyperReductionError) {
    let points: [Int]
    switch method {
    case .eim:
      let eim = try EIM(of: modes, options: InterpolationOptions(candidates: candidates))
      guard eim.size == modes.columnCount else {
        throw .factorization(.singular(pivot: eim.size))
      }
      points = eim.points
    case .deim: points = try DEIM(modes, among: candidates).points
    case .qdeim: points = try QDEIM(modes, among: candidates).points
    case .sopt: points = try SOPT(modes, among: candidates).points
    }
    try self.init(method, modes, nil, points: points)
    if let pointCount { self = try oversampled(to: pointCount, among: candidates) }
  }

  /// Interpolation learnt from snapshots.
  ///
  /// - Parameters:
  ///   - snapshots: n × m, one per column.
  ///   - method: `eim` makes its modes from the snapshots; the others take those of a proper
  ///     orthogonal decomposition.
  ///   - options: Tolerance, size, candidates; the tolerance is that of the maximum norm for `eim`,
  ///     of the root of energy for the others. Given points and weights are for `eim` alone.
  ///   - pointCount: As for given modes.
  /// - Throws: As for given modes; `refused` for options a method does not have.
  public init(
    of snapshots: DenseMatrix<S>, by method: InterpolationMethod,
    options: InterpolationOptions = InterpolationOptions(), pointCount: Int? = nil
  ) throws(HyperReductionError) {
    guard method != .eim else {
      try self.init(EIM(of: snapshots, options: options))
      if let pointCount {
        self = try oversampled(to: pointCount, among: options.candidates)
      }
      return
    }
    try options.check(rowCount: snapshots.rowCount)
    guard options.weights == nil, options.given.isEmpty else {
      throw .refused(
        "weights and given points belong to \(InterpolationMethod.eim.name); leave them out for "
          + method.name)
    }
    if let (row, column) = snapshots.firstNonFiniteEntry {
      throw .notFinite(what: "snapshots", row: column, point: row)
    }
    let modes = try snapshots.properModes(tolerance: options.tolerance, size: options.size)
    try self.init(modes, by: method, pointCount: pointCount, among: options.candidates)
  }

  /// The interpolation that an ``EIM`` is.
  ///
  /// - Throws: `factorization`.
  public init(_ eim: EIM<S>) throws(HyperReductionError) {
    try self.init(.eim, eim.modes, eim, points: eim.points)
  }

  init(
    _ method: InterpolationMethod, _ modes: DenseMatrix<S>, _ eim: EIM<S>?, points: [Int]
  ) throws(HyperReductionError) {
    (self.method, self.modes, self.eim) = (method, modes, eim)
    fit = try GappyPOD(modes, points: points)
  }

  /// The same modes fitted at more points: a least-squares fit, which noise disturbs less.
  ///
  /// S-OPT goes on with its own rule; to the points of the others those are added that raise the
  /// least singular value most (``ReconstructionPoints``).
  ///
  /// - Parameters:
  ///   - count: How many points in all.
  ///   - candidates: The rows that may be added; all where nil.
  /// - Throws: `mismatch` for fewer points than there are.
  public func oversampled(
    to count: Int, among candidates: [Int]? = nil
  ) throws(HyperReductionError) -> EmpiricalInterpolation {
    guard count >= points.count else {
      throw .mismatch(
        what: "interpolation points", found: "\(count)",
        expected: "at least the \(points.count) that there are")
    }
    guard count > points.count, modes.columnCount > 0 else { return self }
    let more =
      method == .sopt
      ? try SOPT(modes, count: count, among: candidates).points
      : try ReconstructionPoints(for: modes, given: points, count: count, among: candidates).points
    return try EmpiricalInterpolation(method, modes, eim, points: more)
  }

  /// The coefficients that fit values at the points.
  ///
  /// - Parameter samples: One value for each point.
  /// - Complexity: O(p r).
  public func coefficients(of samples: [S]) -> [S] { fit.coordinates(of: samples) }

  /// The same into an array that is at hand: nothing is allocated.
  ///
  /// - Returns: ‖Ψ_S z − p̂‖, what the modes cannot fit; round-off for as many points as modes.
  @discardableResult
  public func solve(_ samples: [S], into z: inout [S]) -> Double { fit.solve(samples, into: &z) }

  /// The field that belongs to values at the points.
  ///
  /// - Complexity: O(n r).
  public func field(of samples: [S]) -> [S] { modes * coefficients(of: samples) }

  /// I f.
  public func interpolated(_ field: [S]) -> [S] {
    precondition(field.count == modes.rowCount, "a field of \(field.count) numbers")
    return self.field(of: points.map { field[$0] })
  }

  /// ‖(PᵀΨ)⁺‖ times a distance to the span of the modes: what ‖f − I f‖₂ cannot exceed.
  ///
  /// - Precondition: The columns of the modes are orthonormal; those of `eim` are not.
  public func errorBound(distance: Double) -> Double {
    // Of a projector other than zero and one, ‖I − P‖ = ‖P‖; nothing is amplified below one.
    max(1, inverseNorm) * distance
  }

  /// Λ = max over rows of Σ |Ψ (PᵀΨ)⁺|: ‖f − I f‖_∞ ≤ (1 + Λ) min ‖f − q‖_∞.
  ///
  /// - Complexity: O(n r p).
  public func lebesgueConstant() -> Double {
    let p = points.count
    let inverse = DenseMatrix(
      rowCount: modes.columnCount,
      columns: (0..<p).map { i in
        coefficients(of: (0..<p).map { $0 == i ? 1 : 0 })
      })
    let size = 1024
    let parts = parallelMap((modes.rowCount + size - 1) / size) { part in
      let rows = part * size..<min(modes.rowCount, (part + 1) * size)
      return (modes.rows(rows) * inverse).largestAbsoluteRowSum()
    }
    return parts.max() ?? 0
  }
}

extension DenseMatrix {
  /// ‖A‖_∞.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func largestAbsoluteRowSum() -> Double {
    var sums = [Double](repeating: 0, count: rowCount)
    for j in 0..<columnCount {
      for i in 0..<rowCount { sums[i] += values[i + j * rowCount].absolute }
    }
    return sums.max() ?? 0
  }

  /// Modes of a proper orthogonal decomposition, Euclidean.
  func properModes(
    tolerance: Double, size: Int
  ) throws(HyperReductionError) -> DenseMatrix {
    guard columnCount > 0, rowCount > 0 else {
      return DenseMatrix(rowCount: rowCount, columnCount: 0)
    }
    if let real = self as? DenseMatrix<Double> {
      do throws(SnapshotError) {
        let options = PODOptions(
          tolerance: .energy(tolerance), size: size, verification: .byDecomposition)
        let modes = try POD(of: SnapshotSet(states: real), options: options).basis.vectors
        if let modes = modes as? DenseMatrix { return modes }
      } catch {
        throw .refused("\(error)")
      }
    }
    do throws(FactorizationError) {
      return try POD(
        of: SnapshotSet(states: self), in: InnerProduct(euclidean: rowCount), tolerance: tolerance,
        size: size
      ).basis.vectors
    } catch {
      throw .factorization(error)
    }
  }
}
