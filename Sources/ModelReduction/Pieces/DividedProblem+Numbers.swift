internal import DomainDecomposition
internal import LinearAlgebra
internal import LinearSolvers

extension DividedProblem {
  /// (u, v)_X of vectors at the unknowns of the piece.
  public func product(_ u: [Double], _ v: [Double]) -> Double {
    // Without a matrix each unknown counts once, at its owner.
    var sum = [
      piece.innerProduct.isEuclidean
        ? dot(vectors.owned(of: u), vectors.owned(of: v)) : piece.innerProduct(u, v)
    ]
    world.sum(&sum)
    return sum[0]
  }

  /// ‖v‖_X.
  public func norm(_ v: [Double]) -> Double { product(v, v).rootOfSquare }

  /// X at the owned rows; nil where it is the identity.
  func productMatrix() throws(DistributedFailure) -> DistributedDefiniteSystem<C>? {
    guard let x = piece.innerProduct.matrix else { return nil }
    let own =
      x.pattern === piece.operatorSum.terms[0].pattern
      ? assembly : SubassembledRows<Double, C>(x.pattern, unknowns, world)
    return try DistributedDefiniteSystem(
      DistributedMatrix(rows: own.rows(x.values), distribution, world), near: near,
      spectral: settings.spectralSpace)
  }

  /// The outputs of a state at the unknowns of the piece, by name.
  ///
  /// - Throws: Where a coefficient is not finite at μ.
  public func outputValues(
    of u: [Double], at mu: Parameter
  ) throws(ModelError) -> [(key: String, value: Double)] {
    let space = piece.parameterSpace
    var sums: [Double] = []
    var extrema: [Double] = []
    for output in piece.outputs {
      switch output {
      case .linear(let linear):
        sums.append(try linear.functional.value(linear.coefficients, of: u, at: mu, in: space))
      case .quadratic(let quadratic):
        sums.append(
          quadratic.matrix.bilinear(u, u)
            + (try quadratic.linear.value(
              quadratic.linearCoefficients, of: u, at: mu, in: space)))
      case .extremum(let extremum):
        // On all ranks, so that all fail where one does.
        _ = try extremum.liftCoefficients.checkedValues(at: mu, in: space)
        let value =
          extremum.rows.isEmpty ? nil : try output.value(of: u, at: mu, in: space)
        extrema.append(
          extremum.kind == .maximum ? value ?? -.infinity : -(value ?? .infinity))
      }
    }
    world.sum(&sums)
    world.maximum(&extrema)
    var (sum, extremum) = (sums.makeIterator(), extrema.makeIterator())
    var values: [(key: String, value: Double)] = []
    for output in piece.outputs {
      switch output {
      case .linear(let linear):
        values.append(
          (output.name, (sum.next() ?? 0) + (try linear.offset.checkedValue(at: mu, in: space))))
      case .quadratic(let quadratic):
        let form = (sum.next() ?? 0) + (try quadratic.constant.checkedValue(at: mu, in: space))
        values.append(
          (output.name, quadratic.value == .squareRoot ? form.rootOfSquare : form))
      case .extremum(let found):
        let value = extremum.next() ?? .nan
        values.append((output.name, found.kind == .maximum ? value : -value))
      }
    }
    return values
  }
}

extension AffineSum<[Double]> {
  /// Σ θ_q(μ) ℓ_q · u.
  fileprivate func value(
    _ coefficients: CoefficientFamily, of u: [Double], at mu: Parameter, in space: ParameterSpace
  ) throws(ModelError) -> Double {
    zip(try coefficients.checkedValues(at: mu, in: space), terms).reduce(0) {
      $0 + $1.0 * dot($1.1, u)
    }
  }
}
