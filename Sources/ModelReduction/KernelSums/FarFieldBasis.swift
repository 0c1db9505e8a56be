internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// The cell of one level as it is seen from far away: K(x − y) ≈ Σ_m K(x − y_m) L_m(y) with few points
/// y_m of the cell, by empirical interpolation of x ↦ K(x − y).
///
/// The greedy takes y_m where the error is largest, and a far point x_m where that error is; then
/// L(y) = F⁻¹ (K(x_l − y))_l with F_lm = K(x_l − y_m). Errors are compared with what the far point's
/// shell is allowed. Target cells use the same points: for an even kernel as they are, for any other
/// mirrored, because K(x − y) = K((−y) − (−x)).
///
/// - Source: Casenave, Ern, Lelièvre, *Variants of the empirical interpolation method: symmetric
///   formulation, choice of norms and rectangular extension*, Appl. Math. Lett. 56 (2016), for the
///   form; Fong, Darve, *The black-box fast multipole method*, J. Comput. Phys. 228 (2009), for
///   interpolation in place of expansions.
struct FarFieldBasis<S: Scalar>: Sendable {
  let kernel: any TranslationInvariantKernel<S>
  let region: FarRegion
  /// y_1 … y_d, relative to the middle of the cell.
  let nodes: PointList
  /// −x_1 … −x_d.
  let mirroredChecks: PointList
  /// Of the rows of F: one over the scale of their shells.
  let weights: [Double]
  /// P W F = L U; nil where d = 0.
  private let factors: LU<S>?
  /// The largest error at pairs that joined no training, over the scale of their shell.
  private(set) var largestError: Double
  /// The root mean square of errors of pairs in interacting cells, through the points of both, over
  /// what the level is allowed; no choice has seen these pairs.
  private(set) var meanError: Double
  /// The root mean square of errors of pairs of the cell and each shell, over what the level that
  /// treats this shell is allowed.
  private(set) var shellErrors: [Double] = []
  /// How far entries of the blocks of displacements may be off.
  private(set) var blockTolerance = 0.0
  /// Whether the points reach the tolerance; their number was limited.
  private(set) var isUseful: Bool

  /// d.
  var rank: Int { nodes.count }

  /// - Parameters:
  ///   - tolerance: Of the root of the mean square of errors, over the scales of the region.
  ///   - rankLimit: No more points than this; the basis is of no use if they do not suffice.
  init(
    _ kernel: any TranslationInvariantKernel<S>, seenFrom region: FarRegion, tolerance: Double,
    rankLimit: Int, seed: UInt64
  ) throws(KernelSumError) {
    var random = SplitMix64(seed: seed)
    let pairs = PairSample(region, seed: seed &+ 1)
    let ratio = (region.meanScales.first ?? 1) / (region.scales.first ?? 1)
    let digits = -Double.log10(tolerance)
    let axis = Int((2 + (region.dimension == 3 ? 0.85 : 1.6) * digits).rounded(.up))
    var sources = region.lattice(max(3, axis))
    var (far, shells) = region.points(2 * sources.count, &random)
    // The largest error is met near corners of cells that almost touch, and the mean is far below it:
    // by a factor of ten for smooth kernels, of a hundred for singular ones.
    var largest = min(0.5, 32 * tolerance * min(1, 2.5 * ratio))
    var best: FarFieldBasis?
    for round in 0..<16 {
      let table = kernel.matrix(far, sources).scalingRows(by: region.weights(shells))
      if table.firstNonFiniteEntry != nil { throw .kernelNotFinite(distance: region.width) }
      var greedy = RunningElimination(table)
      greedy.run(to: largest, size: rankLimit)
      let isUseful = greedy.error <= largest || greedy.rows.count < rankLimit
      func basis(_ size: Int) throws(KernelSumError) -> FarFieldBasis {
        try FarFieldBasis(
          kernel, region, nodes: greedy.columns.prefix(size).map { sources[$0] },
          checks: greedy.rows.prefix(size).map { far[$0] },
          shells: greedy.rows.prefix(size).map { shells[$0] }, isUseful: isUseful)
      }
      var found = try basis(greedy.rows.count)
      best = found
      guard isUseful else { break }
      let (moreFar, moreShells) = region.points(700, &random)
      let moreSources = region.sources(300, &random)
      let left = found.errors(moreFar, moreShells, moreSources)
      found.largestError = left.far.max() ?? 0
      found.measure(pairs)
      best = found
      let rows = worst(left.far, above: 2 * largest, atMost: max(60, far.count / 8))
      guard found.meanError <= tolerance, rows.count < 10 || round > 2 else {
        // Unseen pairs with too large an error join the training; all of them where the points are
        // no longer few among those to choose from.
        let isScarce = 3 * found.rank > sources.count
        let columns = worst(left.sources, above: 2 * largest, atMost: max(40, sources.count / 8))
        for i in isScarce ? Array(moreShells.indices) : rows {
          far.append(moreFar[i])
          shells.append(moreShells[i])
        }
        for j in isScarce ? Array(0..<moreSources.count) : columns {
          sources.append(moreSources[j])
        }
        if found.meanError > tolerance, rows.count < 40, largest > 0.01 * tolerance {
          largest *= max(0.25, 0.7 * tolerance / found.meanError)
        }
        continue
      }
      // The points are nested: fewer of them may do.
      var (few, many) = (0, found.rank)
      while many - few > 1 + many / 32 {
        let middle = (few + many) / 2
        var fewer = try basis(middle)
        fewer.measure(pairs)
        if fewer.meanError <= tolerance {
          many = middle
          best = fewer
        } else {
          few = middle
        }
      }
      let last = best?.errors(moreFar, moreShells, moreSources).far.max()
      best?.largestError = last ?? 0
      break
    }
    guard var best else { throw .refused("no interpolation of the kernel") }
    if best.meanError > 2 * tolerance { best.isUseful = false }
    if best.isUseful, best.rank > 16 {
      // What crosses leave out of the blocks shall not show beside the error of the nodes.
      best.blockTolerance = tolerance * (region.meanScales.first ?? 0)
      while true {
        let error = best.interactionError(pairs)
        if error <= 1.5 * tolerance || best.blockTolerance == 0 {
          best.meanError = max(best.meanError, error)
          break
        }
        let next = best.blockTolerance / 4
        best.blockTolerance = next > 1e-3 * tolerance * (region.meanScales.first ?? 0) ? next : 0
      }
    }
    self = best
  }

