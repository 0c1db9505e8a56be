public import LinearAlgebra

/// Algebraic multigrid by smoothed aggregation, one V-cycle, for symmetric positive definite A.
///
/// Neighbouring nodes are joined into groups; each group keeps the modes of the near-null space, the
/// vectors whose energy is small, and becomes a node of the next level. Iterations hardly depend on
/// the number of unknowns. Singular A whose null space is in the near-null space is served too.
///
/// - Complexity: Operations and memory proportional to the entries of A.
/// - Source: Vaněk, Mandel, Brezina, *Algebraic multigrid by smoothed aggregation for second and fourth
///   order elliptic problems*, Computing 56 (1996); Chebyshev smoothing: Adams, Brezina, Hu,
///   Tuminaro, *Parallel multigrid smoothing: polynomial versus Gauss–Seidel*, J. Comput. Phys. 188
///   (2003).
public struct SmoothedAggregation: Preconditioner {
  /// What removes rough errors on each level.
  public enum Smoother: Sendable, Equatable {
    /// Chebyshev polynomials on [`ratio` λ, λ], λ the largest eigenvalue of D⁻¹A: works on all threads.
    case chebyshev(degree: Int, ratio: Double)
    /// A sweep forwards before, a sweep backwards after the coarse correction, on one thread.
    case gaussSeidel
  }

  /// Choices; the defaults suit diffusion.
  public struct Options: Sendable, Equatable {
    /// θ: nodes are strongly coupled if ‖Aᵢⱼ‖² > θ² ‖Aᵢᵢ‖ ‖Aⱼⱼ‖; halved on each coarser level.
    ///
    /// Where coarse matrices have many small entries groups grow too large without it: on the Laplacian
    /// of a cube of 10⁶ unknowns 20 iterations become 14.
    public var threshold = 0.05
    /// Removes rough errors.
    public var smoother = Smoother.gaussSeidel
    /// ω λ of the smoothed prolongator.
    public var damping = 4.0 / 3
    /// A level with at most so many unknowns is solved directly.
    public var coarsest = 600
    /// At most so many levels.
    public var levels = 20

    /// The defaults.
    public init() {}
  }

  /// The choices.
  public let options: Options
  /// The pattern of A.
  private let pattern: SparsityPattern
  private let nearNullSpace: DenseMatrix<Double>
  private var levels: [MultigridLevel] = []
  private let coarsestSymbolic: SymbolicCholesky
  private var coarsest: CoarsestSolver
  /// S, by which A is scaled to a unit diagonal.
  private var scale: [Double]
  private let pool: VectorPool<Double>
  /// The unknowns of each level, the finest first.
  public let levelSizes: [Int]
  /// Entries of all levels over those of A.
  public let operatorComplexity: Double

  /// Sets up the levels.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - nodes: Which unknowns stand at one node and are joined together; each its own where nil.
  ///   - nearNullSpace: Vectors of small energy, in columns; the constants of each component of a
  ///     node where nil.
  ///   - options: Choices.
  /// - Precondition: A is square; nodes and vectors are those of its unknowns.
  /// - Throws: `notFinite`; `notPositiveDefinite` where a diagonal entry is not positive; what the
  ///   direct solver on the coarsest level throws.
  public init(
    _ a: SparseMatrix<Double>, nodes: NodeBlocks? = nil,
    nearNullSpace: DenseMatrix<Double>? = nil, _ options: Options = Options()
  ) throws(FactorizationError) {
    precondition(a.rowCount == a.columnCount, "multigrid of \(a.rowCount) × \(a.columnCount)")
    var nodes = nodes ?? NodeBlocks(unknowns: a.rowCount, perNode: 1)
    precondition(
      nodes.unknownCount == a.rowCount, "nodes of \(nodes.unknownCount) of \(a.rowCount) unknowns")
    if let (row, column) = a.firstNonFiniteEntry { throw .notFinite(row: row, column: column) }
    self.options = options
    pattern = a.pattern
    var space = nearNullSpace ?? nodes.constants
    self.nearNullSpace = space
    precondition(
      space.rowCount == a.rowCount && space.columnCount > 0,
      "a near-null space of \(space.rowCount) × \(space.columnCount) for \(a.rowCount) unknowns")
    var threshold = options.threshold
    var current = try UnitDiagonal(a)
    (scale, pool) = (current.scale, VectorPool(count: a.rowCount))
    space.divideRows(by: current.scale)
    var (sizes, entries) = ([a.rowCount], a.pattern.entryCount)
    while current.matrix.rowCount > options.coarsest, levels.count + 1 < options.levels {
      let matrix = current.matrix
      let graph = NodeGraph(matrix, nodes, threshold: threshold)
      let aggregation = Aggregation(graph)
      let tentative = TentativeProlongator(aggregation, nodes, space: space)
      let columns = tentative.matrix.columnCount
      guard columns > 0, columns < 9 * matrix.rowCount / 10 else { break }
      let plan = CoarseningPlan(
        matrix, graph, aggregation, tentative.matrix.pattern, nodes, modes: space.columnCount)
      let (level, next) = try MultigridLevel.make(
        matrix, plan: plan, tentative.matrix, keeping: space.column(0), options)
      levels.append(level)
      (current, space) = (next, tentative.coarseSpace)
      space.divideRows(by: next.scale)
      nodes = NodeBlocks(unknowns: columns, perNode: space.columnCount)
      threshold /= 2
      sizes.append(columns)
      entries += next.matrix.pattern.entryCount
    }
    (levelSizes, operatorComplexity) = (
      sizes, Double(entries) / Double(max(1, a.pattern.entryCount))
    )
    coarsestSymbolic = try SymbolicCholesky(current.matrix.pattern)
    coarsest = try CoarsestSolver(current.matrix, symbolic: coarsestSymbolic)
  }

