internal import ModelReduction
internal import Physics

/// The fluxes through held values of one trajectory, which take the states of whole steps.
struct HeldFluxRecord {
  private let fluxes: [HeldFlux]
  private var moments: [[HeldFlux.Moment]]

  init(_ fluxes: [HeldFlux]) {
    self.fluxes = fluxes
    moments = [[HeldFlux.Moment]](repeating: [], count: fluxes.count)
  }

  /// Takes in the next state, all values of the field.
  mutating func add(_ whole: [Double], at mu: Parameter, _ time: Double) throws(ModelError) {
    for i in fluxes.indices {
      moments[i].append(try fluxes[i].moment(of: whole, at: mu, time: time))
    }
  }

  /// Adds the fluxes to the outputs of as many steps as states were taken in.
  func append(to steps: inout [Results.Step]) {
    for (flux, moments) in zip(fluxes, moments) {
      for (k, value) in flux.values(moments).enumerated() {
        steps[k].outputs.append((key: flux.name, value: value))
      }
    }
  }
}
