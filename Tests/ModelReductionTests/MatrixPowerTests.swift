import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Limits of matrix powers` {
  static let box = [0.5...1.5, 0.5...1.5]

  /// A = I + μ₁ A₁ + μ₂ A₂ with A_i = ½ B Bᵀ / n of normal B.
  struct Family {
    let parts: [DenseMatrix<Double>]

    init(_ n: Int, seed: UInt64) {
      var random = SeededRandom(seed: seed)
      parts = (0..<2).map { _ in
        let b = DenseMatrix(
          rowCount: n, columnCount: n,
          values: (0..<n * n).map { _ in
            let (u, v) = (
              Double.random(in: 1e-12...1, using: &random), Double.random(in: 0...1, using: &random)
            )
            return Double.sqrt(-2 * Double.log(u)) * Double.cos(2 * Double.pi * v)
          })
        return 0.5 / Double(n) * (b * b.transposed())
      }
    }

    func matrix(_ mu: Parameter) -> DenseMatrix<Double> {
      .identity(parts[0].rowCount) + mu[0] * parts[0] + mu[1] * parts[1]
    }

    func inverse(_ mu: Parameter) throws -> DenseMatrix<Double> {
      try LU(matrix(mu)).solve(.identity(parts[0].rowCount))
    }

    func logDeterminant(_ mu: Parameter) throws -> Double {
      try SymmetricEigen(matrix(mu)).values.reduce(0) { $0 + Double.log($1) }
    }
  }

  static func tests(_ seed: UInt64, count: Int = 30) -> [Parameter] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in
      Parameter([
        Double.random(in: 0.5...1.5, using: &random), Double.random(in: 0.5...1.5, using: &random),
      ])
    }
  }

  @Test(arguments: [(2, 6), (3, 10), (4, 15), (6, 28), (8, 45)])
  func `coefficients add up to one and are exact for polynomials`(degree: Int, terms: Int) throws {
    let found = try MatrixPowerInterpolation(box: Self.box, degree: degree)
    #expect(found.parameters.count == terms)
    #expect(found.lebesgueConstant >= 1 - 1e-12 && found.lebesgueConstant < 30)
    for mu in Self.tests(3, count: 10) {
      let lambda = found.coefficients(at: mu)
      #expect((lambda.reduce(0, +) - 1).magnitude < 1e-13)
      for a in 0...degree {
        for b in 0...(degree - a) {
          let h = found.parameters.map { Double.pow($0[0], a) * Double.pow($0[1], b) }
          let exact = Double.pow(mu[0], a) * Double.pow(mu[1], b)
          #expect((found.value(of: h, at: mu) - exact).magnitude < 1e-11 * 26)
        }
      }
    }
    for (r, mu) in found.parameters.enumerated() {
      let lambda = found.coefficients(at: mu)
      for k in lambda.indices { #expect((lambda[k] - (k == r ? 1 : 0)).magnitude < 1e-12) }
    }
  }

  @Test func `inverse and determinant of unseen parameters converge as published`() throws {
    let family = Family(60, seed: 1)
    let tests = Self.tests(2)
    // Published relative errors: of the inverse and of the logarithm of the determinant.
    let published = [
      (2, 1.3e-2, 6e-3), (3, 1.2e-3, 4e-4), (4, 3e-4, 1e-4), (6, 8e-6, 2e-6), (8, 2e-7, 3e-8),
    ]
    for (degree, ofInverse, ofLogarithm) in published {
      let found = try MatrixPowerInterpolation(box: Self.box, degree: degree)
      let inverses = DenseMatrix(
        rowCount: 3600, columns: try found.parameters.map { try family.inverse($0).values })
      let logarithms = try found.parameters.map { try family.logDeterminant($0) }
      // s = 2/(λ_min + λ_max), ρ = (λ_max − λ_min)/(λ_max + λ_min) over the box.
      let (low, high) = try [[0.5, 0.5], [1.5, 1.5]].reduce((Double.infinity, 0.0)) { ends, mu in
        let values = try SymmetricEigen(family.matrix(Parameter(mu))).values
        return (min(ends.0, values.min() ?? 0), max(ends.1, values.max() ?? 0))
      }
      let (rho, scale) = ((high - low) / (high + low), 2 / (high + low))
      var (worst, worstLogarithm) = (0.0, 0.0)
      for mu in tests {
        let exact = try family.inverse(mu)
        let difference = DenseMatrix(
          rowCount: 60, columnCount: 60,
          values: zip(found.value(of: inverses, at: mu), exact.values).map { $0 - $1 })
        worst = max(worst, difference.frobeniusNorm / exact.frobeniusNorm)
        let size = try SVD.singularValues(of: difference)[0]
        #expect(
          size <= found.errorBound(of: .inverse, contraction: rho, scale: scale) + 1e-12)
        let logarithm = try family.logDeterminant(mu)
        let error = (found.value(of: logarithms, at: mu) - logarithm).magnitude
        worstLogarithm = max(worstLogarithm, error / logarithm.magnitude)
        #expect(
          error
            <= found.errorBound(of: .logDeterminant(order: 60), contraction: rho, scale: scale)
            + 1e-11)
      }
      #expect(worst < 5 * ofInverse && worst > ofInverse / 20, "p = \(degree): \(worst)")
      #expect(
        worstLogarithm < 5 * ofLogarithm && worstLogarithm > ofLogarithm / 50,
        "p = \(degree): \(worstLogarithm)")
    }
  }

  @Test func `the parameters do not depend on the matrices, and bounds fall with the degree`()
    throws
  {
    let a = try MatrixPowerInterpolation(box: Self.box, degree: 3)
    let b = try MatrixPowerInterpolation(box: Self.box, degree: 3)
    #expect(a.parameters == b.parameters)
    #expect(a.errorBound(of: .inverse, contraction: 1) == .infinity)
    let bounds = try [2, 4, 6, 8].map {
      try MatrixPowerInterpolation(box: Self.box, degree: $0)
        .errorBound(of: .inverse, contraction: 0.3)
    }
    for k in 1..<4 { #expect(bounds[k] < 0.3 * bounds[k - 1]) }
    // A box far from zero and of another size is the same problem.
    let far = try MatrixPowerInterpolation(box: [100...102, 1e-3...2e-3], degree: 3)
    #expect((far.lebesgueConstant - a.lebesgueConstant).magnitude < 1e-6)
    #expect(throws: HyperReductionError.self) {
      try MatrixPowerInterpolation(box: Self.box, degree: 30, grid: 30)
    }
    #expect(throws: HyperReductionError.self) { try MatrixPowerInterpolation(box: [], degree: 2) }
    #expect(throws: HyperReductionError.self) {
      try MatrixPowerInterpolation(box: [1...1], degree: 2)
    }
    let constant = try MatrixPowerInterpolation(box: Self.box, degree: 0)
    #expect(constant.parameters.count == 1 && constant.coefficients(at: [1, 1]) == [1])
  }
}
