internal import ModelReduction

/// An affine family in words, for `ritz check` and reports.
struct AffineWords {
  /// "3 of the operator, 1 of the load".
  let terms: String
  /// Coefficients and outputs.
  let plan: [(heading: String, text: String)]

  init(
    _ operators: CoefficientFamily, _ loads: CoefficientFamily,
    _ outputs: [(name: String, kind: String)]
  ) {
    terms = "\(operators.count) of the operator, \(loads.count) of the load"
    plan = [
      ("operator", "θ = " + operators.words), ("load", "θ = " + loads.words),
      ("outputs", outputs.map { "\($0.name) (\($0.kind))" }.joined(separator: ", ")),
    ]
  }
}

extension CoefficientFamily {
  /// The first dozen.
  var words: String {
    expressions.prefix(12).map { "\($0)" }.joined(separator: ", ")
      + (expressions.count > 12 ? ", …" : "")
  }
}
