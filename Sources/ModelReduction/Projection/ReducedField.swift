public import LinearAlgebra

/// The field of a real reduced model.
public typealias ReducedField = FieldBasis<Double>

/// A reduced basis at all unknowns of a field, prescribed ones included: what turns coordinates
/// into a picture.
public struct FieldBasis<S: Scalar>: Sendable {
  /// The basis, one column per vector, zero at prescribed unknowns.
  public let vectors: DenseMatrix<S>
  /// w_d at all unknowns.
  public let lifts: AffineSum<[S]>
  /// θ_d.
  public let liftCoefficients: CoefficientFamily

  /// The number of all unknowns.
  public var dofCount: Int { vectors.rowCount }

  /// A field of given parts.
  ///
  /// - Precondition: Lifts have as many entries as the vectors, and a coefficient each.
  public init(
    vectors: DenseMatrix<S>, lifts: AffineSum<[S]>, liftCoefficients: CoefficientFamily
  ) {
    precondition(
      lifts.terms.count == liftCoefficients.count
        && lifts.terms.allSatisfy { $0.count == vectors.rowCount },
      "lifts must have \(vectors.rowCount) entries and a coefficient each")
    (self.vectors, self.lifts) = (vectors, lifts)
    self.liftCoefficients = liftCoefficients
  }

  /// A basis over the free unknowns, spread over all of them.
  public init(_ basis: ReducedBasis<S>, _ reconstruction: LiftedField<S>) {
    var vectors = DenseMatrix<S>(
      rowCount: reconstruction.dofCount, columnCount: basis.size)
    for j in 0..<basis.size {
      vectors.setColumn(j, reconstruction.spread(free: basis.vectors.column(j)))
    }
    self.init(
      vectors: vectors, lifts: reconstruction.lifts,
      liftCoefficients: reconstruction.liftCoefficients)
  }

  /// The field of a reduced state; it may have fewer coordinates than there are vectors.
  ///
  /// - Precondition: μ has the components of the model's space.
  public func values(of state: ReducedState<S>, at mu: Parameter) -> [S] {
    let n = state.coordinates.count
    precondition(n <= vectors.columnCount, "\(n) coordinates, \(vectors.columnCount) vectors")
    var field = [S](repeating: S.zero, count: dofCount)
    for (theta, lift) in zip(liftCoefficients.values(at: mu), lifts.terms) {
      LinearAlgebra.axpy(S(real: theta), lift, into: &field)
    }
    for (j, gamma) in state.coordinates.enumerated() {
      axpy(gamma, vectors.values, column: j, of: dofCount, into: &field)
    }
    return field
  }
}
