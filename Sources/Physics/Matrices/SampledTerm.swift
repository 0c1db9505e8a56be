internal import ComplexModule
internal import Expressions
internal import LinearAlgebra
internal import ModelReduction
internal import RealModule

/// A term of a matrix problem ready to be summed: matrices, and how modes and coefficients are made of them.
///
/// Of a file, itself; of samples A(μ_m) the modes T_l of Newton's form, A(μ) ≈ Σ c_l(μ) T_l. That is the
/// same as Σ β_m(μ) A(μ_m) with β = U⁻¹ c, but each c_l is as small as the error of the terms before it,
/// where the β lose the digits of U⁻¹, which are as many as the tolerance asks for.
struct SampledTerm: Sendable {
  /// How messages call it.
  let name: String
  let subject: PhysicsError.Subject
  /// A(μ_1) … A(μ_d), or the matrix of a file.
  let matrices: [MatrixFile]
  /// U: sample k is Σ_{l ≤ k} U_{lk} T_l; nil for a file.
  let triangle: DenseMatrix<Complex<Double>>?
  /// c_l.
  let coefficients: [ComplexExpression]
  /// The coefficient of the term as a whole.
  var factor = ComplexExpression(1)
  /// Where it was looked at unseen, and what was found there.
  var unseen: [(mu: Parameter, matrix: MatrixFile)] = []
  /// An error that is known beforehand: of samples that were left out.
  var error: Double?
  /// The error of the functions, weighted as they are.
  var functionError = 0.0
  /// Σ |β_m(μ)|, the largest seen.
  var amplification = 1.0
  /// The samples that were asked for.
  var sampleCount = 0
  /// As the case has it.
  var text = ""
  /// What can be asked for any parameter; nil for a file and for lists of files.
  var asked: MatrixFamily?

  init(_ file: MatrixFile, _ coefficient: ComplexExpression, _ subject: PhysicsError.Subject) {
    (name, self.subject, matrices, triangle) = (file.path, subject, [file], nil)
    (coefficients, factor) = ([ComplexExpression(1)], coefficient)
  }

  init(
    _ family: MatrixFamily, _ subject: PhysicsError.Subject, _ matrices: [MatrixFile],
    triangle: DenseMatrix<Complex<Double>>, coefficients: [ComplexExpression]
  ) {
    (name, self.subject) = (family.source.name, subject)
    (self.matrices, self.triangle, self.coefficients) = (matrices, triangle, coefficients)
  }

  /// Whether anything in it is complex.
  var isComplex: Bool {
    matrices.contains(where: \.isComplex)
      || (coefficients + [factor]).contains { $0.imaginary.simplified().constantValue != 0 }
      || triangle?.values.contains { $0.imaginary != 0 } == true
  }

  /// The modes as arrays over one pattern, from the samples as arrays over it.
  func modes<S: Scalar>(of samples: [[S]]) -> [[S]] {
    guard let triangle else { return samples }
    var modes: [[S]] = []
    for k in samples.indices {
      var left = samples[k]
      for l in 0..<k { axpy(-scalar(triangle[l, k]), modes[l], into: &left) }
      let pivot: S = scalar(triangle[k, k])
      modes.append(left.map { $0 / pivot })
    }
    return modes
  }

  private func scalar<S: Scalar>(_ z: Complex<Double>) -> S { (z as? S) ?? S(real: z.real) }
}

extension MatrixFamily {
  /// Where the case asks how good the sum is, at parameters nobody has learnt from: spread along the
  /// scale of each parameter.
  static func unseenPoints(
    _ count: Int, seed: UInt64 = 7, in space: ParameterSpace
  ) -> [Parameter] {
    guard count > 0, space.dimension > 0 else { return [] }
    return (try? Sampling.latinHypercube.points(count: count, seed: seed, in: space)) ?? []
  }

  /// The sum of a family times a coefficient.
  ///
  /// - Parameter unseen: Where a source that can be asked is looked at to measure the error.
  func sampled(
    _ coefficient: ComplexExpression, _ subject: PhysicsError.Subject, in space: ParameterSpace,
    _ settings: CoefficientInterpolation.Settings, unseen: [Parameter]
  ) throws(PhysicsError) -> SampledTerm {
    var term =
      functions == nil
      ? try learnt(subject, in: space, settings) : try chosen(subject, in: space, settings)
    if source.parameters == nil {
      for mu in unseen { term.unseen.append((mu, try matrix(at: mu, subject))) }
      term.sampleCount += unseen.count
      term.asked = self
    }
    term.factor = coefficient
    return term
  }

  func matrix(
    at mu: Parameter, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> MatrixFile {
    do throws(MatrixSourceError) { return try source.matrix(at: mu) } catch {
      throw PhysicsError(subject, error.description)
    }
  }
}

extension ComplexExpression {
  /// The number at μ; of a real problem its real part.
  func value<S: Scalar>(at mu: Parameter) -> S {
    func number(_ part: Expression) -> Double {
      part.evaluate { symbol in if case .parameter(let i) = symbol { mu[i] } else { .nan } }
    }
    return (Complex(number(real), number(imaginary)) as? S) ?? S(real: number(real))
  }
}

extension DenseMatrix {
  /// The same numbers as complex ones.
  var complexed: DenseMatrix<Complex<Double>> {
    DenseMatrix<Complex<Double>>(
      rowCount: rowCount, columnCount: columnCount,
      values: values.map { ($0 as? Complex<Double>) ?? Complex($0.realPart, 0) })
  }
}

/// B⁻¹ g for a lower triangle with ones on its diagonal, each row a sum of multiples of the g.
func solvedUnitLower(
  _ b: DenseMatrix<Complex<Double>>, _ g: [ComplexExpression]
) -> [ComplexExpression] {
  var inverse = DenseMatrix<Complex<Double>>.identity(b.rowCount)
  for j in 0..<b.rowCount {
    for i in j + 1..<max(j + 1, b.rowCount) {
      inverse[i, j] = -(j..<i).reduce(Complex.zero) { $0 + b[i, $1] * inverse[$1, j] }
    }
  }
  return g.indices.map { l in
    var (real, imaginary): ([Expression], [Expression]) = ([], [])
    for k in 0...l where inverse[l, k] != .zero {
      let part =
        inverse[l, k] == 1
        ? g[k] : ComplexExpression(inverse[l, k].real, inverse[l, k].imaginary) * g[k]
      real.append(part.real)
      imaginary.append(part.imaginary)
    }
    return ComplexExpression(
      Expression(sumOf: real).simplified(), Expression(sumOf: imaginary).simplified())
  }
}
