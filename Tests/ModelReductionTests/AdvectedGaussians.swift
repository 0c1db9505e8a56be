import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport

/// u = a exp(−((x − c) / w)²) on 400 points of [0, 1], c, w and log a drawn evenly: bumps of random
/// place, width and amplitude, which no one basis serves well.
struct AdvectedGaussians {
  let states: DenseMatrix<Double>
  let parameters: [Parameter]

  init(_ count: Int, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var (columns, parameters) = ([[Double]](), [Parameter]())
    for _ in 0..<count {
      let (c, w) = (random.uniform(0.1...0.9), random.uniform(0.03...0.06))
      let a = Double.exp(random.uniform(-2...2))
      columns.append(
        (0..<400).map { i in
          let s = (Double(i) / 399 - c) / w
          return a * Double.exp(-s * s)
        })
      parameters.append([c, w])
    }
    states = DenseMatrix(rowCount: 400, columns: columns)
    self.parameters = parameters
  }

  var source: SnapshotSet<Double> { SnapshotSet(states: states, parameters: parameters) }
}
