public import LinearAlgebra
public import ModelReduction

/// What `ritz reduce` does: a basis of snapshots, judged.
public struct BasisReduction: Sendable {
  /// What is asked for beyond the snapshots themselves.
  public struct Request: Sendable {
    /// The snapshots.
    public var input: SnapshotInput
    /// Method, tolerance, size, centring, fields.
    public var options: PODOptions
    /// How many parts of the snapshots are left out in turn to see how well unseen ones are
    /// represented; as many as snapshots leaves each out alone. Nil judges on the snapshots only.
    public var folds: Int?
    /// Whether the coordinates of the snapshots are wanted.
    public var wantsCoefficients: Bool
    /// A table with a row of parameters for each snapshot.
    public var parameterFile: String?
    /// Points from which fields are to be interpolated.
    public var interpolation: SnapshotInterpolation.Request?

    /// A request.
    public init(
      _ input: SnapshotInput, options: PODOptions = PODOptions(), folds: Int? = nil,
      wantsCoefficients: Bool = false, parameterFile: String? = nil,
      interpolation: SnapshotInterpolation.Request? = nil
    ) {
      (self.input, self.options, self.folds) = (input, options, folds)
      (self.wantsCoefficients, self.parameterFile) = (wantsCoefficients, parameterFile)
      self.interpolation = interpolation
    }
  }

  /// What was asked for.
  public let request: Request
  /// N.
  public let dimension: Int
  /// m.
  public let count: Int
  /// What the files say of themselves.
  public let facts: [SnapshotFacts]
  /// The basis and the spectrum.
  public let pod: POD<Double>
  /// Errors of snapshots that were left out.
  public let unseen: UnseenErrors?
  /// The parameters of the snapshots, where a table gives them.
  public let parameters: ParameterTable?
  /// Where the next snapshot should be computed, best first; empty without parameters or folds.
  public let next: [NextParameter.Candidate]
  /// Σ Wᵀ: a column of coordinates for each snapshot, of the centred and scaled ones.
  public let coefficients: DenseMatrix<Double>?
  /// Points from which fields are interpolated, where they were asked for.
  public let interpolation: SnapshotInterpolation?
  /// The wall time of reading and decomposing, in seconds.
  public let seconds: Double

  /// Reduces.
  ///
  /// - Throws: `SnapshotError`.
  public init(_ request: Request) throws(SnapshotError) {
    let start = ContinuousClock.now
    let source = try request.input.source()
    let product = try request.input.product(dimension: source.dimension)
    var options = request.options
    options.memory = request.input.memory
    pod = try POD(of: source, in: product, options: options)
    let spent = start.duration(to: .now).components
    seconds = Double(spent.seconds) + 1e-18 * Double(spent.attoseconds)
    (dimension, count, facts) = (source.dimension, source.count, source.facts)
    self.request = request
    let mean = pod.report?.mean
    coefficients =
      request.wantsCoefficients
      ? try source.coordinates(in: pod.basis, subtracting: mean, memory: options.memory) : nil
    let pod = self.pod
    interpolation = try request.interpolation.map { (wanted) throws(SnapshotError) in
      try SnapshotInterpolation(wanted, of: source, pod, memory: options.memory)
    }
    parameters = try ParameterTable(
      of: request.input, table: request.parameterFile, count: source.count)
    guard let folds = request.folds else {
      (unseen, next) = (nil, [])
      return
    }
    let coordinates = try SnapshotCoordinates(
      of: source, in: pod.basis.product, subtracting: mean, memory: options.memory)
    let sizes = BasisReduction.sizes(upTo: pod.basis.size)
    let unseen =
      folds >= source.count
      ? try UnseenErrors.leavingOutEach(of: coordinates, sizes: sizes)
      : try UnseenErrors.leavingOut(
        try Folds(of: source.count, count: folds, seed: options.sketch.seed), of: coordinates,
        sizes: sizes)
    self.unseen = unseen
    next =
      try parameters.map { (table) throws(SnapshotError) in
        try table.next(after: unseen)
      } ?? []
  }

  /// Σ σ² of the modes kept over that of all.
  public var retained: Double {
    pod.basis.size == 0 ? 0 : pod.retainedEnergy[min(pod.basis.size, pod.retainedEnergy.count) - 1]
  }

  /// Up to a dozen sizes, evenly spread, the last the whole basis.
  private static func sizes(upTo n: Int) -> [Int] {
    guard n > 12 else { return n == 0 ? [0] : Array(1...n) }
    return (1...12).map { ($0 * n + 6) / 12 }
  }
}

extension SnapshotSource {
  /// Vᴴ X (s − s̄) for each snapshot, read in parts of at most `memory` bytes.
  ///
  /// - Throws: As reading does.
  public func coordinates(
    in basis: ReducedBasis<Double>, subtracting mean: [Double]?, memory: Int
  ) throws(SnapshotError) -> DenseMatrix<Double> {
    let width = max(1, min(count, memory / max(1, 24 * dimension)))
    var result = DenseMatrix<Double>(rowCount: basis.size, columnCount: 0)
    for first in stride(from: 0, to: count, by: width) {
      var part = try snapshots(first..<min(count, first + width))
      if let mean {
        for j in 0..<part.columnCount {
          for i in 0..<dimension { part.values[i + j * dimension] -= mean[i] }
        }
      }
      result.appendColumns(of: basis.vectors.adjointTimes(basis.product.apply(part)))
    }
    return result
  }
}
