public import LinearAlgebra

/// A parameter-dependent sparse matrix from a few of its entries.
///
/// The values over a shared pattern are the field, entries are the points: online a program
/// assembles only the elements that these entries come from. For vectors, ``EIM`` and
/// ``EmpiricalInterpolation`` do the same as they are.
///
/// - Source: Carlberg, Tuminaro, Boggs, AIAA 2012-1969; Negri, Manzoni, Amsallem, *Efficient model
///   reduction of parametrized systems by matrix discrete empirical interpolation*, J. Comput. Phys.
///   303 (2015).
public struct MatrixInterpolation<S: Scalar>: Sendable {
  /// An entry of a matrix.
  public struct Entry: Sendable, Hashable {
    /// i.
    public let row: Int
    /// j.
    public let column: Int
  }

  /// The entries that have to be known.
  public let entries: [Entry]
  /// The matrices T_q of A(μ) ≈ Σ_q c_q(μ) T_q.
  public let terms: AffineSum<SparseMatrix<S>>
  /// The interpolation of the values.
  public let interpolation: EmpiricalInterpolation<S>

  /// The number of terms.
  public var size: Int { interpolation.modes.columnCount }

  /// Learns from matrices.
  ///
  /// - Parameters:
  ///   - matrices: At different parameters, all over the identical pattern (`===`).
  ///   - method: How modes and entries are chosen.
  ///   - options: Tolerance, size; candidates and given points are offsets of the pattern.
  ///   - pointCount: More entries than terms, where a number is given.
  /// - Throws: `refused` without matrices or for different patterns; as ``EmpiricalInterpolation``.
  public init(
    of matrices: [SparseMatrix<S>], by method: InterpolationMethod = .eim,
    options: InterpolationOptions = InterpolationOptions(tolerance: 1e-10), pointCount: Int? = nil
  ) throws(HyperReductionError) {
    guard let pattern = matrices.first?.pattern else {
      throw .refused("no matrix to learn from; give at least one")
    }
    guard matrices.allSatisfy({ $0.pattern === pattern }) else {
      throw .refused("the matrices do not share one pattern; assemble them over the same")
    }
    interpolation = try EmpiricalInterpolation(
      of: DenseMatrix(rowCount: pattern.entryCount, columns: matrices.map(\.values)), by: method,
      options: options, pointCount: pointCount)
    entries = interpolation.points.map { place in
      var (low, high) = (0, pattern.rowCount)
      while low + 1 < high {
        let middle = (low + high) / 2
        if pattern.rowStart[middle] <= place { low = middle } else { high = middle }
      }
      return Entry(row: low, column: Int(pattern.column[place]))
    }
    let modes = interpolation.modes
    terms = AffineSum(
      (0..<modes.columnCount).map { SparseMatrix(pattern: pattern, values: modes.column($0)) })
  }

  /// c(μ) from the values of the entries at μ, in their order.
  public func coefficients(of samples: [S]) -> [S] { interpolation.coefficients(of: samples) }

  /// A(μ) from the values of the entries.
  ///
  /// - Precondition: There is at least one term.
  public func matrix(of samples: [S]) -> SparseMatrix<S> {
    terms.combined(with: coefficients(of: samples))
  }

  /// The interpolant of a matrix that is known.
  public func interpolated(_ matrix: SparseMatrix<S>) -> SparseMatrix<S> {
    self.matrix(of: interpolation.points.map { matrix.values[$0] })
  }
}
