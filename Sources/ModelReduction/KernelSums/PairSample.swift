internal import LinearAlgebra

/// Pairs of points in pairs of cells that interact, drawn evenly.
struct PairSample: Sendable {
  /// Relative to the middle of the source cell.
  let sources: PointList
  /// Relative to the middle of the target cell.
  let targets: PointList
  /// Displacements of target cells.
  let offsets: [SIMD3<Double>]
  /// Points of each shell of the far region.
  let shells: [PointList]

  /// How many pairs.
  var count: Int { sources.count * targets.count * offsets.count }

  init(_ region: FarRegion, size: Int = 32, offsetCount: Int = 40, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    func inside() -> PointList {
      PointList(
        (0..<size).map { _ in
          let (x, y, z) = (random.unit(), random.unit(), random.unit())
          return region.width * (SIMD3(x, y, region.dimension == 3 ? z : 0.5) - 0.5)
        })
    }
    (sources, targets) = (inside(), inside())
    let steps = -3...3
    let all = steps.flatMap { a in
      steps.flatMap { b in
        (region.dimension == 3 ? Array(steps) : [0]).map { c in
          SIMD3(Double(a), Double(b), Double(c))
        }
      }
    }.filter { max($0.max(), -$0.min()) >= 2 }
    offsets = all.shuffled(using: &random).prefix(offsetCount).map { region.width * $0 }
    shells = region.scales.indices.map { region.evenPoints(4 * size, shell: $0, &random) }
  }

  /// The targets relative to the middle of the source cell.
  func targets(at offset: SIMD3<Double>) -> PointList {
    var moved = PointList()
    moved.append(targets, times: 1, plus: offset)
    return moved
  }
}
