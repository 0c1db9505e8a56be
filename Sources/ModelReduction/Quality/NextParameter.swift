internal import RealModule

/// Where the next snapshot should be computed: where the others say least about the solution.
///
/// At a candidate μ the leave-one-out errors of the samples are interpolated by inverse distances
/// and multiplied by the distance to the nearest sample, both in the scaled coordinates of the
/// space: ê(μ) d(μ). The first factor leads to where the basis is poor, the second keeps away from
/// what is known already; halving the distance to a sample is expected to halve what is new there.
///
/// Errors of the samples alone, weighted by the size of the simplices between them, are the
/// practice of EZyRB (Demo, Tezzele, Rozza, J. Open Source Softw. 3 (2018)); the product with the
/// distance is Ritz's own and needs no triangulation.
///
/// - Source: D. Shepard, *A two-dimensional interpolation function for irregularly-spaced data*,
///   Proc. 23rd ACM National Conf. (1968), for the interpolation.
public struct NextParameter: Sendable, Equatable {
  /// Where the next snapshot may lie.
  public enum Candidates: Sendable, Equatable {
    /// Half-way between a sample and each of its nearest 2P neighbours, P the number of parameters.
    case midpoints
    /// Given points, such as those of a `Sampling`.
    case points([Parameter])
  }

  /// A candidate and what speaks for it.
  public struct Candidate: Sendable, Equatable {
    /// μ.
    public let parameter: Parameter
    /// ê(μ) d(μ).
    public let indicator: Double
    /// ê(μ), the interpolated relative error.
    public let expectedError: Double
    /// d(μ), to the nearest sample in scaled coordinates.
    public let distance: Double
  }

  /// All candidates, the most useful first; equal ones in their given order.
  public let ranking: [Candidate]

  /// The most useful one.
  public var best: Candidate { ranking[0] }

  /// Ranks candidates.
  ///
  /// - Parameters:
  ///   - samples: The parameters of the snapshots.
  ///   - errors: Their leave-one-out errors, or another measure of how badly each is represented.
  ///   - space: The box and the scales of its axes.
  ///   - candidates: Where to look.
  /// - Throws: `refused` for no samples, counts that differ, errors that are negative or not
  ///   finite, parameters of another length, and no candidates.
  /// - Complexity: One distance per candidate and sample.
  public init(
    after samples: [Parameter], errors: [Double], in space: ParameterSpace,
    candidates: Candidates = .midpoints
  ) throws(SnapshotError) {
    guard !samples.isEmpty, samples.count == errors.count else {
      throw .refused(
        "\(errors.count) errors for \(samples.count) samples; one of each is needed per snapshot")
    }
    if let bad = errors.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw .refused(
        "the error of sample \(bad) is \(errors[bad]); it must be finite, zero or more")
    }
    let known = try samples.enumerated().map { row, mu throws(SnapshotError) in
      try NextParameter.place(of: mu, in: space, "sample \(row)")
    }
    let points =
      switch candidates {
      case .points(let points): points
      case .midpoints:
        NextParameter.midpoints(of: known, dimension: space.dimension).map {
          space.parameter(at: $0)
        }
      }
    guard !points.isEmpty else {
      throw .refused(
        "there is no candidate for the next parameter; give points, for example of a sampling, "
          + "where there are fewer than two different samples")
    }
    var all: [Candidate] = []
    for (row, mu) in points.enumerated() {
      let place = try NextParameter.place(of: mu, in: space, "candidate \(row)")
      let (error, distance) = NextParameter.interpolate(errors, known, at: place)
      all.append(
        Candidate(
          parameter: mu, indicator: error * distance, expectedError: error, distance: distance))
    }
    ranking = all.enumerated().sorted {
      ($1.element.indicator, $0.offset) < ($0.element.indicator, $1.offset)
    }.map(\.element)
  }

  private static func place(
    of mu: Parameter, in space: ParameterSpace, _ name: String
  ) throws(SnapshotError) -> [Double] {
    guard mu.count == space.dimension else {
      throw .mismatch(
        source: name, found: "\(mu.count) numbers", expected: "\(space.dimension)")
    }
    let place = space.scaledCoordinates(of: mu)
    guard place.allSatisfy(\.isFinite) else {
      throw .refused("\(name), \(mu), has no place in the ranges and scales of the axes")
    }
    return place
  }

  /// Weights 1/dᵖ with p one more than the dimension, so that far samples do not outweigh near ones
  /// by their number.
  private static func interpolate(
    _ errors: [Double], _ known: [[Double]], at place: [Double]
  ) -> (error: Double, distance: Double) {
    let distances = known.map { distance($0, place) }
    let nearest = distances.min() ?? 0
    guard nearest > 0 else {
      return (zip(errors, distances).filter { $1 == 0 }.map(\.0).max() ?? 0, 0)
    }
    let power = Double(max(2, place.count + 1))
    var (sum, weights) = (0.0, 0.0)
    for (error, d) in zip(errors, distances) {
      let weight = Double.pow(nearest / d, power)
      sum += weight * error
      weights += weight
    }
    return (sum / weights, nearest)
  }

  private static func midpoints(of known: [[Double]], dimension: Int) -> [[Double]] {
    var (seen, result) = (Set<[Double]>(), [[Double]]())
    for (i, here) in known.enumerated() {
      let others = known.indices.filter { $0 != i && known[$0] != here }
      let near = others.sorted {
        (distance(known[$0], here), $0) < (distance(known[$1], here), $1)
      }.prefix(2 * max(1, dimension))
      for j in near {
        let middle = zip(here, known[j]).map { ($0 + $1) / 2 }
        if seen.insert(middle).inserted { result.append(middle) }
      }
    }
    return result
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for (x, y) in zip(a, b) { sum += (x - y) * (x - y) }
    return sum.squareRoot()
  }
}
