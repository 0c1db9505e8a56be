public import LinearAlgebra

/// The best few modes of a random field: θ ≈ θ̄ + Σ √λ_i ξ_i φ_i with φ orthonormal and ξ uncorrelated
/// of variance one.
///
/// Of a covariance kernel on a mesh they solve the generalised eigenproblem M C M φ = λ M φ, M the mass
/// matrix: Galerkin's method for the integral operator of the kernel. C is never formed: a pivoted
/// Cholesky factor stands for it, and φ, √λ are the left singular vectors and the singular values of that
/// factor in the product of M. Of sample fields they are the proper orthogonal decomposition of what
/// deviates from their mean.
///
/// Each mode is positive where it is largest, and modes of equal λ are turned to a basis that does not
/// depend on rounding: the same field gives the same numbers ξ a meaning on every machine.
///
/// - Source: Ghanem, Spanos, *Stochastic Finite Elements: A Spectral Approach*, Springer 1991; Schwab,
///   Todor, *Karhunen–Loève approximation of random fields by generalized fast multipole methods*,
///   J. Comput. Phys. 217 (2006), for the convergence of the eigenvalues.
public struct KarhunenLoeve: Sendable {
  /// φ, N × r, orthonormal in the product.
  public let modes: DenseMatrix<Double>
  /// λ₁ ≥ λ₂ ≥ …, those of modes that are left out included, as far as they are known.
  public let variances: [Double]
  /// Σ λ over all modes there are: the variance of the field integrated over the body.
  public let totalVariance: Double
  /// The part of ``totalVariance`` that the low-rank covariance does not know; every λ is too small by
  /// that at most. Zero for samples.
  public let unresolvedVariance: Double
  /// θ̄ of samples; nil for a kernel.
  public let mean: [Double]?

  /// The columns of the Cholesky factor that are taken unless something else is said.
  public static let standardRank = 500

  /// The modes of a kernel.
  ///
  /// - Parameters:
  ///   - kernel: C.
  ///   - coordinates: The places of the N nodes, one after the other.
  ///   - product: M.
  ///   - size: r.
  ///   - rank: The most columns of the Cholesky factor: with N or more it is exact.
  /// - Throws: `tooManyModes` where fewer stand out from round-off; `factorization`.
  /// - Complexity: For a factor of k columns O(N k²) operations and O(N k) memory.
  public init(
    _ kernel: CovarianceKernel, at coordinates: [Double], in product: InnerProduct<Double>,
    size: Int, rank: Int = standardRank
  ) throws(RandomFieldError) {
    let n = product.dimension
    precondition(
      coordinates.count == n * kernel.lengths.count && size >= 0,
      "\(coordinates.count) coordinates of \(n) nodes and \(kernel.lengths.count) lengths")
    let variance = kernel.deviation * kernel.deviation
    let mass = product.matrix
    let weights = mass?.absoluteRowSums ?? [Double](repeating: 1, count: n)
    do throws(FactorizationError) {
      let cholesky = try PivotedCholesky(
        diagonal: [Double](repeating: variance, count: n), weights: weights, tolerance: 1e-10,
        rank: max(size, rank)
      ) { kernel.column($0, of: coordinates) }
      let total = mass.map { kernel.trace($0, coordinates) } ?? Double(n) * variance
      self = try KarhunenLoeve(cholesky.factor, in: product, size: size, mean: nil, total: total)
    } catch { throw .factorization(error) }
    guard modes.columnCount == size else {
      throw .tooManyModes(asked: size, available: modes.columnCount)
    }
  }

  /// The modes of samples.
  ///
  /// - Parameters:
  ///   - samples: m fields, one per column; their variances are divided by m − 1.
  ///   - product: M.
  ///   - size: r.
  /// - Throws: `tooManyModes` where fewer stand out from round-off, at most m − 1; `factorization`,
  ///   also for numbers that are not finite.
  public init(
    samples: DenseMatrix<Double>, in product: InnerProduct<Double>, size: Int
  ) throws(RandomFieldError) {
    let (n, m) = (samples.rowCount, samples.columnCount)
    precondition(
      n == product.dimension && m > 0 && size >= 0,
      "\(m) samples of \(n) entries in a product over \(product.dimension)")
    var mean = [Double](repeating: 0, count: n)
    for j in 0..<m { axpy(1 / Double(m), samples.column(j), into: &mean) }
    let scale = 1 / Double(max(1, m - 1)).squareRoot()
    var deviations = samples
    for j in 0..<m {
      for i in 0..<n {
        deviations.values[j * n + i] = scale * (deviations.values[j * n + i] - mean[i])
      }
    }
    do throws(FactorizationError) {
      self = try KarhunenLoeve(deviations, in: product, size: size, mean: mean, total: nil)
    } catch { throw .factorization(error) }
    guard modes.columnCount == size else {
      throw .tooManyModes(asked: size, available: modes.columnCount)
    }
  }

