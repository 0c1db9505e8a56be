internal import Krylov
public import LinearAlgebra
internal import RealModule

/// What a choice of solver needs to know of a matrix, found in a few passes over its entries.
public struct MatrixCharacter: Sendable, Equatable {
  /// n.
  public let order: Int
  /// The stored entries.
  public let entries: Int
  /// A = Aᴴ to 1e-10.
  public let isHermitian: Bool
  /// All diagonal entries are real and positive: necessary for a definite matrix.
  public let hasPositiveDiagonal: Bool
  /// Hermitian with a dominant positive diagonal: sufficient for a (semi)definite one.
  public var isDominant: Bool { mayBeDefinite && lackOfDominance <= 1e-12 }
  /// How much of its diagonal a matrix lacks to be dominant, Σ max(0, Σ|aᵢⱼ| − aᵢᵢ) / Σ|aᵢᵢ|: of
  /// −Δ − k² with ten points a wavelength 0.1, of elasticity above 1.
  public let lackOfDominance: Double
  /// Modified incomplete factors can be trusted to need hardly more iterations than unmodified ones.
  public let suitsModifiedFactors: Bool
  /// The entries are complex.
  public let isComplex: Bool
  /// d with w = n^{(d−1)/d} for the widest level w of a breadth-first search through the graph, the
  /// size of a separator: 2 for a square, 3 for a cube, less for slender shapes.
  public let dimension: Double

  /// Looks at a square matrix.
  public init<S: Scalar>(_ a: SparseMatrix<S>) {
    order = a.rowCount
    entries = a.pattern.entryCount
    isHermitian = a.isSymmetric(tolerance: 1e-10)
    let diagonal = a.diagonal
    hasPositiveDiagonal = diagonal.allSatisfy { $0.realPart > 0 && $0 == $0.conjugate }
    lackOfDominance = Self.lackOfDominance(a, diagonal)
    isComplex = S.self != Double.self
    let width = Double(max(1, Self.widestLevel(of: a.pattern)))
    let share = Double.log(width) / Double.log(Double(max(2, order)))
    dimension = min(3, 1 / max(1.0 / 3, 1 - share))
    suitsModifiedFactors =
      hasPositiveDiagonal
      && a.suitsModifiedFactors(side: Self.side(order: a.rowCount, dimension))
  }

  /// Whether a Cholesky factorization may exist.
  public var mayBeDefinite: Bool { isHermitian && hasPositiveDiagonal }

  /// n^{1/d}: the points along a side.
  var side: Double { Self.side(order: order, dimension) }

  private static func side(order: Int, _ dimension: Double) -> Double {
    Double.pow(Double(order), 1 / max(1, dimension))
  }

  /// The work of a sparse factorization, in the operations of sparse products that take as long:
  /// some 10 000 an unknown for analysis, copies and small supernodes, and 8 n^{(d+1)/2} dense
  /// operations, which run eight times faster. Measured on five-point grids of 4 000 to 65 000
  /// unknowns and on linear elements in cubes.
  public var factorWork: Double {
    let n = Double(order)
    let density = max(1, Double(entries) / max(1, n) / 7)
    return density * (10_000 * n + Double.pow(n, (dimension + 1) / 2))
  }

  /// The ordering of a factorization of as many matrices with this pattern: nested dissection where its
  /// analysis, 3 µs an unknown where minimum degree takes 0.4 to 0.9, is made up.
  ///
  /// In the plane it is not: factors of grids of up to 512² nodes have up to a fifth more entries by
  /// minimum degree and are made and applied in the same time, of Laplacians and of elasticity. In space
  /// it is from 24³ nodes with the third LU factor on, from 32³ with the third of Cholesky, from 45³ with
  /// the first; of elastic slabs and bars of 16 000 unknowns, whose rows are longer than any in the plane,
  /// with the third.
  func ordering(matrices: Int) -> FillReducingOrdering {
    guard dimension > 2.5 || entries > 24 * order else { return order > 500_000 ? .metis : .amd }
    return entries > (matrices > 2 ? 140_000 : 600_000) ? .metis : .amd
  }

  /// Whether a factor has a place: one of more than 16 GB is not tried.
  var factorFits: Bool { factorEntries * (isComplex ? 16 : 8) < 16e9 }

  /// The entries of the factor, roughly.
  public var factorEntries: Double {
    let n = Double(order)
    return 2 * n * Double.log2(max(2, n)) + 20 * max(0, dimension - 2) * Double.pow(n, 4.0 / 3)
  }

  private static func lackOfDominance<S: Scalar>(_ a: SparseMatrix<S>, _ diagonal: [S]) -> Double {
    var (lack, size) = (0.0, 0.0)
    for i in 0..<a.rowCount {
      var beside = 0.0
      for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1]
      where Int(a.pattern.column[k]) != i { beside += a.values[k].absolute }
      lack += max(0, beside - diagonal[i].realPart)
      size += diagonal[i].absolute
    }
    return size > 0 ? lack / size : 0
  }

  /// The size of the widest level of a breadth-first search from the vertex that a first search
  /// reached last.
  private static func widestLevel(of pattern: SparsityPattern) -> Int {
    guard pattern.rowCount > 0, pattern.rowCount == pattern.columnCount else { return 0 }
    var start = 0
    var widest = 0
    for _ in 0..<2 {
      var seen = [Bool](repeating: false, count: pattern.rowCount)
      var front = [start]
      seen[start] = true
      widest = 0
      while !front.isEmpty {
        widest = max(widest, front.count)
        start = front[front.count - 1]
        var next: [Int] = []
        for i in front {
          for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
            let j = Int(pattern.column[k])
            if !seen[j] {
              seen[j] = true
              next.append(j)
            }
          }
        }
        front = next
      }
    }
    return widest
  }
}
