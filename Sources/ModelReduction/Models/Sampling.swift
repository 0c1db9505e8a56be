internal import LinearAlgebra
internal import RealModule

/// How training and test points are spread over a parameter space.
///
/// Every rule is deterministic: the same space, count and seed give the same points on any machine.
public enum Sampling: Sendable, Equatable {
  /// Independent, evenly distributed in the numbers themselves, whether the axis is linear or
  /// logarithmic; normally distributed on a normal axis.
  case random
  /// Independent, evenly distributed in the logarithms, whether the axis is linear or logarithmic;
  /// normally distributed on a normal axis.
  case logRandom
  /// A tensor grid with both ends of every range, spaced along each axis' scale, with the largest
  /// number m of points per component that keeps mᴾ within the count; the last component varies
  /// fastest.
  case grid
  /// Halton's sequence along each axis' scale from its second point on; a seed other than zero
  /// permutes the nonzero digits of each base.
  /// - Source: J. H. Halton, Numer. Math. 2 (1960).
  case halton
  /// For each component one point in each of `count` strata of equal width along the axis' scale.
  /// - Source: McKay, Beckman, Conover, Technometrics 21 (1979).
  case latinHypercube
  /// Given points, all of them, in their order.
  case list([Parameter])

  /// The rule of a name as case files write it; nil for another name, "file" included.
  public init?(name: String) {
    switch name {
    case "random": self = .random
    case "log-random": self = .logRandom
    case "grid": self = .grid
    case "halton": self = .halton
    case "latin-hypercube": self = .latinHypercube
    default: return nil
    }
  }

  /// The points.
  ///
  /// - Parameters:
  ///   - count: How many; an upper bound for `grid`, ignored by `list`.
  ///   - seed: Starts the random numbers; `grid` and `list` have none.
  ///   - space: The box to fill.
  /// - Throws: When there is nothing to draw, a logarithm does not exist, a grid would have fewer
  ///   than two points per component, or a listed point has the wrong number of components.
  public func points(
    count: Int, seed: UInt64, in space: ParameterSpace
  ) throws(SamplingError) -> [Parameter] {
    if case .list(let points) = self { return try checked(points, in: space) }
    guard count > 0 else { throw .noPoints(count: count) }
    var generator = SplitMix64(seed: seed)
    switch self {
    case .random:
      return (0..<count).map { _ in
        space.parameter(at: (0..<space.dimension).map { _ in generator.unit() }, along: .linear)
      }
    case .logRandom:
      for axis in space.axes where axis.scale != .normal {
        for range in axis.ranges where range.lowerBound <= 0 {
          throw .logarithmOfNonpositive(name: axis.name, lowerBound: range.lowerBound)
        }
      }
      return (0..<count).map { _ in
        space.parameter(at: (0..<space.dimension).map { _ in generator.unit() }, along: .log)
      }
    case .grid: return try tensorGrid(atMost: count, in: space)
    case .halton:
      let bases = primes(space.dimension).map { RadicalInverse(base: $0, seed: seed) }
      return (1...count).map { k in space.parameter(at: bases.map { $0(k) }) }
    case .latinHypercube:
      let columns = (0..<space.dimension).map { _ in
        (0..<count).shuffled(using: &generator).map {
          (Double($0) + generator.unit()) / Double(count)
        }
      }
      return (0..<count).map { k in space.parameter(at: columns.map { $0[k] }) }
    case .list(let points): return points
    }
  }

  private func checked(
    _ points: [Parameter], in space: ParameterSpace
  ) throws(SamplingError) -> [Parameter] {
    guard !points.isEmpty else { throw .noPoints(count: 0) }
    for (row, point) in points.enumerated() {
      guard point.count == space.dimension else {
        throw .wrongCount(row: row, expected: space.dimension, found: point.count)
      }
      if let bad = point.values.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(row: row, name: space.names[bad])
      }
    }
    return points
  }

  private func tensorGrid(
    atMost count: Int, in space: ParameterSpace
  ) throws(SamplingError) -> [Parameter] {
    let dimension = space.dimension
    guard dimension > 0 else { return [Parameter([])] }
    var perComponent = 1
    while power(perComponent + 1, dimension, atMost: count) != nil { perComponent += 1 }
    guard perComponent > 1 else { throw .gridTooCoarse(count: count, dimension: dimension) }
    let total = power(perComponent, dimension, atMost: count) ?? 0
    return (0..<total).map { row in
      var (rest, place) = (row, [Double](repeating: 0, count: dimension))
      for i in (0..<dimension).reversed() {
        place[i] = Double(rest % perComponent) / Double(perComponent - 1)
        rest /= perComponent
      }
      return space.parameter(at: place)
    }
  }
}

/// Why no points could be drawn.
public enum SamplingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Nothing was asked for.
  case noPoints(count: Int)
  /// An axis that reaches zero or below cannot be spread logarithmically.
  case logarithmOfNonpositive(name: String, lowerBound: Double)
  /// Not even two points per component fit into the count.
  case gridTooCoarse(count: Int, dimension: Int)
  /// A listed point with the wrong number of components.
  case wrongCount(row: Int, expected: Int, found: Int)
  /// NaN or infinity in a listed point.
  case notFinite(row: Int, name: String)

  /// What is wrong, with the numbers.
  public var description: String {
    switch self {
    case .noPoints(let count): "cannot draw \(count) points; at least one is needed"
    case .logarithmOfNonpositive(let name, let low):
      "log-random needs positive ranges; that of '\(name)' starts at \(low)"
    case .gridTooCoarse(let count, let dimension):
      "a grid over \(dimension) parameters needs at least 2^\(dimension) points, not \(count)"
    case .wrongCount(let row, let expected, let found):
      "row \(row) has \(found) numbers for \(expected) parameters"
    case .notFinite(let row, let name): "row \(row) has no finite value for '\(name)'"
    }
  }
}
