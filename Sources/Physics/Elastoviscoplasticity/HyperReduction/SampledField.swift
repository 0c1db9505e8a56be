internal import LinearAlgebra
internal import ModelReduction

/// What the online stage needs of a dual field: its modes at the selected points, and their fit to
/// the values there.
struct SampledField: Sendable {
  /// The field.
  let field: DualField
  /// Ψ at the numbers that the fit reads, one row for each.
  let modes: DenseMatrix<Double>
  /// The fit.
  let gappy: GappyPOD<Double>
  /// The largest root mean square of the field over its points in training.
  var reference: Double
  /// For each number that the fit reads, its point among the selected ones and its component; the
  /// points of a group in its order, at each all components.
  let samples: [(point: Int, component: Int)]
  /// What is added to the coordinates of the fit, where something has been learnt.
  var correction: DualCorrection?

  init(
    _ field: DualField, modes: DenseMatrix<Double>, reference: Double,
    samples: [(point: Int, component: Int)]
  ) throws(HyperReductionError) {
    (self.field, self.modes, self.reference) = (field, modes, reference)
    self.samples = samples
    gappy = try GappyPOD(modes, points: Array(0..<modes.rowCount))
  }

  /// The coordinates of the field from the values at the selected points.
  func coordinates(of values: [Double]) -> [Double] {
    var z = gappy.coordinates(of: values)
    if let correction { axpy(1, correction.value(at: values), into: &z) }
    return z
  }

  /// What the fit reads in a state of the selected points.
  func values(_ state: MaterialState, _ materials: MaterialAssignment) -> [Double] {
    guard let group = field.group else {
      return samples.map { state.stress[6 * $0.point + $0.component] }
    }
    let s = materials.groups[group].law.stateCount
    var place = 0
    return samples.map { sample in
      defer { if sample.component == field.width - 1 { place += 1 } }
      return state.variables[group][s * place + field.offset + sample.component]
    }
  }
}
