/// When an iteration may end.
///
/// It ends well once the observed quantity falls below max(`relative` × its scale, `absolute`). The
/// scale of residuals is ‖b‖, that of preconditioned residuals ‖M⁻¹b‖ (√(bᴴM⁻¹b) in methods that
/// need a definite M), that of the energy error the energy norm of the correction found so far.
public struct StoppingRule: Sendable, Equatable {
  /// What is observed.
  public enum Quantity: String, Sendable, CaseIterable {
    /// ‖b − A x‖₂.
    case residual
    /// ‖M⁻¹(b − A x)‖₂, or √(rᴴM⁻¹r) in methods that need a definite M.
    case preconditionedResidual
    /// ‖A⁻¹b − x‖_A, estimated by conjugate gradients from the energies of the steps that follow; a
    /// lower bound that comes `energyDelay` iterations late. Methods without it observe residuals.
    case energyError
  }

  /// The tolerance relative to the scale.
  public var relative: Double
  /// The absolute tolerance.
  public var absolute: Double
  /// What is observed.
  public var quantity: Quantity
  /// At most so many iterations.
  public var iterations: Int
  /// After so many iterations without a value 1 % below the smallest one before, the method has
  /// stagnated.
  public var patience: Int
  /// The delay d of the estimated energy error: ‖e_{k−d}‖²_A ≈ Σ of the d energies that follow.
  public var energyDelay: Int

  /// A rule; relative residuals of 1e-8 within 10 000 iterations if nothing is said.
  public init(
    relative: Double = 1e-8, absolute: Double = 0, quantity: Quantity = .residual,
    iterations: Int = 10_000, patience: Int = 2_000, energyDelay: Int = 5
  ) {
    precondition(relative >= 0 && absolute >= 0, "tolerances of \(relative) and \(absolute)")
    precondition(
      iterations >= 0 && patience > 0 && energyDelay > 0,
      "\(iterations) iterations, a patience of \(patience), a delay of \(energyDelay)")
    self.relative = relative
    self.absolute = absolute
    self.quantity = quantity
    self.iterations = iterations
    self.patience = patience
    self.energyDelay = energyDelay
  }

  /// The largest value that counts as converged where the scale is `scale`.
  public func limit(scale: Double) -> Double { max(relative * scale, absolute) }
}
