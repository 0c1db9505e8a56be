extension Expression {
  /// The function of `variable` that is linear between given points and constant outside them.
  ///
  /// One tree of conditionals that halves the points at each level: as deep as the logarithm of
  /// their number, exact at the points, and printed in the language of case files like any other
  /// expression. Of the time alone it is a single coefficient θ(t) of an affine split, whatever the
  /// number of points.
  ///
  /// - Parameters:
  ///   - variable: What it is a function of.
  ///   - points: Where values are given, strictly ascending; at least one.
  ///   - values: One per point.
  /// - Precondition: As many values as points, all finite, and all slopes finite.
  public static func piecewiseLinear(
    in variable: Expression, points: [Double], values: [Double]
  ) -> Expression {
    precondition(
      !points.isEmpty && points.count == values.count,
      "\(points.count) points and \(values.count) values of a piecewise linear function")
    precondition(
      zip(points, points.dropFirst()).allSatisfy { $0 < $1 }, "the points must ascend strictly")
    /// Piece i ends at point i; the first and the last are constant.
    func piece(_ i: Int) -> Expression {
      guard i > 0, i < points.count, values[i - 1] != values[i] else {
        return Expression(values[max(0, min(i, points.count) - 1)])
      }
      let slope = (values[i] - values[i - 1]) / (points[i] - points[i - 1])
      let rise = Expression(slope) * (variable - Expression(points[i - 1]))
      return values[i - 1] == 0 ? rise : Expression(values[i - 1]) + rise
    }
    func pieces(_ range: Range<Int>) -> Expression {
      if range.count == 1 { return piece(range.lowerBound) }
      let middle = range.lowerBound + range.count / 2
      return .conditional(
        .call(.less, [variable, Expression(points[middle - 1])]),
        pieces(range.lowerBound..<middle), pieces(middle..<range.upperBound)
      )
    }
    return pieces(0..<points.count + 1).simplified()
  }
}
