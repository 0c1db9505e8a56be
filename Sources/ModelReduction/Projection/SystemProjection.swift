public import LinearAlgebra

/// The projection of an affine system onto a growing basis.
///
/// Each extension costs Q products and 3 Q solutions with X. The model after n extensions does not
/// depend on what follows.
public struct SystemProjection<S: Scalar>: Sendable {
  /// The system projected.
  public let system: AffineSystem<S>
  /// X⁻¹.
  public let riesz: RieszMap
  /// α(μ) of the symmetric part, where the system states conditions and they hold.
  public let coercivity: CoercivityBound?
  /// β(μ), where it was computed.
  public let infSup: InfSupBound?
  private var columns: GramSchmidt<S>
  private var operators: [DenseMatrix<S>]
  private var loads: [[S]] = []
  private var residual: ResidualRange<S>
  private var outputs: [SystemOutputProjection<S>]

  /// The projection onto nothing yet.
  ///
  /// - Parameter infSup: A bound of this system's stability, see
  ///   ``AffineSystem/successiveConstraints(over:riesz:)``.
  /// - Throws: When X is not positive definite or a coefficient not finite at the reference.
  public init(
    of system: AffineSystem<S>, riesz: RieszMap? = nil, infSup: InfSupBound? = nil
  ) throws(ModelError) {
    (self.system, self.infSup) = (system, infSup)
    let reference = system.coercivity?.reference ?? system.parameterSpace.reference
    do throws(FactorizationError) {
      if let riesz { self.riesz = riesz } else { self.riesz = try RieszMap(system.innerProduct) }
      residual = ResidualRange(riesz: self.riesz)
      try residual.append(
        DenseMatrix(rowCount: system.dofCount, columns: system.loadSum.terms))
    } catch { throw .factorization(error, at: reference) }
    var setting: AffineDecomposition?
    if let real = system as? AffineSystem<Double> {
      coercivity = try CoercivityBound(
        conditions: real.coercivity, operators: real.operatorSum,
        coefficients: real.operatorCoefficients, in: real.parameterSpace,
        product: real.innerProduct)
      setting = AffineDecomposition(
        outputsOver: real.parameterSpace, operators: real.operatorSum,
        product: real.innerProduct, reference: reference)
    } else {
      coercivity = nil
    }
    columns = GramSchmidt(
      rowCount: system.dofCount, product: system.innerProduct.matrix?.scalars(as: S.self))
    operators = system.operatorSum.terms.map { _ in DenseMatrix(rowCount: 0, columnCount: 0) }
    outputs = []
    for output in system.outputs {
      outputs.append(
        try SystemOutputProjection(
          output, riesz: self.riesz, reference: reference, setting: setting))
    }
  }

  /// The projection onto a given basis, one vector after the other.
  ///
  /// - Throws: As above, and when a vector depends on those before it.
  public init(
    of system: AffineSystem<S>, onto basis: ReducedBasis<S>, riesz: RieszMap? = nil
  ) throws {
    try self.init(of: system, riesz: riesz)
    for j in 0..<basis.size { try extend(by: basis.vectors.column(j)) }
  }

  /// N.
  public var size: Int { columns.vectors.columnCount }
  /// The basis so far.
  public var basis: ReducedBasis<S> {
    ReducedBasis(
      orthonormal: columns.vectors, in: system.innerProduct.scalars(as: S.self))
  }
  /// Solutions with X so far.
  public var rieszSolves: Int { residual.rieszSolves }

  /// Adds the part of a state that is new.
  ///
  /// - Throws: When less than 10⁻¹³ of the state is new: such a vector would be round-off.
  public mutating func extend(by state: [S]) throws(ExtensionError) {
    try columns.extendBasis(by: state)
    let vectors = columns.vectors
    let v = vectors.column(size - 1)
    let column = DenseMatrix(rowCount: v.count, columnCount: 1, values: v)
    var images = DenseMatrix<S>(rowCount: v.count, columnCount: 0)
    for (q, term) in system.operatorSum.terms.enumerated() {
      let image = compensatedProduct(term, column)
      images.appendColumns(of: image)
      // The new row vᴴ A_q V needs the adjoint's image of v alone.
      let row = vectors.adjointTimes(term.adjointTimes(v))
      operators[q] = operators[q].bordered(
        column: vectors.adjointTimes(image.values), row: row.map(\.conjugate))
    }
    loads.append(system.loadSum.terms.map { dot(v, $0) })
    try ExtensionError.wrapping { () throws(FactorizationError) in try residual.append(images) }
    for k in outputs.indices { outputs[k].extend(by: v, all: vectors) }
  }

  /// The reduced system of the basis so far.
  public var model: ReducedSystem<S> {
    ReducedSystem(
      parameterSpace: system.parameterSpace, size: size, productName: system.innerProduct.name,
      operatorCoefficients: system.operatorCoefficients,
      loadCoefficients: system.loadCoefficients, operators: operators,
      loads: DenseMatrix(rowCount: system.loadSum.terms.count, columns: loads).transposed(),
      residual: residual.coordinates, coercivity: coercivity, infSup: infSup,
      referenceStability: system.referenceStability, outputs: outputs.map(\.reduced))
  }
}

extension GramSchmidt {
  /// Adds the part of a state that is new, or says why there is none.
  mutating func extendBasis(by state: [S]) throws(ExtensionError) {
    if let bad = state.firstIndex(where: { !$0.isFinite }) { throw .notFinite(dof: bad) }
    let result = try ExtensionError.wrapping { () throws(FactorizationError) in
      try append(state, tolerance: 1e-13)
    }
    guard !result.isKept else { return }
    let rest = max(0, length(of: state) - norm(result.coefficients))
    let size = length(of: state)
    throw .linearlyDependent(remainder: size > 0 ? rest / size : 0)
  }
}

extension DenseMatrix {
  /// The square matrix with one more column and row; the corner comes from the column.
  func bordered(column: [S], row: [S]) -> DenseMatrix {
    let n = rowCount
    var result = DenseMatrix(rowCount: n + 1, columnCount: n + 1)
    for j in 0..<n {
      for i in 0..<n { result[i, j] = self[i, j] }
      result[n, j] = row[j]
    }
    for i in 0...n { result[i, n] = column[i] }
    return result
  }
}
