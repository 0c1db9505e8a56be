public import LinearAlgebra

/// A reduced basis at all unknowns of a field, prescribed ones included: what turns coordinates
/// into a picture.
public struct ReducedField: Sendable {
  /// The basis, one column per vector, zero at prescribed unknowns.
  public let vectors: DenseMatrix<Double>
  /// w_d at all unknowns.
  public let lifts: AffineSum<[Double]>
  /// θ_d.
  public let liftCoefficients: CoefficientFamily

  /// The number of all unknowns.
  public var dofCount: Int { vectors.rowCount }

  /// A field of given parts.
  ///
  /// - Precondition: Lifts have as many entries as the vectors, and a coefficient each.
  public init(
    vectors: DenseMatrix<Double>, lifts: AffineSum<[Double]>, liftCoefficients: CoefficientFamily
  ) {
    precondition(
      lifts.terms.count == liftCoefficients.count
        && lifts.terms.allSatisfy { $0.count == vectors.rowCount },
      "lifts must have \(vectors.rowCount) entries and a coefficient each")
    (self.vectors, self.lifts) = (vectors, lifts)
    self.liftCoefficients = liftCoefficients
  }

  /// A basis over the free unknowns, spread over all of them.
  public init(_ basis: ReducedBasis<Double>, _ reconstruction: FieldReconstruction) {
    var vectors = DenseMatrix<Double>(
      rowCount: reconstruction.dofCount, columnCount: basis.size)
    for j in 0..<basis.size {
      for (i, place) in reconstruction.freeDofs.enumerated() {
        vectors[Int(place), j] = basis.vectors[i, j]
      }
    }
    self.init(
      vectors: vectors, lifts: reconstruction.lifts,
      liftCoefficients: reconstruction.liftCoefficients)
  }

  /// The field of a reduced state; it may have fewer coordinates than there are vectors.
  ///
  /// - Precondition: μ has the components of the model's space.
  public func values(of state: ReducedState<Double>, at mu: Parameter) -> [Double] {
    let n = state.coordinates.count
    precondition(n <= vectors.columnCount, "\(n) coordinates, \(vectors.columnCount) vectors")
    var field = [Double](repeating: 0, count: dofCount)
    for (theta, lift) in zip(liftCoefficients.values(at: mu), lifts.terms) {
      LinearAlgebra.axpy(theta, lift, into: &field)
    }
    for (j, gamma) in state.coordinates.enumerated() {
      axpy(gamma, vectors.values, column: j, of: dofCount, into: &field)
    }
    return field
  }
}
