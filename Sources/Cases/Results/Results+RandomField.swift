extension Results {
  /// The random field by which the temperature deviates.
  public struct RandomField: Sendable {
    /// The parameter whose components are the numbers of the modes.
    public var parameter: String
    /// Where the modes come from, in words.
    public var source: String
    /// λ of the modes that are kept: the variance of each, integrated over the body.
    public var variances: [Double]
    /// The part of the whole variance that the first 1, 2, … modes hold.
    public var shares: [Double]
    /// The variance of the whole field, integrated over the body.
    public var total: Double
    /// The part of the whole that the low-rank covariance does not know; every variance is too small by
    /// at most that.
    public var unresolved: Double

    /// "4 modes of 'xi' hold 93.1 % of the variance (61.0, 79.2, …)".
    public var words: String {
      let percent = shares.prefix(12).map(Self.percent).joined(separator: ", ")
      let more = shares.count > 12 ? ", …" : ""
      return
        "\(shares.count) \(shares.count == 1 ? "mode" : "modes") of '\(parameter)' hold "
        + "\(Self.percent(shares.last ?? 0)) % of the variance (\(percent)\(more)); \(source)"
        + (unresolved > 1e-6
          ? "; the low-rank covariance leaves \(Float(unresolved)) of it unknown" : "")
    }

    private static func percent(_ share: Double) -> String {
      let tenths = (share * 1000).rounded() / 10
      return "\(tenths)"
    }

    var json: JSONValue {
      .members([
        ("parameter", .string(parameter)), ("source", .string(source)),
        ("variances", .numbers(variances)), ("shares", .numbers(shares)),
        ("total", .number(total)), ("unresolved", .number(unresolved)),
      ])
    }
  }
}
