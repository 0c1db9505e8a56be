import ComplexModule
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

/// A vector of numbers in [−1, 1], with imaginary parts where there are any.
func randomVector<S: Scalar>(_ count: Int, seed: UInt64) -> [S] {
  var random = SeededRandom(seed: seed)
  return (0..<count).map { _ in
    let (x, y) = (random.uniform(), random.uniform())
    return Complex(x, y) as? S ?? S(real: x)
  }
}

/// ‖x − y‖ / ‖y‖.
func distance<S: Scalar>(_ x: [S], _ y: [S]) -> Double {
  norm(zip(x, y).map { $0 - $1 }) / norm(y)
}

/// What every preconditioner promises: M⁻¹ is linear and has the same bits on one and three threads;
/// it is Hermitian and definite where it says so; its factors, if any, make it up.
func checkLaws<M: Preconditioner>(
  of m: M, seed: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation
) {
  typealias S = M.Element
  let n = m.rowCount
  let (x, y): ([S], [S]) = (randomVector(n, seed: seed), randomVector(n, seed: seed + 1))
  let alpha = (randomVector(1, seed: seed + 2) as [S])[0]
  let (mx, my) = (m.applied(to: x), m.applied(to: y))
  #expect(
    distance(m.applied(to: zip(x, y).map { alpha * $0 + $1 }), zip(mx, my).map { alpha * $0 + $1 })
      <= 1e-12, "M⁻¹ is linear", sourceLocation: sourceLocation)
  if m.isDefinite {
    let (xy, yx) = (dot(y, mx), dot(x, my))
    #expect(
      (xy - yx.conjugate).absolute <= 1e-12 * norm(y) * norm(mx), "M⁻¹ is Hermitian",
      sourceLocation: sourceLocation)
    // Rough, smooth and local vectors.
    let local = (0..<n).map { $0 == n / 2 ? S(real: 1) : S.zero }
    for v in [x, y, [S](repeating: 1, count: n), local, zip(x, y).map { $0 - $1 }] {
      let energy = dot(v, m.applied(to: v))
      #expect(energy.realPart > 0, "M⁻¹ is definite", sourceLocation: sourceLocation)
    }
  }
  if let split = m as? any SplitPreconditioner<S> {
    var (left, whole) = (x, x)
    split.applyLeft(x, into: &left)
    split.applyRight(left, into: &whole)
    #expect(distance(whole, mx) <= 1e-12, "M = M₁ M₂", sourceLocation: sourceLocation)
  }
  let before = Threads.count
  defer { Threads.count = before }
  Threads.count = 1
  let one = m.applied(to: x)
  Threads.count = 3
  #expect(m.applied(to: x) == one, "same bits on 3 threads", sourceLocation: sourceLocation)
}

/// The real map and the complex one do the same to real data.
func checkRealPath<M: Preconditioner<Double>, C: Preconditioner<Complex<Double>>>(
  _ real: M, _ complex: C, sourceLocation: SourceLocation = #_sourceLocation
) {
  let x: [Double] = randomVector(real.rowCount, seed: 9)
  let z = complex.applied(to: x.map { Complex($0) })
  #expect(
    z.allSatisfy { $0.imaginary == 0 } && distance(z.map(\.real), real.applied(to: x)) <= 1e-13,
    sourceLocation: sourceLocation)
}

/// The iterations of conjugate gradients to 1e-8 with and without M.
func iterations<M: Preconditioner>(
  _ a: SparseMatrix<M.Element>, _ m: M, sourceLocation: SourceLocation = #_sourceLocation
) -> (with: Int, without: Int) {
  let b: [M.Element] = randomVector(a.rowCount, seed: 5)
  var solver = ConjugateGradients<M.Element>(order: a.rowCount)
  let plain = solver.solve(a, b).report
  let (x, report) = solver.solve(a, b, preconditioner: m)
  #expect(report.status == .converged, sourceLocation: sourceLocation)
  #expect(distance(a * x, b) <= 2e-8, sourceLocation: sourceLocation)
  return (report.iterations, plain.iterations)
}

/// Model problems of these tests.
enum Model {
  /// −div(a grad u), a log-normal.
  static func darcy(side: Int, contrast: Double = 2) -> SparseMatrix<Double> {
    let grid = FivePointGrid(side: side)
    let field = GaussianField(seed: 3).values(on: grid)
    return grid.diffusion(field.map { Double.exp(contrast * $0) })
  }

  /// The same with phases on the edges: Hermitian and definite, not real.
  static func magnetic(side: Int) -> SparseMatrix<Complex<Double>> {
    let a = darcy(side: side)
    var result = SparseMatrix<Complex<Double>>(pattern: a.pattern)
    for k in a.values.indices {
      let (i, j) = a.pattern.place(ofEntry: k)
      let phase = i == j ? 0 : (i < j ? 1 : -1) * Double.sin(Double(i + j))
      result.values[k] = Complex(length: a.values[k].magnitude, phase: phase) * (i == j ? 1 : -1)
    }
    return result
  }

  static func complex(_ a: SparseMatrix<Double>) -> SparseMatrix<Complex<Double>> {
    SparseMatrix(pattern: a.pattern, values: a.values.map { Complex($0) })
  }

  /// −u″ + convection on a line, `count` unknowns.
  static func line(_ count: Int, convection: Double = 0) -> SparseMatrix<Double> {
    var (rows, columns, entries): ([Int32], [Int32], [Double]) = ([], [], [])
    for i in 0..<count {
      for (j, value) in [(i - 1, -1 - convection), (i, 2.5), (i + 1, -1 + convection)]
      where j >= 0 && j < count {
        rows.append(Int32(i))
        columns.append(Int32(j))
        entries.append(value)
      }
    }
    return SparseMatrix(
      rowCount: count, columnCount: count, rows: rows, columns: columns, entries: entries)
  }

  /// A dense positive definite matrix in sparse clothes.
  static func dense(_ n: Int, seed: UInt64) -> SparseMatrix<Double> {
    let g = DenseMatrix<Double>(
      rowCount: n, columnCount: n, values: randomVector(n * n, seed: seed))
    let a = g.adjointTimes(g) + DenseMatrix.identity(n)
    let all = (0..<Int32(n * n)).map { $0 }
    return SparseMatrix(
      rowCount: n, columnCount: n, rows: all.map { $0 / Int32(n) },
      columns: all.map { $0 % Int32(n) },
      entries: all.map { a[Int($0) / n, Int($0) % n] })
  }
}
