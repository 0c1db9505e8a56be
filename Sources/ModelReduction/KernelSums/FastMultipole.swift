public import LinearAlgebra

/// f_i = Σ_j K(x_i − y_j) q_j for many points, by a multilevel fast multipole method whose far fields
/// are compressed by empirical interpolation: only values of the kernel are needed, and each level
/// has the rank its kernel asks for.
public struct FastMultipole<S: Scalar>: Sendable {
  /// K.
  public let kernel: any TranslationInvariantKernel<S>
  /// What was asked for.
  public let options: FastMultipoleOptions
  let targets: PointTree
  let sources: PointTree
  /// Levels of the tree; nil where no cell interacts through nodes.
  let levels: [TreeLevel<S>?]
  let near: Adjacency
  let fromNodes: Adjacency
  let toNodes: Adjacency
  /// The leaves of the targets.
  let targetLeaves: [Int]
}

extension FastMultipole {
  /// Prepares sums over one cloud: each point is a source and a target.
  ///
  /// - Parameter points: D × n with D = 2 or 3, one point per column.
  /// - Throws: ``KernelSumError``.
  public init(
    _ kernel: any TranslationInvariantKernel<S>, over points: DenseMatrix<Double>,
    options: FastMultipoleOptions = FastMultipoleOptions()
  ) throws(KernelSumError) {
    try self.init(kernel, points, nil, options)
  }

  /// Prepares sums over sources, wanted at targets.
  ///
  /// - Parameters:
  ///   - sources: D × n with D = 2 or 3, one point per column.
  ///   - targets: D × m.
  /// - Throws: ``KernelSumError``.
  public init(
    _ kernel: any TranslationInvariantKernel<S>, from sources: DenseMatrix<Double>,
    to targets: DenseMatrix<Double>, options: FastMultipoleOptions = FastMultipoleOptions()
  ) throws(KernelSumError) {
    try self.init(kernel, sources, targets, options)
  }

  private init(
    _ kernel: any TranslationInvariantKernel<S>, _ sourcePoints: DenseMatrix<Double>,
    _ targetPoints: DenseMatrix<Double>?, _ options: FastMultipoleOptions
  ) throws(KernelSumError) {
    try options.check()
    let dimension = sourcePoints.rowCount
    guard dimension == 2 || dimension == 3, targetPoints?.rowCount ?? dimension == dimension else {
      throw .dimension(sources: dimension, targets: targetPoints?.rowCount ?? dimension)
    }
    let sourceCloud = try PointList(columns: sourcePoints)
    let targetCloud = try targetPoints.map { points throws(KernelSumError) in
      try PointList(columns: points)
    }
    let box = RootBox([sourceCloud] + (targetCloud.map { [$0] } ?? []), dimension: dimension)
    let leafSize = options.leafSize(dimension: dimension)
    let sources = PointTree(sourceCloud, in: box, leafSize: leafSize)
    let targets = targetCloud.map { PointTree($0, in: box, leafSize: leafSize) } ?? sources
    let bases = try LevelBases(
      kernel, box, depth: max(sources.levels.count, targets.levels.count), options)
    let lists = InteractionLists(targets, sources, ranks: bases.levels.map { $0?.basis.rank })
    (self.kernel, self.options, self.targets, self.sources) = (kernel, options, targets, sources)
    near = Adjacency(lists.near, count: targets.cells.count)
    fromNodes = Adjacency(lists.fromNodes, count: targets.cells.count)
    toNodes = Adjacency(lists.toNodes, count: targets.cells.count)
    targetLeaves = targets.cells.indices.filter { targets.cells[$0].isLeaf }
    // Levels of a homogeneous kernel share the basis and what it makes.
    var blocks: [SIMD3<Int32>: FarBlock<S>] = [:]
    var transfers: [DenseMatrix<S>]?
    levels = bases.levels.indices.map { level in
      guard let mine = bases.levels[level] else { return nil }
      let basis = mine.basis
      let finer = level + 1 < bases.levels.count ? bases.levels[level + 1] : nil
      let schedule = FarSchedule(
        lists.far[level],
        cellCount: level < targets.levels.count ? targets.levels[level].count : 0)
      if kernel.homogeneity == nil { (blocks, transfers) = ([:], nil) }
      let wanted = schedule.offsets.filter { blocks[$0] == nil }
      for (offset, block) in zip(wanted, basis.blocks(wanted)) { blocks[offset] = block }
      if let finer, transfers == nil {
        transfers = basis.transfers(from: finer.basis, scale: mine.unit / finer.unit)
      }
      return TreeLevel(
        basis: basis, unit: mine.unit, factor: mine.factor,
        transfers: finer == nil ? [] : transfers ?? [], schedule: schedule,
        blocks: schedule.offsets.compactMap { blocks[$0] })
    }
  }
}
