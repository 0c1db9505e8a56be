/// A change of a matrix A of m × n whose truncated singular value decomposition is kept.
public enum SVDUpdate: Sendable {
  /// [A C] with C of m × s.
  case appendColumns(SVDUpdateBlock)
  /// [A; E] with E of s × n.
  case appendRows(SVDUpdateBlock)
  /// A without some columns; those behind move up.
  case removeColumns([Int])
  /// A without some rows.
  case removeRows([Int])
  /// A with other columns in some places: column k of C, of m × s, at the k-th place listed.
  case replaceColumns([Int], SVDUpdateBlock)
  /// A with other rows in some places: row k of E, of s × n, at the k-th place listed.
  case replaceRows([Int], SVDUpdateBlock)
  /// A + D Gᵀ with D of m × s and G of n × s.
  case addProduct(SVDUpdateBlock, SVDUpdateBlock)
  /// λ A with 0 < λ ≤ 1: what is old counts less than what comes.
  case decay(Double)

  /// The change in two words, for messages.
  public var name: String {
    switch self {
    case .appendColumns: "append columns"
    case .appendRows: "append rows"
    case .removeColumns: "remove columns"
    case .removeRows: "remove rows"
    case .replaceColumns: "replace columns"
    case .replaceRows: "replace rows"
    case .addProduct: "add a product"
    case .decay: "decay"
    }
  }
}

/// Numbers that enter an update, dense or sparse.
public enum SVDUpdateBlock: Sendable {
  /// All entries.
  case dense(DenseMatrix<Double>)
  /// The entries that are not zero.
  case sparse(SparseMatrix<Double>)

  /// Its rows.
  public var rowCount: Int {
    switch self {
    case .dense(let a): a.rowCount
    case .sparse(let a): a.rowCount
    }
  }

  /// Its columns.
  public var columnCount: Int {
    switch self {
    case .dense(let a): a.columnCount
    case .sparse(let a): a.columnCount
    }
  }

  /// The place of the first NaN or infinity.
  var firstNonFiniteEntry: (row: Int, column: Int)? {
    switch self {
    case .dense(let a): a.firstNonFiniteEntry
    case .sparse(let a): a.firstNonFiniteEntry
    }
  }

  /// The largest magnitude.
  var largest: Double {
    switch self {
    case .dense(let a): a.values.reduce(0) { max($0, $1.magnitude) }
    case .sparse(let a): a.values.reduce(0) { max($0, $1.magnitude) }
    }
  }

  /// All entries.
  public var dense: DenseMatrix<Double> {
    switch self {
    case .dense(let a): return a
    case .sparse(let a):
      var result = DenseMatrix<Double>(rowCount: a.rowCount, columnCount: a.columnCount)
      for i in 0..<a.rowCount {
        for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1] {
          result[i, Int(a.pattern.column[k])] = a.values[k]
        }
      }
      return result
    }
  }
}

/// How a truncated singular value decomposition is updated.
public enum SVDUpdateMethod: Sendable, Equatable {
  /// Orthogonalises the block against the factors and rotates these, all in full: exact for the
  /// matrix approximated, O((m + n) k (k + s)) for s vectors; the reference.
  ///
  /// - Source: Zha, Simon, *On updating problems in latent semantic indexing*, SIAM J. Sci.
  ///   Comput. 21 (1999).
  case zhaSimon
  /// One vector after the other; the small rotations are collected and multiplied into the tall
  /// factors rarely: O((m + n) k) a vector.
  ///
  /// - Source: Brand, *Fast low-rank modifications of the thin singular value decomposition*,
  ///   Linear Algebra Appl. 415 (2006).
  case brand
  /// As Zha and Simon, but of the part of the block outside the factors only the `dimension`
  /// directions are kept that a Golub–Kahan–Lanczos process finds; what that loses is in the bound.
  ///
  /// - Source: Vecharynski, Saad, *Fast updating algorithms for latent semantic indexing*, SIAM J.
  ///   Matrix Anal. Appl. 35 (2014).
  case vecharynskiSaad(dimension: Int)
  /// Vectors outside the factors are held as a sparse vector minus a combination of the factors,
  /// and orthogonalised so: the cost grows with the entries of the block, not with m and n. Falls
  /// back to full vectors where less than 1/32 of a vector lies outside (there the sparse form would
  /// cancel) and where more than a quarter of the rows are touched.
  ///
  /// - Source: Deng et al., *Fast updating truncated SVD for representation learning with sparse
  ///   matrices*, ICLR 2024.
  case fastSparse

  /// The method's name in reports.
  public var name: String {
    switch self {
    case .zhaSimon: "Zha–Simon"
    case .brand: "Brand"
    case .vecharynskiSaad(let dimension): "Vecharynski–Saad (\(dimension))"
    case .fastSparse: "fast sparse"
    }
  }

  /// All of them, Vecharynski–Saad with ten directions.
  public static let all: [SVDUpdateMethod] = [
    .zhaSimon, .brand, .vecharynskiSaad(dimension: 10), .fastSparse,
  ]

  /// Whether rotations of the tall factors wait.
  var defersRotations: Bool { self == .brand || self == .fastSparse }
}
