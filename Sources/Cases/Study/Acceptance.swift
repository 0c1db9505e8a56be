public import ModelReduction

/// The largest error that an answer may be estimated to have.
public struct Acceptance: Sendable, Equatable {
  /// The largest estimate.
  public let tolerance: Double
  /// Whether estimates count over the norm of the solution.
  public let isRelative: Bool

  /// A largest error.
  public init(tolerance: Double, isRelative: Bool = true) {
    (self.tolerance, self.isRelative) = (tolerance, isRelative)
  }

  /// What the training of a reduced model has reached: its tolerance, if it stopped there by
  /// estimates of the field over the training set. A decomposition promises nothing of single errors, a
  /// goal nothing of the field, and a basis that fell short has been warned of.
  init?(of reduction: ReductionFacts, _ request: CaseFile.Reduction?) {
    guard let request, request.goal == nil, let last = reduction.results.greedy.last?.estimate,
      last <= request.tolerance
    else { return nil }
    self.init(tolerance: request.tolerance, isRelative: request.error == .relative)
  }

  /// The fact of a model file.
  static let entry = "tolerance"

  /// As it stands in a model file: "0.001 relative".
  var text: String { "\(tolerance) \(isRelative ? "relative" : "absolute")" }

  /// From a model file.
  init?(parsing text: String) {
    let words = text.split(separator: " ")
    guard words.count == 2, let tolerance = Double(words[0]), tolerance > 0 else { return nil }
    self.init(tolerance: tolerance, isRelative: words[1] == "relative")
  }

  /// Whether an answer's estimate is too large, or missing.
  func refuses(_ answer: Results.Query) -> Bool {
    guard let estimate = answer.estimate else { return true }
    guard isRelative, let norm = answer.norm, norm > 0 else { return !(estimate <= tolerance) }
    return !(estimate <= tolerance * norm)
  }
}

extension SavedModel {
  /// What the model was trained to, where that was reached.
  public var acceptance: Acceptance? {
    opened.provenance.facts[Acceptance.entry].flatMap(Acceptance.init(parsing:))
  }

  /// The answers at some points, those marked that are estimated to be worse than allowed.
  ///
  /// - Parameter acceptance: What is allowed; nil for what the model was trained to.
  /// - Throws: As ``answers(at:)``.
  public func judgedAnswers(
    at points: [Parameter], _ acceptance: Acceptance? = nil
  ) throws -> [Results.Query] {
    let allowed = acceptance ?? self.acceptance
    return try answers(at: points).map { answer in
      var answer = answer
      answer.isAboveTolerance = allowed?.refuses(answer) ?? false
      return answer
    }
  }

  /// What is wrong with some answers, nil where all are inside the domain and good enough.
  public func complaint(about answers: [Results.Query]) -> String? {
    let outside = answers.count { $0.isOutside }
    let above = answers.count { $0.isAboveTolerance }
    var parts: [String] = []
    if outside > 0 { parts.append("\(outside) outside the ranges the model was trained for") }
    if above > 0 { parts.append("\(above) with an error estimated above the tolerance") }
    guard !parts.isEmpty else { return nil }
    return "of \(answers.count) answers " + parts.joined(separator: ", ")
  }
}
