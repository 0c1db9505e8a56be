/// A truncated singular value decomposition U Σ Vᵀ that follows the changes of its matrix.
///
/// After every update this is the decomposition, cut to the rank, of the *updated approximation*:
/// for new columns C that of [UΣVᵀ C], not of [A C]. What was cut off earlier is lost and cannot
/// come back, so a basis grown under a small rank may differ from that of the whole matrix;
/// `errorBound` says by how much at most. With a rank that is never reached nothing is cut off, and
/// the decomposition is that of A.
///
///     var svd = try UpdatedSVD(TruncatedSVD(of: a, rank: 40), rank: 40, method: .fastSparse)
///     try svd.apply(.appendRows(.sparse(newUsers)))
///     try svd.apply(.replaceColumns([7], .sparse(item)))
///     let factors = try svd.factors
///
/// All methods give the same decomposition to round-off, but for Vecharynski–Saad with fewer
/// directions than vectors; they differ in cost.
public struct UpdatedSVD: Sendable {
  /// How it is updated.
  public let method: SVDUpdateMethod
  /// The most singular values kept.
  public let rankLimit: Int
  /// σ₁ ≥ σ₂ ≥ … > 0.
  public internal(set) var singularValues: [Double]
  var left: RotatedFactor
  var right: RotatedFactor?
  var account: TruncationAccount

  /// Starts from a decomposition; `TruncatedSVD(zeroOf:by:)` to start from nothing.
  ///
  /// Factors that are orthonormal only to some digits, as from a file in single precision, are made
  /// orthonormal first, without changing their product.
  ///
  /// - Parameter rank: The most singular values kept.
  /// - Throws: `refused` for a rank below one, a method with no directions; `factorization`.
  public init(
    _ start: TruncatedSVD, rank: Int, method: SVDUpdateMethod = .zhaSimon
  ) throws(SVDUpdateError) {
    guard rank > 0 else { throw .refused("a rank of \(rank); at least one is needed") }
    if case .vecharynskiSaad(let dimension) = method, dimension < 1 {
      throw .refused("\(dimension) directions for Vecharynski–Saad; at least one is needed")
    }
    (self.method, rankLimit) = (method, rank)
    account = TruncationAccount(start.errorBound)
    (left, right) = (
      RotatedFactor(
        DenseMatrix(rowCount: start.leftVectors.rowCount, columnCount: 0),
        defersRotations: method.defersRotations),
      start.rightVectors.map {
        RotatedFactor(
          DenseMatrix(rowCount: $0.rowCount, columnCount: 0),
          defersRotations: method.defersRotations)
      }
    )
    singularValues = []
    do throws(FactorizationError) {
      // U Σ Vᵀ = Q (R Σ Sᵀ) Pᵀ.
      let q = try TallSkinnyQR(start.leftVectors)
      let p = try start.rightVectors.map { (v) throws(FactorizationError) in try TallSkinnyQR(v) }
      var small = q.r
      for j in 0..<start.rank {
        for i in 0..<small.rowCount { small[i, j] *= start.singularValues[j] }
      }
      if let p { small = DenseMatrix.product(.plain, small, .adjoint, p.r) }
      let (f, g) = try decompose(small, from: nil)
      left = RotatedFactor(q.times(f), defersRotations: method.defersRotations)
      right = p.map { RotatedFactor($0.times(g), defersRotations: method.defersRotations) }
    } catch {
      throw .factorization(error)
    }
  }

  /// k.
  public var rank: Int { singularValues.count }
  /// m.
  public var rowCount: Int { left.rowCount }
  /// n; nil where V is not kept.
  public var columnCount: Int? { right?.rowCount }

  /// What ‖A − U Σ Vᵀ‖ (Frobenius) does not exceed, round-off aside, if A is what the start stood
  /// for with all changes made exactly.
  ///
  /// As long as only columns are appended (or only rows), what is cut off after different blocks is
  /// orthogonal and the squares add up; otherwise the triangle inequality adds the norms.
  public var errorBound: Double { account.bound }

  /// U, Σ and V, copied.
  public var factors: TruncatedSVD {
    get throws(SVDUpdateError) {
      try TruncatedSVD(
        leftVectors: left.columns, singularValues: singularValues, rightVectors: right?.columns,
        errorBound: errorBound)
    }
  }

  /// Follows a change of the matrix.
  ///
  /// - Throws: `SVDUpdateError`, and then nothing has changed (with Brand's method, where a small
  ///   decomposition fails, only the vectors before have been taken up).
  public mutating func apply(_ update: SVDUpdate) throws(SVDUpdateError) {
    try check(update)
    do throws(FactorizationError) {
      try follow(update)
    } catch {
      throw .factorization(error)
    }
  }
}
