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
  /// ω of the points, six times each.
  private let six: [Double]
  private var found: [(name: String, errors: [Double])] = []
  /// The run at hand.
  private var courses: [(name: String, course: Course)] = []

  /// One field through the times of a run.
  private struct Course {
    var gaps: [Double] = []
    var scale = 0.0
    var errors: [Double] { gaps.map { scale > 0 ? $0 / scale : $0 } }
  }

  init(_ model: QuasiStaticModel) {
    self.model = model
    six = model.points.weights.flatMap { [Double](repeating: $0, count: 6) }
  }

  /// The largest and the mean error over all runs.
  var fields: [Results.Validation.FieldError] {
    found.map { field in
      Results.Validation.FieldError(
        field: field.name, max: field.errors.max() ?? 0,
        mean: field.errors.reduce(0, +) / Double(max(1, field.errors.count)))
    }
  }

  /// Adds one time of a run; nothing of the fields is kept.
  mutating func add(_ full: QuasiStaticModel.Frame, _ reduced: QuasiStaticModel.Frame) {
    note("displacement", full.displacement, reduced.displacement, weights: nil)
    note("reaction", full.reaction, reduced.reaction, weights: nil)
    note("stress", full.state.stress, reduced.state.stress, weights: six)
    for name in model.historyNames {
      note(
        name.name, model.history(name, in: full), model.history(name, in: reduced),
        weights: name.width == 1 ? model.points.weights : six)
    }
  }

  /// Ends a run.
  ///
  /// - Returns: At each time the error of the displacement, and that of the field which the indicator
  ///   watches: the cumulated plastic strain where there is one, else the stress.
  mutating func endRun() -> (displacement: [Double], judged: [Double]) {
    var result: (displacement: [Double], judged: [Double]) = ([], [])
    for (name, course) in courses {
      let errors = course.errors
      switch name {
      case "displacement": result.displacement = errors
      case "stress", "p": result.judged = errors
      default: break
      }
      let worst = errors.max() ?? 0
      if let place = found.firstIndex(where: { $0.name == name }) {
        found[place].errors.append(worst)
      } else {
        found.append((name, [worst]))
      }
    }
    courses = []
    return result
  }

  private mutating func note(
    _ name: String, _ full: [Double], _ reduced: [Double], weights: [Double]?
  ) {
    func size(_ values: [Double]) -> Double {
      guard let weights else { return norm(values) }
      return zip(values, weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }.squareRoot()
    }
    let place =
      courses.firstIndex { $0.name == name }
      ?? {
        courses.append((name, Course()))
        return courses.count - 1
      }()
    courses[place].course.scale = max(courses[place].course.scale, size(full))
    courses[place].course.gaps.append(size(zip(full, reduced).map { $0 - $1 }))
  }
}
