internal import FiniteElements
public import ModelReduction

/// The whole bodies of a reduced run whose stresses and internal variables come from the laws: these
/// are driven at every integration point through the displacements of the reduced run, increment by
/// increment as it took them.
///
/// A fit knows no state that training has not seen, and a history that goes on growing, such as the
/// plastic strain after many cycles, leaves its modes. The laws know every state: what errs here is the
/// displacement alone, and ``EquilibriumSweeps`` bring it nearer to equilibrium. Without them the state
/// at the selected points is that of the reduced model.
///
///     var run = RecomputedRun(of: reduction, model, at: mu)
///     try reduced.trajectory(at: mu) { run.add($0) }
///     let end = try run.frame(run.count - 1)
///
/// - Complexity: One evaluation of the law at every integration point for each increment, on all
///   threads, and one more for each sweep: unlike the reduced model it grows with the mesh. Holds the
///   state of one whole body.
/// - Source: Casenave, Akkari, Bordeu, Rey, Ryckelynck, *A nonintrusive distributed reduced-order
///   modeling framework for nonlinear structural mechanics*, Int. J. Numer. Methods Eng. 121 (2020),
///   where dual snapshots that were not exported are found in this way.
public struct RecomputedRun: Sendable {
  private let reduction: HyperReduction
  private let model: QuasiStaticModel
  private let mu: Parameter
  private let sweeps: EquilibriumSweeps?
  private var frames: [HyperReducedModel.Frame] = []
  /// The body at the last frame that was looked at, and the place of the next one.
  private var driver: LawDriver?
  private var next = 0
  /// What the sweeps have added to the reduced displacement.
  private var correction: [Double] = []

  /// No frames yet.
  ///
  /// - Parameter sweeps: That bring the displacements nearer to the equilibrium of the whole body; nil
  ///   takes them as they are.
  public init(
    of reduction: HyperReduction, _ model: QuasiStaticModel, at mu: Parameter,
    sweeps: EquilibriumSweeps? = nil
  ) {
    (self.reduction, self.model, self.mu, self.sweeps) = (reduction, model, mu, sweeps)
  }

  /// The number of frames.
  public var count: Int { frames.count }

  /// Adds the next frame of the reduced run, the body at rest first. This costs nothing.
  public mutating func add(_ frame: HyperReducedModel.Frame) { frames.append(frame) }

  /// The whole body of a frame, from 0.
  ///
  /// Reactions are what its stresses leave unbalanced at the supports.
  /// - Complexity: Later frames go on from the last one that was looked at; an earlier one begins at
  ///   rest.
  /// - Throws: `ModelError.notAssembled` where a law has no answer at a point.
  public mutating func frame(_ k: Int) throws(ModelError) -> QuasiStaticModel.Frame {
    precondition(frames.indices.contains(k), "frame \(k) of \(frames.count)")
    var driver: LawDriver
    if let known = self.driver, next <= k + 1 {
      driver = known
      // Two owners would copy the body at every increment.
      self.driver = nil
    } else {
      driver = try LawDriver(model, at: mu)
      correction = [Double](repeating: 0, count: model.space.dofCount)
      next = 0
    }
    while next <= k {
      for increment in frames[next].path {
        let displacement = try model.displacement(
          of: increment.coordinates, in: reduction.basis, at: mu, time: increment.time)
        if let sweeps {
          try sweeps.advance(&driver, near: displacement, &correction, time: increment.time, model)
        } else {
          try driver.advance(to: displacement, time: increment.time)
        }
      }
      next += 1
    }
    var reaction = [Double](repeating: 0, count: model.space.dofCount)
    if driver.increments > 0 {
      reaction = model.atSupports(try driver.unbalanced(time: driver.time))
    }
    self.driver = driver
    return QuasiStaticModel.Frame(
      time: driver.time, displacement: driver.displacement, state: driver.state,
      reaction: reaction, reports: frames[k].reports, increments: driver.increments,
      next: StepStart(length: frames[k].next.length))
  }
}
