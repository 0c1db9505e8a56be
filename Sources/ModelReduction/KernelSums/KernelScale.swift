internal import LinearAlgebra
internal import RealModule

/// How large K is where a level treats it, which is what errors are compared with.
///
/// A shell that is twice as far holds 2^D times as many evenly spread points. Errors of many points do
/// not conspire, their squares add; so a level may err as much as 2^(−D/2) of what the next finer one
/// may, however fast the kernel decays: κ*_ℓ = max(κ_ℓ, 2^(−D/2) κ*_{ℓ+1}). Two levels below the
/// finest are counted: points at half and a quarter of the distance are neighbours, summed exactly, and
/// sums of steep kernels consist of little else.
struct KernelScale: Sendable {
  /// κ* of each level by the largest magnitude of K.
  let largest: [Double]
  /// κ* of each level by the mean square of K.
  let mean: [Double]

  init<S: Scalar>(
    _ kernel: any TranslationInvariantKernel<S>, dimension: Int, widths: [Double]
  ) throws(KernelSumError) {
    let count = widths.count
    var (largest, mean) = (
      [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
    )
    let share = Double.pow(0.5, 0.5 * Double(dimension))
    for level in widths.indices.reversed() {
      let w = widths[level]
      let region = FarRegion(
        dimension: dimension, width: w, scales: [1], meanScales: [1], reach: 3 * w)
      var random = SplitMix64(seed: 11)
      let near = kernel.matrix(region.points(200, &random).points, region.sources(20, &random))
      if near.firstNonFiniteEntry != nil { throw .kernelNotFinite(distance: w) }
      let pairs = PairSample(region, seed: 12)
      let square = pairs.offsets.reduce(0.0) {
        let size = kernel.matrix(pairs.targets(at: $1), pairs.sources).frobeniusNorm
        return $0 + size * size
      }
      largest[level] = near.values.largestPlace(nil)?.magnitude ?? 0
      mean[level] = (square / Double(pairs.count)).squareRoot()
      guard level + 1 < count else { continue }
      largest[level] = max(largest[level], share * largest[level + 1])
      mean[level] = max(mean[level], share * mean[level + 1])
    }
    (self.largest, self.mean) = (largest, mean)
  }
}
