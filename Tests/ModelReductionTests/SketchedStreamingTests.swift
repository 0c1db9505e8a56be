import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

private typealias Matrix = DenseMatrix<Double>

private let n = 12_000

/// The Euclidean product, or weights over three decades.
private func product(isWeighted: Bool) -> InnerProduct<Double> {
  guard isWeighted else { return InnerProduct(euclidean: n) }
  let weights = (0..<n).map { Double.pow(10, -3 * Double($0 * 7919 % n) / Double(n)) }
  return InnerProduct(weights: weights, name: "weights")
}

private func defect(_ pod: StreamingPOD) -> Double {
  let v = pod.basis.vectors
  let gram = v.adjointTimes(pod.product.apply(v)) - .identity(pod.rank)
  return gram.values.reduce(0) { max($0, $1.magnitude) }
}

/// Snapshots whose directions fall by ten every four, with some of them alone in a few rows.
private func snapshots(_ count: Int, floor: Double = 0) -> Matrix {
  let left = Matrix.random(n, 30, seed: 1)
  var right = Matrix.random(30, count, seed: 2)
  right.scaleRows(by: (0..<30).map { max(floor, Double.pow(10, -Double($0) / 4)) })
  var a = left * right
  for j in stride(from: 0, to: count, by: 5) { a[64 * j % n, j] += 3 }
  return a
}

/// So many rows that a sketch of the basis foresees the coordinates of a block.
@Suite struct `Streaming POD with a sketch` {
  @Test(arguments: [false, true], [1, 4])
  func `without truncation it is the POD of all snapshots`(
    isWeighted: Bool, size: Int
  ) throws {
    let product = product(isWeighted: isWeighted)
    let a = snapshots(40)
    var pod = try StreamingPOD(in: product, rightFactors: .kept)
    for first in stride(from: 0, to: 40, by: size) {
      try pod.append(a.columns(first..<first + size))
    }
    let batch = try POD(of: SnapshotSet(states: a), in: product, tolerance: 0)
    let largest = pod.singularValues[0]
    for (p, q) in zip(pod.singularValues, batch.singularValues) {
      #expect((p - q).magnitude < 1e-13 * largest)
    }
    #expect(defect(pod) < 1e-13)
    #expect(
      (pod.totalEnergy - pod.singularValues.reduce(0) { $0 + $1 * $1 }).magnitude
        < 1e-13 * pod.totalEnergy)
    var scaled = pod.basis.vectors
    scaled.scaleColumns(by: pod.singularValues)
    let rest = a - scaled * (try #require(pod.rightVectors)).transposed()
    #expect(rest.frobeniusNorm < 1e-13 * a.frobeniusNorm)
  }

  @Test(arguments: [false, true])
  func `what is hardly outside the basis is found to its last digits`(
    isWeighted: Bool
  ) throws {
    let product = product(isWeighted: isWeighted)
    let a = Matrix.random(n, 12, seed: 6)
    var pod = try StreamingPOD(in: product)
    try pod.append(a.columns(0..<8))
    // Combinations of what is there, and 10⁻⁶, 10⁻⁹, 10⁻¹² of something new.
    var block = a.columns(0..<8) * Matrix.random(8, 3, seed: 7)
    for (j, part) in [1e-6, 1e-9, 1e-12].enumerated() {
      for i in 0..<n { block[i, j] += part * a[i, 9 + j] }
    }
    let before = pod.singularValues[0]
    try pod.append(block)
    #expect(pod.rank == 11 && defect(pod) < 1e-13)
    for j in 9..<12 {
      let rest = pod.basis.distance(to: a.column(j)) / product.norm(a.column(j))
      // Known as well as the round-off of the block allows.
      #expect(rest < 1e-14 / [1e-6, 1e-9, 1e-12][j - 9])
    }
    #expect(pod.singularValues[0] >= before)
  }

  @Test(arguments: [false, true])
  func `the basis stays orthonormal and the account exact over many blocks`(
    isWeighted: Bool
  ) throws {
    let product = product(isWeighted: isWeighted)
    let a = snapshots(300, floor: 1e-6)
    var pod = try StreamingPOD(in: product, rank: 12)
    var energy = 0.0
    // The second time there is nothing new in them but what was cut off.
    for first in stride(from: 0, to: 600, by: 3) {
      let block = a.columns(first % 300..<first % 300 + 3)
      try pod.append(block)
      energy += (0..<3).reduce(0) { $0 + pow2(product.norm(block.column($1))) }
    }
    #expect(defect(pod) < 3e-14)
    #expect((pod.totalEnergy - energy).magnitude < 1e-12 * energy)
    let kept = pod.singularValues.reduce(0) { $0 + $1 * $1 }
    #expect((kept + pod.truncatedEnergy - energy).magnitude < 1e-12 * energy)
  }
}

private func pow2(_ x: Double) -> Double { x * x }
