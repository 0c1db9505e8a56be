internal import LinearAlgebra

/// The projection of one output of a system onto a growing basis.
struct SystemOutputProjection<S: Scalar>: Sendable {
  private enum Form {
    case functional(LinearFunctional<S>, ReducedFunctional<S>)
    case real(OutputProjection)
  }
  private var form: Form

  /// - Parameter setting: The space, loads and product of a real system in the form that real
  ///   outputs are projected with.
  init(
    _ output: SystemOutput<S>, riesz: RieszMap, reference: Parameter,
    setting: AffineDecomposition?
  ) throws(ModelError) {
    switch output {
    case .linear(let linear):
      var range = ResidualRange<S>(riesz: riesz)
      do throws(FactorizationError) {
        // The dual norm of ℓ · v is that of the functional v ↦ (conj ℓ)ᴴ v.
        try range.append(
          DenseMatrix(
            rowCount: riesz.product.dimension,
            columns: linear.functional.terms.map { $0.map(\.conjugate) }))
      } catch { throw .factorization(error, at: reference) }
      form = .functional(
        linear,
        ReducedFunctional(
          name: linear.name, coefficients: linear.coefficients, offset: linear.offset,
          functionals: [], dualNorm: range.coordinates))
    case .quadratic(let quadratic):
      guard let setting else { preconditionFailure("a real output of a complex system") }
      form = .real(try OutputProjection(.quadratic(quadratic), of: setting, riesz: riesz))
    case .extremum(let extremum):
      guard let setting else { preconditionFailure("a real output of a complex system") }
      form = .real(try OutputProjection(.extremum(extremum), of: setting, riesz: riesz))
    }
  }

  /// Adds the basis vector v, the last column of `vectors`.
  mutating func extend(by v: [S], all vectors: DenseMatrix<S>) {
    switch form {
    case .functional(let full, var reduced):
      reduced.functionals += full.functional.terms.map { plainDot($0, v) }
      form = .functional(full, reduced)
    case .real(var projection):
      if let v = v as? [Double], let vectors = vectors as? DenseMatrix<Double> {
        projection.extend(by: v, all: vectors)
      }
      form = .real(projection)
    }
  }

  var reduced: ReducedSystemOutput<S> {
    switch form {
    case .functional(_, let reduced): .functional(reduced)
    case .real(let projection): .real(projection.reduced)
    }
  }
}

extension AffineDecomposition {
  /// What projections of real outputs ask of a problem, for one that is not symmetric or moves in
  /// time; only the space, the loads, the product and the reference are looked at.
  init(
    outputsOver space: ParameterSpace, operators: AffineSum<SparseMatrix<Double>>,
    product: InnerProduct<Double>, reference: Parameter
  ) {
    self.init(
      parameterSpace: space, operatorSum: AffineSum([operators.terms[0]]),
      operatorCoefficients: CoefficientFamily.one, loadSum: AffineSum([[Double]]()),
      loadCoefficients: .none, innerProduct: product,
      coercivity: CoercivityConditions(semidefinite: [false], reference: reference))
  }
}
