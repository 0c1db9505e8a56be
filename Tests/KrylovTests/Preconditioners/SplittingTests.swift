import ComplexModule
import Krylov
import LinearAlgebra
import TestSupport
import Testing

@Suite struct SplittingTests {
  @Test func `the diagonal obeys the laws`() throws {
    let a = Model.darcy(side: 20)
    let m = try Jacobi(a)
    checkLaws(of: m)
    checkRealPath(m, try Jacobi(Model.complex(a)))
    checkLaws(of: try Jacobi(Model.magnetic(side: 9)))
    let (with, without) = iterations(a, m)
    #expect(with < without)
    #expect(try !Jacobi(Complex(0, 1) * Model.complex(a)).isDefinite)
    #expect(throws: FactorizationError.singular(pivot: 1)) {
      var b = Model.line(3)
      b.values[3] = 0
      _ = try Jacobi(b)
    }
  }

  @Test(arguments: [0.7, 1, 1.6])
  func `symmetric over-relaxation obeys the laws`(omega: Double) throws {
    let a = Model.darcy(side: 21)
    let m = try SymmetricOverrelaxation(a, omega: omega)
    #expect(m.isDefinite)
    checkLaws(of: m)
    checkRealPath(m, try SymmetricOverrelaxation(Model.complex(a), omega: omega))
    checkLaws(of: try SymmetricOverrelaxation(Model.magnetic(side: 9), omega: omega))
    let (with, without) = iterations(a, m)
    #expect(2 * with < without)
  }

  @Test func `symmetric over-relaxation is the product it is named after`() throws {
    let (a, omega) = (Model.line(7, convection: 0.3), 1.3)
    let m = try SymmetricOverrelaxation(a, omega: omega, precision: .double)
    #expect(!m.isDefinite)
    checkLaws(of: m)
    // (D + ω L) D⁻¹ (D + ω U) x / (ω (2 − ω)), entry by entry.
    let x: [Double] = randomVector(7, seed: 1)
    let y = (0..<7).map { i in
      a[i, i] * x[i] + (i + 1..<7).reduce(0) { $0 + omega * a[i, $1] * x[$1] }
    }
    let product = (0..<7).map { i in
      (y[i] + (0..<i).reduce(0) { $0 + omega * a[i, $1] * y[$1] / a[$1, $1] })
        / (omega * (2 - omega))
    }
    #expect(distance(m.applied(to: product), x) <= 1e-13)
  }
}
