internal import FiniteElements
public import LinearAlgebra
public import ModelReduction

/// A hyperreduced model that watches its own error: where the estimate of a step exceeds a tolerance,
/// that step is computed by the full model, and what it teaches joins modes, cubature and
/// reconstructions before the run goes on.
///
/// A full step starts from the last full state where the step before was full, else from the state
/// that the reduced model reconstructs. So a tolerance of zero gives the full run to the last bit, and
/// an infinite one the plain reduced run.
///
/// - Source: Casenave, Akkari, *An error indicator-based adaptive reduced order model for nonlinear
///   structural mechanics — application to high-pressure turbine blades*, Math. Comput. Appl. 24
///   (2019).
public struct AdaptiveHyperReduction: Sendable {
  /// One step that the full model computed, and what it changed.
  public struct Enrichment: Sendable, Equatable {
    /// The end of the step.
    public let time: Double
    /// η of the reduced step that was refused; not a number where it did not converge.
    public let indicator: Double
    /// The error estimated from it.
    public let estimate: Double
    /// Displacement modes afterwards.
    public let modes: Int
    /// Points of the cubature afterwards.
    public let points: Int
    /// Wall clock seconds of the full step and of the renewed offline stage.
    public let seconds: (full: Double, offline: Double)

    /// All numbers but the seconds.
    public static func == (a: Enrichment, b: Enrichment) -> Bool {
      a.time == b.time && a.indicator == b.indicator && a.estimate == b.estimate
        && a.modes == b.modes && a.points == b.points
    }
  }

  /// A step of the run.
  public enum Step: Sendable {
    /// By the reduced model as it was then, with the reduction it came from.
    case reduced(HyperReducedModel.Frame, HyperReducedModel, HyperReduction)
    /// By the full model.
    case full(QuasiStaticModel.Frame, Enrichment)
  }

  /// When to take a full step.
  public struct Settings: Sendable {
    /// The estimated error above which a step is refused.
    public var tolerance: Double
    /// Full steps at most; later ones are accepted as they are.
    public var fullSteps: Int
    /// From the indicator to the estimated error; nil takes the indicator for the error.
    public var calibration: ErrorCalibration?

    /// Settings.
    public init(
      tolerance: Double, fullSteps: Int = .max,
      calibration: ErrorCalibration? = nil
    ) {
      precondition(tolerance >= 0, "a tolerance of \(tolerance)")
      (self.tolerance, self.fullSteps) = (tolerance, fullSteps)
      self.calibration = calibration
    }

    /// The error estimated from an indicator.
    public func estimate(_ indicator: Double) -> Double {
      calibration?.estimate(of: indicator) ?? indicator
    }
  }

  /// Everything learnt so far.
  public private(set) var snapshots: MechanicalSnapshots
  /// The present offline stage.
  public internal(set) var reduction: HyperReduction
  /// The present model.
  public internal(set) var reduced: HyperReducedModel
  /// What was enriched, over all runs.
  public private(set) var enrichments: [Enrichment] = []
  /// The full model.
  public let model: QuasiStaticModel
  let product: InnerProduct<Double>
  let options: HyperReductionOptions
  let outputs: [PlacedOutput]

  /// Begins with what some training has taught.
  public init(
    _ snapshots: MechanicalSnapshots, of model: QuasiStaticModel, in product: InnerProduct<Double>,
    options: HyperReductionOptions = HyperReductionOptions(), outputs: [PlacedOutput] = []
  ) throws {
    (self.snapshots, self.model, self.product, self.options) = (snapshots, model, product, options)
    self.outputs = outputs
    reduction = try HyperReduction(
      of: snapshots, model, in: product, options: options, outputs: outputs)
    reduced = HyperReducedModel(reduction, of: model, outputs: outputs)
  }

  /// Runs a model, which may be of another loading than the training: the problem must have the same
  /// mesh, materials and supports.
  ///
  /// - Parameters:
  ///   - target: The model to answer for; nil for the one of the training.
  ///   - visit: Called with each step as it comes.
  /// - Throws: `ModelError.notConverged` where even the full model fails.
  public mutating func trajectory(
    at mu: Parameter, of target: QuasiStaticModel? = nil, settings: Settings,
    _ visit: (Step) throws -> Void
  ) throws {
    let model = target ?? self.model
    precondition(
      model.points.count == self.model.points.count && model.freeCount == self.model.freeCount,
      "a run on another mesh than the training")
    var online = HyperReducedModel(reduction, of: model, outputs: outputs)
    var workspace = ReducedWorkspace(online)
    var now = try online.start(at: mu)
    var known: QuasiStaticModel.Frame? = try model.start(at: mu)
    var stepper: MechanicalStepper?
    var taken = 0
    try visit(.reduced(now, online, reduction))
    for time in model.grid.times.dropFirst() {
      var indicator = Double.nan
      let mustBeReduced = taken >= settings.fullSteps
      if settings.tolerance > 0 || mustBeReduced {
        var next: HyperReducedModel.Frame?
        do throws(ModelError) {
          next = try online.advance(now, to: time, at: mu, workspace)
        } catch {
          guard error.isNotConverged, !mustBeReduced else { throw error }
        }
        indicator = next?.indicator ?? .nan
        if let next, mustBeReduced || settings.estimate(indicator) <= settings.tolerance {
          now = next
          known = nil
          try visit(.reduced(next, online, reduction))
          continue
        }
      }
      let clock = ContinuousClock()
      let begin = clock.now
      let from = try known ?? model.whole(now, of: reduction, at: mu)
      if stepper == nil { stepper = MechanicalStepper(model, mu) }
      guard let frame = try stepper?.advance(from, to: time) else { continue }
      taken += 1
      let middle = clock.now
      snapshots.add(frame, at: mu)
      reduction = try HyperReduction(
        of: snapshots, self.model, in: product, options: options,
        startingFrom: reduction.cubature.units, outputs: outputs)
      let calibration = reduced.calibration
      reduced = HyperReducedModel(reduction, of: self.model, outputs: outputs)
      reduced.calibration = calibration
      online = HyperReducedModel(reduction, of: model, outputs: outputs)
      workspace = ReducedWorkspace(online)
      now = model.projected(frame, onto: reduction)
      known = frame
      let enrichment = Enrichment(
        time: time, indicator: indicator,
        estimate: settings.estimate(indicator), modes: reduction.basis.size,
        points: reduction.cubature.points.count,
        seconds: ((middle - begin) / .seconds(1), (clock.now - middle) / .seconds(1)))
      enrichments.append(enrichment)
      try visit(.full(frame, enrichment))
    }
  }
}
