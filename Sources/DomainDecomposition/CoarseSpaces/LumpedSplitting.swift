public import LinearAlgebra

/// Neumann matrices of a symmetric matrix without elements, from its entries alone.
///
/// Each coupling aᵢⱼ becomes a part [|aᵢⱼ| dⱼ/dᵢ, aᵢⱼ; aᵢⱼ, |aᵢⱼ| dᵢ/dⱼ] of rank one, and what is
/// left of a diagonal entry, sᵢ = aᵢᵢ − Σ |aᵢⱼ| dⱼ/dᵢ, a part of its own. Guaranteed: if all sᵢ ≥ 0,
/// every part is positive semidefinite and their sum is A exactly, so that ``GenEO`` has its bound.
/// With d = 1 that is weak diagonal dominance; with d = A⁻¹ 1 every regular symmetric M-matrix is
/// split. For other matrices, such as elasticity or quadratic elements, there is no such splitting
/// and element matrices must be given. Nothing says that the parts are those of a discretisation:
/// for M-matrices that linear elements assemble they have the same null spaces.
///
/// The Neumann matrix of a set has the couplings that leave the set lumped out of its diagonal.
public struct LumpedSplitting: NeumannMatrices {
  /// Why a matrix is not split.
  public enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
    /// sᵢ is negative.
    case notDominant(row: Int, surplus: Double)

    /// The failure in a sentence, with a cure.
    public var description: String {
      switch self {
      case .notDominant(let row, let surplus):
        """
        row \(row) is not diagonally dominant: its surplus is \(surplus); \
        give the matrices of the elements instead
        """
      }
    }
  }

  /// A.
  public let matrix: SparseMatrix<Double>
  /// d.
  public let scaling: [Double]
  /// sᵢ, those at round-off taken as zero.
  public let surplus: [Double]

  /// Splits a matrix.
  ///
  /// - Parameters:
  ///   - a: A, symmetric.
  ///   - scaling: d, positive; ones where nil.
  /// - Throws: `notDominant` with the first row whose surplus is below −1e-12 aᵢᵢ.
  public init(_ a: SparseMatrix<Double>, scaling: [Double]? = nil) throws(Failure) {
    precondition(a.isSymmetric(tolerance: 1e-8), "a splitting of a matrix that is not symmetric")
    let d = scaling ?? [Double](repeating: 1, count: a.rowCount)
    precondition(
      d.count == a.rowCount && d.allSatisfy { $0 > 0 && $0.isFinite },
      "a scaling must be \(a.rowCount) positive numbers")
    (matrix, self.scaling) = (a, d)
    var surplus: [Double] = []
    for i in 0..<a.rowCount {
      var (diagonal, sum) = (0.0, 0.0)
      for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1] {
        let j = Int(a.pattern.column[k])
        if j == i { diagonal = a.values[k] } else { sum += a.values[k].magnitude * d[j] }
      }
      let s = diagonal - sum / d[i]
      guard s >= -1e-12 * diagonal else { throw .notDominant(row: i, surplus: s) }
      surplus.append(max(0, s))
    }
    self.surplus = surplus
  }

  /// The sum of the parts that lie in the set.
  public func neumannMatrix(of unknowns: [Int32]) -> SparseMatrix<Double> {
    var local = matrix.restricted(rows: unknowns, columns: unknowns)
    let pattern = local.pattern
    for i in unknowns.indices {
      var (sum, diagonal) = (0.0, -1)
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        let j = Int(pattern.column[k])
        if j == i {
          diagonal = k
        } else {
          sum += local.values[k].magnitude * scaling[Int(unknowns[j])]
        }
      }
      guard diagonal >= 0 else { continue }
      local.values[diagonal] = surplus[Int(unknowns[i])] + sum / scaling[Int(unknowns[i])]
    }
    return local
  }

  /// The largest number of subdomains an unknown is in; couplings are in no more.
  public func multiplicity(in decomposition: OverlappingDecomposition) -> Int {
    decomposition.multiplicity
  }
}
