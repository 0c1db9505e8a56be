internal import LinearAlgebra

/// How units are selected, on one domain or on several.
struct CubatureRules: Sendable {
  let tolerance: Double
  let batch: Int
  let start: [Int]
  let compression: Double?

  typealias Selected = (units: [Int], weights: [Double], report: EmpiricalCubature.Report)

  /// A rule on a part of the units, before the errors of the whole are known.
  private struct Part: Sendable {
    var units: [Int]
    var weights: [Double]
    var history: [EmpiricalCubature.Step]
    var rowCount: Int
  }

  func select(
    _ integrands: some CubatureIntegrands, weights: [Double], volumes: [Double],
    subdomains: [Int]?
  ) throws(HyperReductionError) -> Selected {
    let clock = ContinuousClock()
    let begin = clock.now
    if let unit = start.first(where: { $0 < 0 || $0 >= weights.count }) {
      throw .mismatch(
        what: "start of the cubature", found: "point or cell \(unit)",
        expected: "numbers below \(weights.count)")
    }
    let whole = try CubatureProblem(integrands, weights: weights, volumes: volumes)
    let scale = whole.scale
    let parts: [Part]
    if let subdomains {
      parts = try select(whole, scale: scale, subdomains: subdomains)
    } else {
      var seen = Set<Int>()
      let distinct = start.filter { seen.insert($0).inserted }
      parts = [try select(whole, scale: scale, tolerance: tolerance, startingFrom: distinct)]
    }
    let pairs = parts.flatMap { zip($0.units, $0.weights) }.sorted { $0.0 < $1.0 }
    let errors = whole.errors(pairs.map(\.0), pairs.map(\.1), scale: scale)
    let time = (clock.now - begin).components
    let report = EmpiricalCubature.Report(
      residual: errors.residual, volumeError: errors.volume, scale: scale,
      rowCount: parts.reduce(0) { max($0, $1.rowCount) }, history: parts.flatMap(\.history),
      seconds: Double(time.seconds) + 1e-18 * Double(time.attoseconds))
    return (pairs.map(\.0), pairs.map(\.1), report)
  }

  /// Each subdomain on its own. Of the residual that is allowed, a subdomain gets the share that its
  /// integrals have in Σ‖b_d‖: then ‖r_d‖ ≤ ε‖b_d‖ and Σ‖r_d‖ ≤ ε‖b‖.
  private func select<Integrands: CubatureIntegrands>(
    _ whole: CubatureProblem<Integrands>, scale: Double, subdomains: [Int]
  ) throws(HyperReductionError) -> [Part] {
    var members: [Int: [Int]] = [:]
    for (unit, number) in subdomains.enumerated() { members[number, default: []].append(unit) }
    let groups = members.sorted { $0.key < $1.key }.map(\.value)
    var problems: [CubatureProblem<Integrands>] = []
    for units in groups {
      problems.append(
        try CubatureProblem(
          whole.integrands.restricted(to: units), weights: units.map { whole.weights[$0] },
          volumes: units.map { whole.volumes[$0] }))
    }
    let total = problems.reduce(0) { $0 + $1.scale }
    let share = tolerance * (total > 0 ? min(1, scale / total) : 1)
    let (given, rules) = (Set(start), self)
    let results = parallelMap(groups.count) { [problems] d in
      let units = groups[d]
      return Result { () throws(HyperReductionError) in
        var part = try rules.select(
          problems[d], scale: problems[d].scale, tolerance: share,
          startingFrom: units.indices.filter { given.contains(units[$0]) })
        part.units = part.units.map { units[$0] }
        return part
      }
    }
    var parts: [Part] = []
    for result in results { parts.append(try result.get()) }
    return parts
  }

  private func select(
    _ problem: CubatureProblem<some CubatureIntegrands>, scale: Double, tolerance: Double,
    startingFrom start: [Int]
  ) throws(HyperReductionError) -> Part {
    let stagnation: HyperReductionError
    do throws(FactorizationError) {
      var (start, history) = (start, [EmpiricalCubature.Step]())
      if let compression, let basis = try problem.rowSpace(tolerance: compression) {
        let small = problem.compressed(to: problem.integrands.projected(onto: basis), by: basis)
        var selection = try CubatureSelection(small, scale: scale, startingFrom: start)
        _ = try selection.run(tolerance: tolerance, batch: batch)
        (start, history) = (selection.chosen, selection.history)
        // What was left out counts too; where it matters, the selection goes on with all.
        let errors = problem.errors(start, selection.weights, scale: scale)
        if errors.residual <= tolerance, errors.volume.magnitude <= tolerance {
          return Part(
            units: start, weights: selection.weights, history: history,
            rowCount: basis.columnCount)
        }
      }
      var selection = try CubatureSelection(problem, scale: scale, startingFrom: start)
      let isReached = try selection.run(tolerance: tolerance, batch: batch)
      let error = max(selection.residual, selection.volumeError)
      // Below, the sums over all points have no digits left.
      if isReached || error <= 1e-10 {
        return Part(
          units: selection.chosen, weights: selection.weights,
          history: history + selection.history, rowCount: problem.integrands.rowCount)
      }
      stagnation = .notReached(
        residual: error, tolerance: tolerance, points: selection.chosen.count)
    } catch {
      throw .factorization(error)
    }
    throw stagnation
  }
}
