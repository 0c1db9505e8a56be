internal import Expressions
internal import LinearAlgebra
internal import ModelReduction

/// A matrix problem with everything asked for that its sums are made of.
struct SampledProblem {
  var operators: [SampledTerm] = []
  var loads: [SampledTerm] = []
  var outputs: [SampledTerm] = []

  /// Whether a file, a sample or a coefficient is complex.
  var isComplex: Bool { (operators + loads + outputs).contains(where: \.isComplex) }
  /// Whether anything in it is interpolated.
  var isInterpolated: Bool { (operators + loads + outputs).contains { $0.triangle != nil } }

  /// Reads, runs and learns.
  ///
  /// - Parameter unseen: At how many other parameters sums are held against the matrix itself.
  init(
    _ problem: MatrixProblem, in space: ParameterSpace,
    _ settings: CoefficientInterpolation.Settings, unseen: Int
  ) throws(PhysicsError) {
    let points = MatrixFamily.unseenPoints(unseen, in: space)
    func sampled(
      _ term: MatrixProblem.Term, _ subject: PhysicsError.Subject
    ) throws(PhysicsError) -> SampledTerm {
      switch term.content {
      case .file(let file): SampledTerm(file, term.coefficient, subject)
      case .family(let family):
        try family.sampled(term.coefficient, subject, in: space, settings, unseen: points)
      }
    }
    for (k, term) in problem.operators.enumerated() {
      operators.append(try sampled(term, .operatorTerm(k)))
    }
    for (k, term) in problem.loads.enumerated() { loads.append(try sampled(term, .load(k))) }
    for (k, output) in problem.outputs.enumerated() {
      outputs.append(try sampled(output.vector, .output(k)))
    }
  }
}

/// How well a matrix or a vector is the sum of its samples.
public struct NonintrusiveReport: Sendable, Equatable {
  /// The entry of the problem it belongs to.
  public let subject: PhysicsError.Subject
  /// The source of its samples.
  public let source: String
  /// The functions it depends through, or how they were learnt.
  public let text: String
  /// d.
  public let terms: Int
  /// How many samples were asked for.
  public let samples: Int
  /// At how many parameters that nothing was learnt from the error was measured.
  public let unseen: Int
  /// The largest ‖A(μ) − Σ β_m A(μ_m)‖ / ‖A(μ)‖ there, in the Frobenius norm; where there were none,
  /// that of a sample left out, or of the functions.
  public let error: Double
  /// Σ |β_m(μ)|, the largest seen: how much errors of the samples are amplified.
  public let amplification: Double
  /// Whether the source gives the matrix at any parameter.
  public let canBeAsked: Bool

  /// What it is: "operator", "load" or "output".
  public var name: String {
    switch subject {
    case .load(let k): "load \(k)"
    case .output(let k): "output \(k)"
    case .operatorTerm(let k): "operator \(k)"
    default: "matrix"
    }
  }

  /// In a sentence.
  public var words: String {
    let place =
      unseen > 0
      ? "at \(unseen) parameters not learnt from" : "as far as samples and functions tell"
    let sum =
      "\(name), '\(source)', is summed of \(terms) of its samples, to \(Float(error)) of its "
      + "size \(place): "
    return canBeAsked
      ? sum
        + "estimates of errors, which are indicators, do not count that, nor do comparisons with the full "
        + "model where its command is not asked again"
      : sum
        + "neither estimates of errors, which are indicators, nor comparisons with the full model count "
        + "that"
  }
}
