public import DomainDecomposition
public import LinearAlgebra

/// The projection of a problem in pieces onto a growing basis: ``GalerkinProjection`` with vectors
/// spread over the ranks. Reduced matrices are the sums of those of the pieces, the same bits on all.
///
/// Bounds are those of a problem in one piece where the inner product is the energy at the reference;
/// for other products no constant is proven, and nothing is certified.
public struct DividedProjection<C: Communicator>: Sendable {
  /// The problem.
  public let problem: DividedProblem<C>
  /// α(μ).
  public let coercivity: CoercivityBound
  /// The basis at the unknowns of the piece.
  public private(set) var modes: DenseMatrix<Double>
  private var riesz: DividedRiesz<C>
  private var basis: DividedBasis
  private var operators: [[Double]]
  private var loads: [Double] = []
  private var residual: DividedResidualRange<C>
  private var outputs: [DividedOutput<C>] = []

  /// N.
  public var size: Int { modes.columnCount }
  /// Solutions with X so far.
  public var rieszSolves: Int { riesz.solves }

  /// The projection onto nothing yet; collective.
  ///
  /// - Throws: On all ranks where X is not positive definite on one.
  public init(of problem: DividedProblem<C>) throws(ModelError) {
    let piece = problem.piece
    let reference = piece.coercivity.reference
    let riesz: DividedRiesz<C>
    do throws(DistributedFailure) { riesz = try DividedRiesz(problem) } catch {
      throw ModelError(error, at: reference)
    }
    // Only where X is the energy itself is the constant known without an eigenproblem.
    let energy = try piece.systemMatrix(at: reference)
    var strangers = [
      piece.innerProduct.matrix.map { energy.isNear($0) } == true ? 0.0 : 1
    ]
    problem.world.sum(&strangers)
    self.init(
      of: problem, riesz,
      CoercivityBound(
        conditions: piece.coercivity,
        referenceCoefficients: piece.operatorCoefficients.values(at: reference),
        constant: strangers[0] == 0 ? 1 : 0))
  }

  private init(
    of problem: DividedProblem<C>, _ riesz: DividedRiesz<C>, _ coercivity: CoercivityBound
  ) {
    (self.problem, self.riesz, self.coercivity) = (problem, riesz, coercivity)
    let piece = problem.piece
    let owned = problem.unknowns.owned.count
    modes = DenseMatrix(rowCount: problem.unknowns.count, columnCount: 0)
    basis = DividedBasis(rowCount: owned)
    operators = piece.operatorSum.terms.map { _ in [] }
    residual = DividedResidualRange(rowCount: owned)
    residual.append(problem.owned(piece.loadSum.terms), &self.riesz)
    for output in piece.outputs {
      outputs.append(DividedOutput(output, of: problem, &self.riesz))
    }
  }

  /// Adds the part of a state at the unknowns of the piece that is new; collective.
  ///
  /// - Throws: When less than 10⁻¹³ of the state is new.
  public mutating func extend(by state: [Double]) throws(ExtensionError) {
    var bad = [state.allSatisfy(\.isFinite) ? 0.0 : 1]
    problem.world.sum(&bad)
    if bad[0] > 0 { throw .notFinite(dof: state.firstIndex { !$0.isFinite } ?? 0) }
    let (remainder, isKept) = basis.append(
      problem.vectors.owned(of: state), riesz, tolerance: 1e-13)
    guard isKept else { throw .linearlyDependent(remainder: remainder) }
    let piece = problem.piece
    let v = problem.vectors.onPiece(basis.vectors.column(size))
    modes.appendColumn(v)
    let images = DenseMatrix(
      rowCount: v.count, columns: piece.operatorSum.terms.map { $0 * v })
    let products = riesz.products(modes, images)
    for q in operators.indices { operators[q] += products.column(q) }
    loads += riesz.sums(piece.loadSum.terms.map { dot($0, v) })
    residual.append(
      problem.owned((0..<images.columnCount).map { images.column($0) }), &riesz)
    for k in outputs.indices { outputs[k].extend(by: v, all: modes, riesz, problem.world) }
  }

  /// The reduced model of the basis so far, the same on all ranks.
  public var model: GalerkinReducedModel {
    let piece = problem.piece
    return GalerkinReducedModel(
      parameterSpace: piece.parameterSpace, size: size, productName: piece.innerProduct.name,
      operatorCoefficients: piece.operatorCoefficients, loadCoefficients: piece.loadCoefficients,
      operators: operators, loads: loads, residual: residual.coordinates,
      coercivity: coercivity, outputs: outputs.map(\.reduced))
  }

  /// The projection of the dual problem of a linear output onto nothing yet; collective.
  public func dual(ofOutput name: String) -> DividedProjection? {
    for case .linear(let linear) in problem.piece.outputs where linear.name == name {
      return DividedProjection(of: problem.dual(of: linear), riesz, coercivity.withoutLoad)
    }
    return nil
  }

  /// A model of this projection with the dual correction of one linear output; collective.
  ///
  /// - Precondition: `name` is a linear output, and `dual` the projection of its dual problem.
  public func corrected(
    _ model: GalerkinReducedModel, by dual: DividedProjection, forOutput name: String
  ) -> GalerkinReducedModel {
    let (w, count, m) = (dual.modes, operators.count, dual.size)
    var mixed = [Double](repeating: 0, count: m * count * size)
    for (q, term) in problem.piece.operatorSum.terms.enumerated() {
      let block = riesz.products(w, term * modes)
      for i in 0..<size { for k in 0..<m { mixed[(i * count + q) * m + k] = block[k, i] } }
    }
    let loads = riesz.sums(problem.piece.loadSum.terms.flatMap { w.adjointTimes($0) })
    return model.corrected(
      by: DualCorrection(model: dual.model, loads: loads, operators: mixed), forOutput: name)
  }

  /// ‖u − V γ‖_X for several reduced states at one parameter; collective.
  ///
  /// The error itself is solved for, from the residual of V γ, so that it is right to some digits where
  /// it is small.
  public func trueErrors(
    of states: [ReducedState<Double>], at mu: Parameter
  ) throws(ModelError) -> [Double] {
    var errors: [Double] = []
    for state in states {
      let v = modes.columns(0..<state.coordinates.count) * state.coordinates
      let rest = try problem.residual(of: v, at: mu)
      errors.append(
        problem.norm(try problem.correction(rest, at: mu, tolerance: 1e-8)))
    }
    return errors
  }
}

extension DividedProblem {
  /// Vectors of which each piece has a part, added at the owned unknowns; collective.
  func owned(_ parts: [[Double]]) -> DenseMatrix<Double> {
    DenseMatrix(
      rowCount: unknowns.owned.count, columns: parts.map { vectors.owned(adding: $0) })
  }
}
