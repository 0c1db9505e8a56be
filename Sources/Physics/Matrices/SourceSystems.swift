internal import Files
public import LinearAlgebra
public import ModelReduction

/// The systems that the sources of a matrix problem make themselves, at any parameter: what a reduced
/// model, which knows sums of samples alone, is to be judged by.
///
/// Where a source can be asked its matrix takes the place of the sum; lists of files stay sums.
public struct SourceSystems<S: Scalar>: Sendable {
  /// A sum of samples whose source can be asked.
  struct Term: Sendable {
    let family: MatrixFamily
    let factor: ComplexExpression
    let subject: PhysicsError.Subject
    /// Which terms of the affine system are the sum.
    let terms: Range<Int>
  }

  private let system: AffineSystem<S>
  private let operators: [Term]
  private let loads: [Term]
  private let outputs: [Term]

  /// nil where no source can be asked.
  init?(_ builder: MatrixBuilder<S>, of system: AffineSystem<S>) {
    guard !(builder.askedOperators + builder.askedLoads + builder.askedOutputs).isEmpty else {
      return nil
    }
    self.system = system
    operators = builder.askedOperators
    loads = builder.askedLoads
    outputs = builder.askedOutputs
  }

  /// The system at μ; sources are asked one after the other.
  ///
  /// - Throws: What a source gives instead of a matrix of the right size, or what stands in the way of the
  ///   sums.
  public func system(at mu: Parameter) throws(PhysicsError) -> SourceSystem<S> {
    let n = system.dofCount
    var gap = 0.0
    let theta = try weights(system.operatorCoefficients, at: mu)
    var matrix = system.operatorSum.combined(with: theta.without(operators))
    for term in operators {
      let file = try term.family.matrix(at: mu, term.subject)
      guard file.rowCount == n, file.columnCount == n else {
        throw PhysicsError(
          term.subject,
          "'\(file.path)' is \(file.rowCount) × \(file.columnCount), the operators are of order \(n)"
        )
      }
      let stack = try MatrixStack<S>([file], term.subject)
      let factor: S = term.factor.value(at: mu)
      let whole = factor * SparseMatrix(pattern: stack.pattern, values: stack.values[0])
      let sum = system.operatorSum.combined(with: theta.only(term))
      gap = max(gap, relative(norm((whole - sum).values), norm(whole.values)))
      matrix = matrix + whole
    }
    let phi = try weights(system.loadCoefficients, at: mu)
    var load = system.loadSum.combined(with: phi.without(loads))
    for term in loads {
      let whole = try vector(of: term, at: mu)
      let sum = system.loadSum.combined(with: phi.only(term))
      gap = max(gap, relative(norm(zip(whole, sum).map { $0 - $1 }), norm(whole)))
      axpy(1, whole, into: &load)
    }
    var functionals: [Int: [S]] = [:]
    for term in outputs {
      guard case .output(let place) = term.subject else { continue }
      let whole = try vector(of: term, at: mu)
      if case .linear(let output) = system.outputs[place] {
        let sum = output.functional.combined(with: try weights(output.coefficients, at: mu))
        gap = max(gap, relative(norm(zip(whole, sum).map { $0 - $1 }), norm(whole)))
      }
      functionals[place] = whole
    }
    return SourceSystem(
      system: system, parameter: mu, matrix: matrix, load: load, functionals: functionals,
      interpolationError: gap)
  }

  /// The values of coefficients at μ.
  private func weights(
    _ family: CoefficientFamily, at mu: Parameter
  ) throws(PhysicsError) -> [S] {
    do throws(ModelError) {
      return try family.checkedValues(at: mu, in: system.parameterSpace).map { S(real: $0) }
    } catch { throw PhysicsError(.problem, "\(error)") }
  }

  /// A vector with its coefficient.
  private func vector(of term: Term, at mu: Parameter) throws(PhysicsError) -> [S] {
    let file = try term.family.matrix(at: mu, term.subject)
    let vector: [S] = try PhysicsError.reading(term.subject) { () throws(FormatError) in
      try file.vector(of: S.self)
    }
    guard vector.count == system.dofCount else {
      throw PhysicsError(
        term.subject,
        "'\(file.path)' has \(vector.count) entries, the operators are of order \(system.dofCount)")
    }
    let factor: S = term.factor.value(at: mu)
    return vector.map { factor * $0 }
  }

  /// A distance over a size, or itself where that vanishes.
  private func relative(_ distance: Double, _ size: Double) -> Double {
    size > 0 ? distance / size : distance
  }
}

/// A system as its sources make it at one parameter.
public struct SourceSystem<S: Scalar>: Sendable {
  private let system: AffineSystem<S>
  /// μ.
  public let parameter: Parameter
  private let matrix: SparseMatrix<S>
  private let load: [S]
  /// Of the outputs whose vectors sources give, these, by their places.
  private let functionals: [Int: [S]]
  /// The largest ‖A(μ) − Σ β_m A(μ_m)‖ / ‖A(μ)‖ over all that is summed of samples, in the Frobenius norm.
  public let interpolationError: Double

  init(
    system: AffineSystem<S>, parameter: Parameter, matrix: SparseMatrix<S>, load: [S],
    functionals: [Int: [S]], interpolationError: Double
  ) {
    (self.system, self.parameter) = (system, parameter)
    (self.matrix, self.load, self.functionals) = (matrix, load, functionals)
    self.interpolationError = interpolationError
  }

  /// A⁻¹ f, by a factorization.
  ///
  /// - Throws: Where A is singular.
  public func solution() throws(ModelError) -> [S] {
    do throws(FactorizationError) { return try SparseLU(matrix).solve(load) } catch {
      throw .factorization(error, at: parameter)
    }
  }

  /// All outputs of a state.
  ///
  /// - Throws: Where a coefficient is not finite.
  public func outputValues(of state: [S]) throws(ModelError) -> [(key: String, value: S)] {
    var values = try system.outputValues(of: state, at: parameter)
    for (place, functional) in functionals {
      values[place].value = zip(functional, state).reduce(S.zero) { $0 + $1.0 * $1.1 }
    }
    return values
  }
}

extension Array where Element: Scalar {
  /// The coefficients of everything but some sums.
  fileprivate func without(_ terms: [SourceSystems<Element>.Term]) -> [Element] {
    indices.map { k in terms.contains { $0.terms.contains(k) } ? .zero : self[k] }
  }

  /// The coefficients of one sum alone.
  fileprivate func only(_ term: SourceSystems<Element>.Term) -> [Element] {
    indices.map { term.terms.contains($0) ? self[$0] : .zero }
  }
}
