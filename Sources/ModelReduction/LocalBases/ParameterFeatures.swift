/// What a classifier sees of a parameter: its components, and perhaps their squares and products,
/// each standardized to mean 0 and variance 1 over the training set.
public struct ParameterFeatures: Sendable, Equatable {
  /// Which functions of the components.
  public enum Terms: String, Sendable, CaseIterable {
    /// a, b, ….
    case linear
    /// Also a², b², ….
    case squares
    /// Also a², a b, b², ….
    case quadratic
  }

  /// Which functions.
  public let terms: Terms
  /// "a", "b", "a²", "a·b", …, one per feature.
  public let names: [String]
  private let means: [Double]
  private let deviations: [Double]

  /// The number of features.
  public var count: Int { names.count }

  /// Features standardized over a training set.
  ///
  /// - Parameters:
  ///   - parameters: The training set.
  ///   - names: Of the components; "p0", "p1", … where nil.
  ///   - terms: Which functions.
  /// - Throws: `empty`; `mismatch` for parameters of different lengths; `refused` for numbers that
  ///   are not finite.
  public init(
    of parameters: [Parameter], names: [String]? = nil, terms: Terms
  ) throws(SnapshotError) {
    guard let first = parameters.first else { throw .empty(source: "the training parameters") }
    for (row, mu) in parameters.enumerated() {
      guard mu.count == first.count else {
        throw .mismatch(
          source: "parameter \(row)", found: "\(mu.count) numbers", expected: "\(first.count)")
      }
      guard mu.values.allSatisfy(\.isFinite) else {
        throw .refused("parameter \(row), \(mu), is not finite")
      }
    }
    let base = names ?? (0..<first.count).map { "p\($0)" }
    precondition(base.count == first.count, "\(base.count) names for \(first.count) components")
    var all = base
    if terms != .linear {
      for i in base.indices {
        for j in i..<(terms == .squares ? i + 1 : base.count) {
          all.append(i == j ? base[i] + "²" : "\(base[i])·\(base[j])")
        }
      }
    }
    // The components are standardized before they are multiplied: a² of numbers around 1000 would
    // be a itself but for a millionth.
    let n = Double(parameters.count)
    let (centre, spread) = ParameterFeatures.moments(parameters.map(\.values), n)
    let raw = parameters.map { mu in
      ParameterFeatures.expand(
        mu.values.indices.map { (mu[$0] - centre[$0]) / spread[$0] }, terms)
    }
    let (means, deviations) = ParameterFeatures.moments(raw, n)
    (self.terms, self.names) = (terms, all)
    (self.means, self.deviations) = (centre + means, spread + deviations)
  }

  /// The features of a parameter.
  ///
  /// - Precondition: As many components as those of the training set.
  public func values(at mu: Parameter) -> [Double] {
    let p = means.count - count
    precondition(mu.count == p, "\(mu.count) numbers for \(p) components")
    let components = (0..<p).map { (mu[$0] - means[$0]) / deviations[$0] }
    return ParameterFeatures.expand(components, terms).enumerated().map { k, value in
      (value - means[p + k]) / deviations[p + k]
    }
  }

  private static func expand(_ x: [Double], _ terms: Terms) -> [Double] {
    var result = x
    guard terms != .linear else { return result }
    for i in x.indices {
      for j in i..<(terms == .squares ? i + 1 : x.count) { result.append(x[i] * x[j]) }
    }
    return result
  }

  /// Means and standard deviations of columns; 1 for a column that is constant.
  private static func moments(_ rows: [[Double]], _ n: Double) -> ([Double], [Double]) {
    let columns = rows[0].indices
    let means = columns.map { k in rows.reduce(0) { $0 + $1[k] / n } }
    let deviations = columns.map { k in
      let variance = rows.reduce(0) { $0 + ($1[k] - means[k]) * ($1[k] - means[k]) / n }
      let deviation = variance.squareRoot()
      return deviation > 1e-12 * means[k].magnitude && deviation.isNormal ? deviation : 1
    }
    return (means, deviations)
  }
}
