public import LinearAlgebra
public import ModelReduction

/// What `ritz update` does: a basis follows new snapshots without the old ones.
public struct BasisUpdate: Sendable {
  /// How.
  public enum Method: Sendable, Equatable {
    /// Brand-type, in any product, a block at a time.
    case streaming
    /// By updating a truncated singular value decomposition; Euclidean or weighted products, not
    /// centred.
    case decomposition(SVDUpdateMethod)
    /// In the coordinates of the basis: any product, centred or not, all changes.
    case coordinates

    /// Its name.
    public var name: String {
      switch self {
      case .streaming: "streaming"
      case .decomposition(let method): method.name
      case .coordinates: "coordinates"
      }
    }
  }

  /// What is asked for.
  public struct Request: Sendable {
    /// The basis file.
    public var basis: String
    /// The new snapshots and the product.
    public var input: SnapshotInput
    /// How; nil for what fits: coordinates where the basis is centred or snapshots go, else streaming.
    public var method: Method?
    /// λ, by which what is old is multiplied.
    public var decay: Double
    /// Old snapshots to be forgotten, counted from zero.
    public var removed: [Int]
    /// Old snapshots in whose places the first new ones come, counted from zero before any removal.
    public var replaced: [Int]
    /// The most modes.
    public var rank: Int
    /// The part of the root of the energy that may be lost.
    public var tolerance: Double?

    /// A request.
    public init(
      basis: String, input: SnapshotInput, method: Method? = nil, decay: Double = 1,
      removed: [Int] = [], replaced: [Int] = [], rank: Int = .max, tolerance: Double? = nil
    ) {
      (self.basis, self.input, self.method) = (basis, input, method)
      (self.decay, self.removed, self.replaced) = (decay, removed, replaced)
      (self.rank, self.tolerance) = (rank, tolerance)
    }
  }

  /// What was asked for.
  public let request: Request
  /// How it was done.
  public let method: Method
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
  /// - Throws: `SnapshotError`: a basis without singular values, or of a product that is not given; a
  ///   method that cannot do what is asked, with the one that can; new snapshots that do not fit.
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
    guard request.replaced.count <= source.count else {
      throw .mismatch(
        source: request.input.title, found: "\(source.count) snapshots",
        expected: "at least \(request.replaced.count), one for each place to be taken")
    }
    let method = try BasisUpdate.method(for: basis, product, request)
    let start = ContinuousClock.now
    let outcome: Outcome
    switch method {
    case .streaming: outcome = try BasisUpdate.stream(basis, source, product, request)
    case .decomposition(let method):
      outcome = try BasisUpdate.update(basis, source, product, request, method)
    case .coordinates: outcome = try BasisUpdate.follow(basis, source, product, request)
    }
    let spent = start.duration(to: .now).components
    seconds = Double(spent.seconds) + 1e-18 * Double(spent.attoseconds)
    var after = basis
    (after.modes, after.singularValues) = (outcome.modes, outcome.singularValues)
    (after.coefficients, after.errorBound) = (outcome.coefficients, outcome.errorBound)
    after.mean = outcome.mean
    after.snapshotFactors = BasisUpdate.factors(of: basis, request, new: source.count)
    // Parameters of snapshots that are not told cannot be completed; those of fewer can.
    let gone = Set(request.removed)
    after.parameters = basis.parameters.flatMap { known in
      source.count > 0
        ? nil
        : DenseMatrix(
          rows: (0..<known.rowCount).filter { !gone.contains($0) }.map { i in
            (0..<known.columnCount).map { known[i, $0] }
          })
    }
    if after.parameters == nil { after.parameterNames = [] }
    after.software = "ritz \(ritzVersion)"
    (before, self.after, self.product, self.request) = (basis, after, product, request)
    self.method = method
    (count, errorBound) = (source.count, outcome.errorBound)
    let updated = ReducedBasis(orthonormal: after.modes, in: product)
    projectionError = try source.projectionError(
      on: updated, subtracting: after.mean, memory: request.input.memory)
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
    guard request.decay > 0, request.decay <= 1 else {
      throw .refused("a decay of \(request.decay); it multiplies what is old and lies in (0, 1]")
    }
    let known = basis.coefficients?.columnCount ?? 0
    var seen = Set<Int>()
    for (places, verb) in [(request.removed, "removed"), (request.replaced, "replaced")] {
      for place in places {
        guard (0..<known).contains(place) else {
          throw .refused(
            "snapshot \(place) cannot be \(verb): \(request.basis) "
              + (known == 0
                ? "holds no coordinates of its snapshots; make it with 'ritz reduce -o basis.npz', "
                  + "which keeps them" : "knows 0 to \(known - 1)"))
        }
        guard seen.insert(place).inserted else {
          throw .refused("snapshot \(place) is to be removed or replaced twice")
        }
      }
    }
  }

  /// The method asked for, or the one that fits.
  private static func method(
    for basis: BasisFile, _ product: InnerProduct<Double>, _ request: Request
  ) throws(SnapshotError) -> Method {
    let goes = !request.removed.isEmpty || !request.replaced.isEmpty
    let isCentred = basis.mean != nil
    func refusal(_ method: Method, _ reason: String) -> SnapshotError {
      .refused(
        "the method \(method.name) \(reason); take --method coordinates, which can, or name none")
    }
    switch request.method {
    case .none: return isCentred || goes || request.decay < 1 ? .coordinates : .streaming
    case .coordinates: return .coordinates
    case .streaming:
      if goes { throw refusal(.streaming, "cannot remove or replace snapshots") }
      if isCentred { throw refusal(.streaming, "cannot move the mean of a centred basis") }
      return .streaming
    case .decomposition(let method):
      if isCentred {
        throw refusal(.decomposition(method), "cannot move the mean of a centred basis")
      }
      guard product.isEuclidean || product.weights != nil else {
        throw refusal(
          .decomposition(method), "does not know the product '\(product.name)', a matrix")
      }
      return .decomposition(method)
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
    var mean: [Double]?
  }

  /// What the coordinates of each snapshot carry afterwards; nil where all carry one.
  private static func factors(of basis: BasisFile, _ request: Request, new: Int) -> [Double]? {
    guard let known = basis.coefficients?.columnCount else { return nil }
    var factors = basis.snapshotFactors ?? [Double](repeating: 1, count: known)
    factors = factors.map { $0 * request.decay }
    for place in request.replaced { factors[place] = 1 }
    let gone = Set(request.removed)
    factors = factors.indices.filter { !gone.contains($0) }.map { factors[$0] }
    factors += [Double](repeating: 1, count: new - request.replaced.count)
    return factors.allSatisfy { $0 == 1 } ? nil : factors
  }

  /// What earlier truncations lost: as the file says, or the singular values beyond the modes.
  static func lost(_ basis: BasisFile) -> Double {
    basis.errorBound ?? norm(Array(basis.singularValues.dropFirst(basis.size)))
  }
}

extension SnapshotSource {
  /// ‖S − V VᵀX S‖ / ‖S‖ of snapshots without their mean, read in parts of at most `memory` bytes;
  /// zero for zero snapshots.
  func projectionError(
    on basis: ReducedBasis<Double>, subtracting mean: [Double]?, memory: Int
  ) throws(SnapshotError) -> Double {
    let width = max(1, min(max(1, count), memory / max(1, 24 * dimension)))
    var (lost, total) = (0.0, 0.0)
    for first in stride(from: 0, to: count, by: width) {
      let part = try snapshots(first..<min(count, first + width))
      for j in 0..<part.columnCount {
        var u = part.column(j)
        if let mean { axpy(-1, mean, into: &u) }
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