  private init(
    _ kernel: any TranslationInvariantKernel<S>, _ region: FarRegion, nodes: [SIMD3<Double>],
    checks: [SIMD3<Double>], shells: [Int], isUseful: Bool
  ) throws(KernelSumError) {
    (self.kernel, self.region, self.isUseful) = (kernel, region, isUseful)
    (self.nodes, mirroredChecks) = (PointList(nodes), PointList(checks).mirrored)
    weights = region.weights(shells)
    (largestError, meanError) = (.nan, .nan)
    guard !nodes.isEmpty else {
      factors = nil
      return
    }
    do throws(FactorizationError) {
      factors = try LU(
        kernel.matrix(PointList(checks), self.nodes).scalingRows(by: weights))
    } catch {
      throw .factorization(error)
    }
  }

  /// L(y) for each point y relative to the middle, d × n.
  func coefficients(at y: PointList) -> DenseMatrix<S> {
    solve(kernel.matrix(mirroredChecks.mirrored, y).scalingRows(by: weights))
  }

  /// (W F)⁻¹ B.
  func solve(_ b: DenseMatrix<S>) -> DenseMatrix<S> { factors?.solve(b) ?? b }

  /// W (W F)⁻ᵀ B: turns values at the nodes into weights of the check points.
  func solveTransposed(_ b: DenseMatrix<S>) -> DenseMatrix<S> {
    (factors?.solve(b, .transposed) ?? b).scalingRows(by: weights)
  }

  /// |K − I K| over the scale: the largest of each far point and of each source.
  func errors(
    _ far: PointList, _ shells: [Int], _ sources: PointList
  ) -> (far: [Double], sources: [Double]) {
    let image = kernel.matrix(far, nodes) * coefficients(at: sources)
    let left = kernel.matrix(far, sources) - image
    return left.largestWeighted(region.weights(shells))
  }

  /// K at a displacement of cells by `shift`, between the nodes of a source and those of a target:
  /// d × d, a column for each node of the source.
  func block(_ shift: SIMD3<Double>) -> DenseMatrix<S> {
    var targets = PointList()
    targets.append(nodes, times: kernel.isEven ? 1 : -1, plus: shift)
    return kernel.matrix(targets, nodes)
  }

  /// Finds the mean error: of pairs in interacting cells, through the points of both, and of pairs of
  /// a source and each shell of the far region, where the coarser levels look at what the points of
  /// this one represent.
  private mutating func measure(_ pairs: PairSample) {
    let right = coefficients(at: pairs.sources)
    shellErrors = zip(pairs.shells, region.meanScales).map { far, scale in
      let exact = kernel.matrix(far, pairs.sources)
      let size = (exact - kernel.matrix(far, nodes) * right).frobeniusNorm
      return size / Double(exact.values.count).squareRoot() / scale
    }
    meanError = max(interactionError(pairs), shellErrors.max() ?? 0)
  }

  /// That of pairs in interacting cells alone, with blocks as they are used.
  private func interactionError(_ pairs: PairSample) -> Double {
    let left = coefficients(at: kernel.isEven ? pairs.targets : pairs.targets.mirrored).transposed()
    let right = coefficients(at: pairs.sources)
    let squares = parallelMap(pairs.offsets.count) { k in
      let shift = pairs.offsets[k]
      let exact = kernel.matrix(pairs.targets(at: shift), pairs.sources)
      let block = FarBlock(block(shift), tolerance: blockTolerance)
      let size = (exact - left * block.times(right)).frobeniusNorm
      return size * size
    }
    let mean = (squares.reduce(0, +) / Double(pairs.count)).squareRoot()
    return mean / (region.meanScales.first ?? 1)
  }
}

/// The places of the largest numbers above a limit.
private func worst(_ sizes: [Double], above limit: Double, atMost count: Int) -> [Int] {
  let above = sizes.indices.filter { sizes[$0] > limit }
  return above.sorted { (sizes[$0], $1) > (sizes[$1], $0) }.prefix(count).sorted()
}

extension DenseMatrix {
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func scalingRows(by factors: [Double]) -> DenseMatrix {
    var result = self
    for j in 0..<columnCount {
      for i in 0..<rowCount { result.values[i + j * rowCount] *= S(real: factors[i]) }
    }
    return result
  }

  /// max_j wᵢ |aᵢⱼ| for each row, max_i for each column.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func largestWeighted(_ weights: [Double]) -> (far: [Double], sources: [Double]) {
    var rows = [Double](repeating: 0, count: rowCount)
    var columns = [Double](repeating: 0, count: columnCount)
    for j in 0..<columnCount {
      for i in 0..<rowCount {
        let size = values[i + j * rowCount].absolute * weights[i]
        // What is not a number is the worst.
        let safe = size.isFinite ? size : .infinity
        rows[i] = max(rows[i], safe)
        columns[j] = max(columns[j], safe)
      }
    }
    return (rows, columns)
  }
}
