internal import FiniteElements
internal import LinearAlgebra
internal import Physics

/// How far reduced runs are from full ones, field by field: a displacement may be right where a
/// plastic strain is not.
///
/// Every error is that of one time over the largest norm of the field in the run, in L² over the body
/// (of displacements in the norm of the nodal values).
struct FieldErrors {
  private let model: QuasiStaticModel
  private var found: [(name: String, errors: [Double])] = []

  init(_ model: QuasiStaticModel) { self.model = model }

  /// The largest and the mean error over all runs.
  var fields: [Results.Validation.FieldError] {
    found.map { field in
      Results.Validation.FieldError(
        field: field.name, max: field.errors.max() ?? 0,
        mean: field.errors.reduce(0, +) / Double(max(1, field.errors.count)))
    }
  }

  /// Adds a run.
  ///
  /// - Returns: At each time the error of the displacement, and that of the field which the indicator
  ///   watches: the cumulated plastic strain where there is one, else the stress.
  mutating func add(
    _ full: [QuasiStaticModel.Frame], _ reduced: [QuasiStaticModel.Frame]
  ) -> (displacement: [Double], judged: [Double]) {
    let displacement = errors(full.map(\.displacement), reduced.map(\.displacement), weights: nil)
    note("displacement", displacement)
    let reaction = errors(full.map(\.reaction), reduced.map(\.reaction), weights: nil)
    note("reaction", reaction)
    let six = model.points.weights.flatMap { [Double](repeating: $0, count: 6) }
    let stress = errors(full.map(\.state.stress), reduced.map(\.state.stress), weights: six)
    note("stress", stress)
    var judged = stress
    for name in model.historyNames {
      let weights = model.points.weights
      let mine = errors(
        full.map { model.history(name, in: $0) }, reduced.map { model.history(name, in: $0) },
        weights: name.width == 1 ? weights : six)
      note(name.name, mine)
      if name.name == "p" { judged = mine }
    }
    return (displacement, judged)
  }

  private mutating func note(_ name: String, _ errors: [Double]) {
    let worst = errors.max() ?? 0
    if let place = found.firstIndex(where: { $0.name == name }) {
      found[place].errors.append(worst)
    } else {
      found.append((name, [worst]))
    }
  }

  private func errors(
    _ full: [[Double]], _ reduced: [[Double]], weights: [Double]?
  ) -> [Double] {
    func size(_ values: [Double]) -> Double {
      guard let weights else { return norm(values) }
      return zip(values, weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }.squareRoot()
    }
    let scale = full.map(size).max() ?? 0
    return zip(full, reduced).map { a, b in
      let gap = size(zip(a, b).map { $0 - $1 })
      return scale > 0 ? gap / scale : gap
    }
  }
}
