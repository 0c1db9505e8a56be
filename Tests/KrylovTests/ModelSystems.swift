import ComplexModule
import Krylov
import LinearAlgebra
import RealModule
import TestSupport

/// Systems of every kind that a solver may meet, with solutions known by construction.
enum ModelSystems {
  static let grid = FivePointGrid(side: 16)

  static func vector(seed: UInt64, count: Int) -> [Double] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in random.uniform() }
  }

  static func complexVector(seed: UInt64, count: Int) -> [Complex<Double>] {
    let (re, im) = (vector(seed: seed, count: count), vector(seed: seed + 1, count: count))
    return zip(re, im).map { Complex($0, $1) }
  }

  static func field(_ seed: UInt64) -> [Double] { GaussianField(seed: seed).values(on: grid) }

  /// Symmetric positive definite.
  static var definite: SparseMatrix<Double> {
    grid.diffusion(field(1).map { Double.exp(2 * $0) })
  }

  /// Symmetric, with eigenvalues of both signs.
  static var indefinite: SparseMatrix<Double> {
    grid.helmholtz(squaredWaveNumber: field(2).map { 60 * (1 + 0.3 * $0) })
  }

  static var nonsymmetric: SparseMatrix<Double> {
    grid.convection(stream: field(3).map { 40 * $0 })
  }

  /// −Δ − (1 + i/4) k²: damped waves, symmetric and not Hermitian.
  static var complexSymmetric: SparseMatrix<Complex<Double>> {
    let real = grid.helmholtz(squaredWaveNumber: field(4).map { 50 * (1 + 0.2 * $0) })
    var values = real.values.map { Complex($0, 0) }
    for i in 0..<grid.count {
      if let k = real.pattern.index(row: i, column: i) { values[k] += Complex(0, -15) }
    }
    return SparseMatrix(pattern: real.pattern, values: values)
  }

  /// −Δ with zero flux through the boundary: the constants are its kernel.
  static var singular: SparseMatrix<Double> {
    var a = definite
    for i in 0..<grid.count {
      let range = a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1]
      guard let k = a.pattern.index(row: i, column: i) else { continue }
      a.values[k] = 0
      a.values[k] = -range.reduce(0) { $0 + a.values[$1] }
    }
    return a
  }
}

/// M = diag(A), without regard to its signs: definite.
struct AbsoluteDiagonal<S: Scalar>: SplitPreconditioner {
  let inverse: [Double]
  var rowCount: Int { inverse.count }
  var columnCount: Int { inverse.count }
  var isDefinite: Bool { true }

  init(_ a: SparseMatrix<S>) { inverse = a.diagonal.map { 1 / $0.absolute } }

  func apply(_ r: [S], into z: inout [S]) {
    for i in r.indices { z[i] = S(real: inverse[i]) * r[i] }
  }
  func applyLeft(_ r: [S], into z: inout [S]) {
    for i in r.indices { z[i] = S(real: inverse[i].squareRoot()) * r[i] }
  }
  func applyRight(_ r: [S], into z: inout [S]) { applyLeft(r, into: &z) }
}

/// A preconditioner that is another one each time: the diagonal, then the identity, in turns.
final class TurningPreconditioner: Preconditioner {
  let diagonal: AbsoluteDiagonal<Double>
  let isDefinite = false
  let isFixed = false
  private let turns = VectorPool<Double>(count: 1)
  var rowCount: Int { diagonal.rowCount }
  var columnCount: Int { diagonal.rowCount }

  init(_ a: SparseMatrix<Double>) { diagonal = AbsoluteDiagonal(a) }

  func apply(_ r: [Double], into z: inout [Double]) {
    let isOdd = turns.withVector { turn in
      turn[0] = 1 - turn[0]
      return turn[0] == 1
    }
    diagonal.apply(r, into: &z)
    if isOdd { for i in r.indices { z[i] = 0.5 * z[i] + 0.001 * r[i] } }
  }
}

func relativeDistance<S: Scalar>(_ x: [S], _ y: [S]) -> Double {
  norm(zip(x, y).map { $0 - $1 }) / norm(y)
}
