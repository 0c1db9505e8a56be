/// Why a matrix could not be factorized; rows and columns count from zero, in the numbering of the
/// matrix that was given.
public indirect enum FactorizationError: Error, Equatable, Sendable {
  /// A pivot that must be positive is not: some direction has negative or zero energy.
  case notPositiveDefinite(pivot: Int)
  /// A pivot is zero or at round-off: the matrix has a null space, or so nearly that a solution
  /// would carry no correct digit.
  case singular(pivot: Int)
  /// The entry at (row, column) is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// The entries at (row, column) and (column, row) differ, or one of them is not stored.
  case notSymmetric(row: Int, column: Int)
  /// An iteration of `method` did not settle; `count` values were left open.
  case notConverged(method: String, count: Int)
  /// A block of this many bytes, or more, was refused by the system.
  case outOfMemory(bytes: Int)
  /// The matrix exceeds what the library's indices can count.
  case tooLarge(rows: Int, columns: Int)
  /// The entries are complex where the method needs real ones.
  case notReal
  /// The preconditioner `name`, which was asked for, cannot be made.
  case preconditioner(name: String, cause: FactorizationError)
  /// Another rank has no factor, with its words.
  case onAnotherRank(String)
  /// A library reported a failure Ritz knows no cause for.
  case library(name: String, status: Int)
}

extension FactorizationError: CustomStringConvertible {
  /// The failure in a sentence, with a cure.
  public var description: String {
    switch self {
    case .notPositiveDefinite(let pivot):
      """
      \(Self.indefinite): the pivot of row \(pivot) is not positive; \
      use an LU factorization if the problem is indefinite by nature, else look for a wrong sign
      """
    case .singular(let pivot):
      """
      the matrix is singular to working precision: the pivot of unknown \(pivot) vanishes; \
      a part without any Dirichlet or Robin condition, or an unused unknown, gives such a matrix
      """
    case .notFinite(let row, let column):
      """
      the entry in row \(row), column \(column) is not a finite number; \
      look for a division by zero or an overflow in the data it was computed from
      """
    case .notSymmetric(let row, let column):
      """
      the matrix is not symmetric: entries (\(row), \(column)) and (\(column), \(row)) differ; \
      use an LU factorization
      """
    case .notConverged(let method, let count):
      """
      \(method) did not converge, \(count) values were left open; \
      scale the matrix, its entries may span too many orders of magnitude
      """
    case .outOfMemory(let bytes):
      """
      the system refused \(bytes) bytes or more; use a smaller problem, a machine with more \
      memory, or an iterative solver
      """
    case .tooLarge(let rows, let columns):
      "a matrix of \(rows) × \(columns) exceeds what the library can count; split it"
    case .notReal: "the matrix is complex and the method is one for real matrices"
    case .preconditioner(let name, let cause):
      """
      the preconditioner \(name) cannot be made: \(cause.place); ask for one that needs less of \
      the matrix (ilu, jacobi where the diagonal has no zero, none), for auto, or for a direct method
      """
    case .onAnotherRank(let words): words
    case .library(let name, let status):
      "\(name) failed with status \(status); the matrix is in a form it does not accept"
    }
  }
}

extension FactorizationError {
  private static let indefinite = "the matrix is not positive definite"

  /// Whether a matrix that is not positive definite is the cause, here or on another rank.
  public var lacksDefiniteness: Bool {
    switch self {
    case .notPositiveDefinite: true
    case .preconditioner(_, let cause): cause.lacksDefiniteness
    // Words are all that comes from another rank, and all ranks have to choose alike.
    case .onAnotherRank(let words): words.contains(Self.indefinite)
    default: false
    }
  }

  /// What is wrong and where, without a cure.
  private var place: String {
    switch self {
    case .notPositiveDefinite(let pivot):
      "the pivot of row \(pivot) is not positive, the matrix is not definite"
    case .singular(let pivot): "the pivot of row \(pivot) is zero or not stored"
    default: description
    }
  }
}
