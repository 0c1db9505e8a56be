internal import Krylov
public import LinearAlgebra

/// A square sparse matrix whose rows are spread over the ranks.
///
/// As a ``LinearOperator`` it maps the entries of a vector that this rank owns to those of the
/// product; every rank must take part. An application fetches the entries of other ranks that its
/// rows meet, the halo, and multiplies by the local rows.
public struct DistributedMatrix<S: Scalar, C: Communicator>: LinearOperator {
  /// The numbers of the matrix.
  public typealias Element = S

  /// The ranks.
  public let communicator: C
  /// Who owns which unknowns.
  public let distribution: Distribution
  /// The rows of this rank with all columns, in the numbering of the whole.
  private(set) var rows: SparseMatrix<S>
  /// The same rows; columns are the owned unknowns, then the halo.
  private var local: SparseMatrix<S>
  private let restriction: SparsityRestriction
  private let halo: HaloExchange<S, C>
  private let inputs: VectorPool<S>
  private let halos: VectorPool<S>

  /// The unknowns of this rank.
  public var rowCount: Int { distribution.owned.count }
  /// The unknowns of this rank.
  public var columnCount: Int { distribution.owned.count }

  /// A matrix from the rows of each rank; collective.
  ///
  /// - Parameters:
  ///   - rows: A row for each owned unknown in their order, a column for each unknown of the whole.
  ///   - distribution: Who owns which unknowns.
  ///   - communicator: The ranks.
  public init(rows: SparseMatrix<S>, _ distribution: Distribution, _ communicator: C) {
    let owned = distribution.owned
    precondition(
      rows.rowCount == owned.count && rows.columnCount == distribution.order,
      """
      \(rows.rowCount) × \(rows.columnCount) rows for \(owned.count) of \(distribution.order) \
      unknowns
      """)
    let foreign = Set(rows.pattern.column).filter {
      distribution.owner(of: $0) != distribution.rank
    }
    halo = HaloExchange(foreign, distribution, communicator)
    restriction = SparsityRestriction(
      rows.pattern, rows: (0..<Int32(owned.count)).map { $0 }, columns: owned + halo.wanted)
    local = restriction.apply(rows)
    (self.communicator, self.distribution, self.rows) = (communicator, distribution, rows)
    inputs = VectorPool(count: owned.count + halo.wanted.count)
    halos = VectorPool(count: halo.wanted.count)
  }

  /// A matrix that every rank has as a whole; collective. Each keeps its rows.
  public init(replicated a: SparseMatrix<S>, _ distribution: Distribution, _ communicator: C) {
    precondition(
      a.rowCount == distribution.order && a.columnCount == distribution.order,
      "a matrix of \(a.rowCount) × \(a.columnCount) for \(distribution.order) unknowns")
    self.init(
      rows: a.restricted(
        rows: distribution.owned, columns: (0..<Int32(distribution.order)).map { $0 }),
      distribution, communicator)
  }

  /// Takes other rows with the same pattern, as at another parameter; nothing is told to the other
  /// ranks, each takes its own.
  ///
  /// - Precondition: `rows` has the pattern (`===`) of the first ones.
  public mutating func refresh(rows: SparseMatrix<S>) {
    local = restriction.apply(rows)
    self.rows = rows
  }

  /// y ← the owned entries of A x; collective.
  ///
  /// - Precondition: x and y have an entry for each owned unknown.
  public func apply(_ x: [S], into y: inout [S]) {
    precondition(
      x.count == rowCount && y.count == rowCount,
      "a product of \(x.count) into \(y.count) entries on a rank of \(rowCount) unknowns")
    inputs.withVector { input in
      halos.withVector { foreign in
        halo.bring(x, into: &foreign)
        input.replaceSubrange(0..<x.count, with: x)
        input.replaceSubrange(x.count..<input.count, with: foreign)
      }
      local.apply(input, into: &y)
    }
  }

  /// The rows of unknowns that other ranks own, in the order of the ranks and numbers; collective.
  func rows(of unknowns: [Int32]) -> FetchedRows<S> {
    var requests = [[Int]](repeating: [], count: communicator.size)
    for i in unknowns.sorted() { requests[distribution.owner(of: i)].append(Int(i)) }
    let asked = communicator.distribute(requests)
    // An answer: the length of each row, then the columns of all; the values go the same way.
    var (answers, values) = ([[Int]](), [[S]]())
    for list in asked {
      let ranges = list.map { i in
        let row = distribution.place(of: Int32(i))
        return rows.pattern.rowStart[row]..<rows.pattern.rowStart[row + 1]
      }
      answers.append(ranges.map(\.count) + ranges.flatMap { rows.pattern.column[$0].map(Int.init) })
      values.append(ranges.flatMap { rows.values[$0] })
    }
    let (columns, entries) = (communicator.distribute(answers), communicator.distribute(values))
    var result = FetchedRows<S>()
    for (other, list) in requests.enumerated() {
      result.append(
        list.map { Int32($0) }, lengths: columns[other].prefix(list.count),
        columns: columns[other].dropFirst(list.count).map { Int32($0) }, values: entries[other])
    }
    return result
  }
}

/// Rows of other ranks.
struct FetchedRows<S: Scalar>: Sendable {
  private(set) var unknowns: [Int32] = []
  private(set) var start = [0]
  private(set) var column: [Int32] = []
  private(set) var values: [S] = []

  mutating func append(
    _ unknowns: [Int32], lengths: some Sequence<Int>, columns: [Int32], values: [S]
  ) {
    self.unknowns += unknowns
    for length in lengths { start.append(start[start.count - 1] + length) }
    column += columns
    self.values += values
  }

  mutating func append(_ other: FetchedRows) {
    append(
      other.unknowns, lengths: zip(other.start, other.start.dropFirst()).map { $1 - $0 },
      columns: other.column, values: other.values)
  }
}