  /// Takes another matrix with the same pattern; groups and near-null space stay.
  ///
  /// - Precondition: `a` has the identical pattern (`===`).
  /// - Throws: As the initialiser; the old levels stay.
  public mutating func refresh(_ a: SparseMatrix<Double>) throws(FactorizationError) {
    precondition(a.pattern === pattern, "refresh: the pattern is another object")
    if let (row, column) = a.firstNonFiniteEntry { throw .notFinite(row: row, column: column) }
    var new: [MultigridLevel] = []
    let finest = try UnitDiagonal(a)
    var (matrix, space) = (finest.matrix, nearNullSpace)
    space.divideRows(by: finest.scale)
    for old in levels {
      let tentative = TentativeProlongator(old.plan.aggregation, old.plan.nodes, space: space)
      let (level, next) = try MultigridLevel.make(
        matrix, plan: old.plan, tentative.matrix, keeping: space.column(0), options)
      new.append(level)
      (matrix, space) = (next.matrix, tentative.coarseSpace)
      space.divideRows(by: next.scale)
    }
    coarsest = try CoarsestSolver(matrix, symbolic: coarsestSymbolic)
    (levels, scale) = (new, finest.scale)
  }

  /// What the second level makes of the near-null space: P B_c. Where A annihilates the space, away
  /// from prescribed unknowns, it is the space itself, to round-off; nil where there is no second level.
  public var carriedSpace: DenseMatrix<Double>? {
    guard let level = levels.first else { return nil }
    var space = nearNullSpace
    space.divideRows(by: scale)
    var coarse = TentativeProlongator(level.plan.aggregation, level.plan.nodes, space: space)
      .coarseSpace
    coarse.divideRows(by: level.coarseScale)
    var carried = level.prolongation * coarse
    for j in 0..<carried.columnCount {
      for i in 0..<carried.rowCount { carried[i, j] *= scale[i] }
    }
    return carried
  }

  /// The order of A.
  public var rowCount: Int { pattern.rowCount }
  /// The order of A.
  public var columnCount: Int { pattern.rowCount }
  /// Symmetric smoothing and a Galerkin correction make it so.
  public var isDefinite: Bool { true }

  /// z ← M⁻¹ r.
  public func apply(_ r: [Double], into z: inout [Double]) {
    requireOrder(r, z)
    pool.withVector { scaled in
      multiply(r, by: scale, into: &scaled)
      cycle(0, scaled, into: &z)
    }
    multiply(&z, by: scale)
  }

  private func cycle(_ depth: Int, _ r: [Double], into z: inout [Double]) {
    guard depth < levels.count else {
      coarsest.solve(r, into: &z)
      return
    }
    let level = levels[depth]
    level.coarse.withVector { correction in
      level.coarse.withVector { load in
        level.fine.withVector { rest in
          level.smoother.begin(r, into: &z, rest: &rest, level.fine)
          level.restriction.apply(rest, into: &load)
        }
        cycle(depth + 1, load, into: &correction)
      }
      addProduct(level.prolongation, correction, into: &z)
    }
    level.smoother.end(r, on: &z, level.fine)
  }
}

extension DenseMatrix<Double> {
  /// Divides row i by the i-th number.
  fileprivate mutating func divideRows(by scale: [Double]) {
    for j in 0..<columnCount { for i in 0..<rowCount { values[i + j * rowCount] /= scale[i] } }
  }
}
