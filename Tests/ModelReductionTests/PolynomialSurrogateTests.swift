import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Polynomials fitted to samples` {
  private func column(_ values: [Double]) -> DenseMatrix<Double> {
    DenseMatrix(rowCount: values.count, columns: [values])
  }

  @Test func `are exact where the function is one of them`() throws {
    var random = SeededRandom(seed: 5)
    let places = (0..<40).map { _ in [random.uniform(), random.uniform()] }
    func value(_ z: [Double]) -> Double { 1 - z[0] + 3 * z[0] * z[0] * z[1] - z[1] * z[1] * z[1] }
    let fit = try PolynomialSurrogate(of: column(places.map(value)), at: places, degree: 3)
    #expect(fit.exponents.count == PolynomialSurrogate.count(2, degree: 3))
    for _ in 0..<20 {
      let z = [random.uniform(), random.uniform()]
      #expect(abs(fit.values(at: z)[0] - value(z)) < 1e-13)
    }
  }

  @Test func `know their error at a sample left out without leaving it out`() throws {
    var random = SeededRandom(seed: 6)
    let places = (0..<15).map { _ in [random.uniform()] }
    let values = places.map { Double.exp(2 * $0[0]) + 0.01 * random.uniform() }
    let fit = try PolynomialSurrogate(of: column(values), at: places, degree: 4)
    for j in places.indices {
      let others = places.indices.filter { $0 != j }
      let without = try PolynomialSurrogate(
        of: column(others.map { values[$0] }), at: others.map { places[$0] }, degree: 4)
      let known = (values[j] - fit.values(at: places[j])[0]) / (1 - fit.leverages[j])
      #expect(abs(known - (values[j] - without.values(at: places[j])[0])) < 1e-10)
    }
    // The hat matrix is a projection onto five polynomials.
    #expect(abs(fit.leverages.reduce(0, +) - 5) < 1e-12)
  }

  @Test func `are sums of the samples with weights that add up to one`() throws {
    var random = SeededRandom(seed: 7)
    let places = (0..<20).map { _ in [random.uniform(), random.uniform()] }
    let values = places.map { _ in random.uniform() }
    let fit = try PolynomialSurrogate(of: column(values), at: places, degree: 2)
    for _ in 0..<10 {
      let z = [random.uniform(), random.uniform()]
      let weights = fit.sampleWeights(at: z)
      #expect(abs(weights.reduce(0, +) - 1) < 1e-13)
      #expect(
        abs(zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } - fit.values(at: z)[0]) < 1e-13)
    }
    for (j, place) in places.enumerated() {
      #expect(abs(fit.sampleWeights(at: place)[j] - fit.leverages[j]) < 1e-13)
    }
  }

  @Test func `converge geometrically at the roots of Chebyshev's`() throws {
    // 1/(2 − z): the nearest singularity gives the rate 1/(2 + √3).
    var errors: [Double] = []
    for degree in [5, 10, 15, 20] {
      let count = degree + 2
      let places = (0..<count).map { k in
        [-Double.cos(.pi * (Double(k) + 0.5) / Double(count))]
      }
      let fit = try PolynomialSurrogate(
        of: column(places.map { 1 / (2 - $0[0]) }), at: places, degree: degree)
      errors.append(
        (0...100).reduce(0) { worst, i in
          let z = -1 + Double(i) / 50
          return max(worst, abs(fit.values(at: [z])[0] - 1 / (2 - z)))
        })
    }
    let rate = Double.pow(errors[3] / errors[0], 1 / 15.0)
    #expect(abs(rate - 1 / (2 + Double.sqrt(3))) < 0.03, "\(errors)")
  }

  @Test func `need more samples than there are of them, and samples that tell them apart`() {
    let places = [[0.0], [0.5], [1.0]]
    #expect(throws: HyperReductionError.self) {
      try PolynomialSurrogate(of: column([1, 2, 3]), at: places, degree: 2)
    }
    #expect(throws: HyperReductionError.self) {
      try PolynomialSurrogate(
        of: column([1, 2, 3]), at: [[0.5], [0.5], [0.5]], degree: 1)
    }
  }

  @Test func `have nodes that spread over the interval`() {
    let points = PolynomialSurrogate.lejaPoints(30)
    #expect(points[0] == 1 && points[1] == -1 && abs(points[2]) < 1e-12)
    #expect(Set(points).count == 30 && points.allSatisfy { abs($0) <= 1 })
  }
}
