import LinearAlgebra
import TestSupport
import Testing

@Suite struct `Nonnegative least squares` {
  /// The largest violation of the optimality conditions, relative to ‖aⱼ‖ ‖b‖.
  static func defect(_ a: DenseMatrix<Double>, _ b: [Double], _ x: [Double]) -> Double {
    var rest = b
    axpy(-1, a * x, into: &rest)
    let gradient = a.adjointTimes(rest)
    var worst = 0.0
    for j in x.indices {
      let unit = norm(a.column(j)) * norm(b)
      guard unit > 0 else { continue }
      let value = x[j] > 0 ? gradient[j].magnitude : max(0, gradient[j])
      worst = max(worst, value / unit)
    }
    return worst
  }

  @Test(arguments: [(20, 8), (8, 20), (40, 40), (1, 5), (5, 1)])
  func `the minimum fulfils its optimality conditions`(shape: (Int, Int)) throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let a = DenseMatrix<Double>.random(shape.0, shape.1, seed: seed)
      let b: [Double] = randomVector(shape.0, seed: seed + 100)
      let problem = try NonnegativeLeastSquares(a, b)
      #expect(problem.solution.allSatisfy { $0 >= 0 })
      #expect(Self.defect(a, b, problem.solution) < 1e-13)
      #expect(problem.passiveSet == problem.solution.indices.filter { problem.solution[$0] > 0 })
      #expect(problem.passiveSet.count <= min(shape.0, shape.1))
      var rest = b
      axpy(-1, a * problem.solution, into: &rest)
      #expect(distance(rest, problem.residual) < 1e-14 * Double(shape.1))
    }
  }

  @Test func `a textbook solution is found`() throws {
    // The unconstrained solution is (2, −1); on x₂ = 0 it is a₁ᵀb/a₁ᵀa₁.
    let a = DenseMatrix<Double>(rows: [[1, 1], [1, 0], [0, 1]])
    let problem = try NonnegativeLeastSquares(a, [1, 2, -1])
    #expect(distance(problem.solution, [1.5, 0]) < 1e-15)
  }

  @Test func `dependent columns do no harm and never exceed the rank`() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let left = DenseMatrix<Double>.random(30, 6, seed: seed)
      let a = left * DenseMatrix<Double>.random(6, 50, seed: seed + 50)
      let twice = a.appendingColumns(of: a)
      let full = twice * [Double](repeating: 1, count: 100)
      let problem = try NonnegativeLeastSquares(twice, full)
      #expect(problem.passiveSet.count <= 6)
      #expect(norm(problem.residual) < 1e-12 * norm(full))
      let other: [Double] = randomVector(30, seed: seed + 7)
      let unreachable = try NonnegativeLeastSquares(twice, other)
      #expect(Self.defect(twice, other, unreachable.solution) < 1e-12)
    }
  }

  @Test func `any start gives the same minimum, and the right one no work`() throws {
    for seed in 1...10 as ClosedRange<UInt64> {
      let a = DenseMatrix<Double>.random(40, 25, seed: seed)
      let b: [Double] = randomVector(40, seed: seed + 100)
      let cold = try NonnegativeLeastSquares(a, b)
      let all = try NonnegativeLeastSquares(a, b, startingFrom: Array(0..<25))
      #expect(distance(cold.solution, all.solution) < 1e-13)
      var warm = try NonnegativeLeastSquares(a, b, startingFrom: cold.passiveSet)
      #expect(distance(cold.solution, warm.solution) < 1e-13)
      let report = warm.solve()
      #expect(report.additions == 0 && report.removals == 0)
    }
  }

  @Test func `columns may come and go between solves`() throws {
    let a = DenseMatrix<Double>.random(60, 90, seed: 3)
    let b = a * (0..<90).map { _ in 1.0 }
    var growing = try NonnegativeLeastSquares(b)
    var present: [Int] = []
    for first in stride(from: 0, to: 90, by: 7) {
      let before = norm(growing.residual)
      for j in first..<min(90, first + 7) {
        try growing.append(a.column(j))
        present.append(j)
      }
      growing.solve()
      present = growing.dropZeros().map { present[$0] }
      #expect(growing.columnCount == present.count)
      #expect(growing.solution.allSatisfy { $0 > 0 })
      #expect(norm(growing.residual) <= before * (1 + 1e-14))
      let fresh = try NonnegativeLeastSquares(
        DenseMatrix(rowCount: 60, columns: present.map(a.column)), b)
      #expect(distance(fresh.solution, growing.solution) < 1e-11)
    }
  }

  @Test func `many columns that differ little do not make it cycle`() throws {
    // Neighbouring columns of a smooth kernel depend on each other to round-off.
    let n = 400
    let columns = (0..<n).map { j in
      (0..<50).map { i in
        let d = Double(i) / 50 - Double(j) / Double(n)
        return 1 / (1 + 4 * d * d)
      }
    }
    let a = DenseMatrix(rowCount: 50, columns: columns)
    let b = a * [Double](repeating: 1, count: n)
    let problem = try NonnegativeLeastSquares(a, b)
    #expect(norm(problem.residual) < 1e-7 * norm(b))
    #expect(Self.defect(a, b, problem.solution) < 1e-13)
  }

  @Test func `NaN is refused with its place`() throws {
    #expect(throws: FactorizationError.notFinite(row: 1, column: 0)) {
      try NonnegativeLeastSquares([1, .nan])
    }
    var problem = try NonnegativeLeastSquares([1, 2])
    try problem.append([1, 0])
    #expect(throws: FactorizationError.notFinite(row: 0, column: 1)) {
      try problem.append([.infinity, 0])
    }
    #expect(problem.columnCount == 1)
    let empty = try NonnegativeLeastSquares(DenseMatrix(rowCount: 2, columnCount: 0), [1, 2])
    #expect(empty.solution.isEmpty && empty.residual == [1, 2])
    let zero = try NonnegativeLeastSquares(DenseMatrix<Double>.identity(3), [0, 0, 0])
    #expect(zero.solution == [0, 0, 0])
  }
}
