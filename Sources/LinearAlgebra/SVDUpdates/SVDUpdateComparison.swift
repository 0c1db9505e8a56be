/// Methods run on the same sequence of updates.
public struct SVDUpdateComparison: Sendable {
  /// One method's account.
  public struct Row: Sendable {
    /// The method.
    public let method: SVDUpdateMethod
    /// Wall time of one update, in seconds, in the order of the updates.
    public let seconds: [Double]
    /// max |UᵀU − I| and |VᵀV − I| at the end.
    public let orthonormalityDefect: Double
    /// max |σ − σ(Zha–Simon)| / σ₁ at the end.
    public let errorAgainstZhaSimon: Double
    /// The same against the decomposition of the whole matrix, that is with what truncation has
    /// cost; nil where that matrix was too large.
    public let errorAgainstFresh: Double?
    /// The bound of ‖A − U Σ Vᵀ‖ / ‖Σ‖ that the method states.
    public let relativeErrorBound: Double

    /// The mean time of an update, in seconds.
    public var meanSeconds: Double {
      seconds.isEmpty ? 0 : seconds.reduce(0, +) / Double(seconds.count)
    }
  }

  /// A row for each method, in the order asked for.
  public let rows: [Row]

  /// Runs the methods.
  ///
  /// - Parameters:
  ///   - start: Where all start; its factors count as the exact matrix.
  ///   - rank: The most singular values kept.
  ///   - updates: The changes, in order.
  ///   - methods: Those to run; Zha–Simon is run in any case, for reference.
  ///   - largestFresh: Entries up to which the whole matrix is formed and decomposed.
  /// - Throws: The first refusal of any method.
  public init(
    start: TruncatedSVD, rank: Int, updates: [SVDUpdate],
    methods: [SVDUpdateMethod] = SVDUpdateMethod.all, largestFresh: Int = 4_000_000
  ) throws(SVDUpdateError) {
    var results: [(method: SVDUpdateMethod, svd: UpdatedSVD, seconds: [Double])] = []
    let clock = ContinuousClock()
    for method in [.zhaSimon] + methods.filter({ $0 != .zhaSimon }) {
      var svd = try UpdatedSVD(start, rank: rank, method: method)
      var seconds: [Double] = []
      for update in updates {
        let began = clock.now
        try svd.apply(update)
        let time = began.duration(to: clock.now).components
        seconds.append(Double(time.seconds) + 1e-18 * Double(time.attoseconds))
      }
      results.append((method, svd, seconds))
    }
    let reference = results[0].svd.singularValues
    let fresh = try SVDUpdateComparison.freshSingularValues(start, updates, largestFresh)
    var rows: [Row] = []
    for method in methods {
      guard let result = results.first(where: { $0.method == method }) else { continue }
      let sigma = result.svd.singularValues
      rows.append(
        Row(
          method: method, seconds: result.seconds,
          orthonormalityDefect: try result.svd.factors.orthonormalityDefect,
          errorAgainstZhaSimon: SVDUpdateComparison.distance(sigma, reference),
          errorAgainstFresh: fresh.map {
            SVDUpdateComparison.distance(sigma, Array($0.prefix(rank)))
          },
          relativeErrorBound: result.svd.errorBound / max(norm(sigma), .leastNormalMagnitude)))
    }
    self.rows = rows
  }

  /// max |σ − τ| / τ₁, missing ones being zero.
  private static func distance(_ sigma: [Double], _ tau: [Double]) -> Double {
    let worst = (0..<max(sigma.count, tau.count)).reduce(0.0) {
      let a = $1 < sigma.count ? sigma[$1] : 0
      let b = $1 < tau.count ? tau[$1] : 0
      return max($0, (a - b).magnitude)
    }
    return worst == 0 ? 0 : worst / max(tau.first ?? 0, sigma.first ?? 0)
  }

  /// The singular values of the matrix all updates would give without truncation.
  private static func freshSingularValues(
    _ start: TruncatedSVD, _ updates: [SVDUpdate], _ largest: Int
  ) throws(SVDUpdateError) -> [Double]? {
    guard let v = start.rightVectors, start.leftVectors.rowCount * v.rowCount <= largest,
      var a = start.matrix
    else { return nil }
    for update in updates {
      a = update.applied(to: a)
      guard a.values.count <= largest else { return nil }
    }
    do throws(FactorizationError) {
      return try SVD.singularValues(of: a)
    } catch {
      throw .factorization(error)
    }
  }
}

extension SVDUpdateComparison: CustomStringConvertible {
  /// The rows as a table: times in milliseconds.
  public var description: String {
    let head = ["method", "ms", "orthonormality", "vs Zha–Simon", "vs fresh", "bound"]
    let lines = rows.map { row in
      [
        row.method.name, short(1e3 * row.meanSeconds), short(row.orthonormalityDefect),
        short(row.errorAgainstZhaSimon), row.errorAgainstFresh.map { short($0) } ?? "–",
        short(row.relativeErrorBound),
      ]
    }
    let widths = head.indices.map { column in
      ([head] + lines).reduce(0) { max($0, $1[column].count) }
    }
    return ([head] + lines).map { line in
      zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        .joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// Two digits, with an exponent outside 0.01 to 10 000.
  private func short(_ x: Double) -> String {
    guard x > 0, x.isFinite else { return "\(x)" }
    var (digits, exponent) = (x, 0)
    while digits >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
    while digits < 1 { (digits, exponent) = (digits * 10, exponent - 1) }
    let rounded = (10 * digits).rounded() / 10
    if exponent >= -2, exponent < 4 { return "\((x * 1000).rounded() / 1000)" }
    return "\(rounded)e\(exponent)"
  }
}

extension SVDUpdate {
  /// The change made to a matrix in full: what an updated decomposition stands for.
  ///
  /// - Precondition: The update fits the matrix.
  public func applied(to a: DenseMatrix<Double>) -> DenseMatrix<Double> {
    switch self {
    case .appendColumns(let c): return a.appendingColumns(of: c.dense)
    case .appendRows(let e):
      return a.transposed().appendingColumns(of: e.dense.transposed()).transposed()
    case .removeColumns(let places):
      let gone = Set(places)
      return DenseMatrix(
        rowCount: a.rowCount,
        columns: (0..<a.columnCount).filter { !gone.contains($0) }.map { a.column($0) })
    case .removeRows(let places):
      return SVDUpdate.removeColumns(places).applied(to: a.transposed()).transposed()
    case .replaceColumns(let places, let c):
      var result = a
      let columns = c.dense
      for (k, j) in places.enumerated() { result.setColumn(j, columns.column(k)) }
      return result
    case .replaceRows(let places, let e):
      return SVDUpdate.replaceColumns(places, .dense(e.dense.transposed()))
        .applied(to: a.transposed()).transposed()
    case .addProduct(let d, let g):
      return a + DenseMatrix.product(.plain, d.dense, .adjoint, g.dense)
    case .decay(let factor): return factor * a
    }
  }
}
