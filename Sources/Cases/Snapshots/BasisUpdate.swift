public import LinearAlgebra
public import ModelReduction

/// What `ritz update` does: a basis follows new snapshots without the old ones.
public struct BasisUpdate: Sendable {
  /// How.
  public enum Method: Sendable, Equatable {
    /// Brand-type, in any product, a block at a time.
    case streaming
    /// By updating a truncated singular value decomposition; Euclidean or weighted products.
    case decomposition(SVDUpdateMethod)

    /// Its name.
    public var name: String {
      switch self {
      case .streaming: "streaming"
      case .decomposition(let method): method.name
      }
    }
  }

  /// What is asked for.
  public struct Request: Sendable {
    /// The basis file.
    public var basis: String
    /// The new snapshots and the product.
    public var input: SnapshotInput
    /// How.
    public var method: Method
    /// λ, by which what is old is multiplied.
    public var decay: Double
    /// Old snapshots to be forgotten, counted from zero.
    public var removed: [Int]
    /// The most modes.
    public var rank: Int
    /// The part of the root of the energy that may be lost.
    public var tolerance: Double?

    /// A request.
    public init(
      basis: String, input: SnapshotInput, method: Method = .streaming, decay: Double = 1,
      removed: [Int] = [], rank: Int = .max, tolerance: Double? = nil
    ) {
      (self.basis, self.input, self.method) = (basis, input, method)
      (self.decay, self.removed, self.rank) = (decay, removed, rank)
      self.tolerance = tolerance
    }
  }

  /// What was asked for.
  public let request: Request
  /// The basis before.
  public let before: BasisFile
  /// The basis after.
  public let after: BasisFile
  /// The product of both.
  public let product: InnerProduct<Double>
  /// The number of new snapshots.
  public let count: Int
  /// A bound of what was lost of all snapshots since the first truncation, in their unit.
  public let errorBound: Double
  /// ‖C − V VᵀX C‖ / ‖C‖ of the new snapshots C, verified; zero where there are none.
  public let projectionError: Double
  /// max |VᵀXV − I|.
  public let orthonormalityDefect: Double
  /// The wall time of the update alone, in seconds.
  public let seconds: Double

  /// Updates.
  ///
  /// - Throws: `SnapshotError`: a basis without singular values, of a product that is not given, or
  ///   centred; new snapshots that do not fit.
  public init(_ request: Request) throws(SnapshotError) {
    let basis = try BasisFile(reading: request.basis)
    try BasisUpdate.requireUpdatable(basis, request)
    let product = try BasisUpdate.product(of: basis, request)
    let source: any SnapshotSource =
      request.input.files.isEmpty
      ? SnapshotSet(states: DenseMatrix<Double>(rowCount: basis.dimension, columnCount: 0))
      : try request.input.source()
    guard source.dimension == basis.dimension else {
      throw .mismatch(
        source: request.input.title, found: "snapshots of \(source.dimension) numbers",
        expected: "\(basis.dimension), as the modes of \(request.basis) have")
    }
    let start = ContinuousClock.now
    let outcome: Outcome
    switch request.method {
    case .streaming: outcome = try BasisUpdate.stream(basis, source, product, request)
    case .decomposition(let method):
      outcome = try BasisUpdate.update(basis, source, product, request, method)
    }
    let spent = start.duration(to: .now).components
    seconds = Double(spent.seconds) + 1e-18 * Double(spent.attoseconds)
    var after = basis
    (after.modes, after.singularValues) = (outcome.modes, outcome.singularValues)
    (after.coefficients, after.errorBound) = (outcome.coefficients, outcome.errorBound)
    // Parameters of snapshots that are not told cannot be completed.
    (after.parameters, after.parameterNames) = (nil, [])
    after.software = "ritz \(ritzVersion)"
    (before, self.after, self.product, self.request) = (basis, after, product, request)
    (count, errorBound) = (source.count, outcome.errorBound)
    let updated = ReducedBasis(orthonormal: after.modes, in: product)
    projectionError = try source.projectionError(on: updated, memory: request.input.memory)
    orthonormalityDefect = updated.orthonormalityDefect
  }

  private static func requireUpdatable(
    _ basis: BasisFile, _ request: Request
  ) throws(SnapshotError) {
    guard basis.size == 0 || basis.singularValues.count >= basis.size else {
      throw .refused(
        "\(request.basis) holds modes without singular values and cannot be updated; write the "
          + "basis as .npz or .h5")
    }
    if basis.mean != nil {
      throw .refused(
        "\(request.basis) was centred, and new snapshots would move its mean; make it again with "
          + "'ritz reduce', or reduce without --centre")
    }
    guard request.decay > 0, request.decay <= 1 else {
      throw .refused("a decay of \(request.decay); it multiplies what is old and lies in (0, 1]")
    }
    let known = basis.coefficients?.columnCount ?? 0
    if let wrong = request.removed.first(where: { !(0..<known).contains($0) }) {
      throw .refused(
        "snapshot \(wrong) cannot be removed: \(request.basis) "
          + (known == 0 ? "holds no coordinates of its snapshots" : "knows 0 to \(known - 1)"))
    }
  }

  private static func product(
    of basis: BasisFile, _ request: Request
  ) throws(SnapshotError) -> InnerProduct<Double> {
    let input = request.input
    if input.productFile != nil || input.weightsFile != nil {
      return try input.product(dimension: basis.dimension)
    }
    if let weights = basis.weights { return InnerProduct(weights: weights, name: basis.product) }
    guard basis.product == "euclidean" else {
      throw .refused(
        "the modes of \(request.basis) are orthonormal in the product '\(basis.product)', whose "
          + "matrix the file does not hold; give it with --product")
    }
    return InnerProduct(euclidean: basis.dimension)
  }

  struct Outcome {
    var modes: DenseMatrix<Double>
    var singularValues: [Double]
    var coefficients: DenseMatrix<Double>?
    var errorBound: Double
  }

  /// What earlier truncations lost: as the file says, or the singular values beyond the modes.
  static func lost(_ basis: BasisFile) -> Double {
    basis.errorBound ?? norm(Array(basis.singularValues.dropFirst(basis.size)))
  }
}

extension SnapshotSource {
  /// ‖S − V VᵀX S‖ / ‖S‖, read in parts of at most `memory` bytes; zero for zero snapshots.
  func projectionError(
    on basis: ReducedBasis<Double>, memory: Int
  ) throws(SnapshotError) -> Double {
    let width = max(1, min(max(1, count), memory / max(1, 24 * dimension)))
    var (lost, total) = (0.0, 0.0)
    for first in stride(from: 0, to: count, by: width) {
      let part = try snapshots(first..<min(count, first + width))
      for j in 0..<part.columnCount {
        let u = part.column(j)
        let (rest, whole) = (basis.distance(to: u), basis.product.norm(u))
        lost += rest * rest
        total += whole * whole
      }
    }
    return total > 0 ? (lost / total).squareRoot() : 0
  }
}

extension ReducedBasis where S == Double {
  /// max |VᵀXV − I|.
  var orthonormalityDefect: Double {
    let gram = vectors.adjointTimes(product.apply(vectors))
    var worst = 0.0
    for j in 0..<size {
      for i in 0..<size { worst = max(worst, (gram[i, j] - (i == j ? 1 : 0)).magnitude) }
    }
    return worst
  }
}
