internal import LinearAlgebra

/// The numbers of one solve by conjugate gradients: judges the steps and writes the report.
struct CGRun {
  let lengthOfB: Double
  var products = 0
  var preconditionings = 0
  private(set) var status: SolveReport.Status?
  private var monitor: ConvergenceMonitor
  private var energies: EnergyErrorEstimate
  private(set) var rz = 0.0
  private var alpha = 0.0
  private var square = 0.0
  /// √ of the smallest residual at which the recurrence was begun again.
  private var confirmedSquare = Double.infinity

  init(rule: StoppingRule, lengthOfB: Double) {
    self.lengthOfB = lengthOfB
    energies = EnergyErrorEstimate(delay: rule.energyDelay)
    monitor = ConvergenceMonitor(rule, scale: lengthOfB)
  }

  var iterations: Int { monitor.iterations }
  var observesPreconditioned: Bool { quantity == .preconditionedResidual }
  private var quantity: StoppingRule.Quantity { monitor.rule.quantity }

  /// Takes ‖r‖² of a residual that was corrected.
  mutating func take(square: Double) { self.square = square }

  /// r ← b − A x, and its length.
  mutating func residual<S: Scalar, A: LinearOperator>(
    _ a: A, _ b: [S], _ x: [S], into r: inout [S], sums: inout ChunkSums<S>
  ) where A.Element == S {
    a.apply(x, into: &r)
    products += 1
    subtract(from: b, &r)
    square = sums.dot(r, r).realPart
  }

  mutating func begin(rz: Double, bz: Double) {
    preconditionings += 1
    if quantity == .preconditionedResidual { monitor.rescale(max(0, bz).squareRoot()) }
    observe(rz: rz)
  }

  /// Goes on from a residual computed anew.
  mutating func restart(rz: Double) {
    preconditionings += 1
    status = nil
    self.rz = rz
    if rz <= 0 { status = .breakdown(.preconditionerNotDefinite) }
  }

  /// α = rᴴz / pᴴAp; nil if the recurrence ends here.
  mutating func stepLength(energy: Double) -> Double? {
    products += 1
    guard energy.isFinite, rz.isFinite else {
      status = .notFinite
      return nil
    }
    guard energy > 0 else {
      status = .breakdown(.operatorNotDefinite)
      return nil
    }
    alpha = rz / energy
    return alpha
  }

  /// Takes ‖r‖² and rᴴz after a step; the β of the next direction.
  mutating func record(square: Double, rz next: Double) -> Double {
    preconditionings += 1
    self.square = square
    energies.append(alpha * rz)
    let beta = next / rz
    observe(rz: next)
    return beta
  }

  private mutating func observe(rz next: Double) {
    rz = next
    switch quantity {
    case .residual:
      status = monitor.record(square.squareRoot())
    case .preconditionedResidual:
      status = monitor.record(max(0, next).squareRoot())
    case .energyError:
      if let (error, scale) = energies.estimate {
        monitor.rescale(scale)
        status = monitor.record(error)
      } else {
        // Nothing is known yet: the whole of the scale, unless the residual vanishes.
        monitor.rescale(1)
        status = square == 0 ? .converged : monitor.record(1)
        if status == .converged, square > 0 { status = nil }
      }
    }
    if status == nil, next <= 0 {
      status = square == 0 ? .converged : .breakdown(.preconditionerNotDefinite)
    }
  }

  /// Whether the true residual is as small as the recurrence believes; only if residuals are
  /// observed, the other quantities have no true value to compare with.
  mutating func isConfirmed<S: Scalar, A: LinearOperator>(
    _ a: A, _ b: [S], _ x: [S], into r: inout [S], sums: inout ChunkSums<S>
  ) -> Bool where A.Element == S {
    guard quantity == .residual else { return true }
    residual(a, b, x, into: &r, sums: &sums)
    if square.squareRoot() <= 2 * monitor.limit { return true }
    guard square < 0.25 * confirmedSquare else {
      status = .stagnated
      return true
    }
    confirmedSquare = square
    return false
  }

  mutating func report<S: Scalar, A: LinearOperator>(
    _ a: A, _ b: [S], _ x: [S], into r: inout [S], sums: inout ChunkSums<S>
  ) -> SolveReport where A.Element == S {
    if !(quantity == .residual && status == .converged) {
      residual(a, b, x, into: &r, sums: &sums)
    }
    return SolveReport(
      status: status ?? .iterationLimit, iterations: monitor.iterations, products: products,
      preconditionings: preconditionings, history: monitor.history,
      residual: square.squareRoot() / lengthOfB)
  }

  /// b = 0 has the solution 0.
  mutating func finishWithZero<S: Scalar>(_ x: inout [S]) -> SolveReport {
    for i in x.indices { x[i] = S.zero }
    return SolveReport(
      status: .converged, iterations: 0, products: products, preconditionings: 0, history: [0],
      residual: 0)
  }
}

/// ‖e_{k−d}‖_A from the energies αᵢ rᵢᴴzᵢ of the d steps that follow it.
struct EnergyErrorEstimate {
  let delay: Int
  private var total = 0.0
  private var last: [Double] = []
  private var next = 0

  init(delay: Int) { self.delay = delay }

  mutating func append(_ energy: Double) {
    total += energy
    if last.count < delay {
      last.append(energy)
    } else {
      last[next] = energy
      next = (next + 1) % delay
    }
  }

  /// The estimate and the energy norm of the correction found so far; nil in the first d steps.
  var estimate: (error: Double, scale: Double)? {
    guard last.count == delay else { return nil }
    return (last.reduce(0, +).squareRoot(), total.squareRoot())
  }
}
