// Arrays are seen as outer × n × inner along the axis in question, the inner index running fastest.
// Every loop has a fixed order of operations, so that compressing and decompressing meet the same
// bits on every machine.

extension AxisCoarsening {
  /// The array without its fine nodes that are not coarse.
  func restricted(_ fine: [Double], inner: Int) -> [Double] {
    guard !isIdentity else { return fine }
    let outer = fine.count / (fineCount * inner)
    var coarse = [Double](repeating: 0, count: outer * coarseCount * inner)
    for block in 0..<outer {
      for i in 0..<coarseCount {
        let source = (block * fineCount + fineIndex(i)) * inner
        let target = (block * coarseCount + i) * inner
        for k in 0..<inner { coarse[target + k] = fine[source + k] }
      }
    }
    return coarse
  }

  /// The piecewise linear function of a coarse array at the fine nodes.
  func interpolated(_ coarse: [Double], inner: Int) -> [Double] {
    guard !isIdentity else { return coarse }
    let outer = coarse.count / (coarseCount * inner)
    var fine = [Double](repeating: 0, count: outer * fineCount * inner)
    for block in 0..<outer {
      for j in 0..<fineCount {
        let target = (block * fineCount + j) * inner
        if isCoarse(j) {
          let source = (block * coarseCount + (j + 1) / 2) * inner
          for k in 0..<inner { fine[target + k] = coarse[source + k] }
        } else {
          let source = (block * coarseCount + j / 2) * inner
          let (left, right) = (leftWeight[j], 1 - leftWeight[j])
          for k in 0..<inner {
            fine[target + k] = left * coarse[source + k] + right * coarse[source + inner + k]
          }
        }
      }
    }
    return fine
  }

  /// M_c⁻¹ R M_f: the L² projection of a piecewise linear function onto the coarse ones.
  func projected(_ fine: [Double], inner: Int) -> [Double] {
    guard !isIdentity else { return fine }
    let outer = fine.count / (fineCount * inner)
    var coarse = [Double](repeating: 0, count: outer * coarseCount * inner)
    for block in 0..<outer {
      let (from, to) = (block * fineCount * inner, block * coarseCount * inner)
      for j in 0..<fineCount {
        // Row j of M_f, handed to the coarse nodes by the transpose of interpolation.
        let here = from + j * inner
        let before = j > 0 ? massCoupling[j - 1] : 0
        let after = j < fineCount - 1 ? massCoupling[j] : 0
        let (previous, next) = (
          j > 0 ? here - inner : here, j < fineCount - 1 ? here + inner : here
        )
        let diagonal = massDiagonal[j]
        let isCoarse = isCoarse(j)
        let target = to + (isCoarse ? (j + 1) / 2 : j / 2) * inner
        let (left, right) = isCoarse ? (1, 0) : (leftWeight[j], 1 - leftWeight[j])
        for k in 0..<inner {
          let moment =
            diagonal * fine[here + k] + before * fine[previous + k] + after * fine[next + k]
          coarse[target + k] += left * moment
          if !isCoarse { coarse[target + inner + k] += right * moment }
        }
      }
      for i in 1..<coarseCount {
        let (here, factor) = (to + i * inner, multiplier[i])
        for k in 0..<inner { coarse[here + k] -= factor * coarse[here - inner + k] }
      }
      for i in (0..<coarseCount).reversed() {
        let (here, factor) = (to + i * inner, reciprocal[i])
        let next = i < coarseCount - 1 ? multiplier[i + 1] : 0
        let above = i < coarseCount - 1 ? here + inner : here
        for k in 0..<inner {
          coarse[here + k] = factor * coarse[here + k] - next * coarse[above + k]
        }
      }
    }
    return coarse
  }
}
