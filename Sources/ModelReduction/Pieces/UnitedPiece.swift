internal import DomainDecomposition
internal import LinearAlgebra

extension ProblemPiece {
  /// The terms of this piece with the coefficients of all, in one order on all ranks: the whole is
  /// then the sum over the ranks, term by term. Parts of outputs without unknowns are those of the
  /// whole already. Collective.
  ///
  /// - Throws: On all ranks if the pieces make no whole.
  func united(_ world: some Communicator) throws(DistributedFailure) -> AffineDecomposition {
    let (own, space) = (decomposition, decomposition.parameterSpace)
    let operators = try TermUnion(own.operatorCoefficients, in: space, world)
    let loads = try TermUnion(own.loadCoefficients, in: space, world)
    var outputs: [ModelOutput] = []
    for (output, rule) in zip(own.outputs, self.outputs) {
      outputs.append(try united(output, rule, world))
    }
    return AffineDecomposition(
      parameterSpace: space, operatorSum: AffineSum(operators.spread(own.operatorSum.terms)),
      operatorCoefficients: operators.family,
      loadSum: AffineSum(loads.spread(own.loadSum.terms, own.dofCount)),
      loadCoefficients: loads.family, innerProduct: own.innerProduct,
      coercivity: united(own.coercivity, operators, world), outputs: outputs, field: own.field)
  }

  /// What is known of the pieces' forms, of their sum.
  private func united(
    _ own: CoercivityConditions, _ operators: TermUnion, _ world: some Communicator
  ) -> CoercivityConditions {
    var indefinite = [Double](repeating: 0, count: operators.family.count)
    for case (let place?, false) in zip(operators.places, own.semidefinite) {
      indefinite[place] = 1
    }
    world.maximum(&indefinite)
    // The boxes of all pieces: the number of terms and these, then lower and upper bounds.
    let letters = world.gather(
      own.ratioBoxes.flatMap { box in
        [box.terms.count] + box.terms.map { operators.places[$0] ?? 0 }
      })
    let numbers = world.gather(own.ratioBoxes.flatMap { $0.lower + $0.upper })
    var boxes: [RatioBox] = []
    for (letter, bounds) in zip(letters, numbers) {
      var (at, next) = (0, 0)
      while at < letter.count {
        let count = letter[at]
        boxes.append(
          RatioBox(
            terms: Array(letter[at + 1...at + count]),
            lower: Array(bounds[next..<next + count]),
            upper: Array(bounds[next + count..<next + 2 * count])))
        (at, next) = (at + 1 + count, next + 2 * count)
      }
    }
    return CoercivityConditions(
      semidefinite: indefinite.map { $0 == 0 }, reference: own.reference,
      // A piece without boxes knows none: they must cover the form.
      ratioBoxes: letters.contains { $0.isEmpty } ? [] : boxes, consistency: own.consistency)
  }

  /// What the piece's output is multiplied with.
  private func factor(
    _ rule: OutputSum, of name: String, _ world: some Communicator
  ) throws(DistributedFailure) -> Double {
    switch rule {
    case .sum: return 1
    case .mean(let measure):
      var total = [measure]
      world.sum(&total)
      return try world.together { () throws(PieceError) in
        guard total[0] > 0 else { throw .noMeasure(output: name) }
        return 1 / total[0]
      }
    case .once(let isHere):
      let holder = world.gather([isHere ? 1 : 0]).firstIndex { $0[0] == 1 }
      return try world.together { () throws(PieceError) in
        guard let holder else {
          throw .nowhere("output '\(name)': its point lies outside the mesh")
        }
        return holder == world.rank ? 1 : 0
      }
    }
  }

  private func united(
    _ output: ModelOutput, _ rule: OutputSum, _ world: some Communicator
  ) throws(DistributedFailure) -> ModelOutput {
    let (space, n) = (decomposition.parameterSpace, decomposition.dofCount)
    let factor = try factor(rule, of: output.name, world)
    func whole(_ constant: AffineConstant) throws(DistributedFailure) -> AffineConstant {
      let union = try TermUnion(constant.coefficients, in: space, world)
      var values = union.spread(constant.values.map { [factor * $0] }, 1).flatMap { $0 }
      world.sum(&values)
      return AffineConstant(values, coefficients: union.family)
    }
    func scaled(_ terms: [[Double]]) -> [[Double]] { terms.map { $0.map { factor * $0 } } }
    switch output {
    case .linear(let linear):
      let union = try TermUnion(linear.coefficients, in: space, world)
      return .linear(
        LinearOutput(
          name: linear.name,
          functional: AffineSum(union.spread(scaled(linear.functional.terms), n)),
          coefficients: union.family, offset: try whole(linear.offset)))
    case .quadratic(let quadratic):
      let union = try TermUnion(quadratic.linearCoefficients, in: space, world)
      var matrix = quadratic.matrix
      scale(factor, &matrix.values)
      return .quadratic(
        QuadraticOutput(
          name: quadratic.name, matrix: matrix,
          linear: AffineSum(union.spread(scaled(quadratic.linear.terms), n)),
          linearCoefficients: union.family, constant: try whole(quadratic.constant),
          value: quadratic.value, definiteness: quadratic.definiteness))
    case .extremum(let extremum):
      let union = try TermUnion(extremum.liftCoefficients, in: space, world)
      return .extremum(
        ExtremumOutput(
          name: extremum.name, kind: extremum.kind, rows: extremum.rows,
          lifts: AffineSum(union.spread(extremum.lifts.terms, extremum.rows.count)),
          liftCoefficients: union.family))
    }
  }
}
