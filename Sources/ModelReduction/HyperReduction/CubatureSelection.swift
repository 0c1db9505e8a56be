internal import LinearAlgebra

/// Nonnegative orthogonal matching pursuit: adds the units that correlate most with what the
/// integrals still miss, and fits nonnegative weights anew.
///
/// The volume is one more row, scaled to the size of all the others together.
struct CubatureSelection<Integrands: CubatureIntegrands> {
  private let problem: CubatureProblem<Integrands>
  private let scale: Double
  /// The factor of the volume's row.
  private let volumeFactor: Double
  private var fit: NonnegativeLeastSquares
  /// The unit of each column of the fit.
  private(set) var chosen: [Int] = []
  private var isExcluded: [Bool]
  private(set) var history: [EmpiricalCubature.Step] = []
  private(set) var residual = 0.0
  private(set) var volumeError = 0.0

  /// - Parameters:
  ///   - scale: What residuals are relative to.
  ///   - start: Units to begin with.
  init(
    _ problem: CubatureProblem<Integrands>, scale: Double, startingFrom start: [Int]
  ) throws(FactorizationError) {
    (self.problem, self.scale) = (problem, scale)
    volumeFactor = (scale > 0 ? scale : 1) / problem.volume
    fit = try NonnegativeLeastSquares(problem.integrals + [volumeFactor * problem.volume])
    isExcluded = [Bool](repeating: false, count: problem.weights.count)
    try add(start)
    fit.makePassive(Array(chosen.indices))
    fit.solve()
    for j in dropZeros(among: 0..<0) + chosen { isExcluded[j] = true }
    assess()
  }

  /// Nonnegative weights of the chosen units.
  var weights: [Double] { fit.solution }

  /// Adds units until integrals and volume are right to the tolerance.
  ///
  /// - Returns: Whether they are.
  mutating func run(tolerance: Double, batch: Int) throws(FactorizationError) -> Bool {
    var correlations = [Double](repeating: 0, count: problem.weights.count)
    var idle = 0
    while !isWithin(tolerance) {
      let before = residual * residual + volumeError * volumeError
      correlate(into: &correlations)
      let pool = best(batch > 1 ? poolFactor * batch : 1, of: correlations)
      guard !pool.isEmpty else { return false }
      let held = chosen.count
      try add(pool)
      fit.solve(additions: batch)
      let lost = dropZeros(among: 0..<held)
      assess()
      let isBetter = residual * residual + volumeError * volumeError < before * (1 - 1e-12)
      idle = isBetter ? 0 : idle + 1
      guard idle < 10 else { return false }
      // What lost its weight may not return at once; where nothing was gained, the pool waits until
      // something is.
      if isBetter { isExcluded = isExcluded.map { _ in false } }
      for j in chosen + lost + (isBetter ? [] : pool) { isExcluded[j] = true }
    }
    return true
  }

  /// How many times as many units as are wanted are looked at.
  ///
  /// Those that correlate most lie side by side and say the same; each next one is therefore chosen
  /// by what the ones before it leave, from so many that they do not all lie in one place. On
  /// 250 000 points and 600 functions ten times as many took 261 rounds, two hundred times 119.
  private var poolFactor: Int { max(10, min(200, problem.weights.count / 1000)) }

  private func isWithin(_ tolerance: Double) -> Bool {
    max(residual, volumeError) <= tolerance && !chosen.isEmpty
  }

  private mutating func add(_ new: [Int]) throws(FactorizationError) {
    var column = [Double](repeating: 0, count: problem.integrands.rowCount)
    for j in new {
      problem.integrands.column(j, into: &column)
      try fit.append(column + [volumeFactor * problem.volumes[j]])
    }
    chosen += new
  }

  /// Drops units of weight zero, and says which of some places were dropped.
  private mutating func dropZeros(among places: Range<Int>) -> [Int] {
    let kept = fit.dropZeros()
    let isKept = Set(kept)
    let dropped = places.filter { !isKept.contains($0) }.map { chosen[$0] }
    chosen = kept.map { chosen[$0] }
    return dropped
  }

  /// Measures the errors and writes them down.
  private mutating func assess() {
    let rest = fit.residual
    residual = scale > 0 ? norm(Array(rest.dropLast())) / scale : 0
    volumeError = (rest.last ?? 0).magnitude / (volumeFactor * problem.volume)
    history.append(EmpiricalCubature.Step(points: chosen.count, residual: residual))
  }

  /// Gᵀr of the current residual, divided by the lengths of the columns.
  private func correlate(into correlations: inout [Double]) {
    var rest = fit.residual
    let ofVolume = rest.removeLast()
    problem.integrands.correlations(with: rest, into: &correlations)
    for j in correlations.indices {
      let entry = volumeFactor * problem.volumes[j]
      let length = (problem.squares[j] + entry * entry).squareRoot()
      correlations[j] = length > 0 ? (correlations[j] + entry * ofVolume) / length : 0
    }
  }

  /// The units of largest positive correlation, the lowest among equals.
  private func best(_ count: Int, of correlations: [Double]) -> [Int] {
    var found: [Int] = []
    for j in correlations.indices where correlations[j] > 0 && !isExcluded[j] {
      if found.count == count {
        guard let last = found.last, correlations[j] > correlations[last] else { continue }
        found.removeLast()
      }
      // Behind all that correlate as much or more.
      var (place, end) = (0, found.count)
      while place < end {
        let middle = (place + end) / 2
        if correlations[j] > correlations[found[middle]] {
          end = middle
        } else {
          place = middle + 1
        }
      }
      found.insert(j, at: place)
    }
    return found
  }
}
