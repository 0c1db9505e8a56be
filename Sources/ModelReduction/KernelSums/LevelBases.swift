internal import LinearAlgebra
internal import RealModule

/// The bases of all levels, the finest first made: ranks of waves grow with the width of cells, and
/// what a fine level cannot do a coarse one cannot either.
struct LevelBases<S: Scalar>: Sendable {
  struct Level: Sendable {
    let basis: FarFieldBasis<S>
    let unit: Double
    let factor: Double
  }

  /// nil for the root and its children, which have no far cells, and where more nodes were needed
  /// than are useful.
  let levels: [Level?]

  init(
    _ kernel: any TranslationInvariantKernel<S>, _ box: RootBox, depth: Int,
    _ options: FastMultipoleOptions
  ) throws(KernelSumError) {
    var levels = [Level?](repeating: nil, count: depth)
    guard depth > 2 else {
      self.levels = levels
      return
    }
    let widths = (0...depth + 1).map { box.width(level: $0) }
    let scale = try KernelScale(kernel, dimension: box.dimension, widths: widths)
    /// In units in which the kernel of a level is `factor` times as small and cells have some width.
    func basis(
      _ level: Int, width: Double, factor: Double
    ) throws(KernelSumError) -> FarFieldBasis<S> {
      try FarFieldBasis(
        kernel,
        seenFrom: FarRegion(
          dimension: box.dimension, width: width,
          // Beyond the first shell errors are as even as the kernel, and the mean decides.
          scales: (0..<level).map {
            let (largest, mean) = (scale.largest[level - $0], scale.mean[level - $0])
            return ($0 == 0 ? largest : min(largest, 4 * mean)) / factor
          },
          meanScales: (0..<level).map { scale.mean[level - $0] / factor },
          reach: width * Double(1 << level)),
        tolerance: options.tolerance / 6, rankLimit: options.rankLimit, seed: options.seed)
    }
    if let power = kernel.homogeneity {
      // One level for all, of width one: scales from one shell to the next have one ratio.
      let deepest = depth - 1
      let unit = try basis(deepest, width: 1, factor: Double.pow(widths[deepest], power))
      guard unit.isUseful else {
        self.levels = levels
        return
      }
      for level in 2..<depth {
        levels[level] = Level(
          basis: unit, unit: 1 / widths[level], factor: Double.pow(widths[level], power))
      }
    } else {
      for level in (2..<depth).reversed() {
        let found = try basis(level, width: widths[level], factor: 1)
        guard found.isUseful else { break }
        levels[level] = Level(basis: found, unit: 1, factor: 1)
      }
    }
    self.levels = levels
  }
}
