import ComplexModule
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct PolynomialTests {
  /// A diagonal matrix as an operator.
  struct Diagonal: LinearOperator {
    let entries: [Double]
    var rowCount: Int { entries.count }
    var columnCount: Int { entries.count }
    func apply(_ x: [Double], into y: inout [Double]) {
      for i in x.indices { y[i] = entries[i] * x[i] }
    }
  }

  @Test func `Lanczos bounds enclose the spectrum of the five-point matrix`() throws {
    let grid = FivePointGrid(side: 30)
    let h = grid.spacing
    let s = Double.sin(.pi * h / 2)
    let bounds = try SpectralBounds(of: grid.laplacian(), steps: 25)
    let largest = 8 * (1 - s * s) / (h * h)
    #expect(bounds.largest > 0.999 * largest && bounds.largest < 1.1 * largest)
    #expect(bounds.least >= 8 * s * s / (h * h) && bounds.least < 0.1 * largest)
  }

  @Test func `the Chebyshev polynomial obeys the laws, real and complex`() throws {
    let a = Model.darcy(side: 25)
    for degree in [1, 2, 5] {
      let m = try ChebyshevPolynomial(a, degree: degree, diagonal: a.diagonal)
      checkLaws(of: m)
      let c = Model.complex(a)
      checkRealPath(m, try ChebyshevPolynomial(c, degree: degree, diagonal: a.diagonal))
    }
    let b = Model.magnetic(side: 10)
    checkLaws(of: try ChebyshevPolynomial(b, degree: 4))
    let m = try ChebyshevPolynomial(a, degree: 5, diagonal: a.diagonal)
    let (with, _) = iterations(a, m)
    let (jacobi, _) = iterations(a, try Jacobi(a))
    #expect(2 * with < jacobi)
  }

  @Test func `the error of the Chebyshev polynomial is the least possible on its interval`() throws
  {
    // 1 − λ p(λ) = T_m((b + a − 2λ)/(b − a)) / T_m((b + a)/(b − a)), by definition.
    let lambda = (0...40).map { 1 + 9 * Double($0) / 40 }
    let m = 6
    let p = try ChebyshevPolynomial(
      Diagonal(entries: lambda), degree: m,
      bounds: SpectralBounds(least: 1, largest: 10 / 1.05))
    let image = p.applied(to: [Double](repeating: 1, count: lambda.count))
    let scale = Double.cosh(Double(m) * Double.acosh(11.0 / 9))
    for (l, z) in zip(lambda, image) {
      let t = Double.cos(Double(m) * Double.acos(min(1, max(-1, (11 - 2 * l) / 9))))
      #expect((1 - l * z - t / scale).magnitude <= 1e-12)
    }
  }

  @Test func `symmetric polynomials obey the laws`() throws {
    let a = Model.dense(12, seed: 2)
    for degree in 1...4 {
      let p = try SymmetricPolynomial(a, degree: degree)
      checkLaws(of: p)
      checkRealPath(p, try SymmetricPolynomial(Model.complex(a), degree: degree))
    }
  }

  @Test func `the symmetric polynomial of degree n − 1 is the inverse up to a factor`() throws {
    let entries = [1.0, 2, 3.5, 4, 6]
    let p = try SymmetricPolynomial(Diagonal(entries: entries), degree: 4)
    let image = p.applied(to: [Double](repeating: 1, count: 5))
    for i in 1..<5 {
      #expect((image[i] * entries[i] / (image[0] * entries[0]) - 1).magnitude <= 1e-10)
    }
  }

  @Test func `symmetric polynomials flatten the largest eigenvalues as published`() throws {
    // Four large eigenvalues above 196 in [1, 10]; conditions for τ = 0 … 5 computed independently.
    let entries = [1e4, 5e3, 1e3, 5e2] + (0..<196).map { 1 + 9 * Double($0) / 195 }
    let known = [1e4, 4.3e3, 1.7e3, 8.8e2, 5.5e2, 3.8e2]
    var last = Double.infinity
    for tau in 0...5 {
      var spectrum = entries
      if tau > 0 {
        let p = try SymmetricPolynomial(Diagonal(entries: entries), degree: tau)
        let image = p.applied(to: [Double](repeating: 1, count: entries.count))
        spectrum = zip(entries, image).map { $0 * $1 }
      }
      let condition = (spectrum.max() ?? .nan) / (spectrum.min() ?? .nan)
      #expect(condition < last)
      #expect((condition / known[tau] - 1).magnitude < 0.05, "τ = \(tau): \(condition)")
      last = condition
    }
  }

  @Test func `traces from random vectors approach the exact ones, and scale`() throws {
    let a = Model.darcy(side: 12)
    let exact = try PowerTraces(of: a, count: 3)
    let random = try PowerTraces(of: a, count: 3, by: .hutchinson(samples: 400, seed: 5))
    for (e, r) in zip(exact.values, random.values) { #expect((r / e - 1).magnitude < 0.1) }
    let scaled = try PowerTraces(of: 1e150 * a, count: 3)
    for (e, s) in zip(exact.values, scaled.values) { #expect((s / e - 1).magnitude < 1e-10) }
    #expect((exact.mean - a.diagonal.reduce(0, +) / 144).magnitude <= 1e-10 * exact.mean)
  }

  @Test func `an indefinite matrix has no positive polynomial`() {
    let entries = [-8.0, 3, 3, 3, 3]
    #expect(throws: FactorizationError.self) {
      try SymmetricPolynomial(Diagonal(entries: entries), degree: 2)
    }
  }
}
