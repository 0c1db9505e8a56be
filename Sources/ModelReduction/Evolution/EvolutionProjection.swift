public import LinearAlgebra

/// The projection of an affine evolution onto a growing basis.
public struct EvolutionProjection: Sendable {
  /// The evolution projected.
  public let evolution: AffineEvolution
  /// X⁻¹.
  public let riesz: RieszMap
  /// α(μ) of A, where the evolution states conditions and they hold.
  public let coercivity: CoercivityBound?
  private var columns: GramSchmidt<Double>
  private var mass: [DenseMatrix<Double>]
  private var operators: [DenseMatrix<Double>]
  /// The functionals that stand on the right: loads, then images of lifts.
  let rightSides: DenseMatrix<Double>
  private var residual: ResidualRange<Double>
  private var outputs: [SystemOutputProjection<Double>]

  /// The projection onto nothing yet.
  ///
  /// - Parameter coercivity: α(μ) of A; without it what the conditions of the evolution give.
  /// - Throws: When X is not positive definite or a coefficient not finite at the reference.
  public init(
    of evolution: AffineEvolution, riesz: RieszMap? = nil, coercivity: CoercivityBound? = nil
  ) throws(ModelError) {
    self.evolution = evolution
    let reference = evolution.coercivity?.reference ?? evolution.parameterSpace.reference
    var functionals = evolution.loadSum.terms
    for lift in evolution.lifts?.mass ?? [] { functionals += lift.terms }
    for lift in evolution.lifts?.operators ?? [] { functionals += lift.terms }
    rightSides = DenseMatrix(rowCount: evolution.dofCount, columns: functionals)
    do throws(FactorizationError) {
      if let riesz {
        self.riesz = riesz
      } else {
        self.riesz = try RieszMap(evolution.innerProduct)
      }
      residual = ResidualRange(riesz: self.riesz)
      try residual.append(rightSides)
    } catch { throw .factorization(error, at: reference) }
    if let coercivity {
      self.coercivity = coercivity
    } else {
      self.coercivity = try CoercivityBound(
        conditions: evolution.coercivity, operators: evolution.operatorSum,
        coefficients: evolution.operatorCoefficients, in: evolution.parameterSpace,
        product: evolution.innerProduct)
    }
    columns = GramSchmidt(
      rowCount: evolution.dofCount, product: evolution.innerProduct.matrix)
    let empty = DenseMatrix<Double>(rowCount: 0, columnCount: 0)
    mass = evolution.massSum.terms.map { _ in empty }
    operators = evolution.operatorSum.terms.map { _ in empty }
    let setting = AffineDecomposition(
      outputsOver: evolution.timeSpace, operators: evolution.operatorSum,
      product: evolution.innerProduct, reference: reference.at(time: evolution.grid.start))
    outputs = []
    for output in evolution.outputs {
      outputs.append(
        try SystemOutputProjection(
          SystemOutput(output), riesz: self.riesz, reference: reference, setting: setting))
    }
  }

  /// The projection onto a given basis, one vector after the other.
  ///
  /// - Throws: As above, and when a vector depends on those before it.
  public init(
    of evolution: AffineEvolution, onto basis: ReducedBasis<Double>, riesz: RieszMap? = nil
  ) throws {
    try self.init(of: evolution, riesz: riesz)
    try extend(by: basis)
  }

  /// Adds the vectors of a basis, one after the other.
  ///
  /// - Throws: When a vector depends on those before it.
  public mutating func extend(by basis: ReducedBasis<Double>) throws(ExtensionError) {
    for j in 0..<basis.size { try extend(by: basis.vectors.column(j)) }
  }

  /// N.
  public var size: Int { columns.vectors.columnCount }
  /// The basis so far.
  public var basis: ReducedBasis<Double> {
    ReducedBasis(orthonormal: columns.vectors, in: evolution.innerProduct)
  }
  /// Solutions with X so far.
  public var rieszSolves: Int { residual.rieszSolves }

  /// Adds the part of a state that is new.
  ///
  /// - Throws: When less than 10⁻¹³ of the state is new: such a vector would be round-off.
  public mutating func extend(by state: [Double]) throws(ExtensionError) {
    try columns.extendBasis(by: state)
    let vectors = columns.vectors
    let v = vectors.column(size - 1)
    let column = DenseMatrix(rowCount: v.count, columnCount: 1, values: v)
    var images = DenseMatrix<Double>(rowCount: v.count, columnCount: 0)
    func grow(_ matrix: inout DenseMatrix<Double>, by term: SparseMatrix<Double>) {
      let image = compensatedProduct(term, column)
      images.appendColumns(of: image)
      matrix = matrix.bordered(
        column: vectors.adjointTimes(image.values),
        row: vectors.adjointTimes(term.transposedTimes(v)))
    }
    for (q, term) in evolution.massSum.terms.enumerated() { grow(&mass[q], by: term) }
    for (q, term) in evolution.operatorSum.terms.enumerated() { grow(&operators[q], by: term) }
    try ExtensionError.wrapping { () throws(FactorizationError) in try residual.append(images) }
    for k in outputs.indices { outputs[k].extend(by: v, all: vectors) }
  }

  private var initialStates: DenseMatrix<Double> {
    DenseMatrix(rowCount: evolution.dofCount, columns: evolution.initialSum.terms)
  }

  /// What the space misses of the initial states.
  var initialRest: DenseMatrix<Double> {
    let (vectors, product) = (columns.vectors, evolution.innerProduct)
    var rest = initialStates
    // Twice: what remains of a state in the space is round-off of round-off.
    for _ in 0..<2 { rest = rest - vectors * vectors.adjointTimes(product.apply(rest)) }
    return rest
  }

  /// The reduced evolution of the basis so far.
  public var model: ReducedEvolution {
    let evolution = evolution
    let vectors = columns.vectors
    let product = evolution.innerProduct
    let initial = vectors.adjointTimes(product.apply(initialStates))
    let rest = initialRest
    return ReducedEvolution(
      parameterSpace: evolution.parameterSpace, scheme: evolution.scheme, grid: evolution.grid,
      size: size, productName: product.name, massCoefficients: evolution.massCoefficients,
      operatorCoefficients: evolution.operatorCoefficients,
      loadCoefficients: evolution.loadCoefficients,
      liftCoefficients: evolution.lifts?.coefficients ?? .none,
      initialCoefficients: evolution.initialCoefficients, mass: mass, operators: operators,
      functionals: vectors.adjointTimes(rightSides), initial: initial,
      initialErrorMass: evolution.massSum.terms.map { rest.gramian(in: $0) },
      initialErrorProduct: rest.gramian(in: product.matrix), residual: residual.coordinates,
      coercivity: coercivity, massConditions: evolution.massConditions,
      outputs: outputs.map(\.reduced))
  }
}
