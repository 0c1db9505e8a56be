/// min ‖A x − b‖₂ over x ≥ 0, for a set of columns that grows and shrinks between solves.
///
/// The columns with positive weight, the passive set, stay factorized from one solve to the next,
/// so that a new column costs O(rows · passive columns) and no solve begins from nothing.
///
///     var problem = try NonnegativeLeastSquares(b)
///     try problem.append(column)
///     problem.solve()
///     problem.solution       // one weight for each column
///
/// A column that depends linearly on the passive ones is never made passive: hence no more than
/// rank(A) weights are positive. Every step that is accepted lowers the computed residual by more
/// than round-off, and a column whose step does not is set aside until another one does; no passive
/// set can therefore return, and the method ends.
///
/// - Source: Lawson, Hanson, *Solving Least Squares Problems*, SIAM (1995), chapter 23; the passive
///   set kept between solves as in Bro, de Jong, *A fast non-negativity-constrained least squares
///   algorithm*, J. Chemometrics 11 (1997).
public struct NonnegativeLeastSquares: Sendable {
  /// What a solve did.
  public struct Report: Sendable, Equatable {
    /// Columns that became passive.
    public internal(set) var additions = 0
    /// Columns that left the passive set.
    public internal(set) var removals = 0
  }

  /// x, one weight for each column.
  public private(set) var solution: [Double] = []
  private var columns: [[Double]] = []
  private var norms: [Double] = []
  private let size: Double
  private var factor: PassiveFactor
  /// The passive columns in the order of the factor.
  private var passive: [Int] = []

  /// A problem without columns, x empty.
  ///
  /// - Parameter b: The right side.
  /// - Throws: `notFinite`.
  public init(_ b: [Double]) throws(FactorizationError) {
    try DenseMatrix(rowCount: b.count, columnCount: 1, values: b).requireFinite()
    (factor, size) = (PassiveFactor(b), norm(b))
  }

  /// Solves for all columns of a matrix.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - b: The right side.
  ///   - start: Columns that are likely to have positive weights; a good guess saves steps, any
  ///     guess gives the minimum.
  /// - Precondition: b has one entry per row; `start` names columns of A, each once.
  /// - Throws: `notFinite`.
  public init(
    _ a: DenseMatrix<Double>, _ b: [Double], startingFrom start: [Int] = []
  ) throws(FactorizationError) {
    precondition(a.rowCount == b.count, "\(b.count) right sides for \(a.rowCount) rows")
    try a.requireFinite()
    try self.init(b)
    for j in 0..<a.columnCount { add(a.column(j)) }
    makePassive(start)
    solve()
  }

  /// The number of equations.
  public var rowCount: Int { factor.rowCount }
  /// The number of columns.
  public var columnCount: Int { columns.count }
  /// b − A x, computed from the columns themselves.
  ///
  /// - Complexity: O(rows · passive columns).
  public var residual: [Double] {
    var rest = factor.b
    for j in passive { axpy(-solution[j], columns[j], into: &rest) }
    return rest
  }
  /// The columns with positive weight, ascending.
  public var passiveSet: [Int] { passive.sorted() }

  /// Adds a column, its weight zero until the next solve.
  ///
  /// - Precondition: One entry per row.
  /// - Throws: `notFinite` with the row and the number of the column.
  public mutating func append(_ column: [Double]) throws(FactorizationError) {
    precondition(column.count == rowCount, "\(column.count) entries for \(rowCount) rows")
    if let row = firstNonFinite(column) {
      throw .notFinite(row: row, column: columnCount)
    }
    add(column)
  }

  private mutating func add(_ column: [Double]) {
    columns.append(column)
    norms.append(norm(column))
    solution.append(0)
  }

