internal import DomainDecomposition
internal import LinearAlgebra

/// The projection of an output of a problem in pieces onto a growing basis.
struct DividedOutput<C: Communicator>: Sendable {
  private let output: ModelOutput
  private(set) var reduced: ReducedOutput

  /// An extremum is looked at in so many places for what a value may differ by.
  private static var sampled: Int { 16 }

  /// Collective.
  init(_ output: ModelOutput, of problem: DividedProblem<C>, _ riesz: inout DividedRiesz<C>) {
    self.output = output
    switch output {
    case .linear(let linear):
      var range = DividedResidualRange<C>(rowCount: problem.unknowns.owned.count)
      range.append(problem.owned(linear.functional.terms), &riesz)
      reduced = .linear(
        ReducedLinearOutput(
          name: linear.name, coefficients: linear.coefficients, offset: linear.offset,
          functionals: [], dualNorm: range.coordinates,
          compliance: DividedOutput.compliance(of: linear, with: problem), dual: nil))
    case .quadratic(let quadratic):
      reduced = .quadratic(
        ReducedQuadraticOutput(
          name: quadratic.name, matrix: [], linearCoefficients: quadratic.linearCoefficients,
          linear: [], constant: quadratic.constant, value: quadratic.value, normBound: nil))
    case .extremum(let extremum):
      // The places of all ranks one after the other; for each lift the same.
      let counts = problem.world.gather([extremum.rows.count]).map { $0[0] }
      reduced = .extremum(
        ReducedExtremumOutput(
          name: extremum.name, kind: extremum.kind, rowCount: counts.reduce(0, +), vectors: [],
          lifts: extremum.lifts.terms.flatMap { problem.world.gather($0).flatMap { $0 } },
          liftCoefficients: extremum.liftCoefficients,
          rowNorm: DividedOutput.rowNorm(extremum.rows, problem, &riesz), rowNormIsBound: false))
    }
  }

  /// Adds the basis vector v, the last column of `vectors`, all at the unknowns of the piece;
  /// collective.
  mutating func extend(
    by v: [Double], all vectors: DenseMatrix<Double>, _ riesz: DividedRiesz<C>, _ world: C
  ) {
    switch (output, reduced) {
    case (.linear(let full), .linear(var linear)):
      linear.functionals += riesz.sums(full.functional.terms.map { dot($0, v) })
      reduced = .linear(linear)
    case (.quadratic(let full), .quadratic(var quadratic)):
      let image = DenseMatrix(rowCount: v.count, columnCount: 1, values: full.matrix * v)
      quadratic.matrix += riesz.products(vectors, image).values
      quadratic.linear += riesz.sums(full.linear.terms.map { dot($0, v) })
      reduced = .quadratic(quadratic)
    case (.extremum(let full), .extremum(var extremum)):
      let mine = full.rows.map { $0 < 0 ? 0 : v[Int($0)] }
      extremum.vectors += world.gather(mine).flatMap { $0 }
      reduced = .extremum(extremum)
    default: break
    }
  }

  /// How the output is a multiple of the load on all pieces, if it is one.
  private static func compliance(
    of output: LinearOutput, with problem: DividedProblem<C>
  ) -> ReducedLinearOutput.Compliance? {
    let terms = output.functional.terms + problem.piece.loadSum.terms
    let isNothing = terms.allSatisfy { $0.allSatisfy { $0 == 0 } }
    // Whether it is a constant or a ratio here, or nothing; and the number.
    var mine = [0.0, 0]
    if isNothing {
      mine = [3, 0]
    } else {
      switch ModelReduction.compliance(of: output, with: problem.piece) {
      case .constant(let c): mine = [1, c]
      case .ratio(let c): mine = [2, c]
      case nil: break
      }
    }
    let all = problem.world.gather(mine).filter { $0[0] != 3 }
    guard let first = all.first, first[0] > 0,
      all.allSatisfy({
        $0[0] == first[0]
          && ($0[1] - first[1]).magnitude <= 4 * Double.ulpOfOne * first[1].magnitude
      })
    else { return nil }
    return first[0] == 1 ? .constant(first[1]) : .ratio(first[1])
  }

  /// max √(X⁻¹)ᵣᵣ over some of the places on each rank.
  private static func rowNorm(
    _ rows: [Int32], _ problem: DividedProblem<C>, _ riesz: inout DividedRiesz<C>
  ) -> Double {
    // The owned unknowns among them, on every rank as many columns.
    var place = [Int32](repeating: -1, count: problem.unknowns.count)
    for (k, i) in problem.unknowns.owned.enumerated() { place[Int(i)] = Int32(k) }
    let mine = rows.filter { $0 >= 0 }.map { place[Int($0)] }.filter { $0 >= 0 }
    let perRank = max(1, sampled / problem.world.size)
    var largest = 0.0
    for rank in 0..<problem.world.size {
      for k in 0..<perRank {
        var unit = DenseMatrix<Double>(
          rowCount: problem.unknowns.owned.count, columnCount: 1)
        if rank == problem.world.rank, !mine.isEmpty {
          unit[Int(mine[k * (mine.count - 1) / max(1, perRank - 1)]), 0] = 1
        }
        let column = riesz.representatives(unit, relative: 1e-4)
        largest = max(largest, riesz.products(unit, column)[0, 0])
      }
    }
    return largest.squareRoot()
  }
}
