internal import RealModule

/// How far the forms that are reduced may be from those that were asked for, where coefficients had
/// to be interpolated.
///
/// With a°, f° as asked for and a, f as reduced, |a°(w, v) − a(w, v)| ≤ δ_a ‖w‖_X ‖v‖_X and
/// |f°(v) − f(v)| ≤ (δ_f + Σ |θ_d| δ_d) ‖v‖_X at every parameter, the sum over lifts w_d of
/// essential data, on which the error of the form acts too. For the solution u° of a°, f° and any
/// u_N then
///
///     ‖u° − u_N‖_X ≤ (‖f − a(u_N, ·)‖_{X'} + δ_f + Σ |θ_d| δ_d + δ_a ‖u_N‖_X)/(α − δ_a).
///
/// - Source: the argument is Strang's first lemma; for empirical interpolation see Nguyen, Calcolo
///   44 (2007).
public struct ConsistencyBound: Sendable, Equatable {
  /// δ_a; infinite where no bound is known, and then nothing is certified.
  public let operatorError: Double
  /// δ_f.
  public let loadError: Double
  /// δ_d.
  public let liftErrors: [Double]
  /// θ_d.
  public let liftCoefficients: CoefficientFamily

  /// Bounds of the errors.
  ///
  /// - Precondition: None is negative or NaN; a coefficient per lift.
  public init(
    operatorError: Double, loadError: Double, liftErrors: [Double] = [],
    liftCoefficients: CoefficientFamily = .none
  ) {
    precondition(
      operatorError >= 0 && loadError >= 0 && liftErrors.allSatisfy { $0 >= 0 },
      "bounds \(operatorError), \(loadError), \(liftErrors) of errors must not be negative")
    precondition(liftErrors.count == liftCoefficients.count, "one coefficient per lift")
    (self.operatorError, self.loadError) = (operatorError, loadError)
    (self.liftErrors, self.liftCoefficients) = (liftErrors, liftCoefficients)
  }

  /// Nothing was interpolated.
  public static let exact = ConsistencyBound(operatorError: 0, loadError: 0)

  /// Something was, and its effect is not bounded.
  public static let unknown = ConsistencyBound(operatorError: .infinity, loadError: 0)

  /// Whether nothing was interpolated.
  public var isExact: Bool {
    operatorError == 0 && loadError == 0 && liftErrors.allSatisfy { $0 == 0 }
  }

  /// The error of the form alone, for problems with another load.
  public var withoutLoad: ConsistencyBound {
    ConsistencyBound(operatorError: operatorError, loadError: 0)
  }

  /// What adds to the dual norm of the residual of a state; 0 where nothing is known.
  ///
  /// - Parameters:
  ///   - norm: ‖u_N‖_X.
  ///   - mu: μ, with the time as last component where lifts move in time.
  func residualError(stateNorm norm: Double, at mu: Parameter) -> Double {
    guard operatorError.isFinite else { return 0 }
    var sum = loadError + operatorError * norm
    guard !liftErrors.isEmpty else { return sum }
    for (theta, error) in zip(liftCoefficients.values(at: mu), liftErrors) {
      sum += theta.magnitude * error
    }
    return sum
  }
}
