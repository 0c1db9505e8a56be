internal import ComplexModule
internal import Krylov
public import LinearAlgebra

/// The space that a second level corrects in, spanned by vectors that each live on one subdomain:
/// the columns of Z = [R₁ᵀ Z₁, R₂ᵀ Z₂, …].
public struct CoarseSpace<S: Scalar>: Sendable {
  /// The subdomains.
  public let decomposition: OverlappingDecomposition
  /// Zⱼ, a row for each unknown of subdomain j.
  public let blocks: [DenseMatrix<S>]
  /// Subdomain j owns the columns `start[j]..<start[j + 1]`.
  public let start: [Int]
  private let vectors: LocalVectors<S>

  /// m, the number of columns.
  public var dimension: Int { start[start.count - 1] }

  /// The space of given vectors.
  ///
  /// - Parameter blocks: Zⱼ for each subdomain; it may have no column.
  public init(_ decomposition: OverlappingDecomposition, blocks: [DenseMatrix<S>]) {
    precondition(
      blocks.count == decomposition.count,
      "\(blocks.count) blocks for \(decomposition.count) subdomains")
    var start = [0]
    for (j, block) in blocks.enumerated() {
      precondition(
        block.rowCount == decomposition.subdomains[j].count,
        "\(block.rowCount) rows for the \(decomposition.subdomains[j].count) unknowns of \(j)")
      start.append(start[j] + block.columnCount)
    }
    (self.decomposition, self.blocks, self.start) = (decomposition, blocks, start)
    vectors = LocalVectors(decomposition, isWeighted: false)
  }

  /// The space of D V for local vectors V, with the columns that depend on those before them left
  /// out.
  ///
  /// - Parameter modes: V for each subdomain.
  /// - Throws: `notFinite`.
  public init(
    weighting modes: [DenseMatrix<S>], _ decomposition: OverlappingDecomposition
  ) throws(FactorizationError) {
    let blocks = try concurrently(modes.count) { j throws(FactorizationError) in
      var basis = GramSchmidt<S>(rowCount: modes[j].rowCount)
      let weighted = modes[j].scalingRows(by: decomposition.subdomains[j].weights)
      try basis.append(weighted.withUnitColumns(), tolerance: 1e-10)
      return basis.vectors
    }
    self.init(decomposition, blocks: blocks)
  }

  /// c ← Zᴴ r.
  public func restrict(_ r: [S], into c: inout [S]) {
    precondition(c.count == dimension, "\(c.count) coefficients for \(dimension) columns")
    let (blocks, start) = (blocks, start)
    unsafe c.withDisjointWrites { c in
      vectors.forEach(r) { j, x in
        guard blocks[j].columnCount > 0 else { return }
        // Safe: subdomain j owns the coefficients from its start on, one for each column.
        let image = blocks[j].adjointTimes(x)
        for k in image.indices { unsafe c.base[start[j] + k] = image[k] }
      }
    }
  }

  /// z ← Z c, or z ← z + Z c.
  public func prolong(_ c: [S], into z: inout [S], adding isAdded: Bool = false) {
    precondition(c.count == dimension, "\(c.count) coefficients for \(dimension) columns")
    let (blocks, start) = (blocks, start)
    vectors.sum(nil, into: &z, adding: isAdded) { j, x in
      combine(blocks[j], c, from: start[j], into: &x)
    }
  }
}

/// x ← Z c for the coefficients from `first` on.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
private func combine<S: Scalar>(
  _ z: DenseMatrix<S>, _ c: [S], from first: Int, into x: inout [S]
) {
  for i in x.indices { x[i] = S.zero }
  for k in 0..<z.columnCount {
    let factor = c[first + k]
    let column = k * z.rowCount
    for i in x.indices { x[i] += factor * z.values[column + i] }
  }
}

extension DenseMatrix {
  /// diag(d) A.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func scalingRows(by d: [Double]) -> DenseMatrix {
    precondition(d.count == rowCount, "\(d.count) factors for \(rowCount) rows")
    var result = self
    for j in 0..<columnCount {
      for i in 0..<rowCount { result.values[i + j * rowCount] *= S(real: d[i]) }
    }
    return result
  }

  /// The columns brought to length one; columns of zeros stay.
  func withUnitColumns() -> DenseMatrix {
    var result = self
    for j in 0..<columnCount {
      var column = column(j)
      let length = norm(column)
      guard length > 0 else { continue }
      scale(S(real: 1 / length), &column)
      result.setColumn(j, column)
    }
    return result
  }
}