  /// From a factor L of the covariance L Lᵀ; it may have fewer modes than asked for.
  private init(
    _ factor: DenseMatrix<Double>, in product: InnerProduct<Double>, size: Int, mean: [Double]?,
    total: Double?
  ) throws(FactorizationError) {
    var columns = GramSchmidt(rowCount: product.dimension, product: product.matrix)
    let r = try columns.append(factor, tolerance: Double.ulpOfOne).coefficients
    let svd = try SVD(r)
    let lambda = svd.singularValues.map { $0 * $0 }
    let sum = lambda.reduce(0, +)
    // The mean of samples takes one direction out, which comes back as round-off.
    let most = mean == nil ? lambda.count : min(lambda.count, max(0, factor.columnCount - 1))
    let floor = 1e-24 * (lambda.first ?? 0)
    let rank = lambda.prefix(most).prefix { $0 > floor }.count
    let r0 = min(size, rank)
    // A group of equal values that the size cuts is turned as a whole before it is cut.
    let clusters = KarhunenLoeve.clusters(of: lambda, count: r0)
    let end = clusters.last?.upperBound ?? 0
    var modes = columns.vectors * svd.leftVectors.columns(0..<end)
    for cluster in clusters { modes.turnToStandardBasis(cluster) }
    self.modes = modes.columns(0..<r0)
    (variances, self.mean) = (lambda, mean)
    totalVariance = total ?? sum
    unresolvedVariance = total.map { max(0, $0 - sum) } ?? 0
  }

  /// The part of the variance of the field that the first modes hold.
  public func share(of count: Int) -> Double {
    totalVariance > 0 ? variances.prefix(count).reduce(0, +) / totalVariance : 0
  }

  /// √λ_i φ_i, by which ξ_i is multiplied.
  public func scaledMode(_ i: Int) -> [Double] {
    let root = variances[i].squareRoot()
    return modes.column(i).map { root * $0 }
  }

  /// Ranges of values that are equal but for rounding, as many as cover the first `count`.
  private static func clusters(of lambda: [Double], count: Int) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var first = 0
    while first < count {
      var end = first + 1
      while end < lambda.count, lambda[end] >= (1 - 1e-7) * lambda[end - 1] { end += 1 }
      found.append(first..<end)
      first = end
    }
    return found
  }
}

extension CovarianceKernel {
  /// Σ M_ij C(x_i, x_j): the variance of the interpolated field, integrated.
  fileprivate func trace(_ mass: SparseMatrix<Double>, _ coordinates: [Double]) -> Double {
    let d = lengths.count
    func place(_ i: Int) -> [Double] { Array(coordinates[i * d..<(i + 1) * d]) }
    let pattern = mass.pattern
    var sum = 0.0
    for i in 0..<mass.rowCount {
      let x = place(i)
      for entry in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        sum += mass.values[entry] * self(x, place(Int(pattern.column[entry])))
      }
    }
    return sum
  }
}

extension SparseMatrix where S == Double {
  /// Σ_j |a_ij|: as a diagonal matrix it exceeds a symmetric matrix, so that what is left of a trace
  /// weighted by it bounds what is left of the field.
  fileprivate var absoluteRowSums: [Double] {
    (0..<rowCount).map { i in
      values[pattern.rowStart[i]..<pattern.rowStart[i + 1]].reduce(0) { $0 + abs($1) }
    }
  }
}

extension DenseMatrix<Double> {
  /// Turns orthonormal columns that span a space to a basis of it that depends on the space alone: the
  /// first is the direction in which the entry is largest that any unit vector of the space can have,
  /// the next the same among those orthogonal to it; of equal ones the first counts.
  fileprivate mutating func turnToStandardBasis(_ range: Range<Int>) {
    let (n, m) = (rowCount, range.count)
    var rows = (0..<n).map { i in range.map { self[i, $0] } }
    var turn: [[Double]] = []
    for _ in 0..<m {
      let squares = rows.map { dot($0, $0) }
      let largest = squares.max() ?? 0
      guard largest > 0, let p = squares.firstIndex(where: { $0 >= (1 - 1e-6) * largest }) else {
        return
      }
      let length = squares[p].squareRoot()
      var direction = rows[p].map { $0 / length }
      for other in turn { axpy(-dot(other, direction), other, into: &direction) }
      let rest = norm(direction)
      direction = direction.map { $0 / rest }
      turn.append(direction)
      for i in 0..<n { axpy(-dot(rows[i], direction), direction, into: &rows[i]) }
    }
    let turned = columns(range) * DenseMatrix(rowCount: m, columns: turn)
    for (k, j) in range.enumerated() {
      for i in 0..<n { self[i, j] = turned[i, k] }
    }
  }
}