  /// Begins from a guess: makes columns passive as far as they are independent and their weights
  /// come out positive.
  ///
  /// - Precondition: The columns exist; none is listed twice.
  public mutating func makePassive(_ guess: [Int]) {
    let known = Set(passive)
    for j in guess where !known.contains(j) {
      precondition(columns.indices.contains(j), "column \(j) of \(columnCount)")
      if factor.append(columns[j]) { passive.append(j) }
    }
    var report = Report()
    settle(&report)
  }

  /// Removes all columns of weight zero; the others keep their order.
  ///
  /// - Returns: Which were kept, ascending.
  @discardableResult
  public mutating func dropZeros() -> [Int] {
    let kept = passiveSet
    var places = [Int](repeating: -1, count: columnCount)
    for (place, j) in kept.enumerated() { places[j] = place }
    (columns, norms) = (kept.map { columns[$0] }, kept.map { norms[$0] })
    solution = kept.map { solution[$0] }
    passive = passive.map { places[$0] }
    return kept
  }

  /// Finds the minimum over all columns present, from the last one.
  ///
  /// Afterwards x ≥ 0; the gradient Aᵀ(b − A x) vanishes for positive weights and is not positive
  /// for the others, both to round-off of ‖aⱼ‖ ‖b‖.
  ///
  /// - Parameter limit: The most columns that become passive; where it cuts in, x is the minimum over
  ///   the passive set only.
  @discardableResult
  public mutating func solve(additions limit: Int = .max) -> Report {
    var report = Report()
    settle(&report)
    var isAside = [Bool](repeating: false, count: columnCount)
    var isPassive = isAside
    for j in passive { isPassive[j] = true }
    while report.additions < limit,
      let j = steepest(among: { !isAside[$0] && !isPassive[$0] })
    {
      isAside[j] = true
      let before = norm(factor.residual)
      guard factor.append(columns[j]) else { continue }
      // Lawson and Hanson's test: where round-off gave the gradient its sign, the weight comes out
      // negative.
      guard let weight = factor.solution().last, weight > 0 else {
        factor.remove(factor.count - 1)
        continue
      }
      passive.append(j)
      report.additions += 1
      isPassive[j] = true
      for i in settle(&report) { isPassive[i] = false }
      if norm(factor.residual) < before - 4 * Double.ulpOfOne * size {
        for i in isAside.indices { isAside[i] = false }
      }
    }
    return report
  }

  /// The column along which the residual falls most steeply; nil at the minimum.
  private func steepest(among isCandidate: (Int) -> Bool) -> Int? {
    let roundOff = 16 * Double(max(1, rowCount)).squareRoot() * Double.ulpOfOne * size
    var (best, steepest) = (Int?.none, roundOff)
    for j in columns.indices where isCandidate(j) && norms[j] > 0 {
      let slope = dot(columns[j], factor.residual) / norms[j]
      if slope > steepest { (best, steepest) = (j, slope) }
    }
    return best
  }

  /// Goes from x towards the minimum on the passive set, as far as all weights stay positive, and
  /// drops those that reach zero, until the minimum is reached.
  ///
  /// - Returns: The columns dropped.
  @discardableResult
  private mutating func settle(_ report: inout Report) -> [Int] {
    var dropped: [Int] = []
    while true {
      let z = factor.solution()
      let zero = Double.ulpOfOne * z.reduce(0) { max($0, $1.magnitude) }
      let leaving = z.indices.filter { z[$0] <= zero }
      guard !leaving.isEmpty else {
        for (place, j) in passive.enumerated() { solution[j] = z[place] }
        return dropped
      }
      var (step, first) = (Double.infinity, leaving[0])
      for place in leaving {
        let x = solution[passive[place]]
        let length = x > 0 ? x / (x - z[place]) : 0
        if length < step { (step, first) = (length, place) }
      }
      for (place, j) in passive.enumerated() {
        solution[j] += step * (z[place] - solution[j])
      }
      for place in leaving.reversed() where place == first || solution[passive[place]] <= zero {
        factor.remove(place)
        let j = passive.remove(at: place)
        solution[j] = 0
        dropped.append(j)
        report.removals += 1
      }
    }
  }
}
