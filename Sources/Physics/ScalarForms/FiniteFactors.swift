internal import Expressions
internal import ModelReduction

/// The most times at which a factor is tried.
private let mostTimes = 1000

/// Refuses a factor θ(μ, t) of a coefficient that is infinite or undefined at the reference, at the
/// end of a range, or at a time: a computation would stop there, long after.
///
/// - Parameter times: Of the steps; where there are none, a factor of time is not judged.
func checkFinite(
  _ theta: Expression, in parameters: ParameterSpace, times: [Double] = [],
  of subject: PhysicsError.Subject, as name: String
) throws(PhysicsError) {
  let symbols = theta.symbols
  let usesTime = symbols.contains(.time)
  if symbols.isEmpty || usesTime && times.isEmpty { return }
  func words(_ mu: Parameter, _ time: Double?) -> String {
    let used = parameters.names.indices.filter { symbols.contains(.parameter($0)) }
    let values = used.map { "\(parameters.names[$0]) = \(mu[$0])" }
    return (values + (time.map { ["t = \($0)"] } ?? [])).joined(separator: ", ")
  }
  func check(_ mu: Parameter, _ time: Double?) throws(PhysicsError) {
    let value = theta.evaluate { symbol in
      switch symbol {
      case .parameter(let index): mu[index]
      case .time: time ?? .nan
      default: .nan
      }
    }
    if !value.isFinite {
      throw PhysicsError(
        subject,
        "\(name): its factor '\(theta)' is not a finite number at \(words(mu, time))")
    }
  }
  for mu in parameters.extremes(of: symbols) { try check(mu, usesTime ? times[0] : nil) }
  guard usesTime else { return }
  let stride = max(1, times.count / mostTimes)
  for k in Swift.stride(from: 0, to: times.count, by: stride) {
    try check(parameters.reference, times[k])
  }
}

extension ParameterSpace {
  /// The reference and, for each component among the symbols, the ends of its range.
  fileprivate func extremes(of symbols: Set<Symbol>) -> [Parameter] {
    let ranges = axes.flatMap(\.ranges)
    var points = [reference]
    for k in ranges.indices where symbols.contains(.parameter(k)) {
      for end in [ranges[k].lowerBound, ranges[k].upperBound] {
        var values = reference.values
        values[k] = end
        points.append(Parameter(values))
      }
    }
    return points
  }
}
