import LinearAlgebra
import ModelReduction
import TestSupport
import Testing

@Suite struct `Ridge regression with many inputs` {
  /// Outputs that are linear in a few directions of the inputs, with noise; five runs of eight samples.
  private struct Data {
    var inputs: DenseMatrix<Double>
    var outputs: DenseMatrix<Double>
    let parts = (0..<40).map { $0 / 8 }

    init(noise: Double, slope: Double = 1, seed: UInt64 = 3) {
      var random = SeededRandom(seed: seed)
      inputs = DenseMatrix(rowCount: 60, columnCount: 40)
      outputs = DenseMatrix(rowCount: 2, columnCount: 40)
      let directions = (0..<3).map { _ in (0..<60).map { _ in random.uniform() } }
      for j in 0..<40 {
        let z = (0..<3).map { _ in random.uniform() }
        for i in 0..<60 {
          inputs[i, j] = Double(1 + i % 7) * (0..<3).reduce(0) { $0 + z[$1] * directions[$1][i] }
        }
        outputs[0, j] = slope * (2 * z[0] - z[1]) + noise * random.uniform()
        outputs[1, j] = slope * z[2] + noise * random.uniform()
      }
    }
  }

  @Test func `solves the regularised normal equations`() throws {
    let data = Data(noise: 0.1)
    let alpha = 0.03
    let fit = try RidgeRegression(
      inputs: data.inputs, outputs: data.outputs, penalties: [alpha], parts: data.parts)
    #expect(fit.penalty == alpha && fit.crossValidation.count == 1)
    // Xᵀ(y − X w)/N = α s² w.
    let square = data.inputs.values.reduce(0) { $0 + $1 * $1 } / 40
    for o in 0..<2 {
      let rest = (0..<40).map { j in
        data.outputs[o, j] - fit.prediction(of: data.inputs.column(j))[o]
      }
      for i in 0..<60 {
        let slope = (0..<40).reduce(0) { $0 + data.inputs[i, $1] * rest[$1] } / 40
        #expect(abs(slope - alpha * square * fit.coefficients[i, o]) < 1e-11)
      }
    }
  }

  @Test func `finds what there is to learn and shrinks where there is noise alone`() throws {
    let clear = Data(noise: 0)
    let exact = try RidgeRegression(
      inputs: clear.inputs, outputs: clear.outputs, parts: clear.parts)
    #expect(exact.error < 1e-4 * exact.zeroError && exact.penalty < 1e-4)
    let errors = exact.crossValidation.map(\.error)
    #expect(errors == errors.sorted(by: >))
    let blind = Data(noise: 1, slope: 0)
    let none = try RidgeRegression(
      inputs: blind.inputs, outputs: blind.outputs, parts: blind.parts)
    #expect(none.penalty >= 0.1 && none.error < 1.1 * none.zeroError)
    let noisy = Data(noise: 0.3)
    let some = try RidgeRegression(
      inputs: noisy.inputs, outputs: noisy.outputs, parts: noisy.parts)
    #expect(some.penalty > exact.penalty && some.error < 0.5 * some.zeroError)
  }

  @Test func `does not depend on the units of inputs and outputs`() throws {
    let data = Data(noise: 0.1)
    let fit = try RidgeRegression(
      inputs: data.inputs, outputs: data.outputs, parts: data.parts)
    var other = data
    for j in 0..<40 {
      for i in 0..<60 { other.inputs[i, j] = 1024 * data.inputs[i, j] }
      for o in 0..<2 { other.outputs[o, j] = data.outputs[o, j] / 4096 }
    }
    let scaled = try RidgeRegression(
      inputs: other.inputs, outputs: other.outputs, parts: other.parts)
    #expect(scaled.penalty == fit.penalty)
    for j in 0..<40 {
      let (a, b) = (
        fit.prediction(of: data.inputs.column(j)), scaled.prediction(of: other.inputs.column(j))
      )
      for o in 0..<2 { #expect(abs(a[o] - 4096 * b[o]) < 1e-9) }
    }
  }

  @Test func `refuses what cannot be learnt from`() {
    let data = Data(noise: 0)
    #expect(throws: RegressionError.self) {
      try RidgeRegression(
        inputs: data.inputs, outputs: data.outputs, parts: [Int](repeating: 0, count: 40))
    }
    #expect(throws: RegressionError.self) {
      try RidgeRegression(
        inputs: data.inputs, outputs: data.outputs, penalties: [0], parts: data.parts)
    }
    var bad = data
    bad.outputs[1, 3] = .nan
    #expect(throws: RegressionError.notFinite(what: "its outputs", sample: 3)) {
      try RidgeRegression(inputs: bad.inputs, outputs: bad.outputs, parts: bad.parts)
    }
  }
}
