public import LinearAlgebra

/// Why a basis cannot grow by a state.
public enum ExtensionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The state lies in the reduced space: only `remainder` of its norm is new.
  case linearlyDependent(remainder: Double)
  /// NaN or infinity at a free unknown.
  case notFinite(dof: Int)

  /// What is wrong, with the numbers.
  public var description: String {
    switch self {
    case .linearlyDependent(let remainder):
      "the state lies in the reduced space already (new part \(remainder) of its norm)"
    case .notFinite(let dof): "the state is not finite at free unknown \(dof)"
    }
  }
}

extension ExtensionError {
  /// Runs `body`; the only failure left after the entry check is a number that overflows.
  static func wrapping<Value>(
    _ body: () throws(FactorizationError) -> Value
  ) throws(ExtensionError) -> Value {
    do throws(FactorizationError) { return try body() } catch {
      if case .notFinite(let row, _) = error { throw .notFinite(dof: row) }
      throw .notFinite(dof: 0)
    }
  }
}

/// The projection of an affine problem onto a growing basis.
///
/// Each extension costs Q products and 3 Q solutions with X, and touches what was there before only
/// by matrix products. The model after n extensions does not depend on what follows.
public struct GalerkinProjection: Sendable {
  /// The problem projected.
  public let problem: AffineDecomposition
  /// X⁻¹.
  public let riesz: RieszMap
  /// α(μ).
  public let coercivity: CoercivityBound
  private var columns: GramSchmidt<Double>
  private var operators: [[Double]]
  private var loads: [Double] = []
  private var residual: ResidualRange<Double>
  private var outputs: [OutputProjection]

  /// The projection onto nothing yet.
  ///
  /// - Throws: When X is not positive definite or the coercivity bound cannot be computed.
  public init(
    of problem: AffineDecomposition, riesz: RieszMap? = nil, coercivity: CoercivityBound? = nil
  ) throws(ModelError) {
    let reference = problem.coercivity.reference
    self.problem = problem
    do throws(FactorizationError) {
      if let riesz { self.riesz = riesz } else { self.riesz = try RieszMap(problem.innerProduct) }
    } catch { throw .factorization(error, at: reference) }
    if let coercivity {
      self.coercivity = coercivity
    } else {
      self.coercivity = try CoercivityBound(of: problem)
    }
    columns = GramSchmidt(
      rowCount: problem.dofCount, product: problem.innerProduct.matrix)
    operators = problem.operatorSum.terms.map { _ in [] }
    residual = ResidualRange(riesz: self.riesz)
    do throws(FactorizationError) {
      try residual.append(
        DenseMatrix(rowCount: problem.dofCount, columns: problem.loadSum.terms))
    } catch { throw .factorization(error, at: reference) }
    outputs = []
    for output in problem.outputs {
      outputs.append(try OutputProjection(output, of: problem, riesz: self.riesz))
    }
  }

  /// The projection onto a given basis, one vector after the other.
  ///
  /// - Throws: As above, and when a vector depends on those before it.
  public init(
    of problem: AffineDecomposition, onto basis: ReducedBasis<Double>, riesz: RieszMap? = nil,
    coercivity: CoercivityBound? = nil
  ) throws {
    try self.init(of: problem, riesz: riesz, coercivity: coercivity)
    for j in 0..<basis.size { try extend(by: basis.vectors.column(j)) }
  }

  /// N.
  public var size: Int { columns.vectors.columnCount }
  /// The basis so far.
  public var basis: ReducedBasis<Double> {
    ReducedBasis(orthonormal: columns.vectors, in: problem.innerProduct)
  }
  /// Solutions with X so far.
  public var rieszSolves: Int { residual.rieszSolves }

  /// Adds the part of a state that is new.
  ///
  /// - Throws: When less than 10⁻¹³ of the state is new: such a vector would be round-off.
  public mutating func extend(by state: [Double]) throws(ExtensionError) {
    if let bad = state.firstIndex(where: { !$0.isFinite }) { throw .notFinite(dof: bad) }
    guard
      try ExtensionError.wrapping({ () throws(FactorizationError) in
        try columns.append(state, tolerance: 1e-13).isKept
      })
    else {
      let length = problem.innerProduct.norm(state)
      throw .linearlyDependent(
        remainder: length > 0 ? basis.distance(to: state) / length : 0)
    }
    let v = columns.vectors.column(size - 1)
    let images = compensatedImages(problem.operatorSum.terms, of: v)
    let products = columns.vectors.adjointTimes(images)
    for q in operators.indices { operators[q] += products.column(q) }
    loads += problem.loadSum.terms.map { dot($0, v) }
    try ExtensionError.wrapping { () throws(FactorizationError) in try residual.append(images) }
    for k in outputs.indices { outputs[k].extend(by: v, all: columns.vectors) }
  }

  /// The reduced model of the basis so far.
  public var model: GalerkinReducedModel {
    GalerkinReducedModel(
      parameterSpace: problem.parameterSpace, size: size, productName: problem.innerProduct.name,
      operatorCoefficients: problem.operatorCoefficients,
      loadCoefficients: problem.loadCoefficients, operators: operators, loads: loads,
      residual: residual.coordinates, coercivity: coercivity, outputs: outputs.map(\.reduced))
  }
}
