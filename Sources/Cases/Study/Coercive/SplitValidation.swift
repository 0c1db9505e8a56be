/// What the parts of a model say of their own points, put together in the order of all points: at each
/// size, of a part that has fewer vectors all of them.
struct SplitValidation {
  private let sizes: [Int]
  private let estimators: [CaseFile.Validation.Estimator]
  private var points: [[Results.Validation.Point?]]
  private var norms: [[Double]]
  /// The relative errors of the parts, each with the number of its points.
  private var errors: [[(error: Results.Validation.FieldError, count: Int)]]
  /// What other estimators say at each size and point; NaN where there is none.
  private var others: [[[Double]]]

  /// Nothing is judged yet.
  ///
  /// - Parameter sizes: Ascending.
  init(_ sizes: [Int], _ task: ValidationTask) {
    let count = task.points.count
    (self.sizes, estimators) = (sizes, task.estimators)
    points = sizes.map { _ in [Results.Validation.Point?](repeating: nil, count: count) }
    norms = sizes.map { _ in [Double](repeating: 0, count: count) }
    errors = sizes.map { _ in [] }
    others = task.estimators.map { _ in
      sizes.map { _ in [Double](repeating: .nan, count: count) }
    }
  }

  /// Takes over what one part has found.
  ///
  /// - Parameter rows: The places of its points among all.
  mutating func add(_ found: StudyValidation, at rows: [Int]) {
    for (s, size) in sizes.enumerated() {
      // The sizes of a part end at its own.
      let own = found.sizes.lastIndex { $0.size <= size } ?? 0
      // Relative to a solution that vanishes there is no error.
      let counted = found.norms[own].count { $0 > 0 }
      errors[s] += found.sizes[own].errors.map { ($0, counted) }
      for (k, row) in rows.enumerated() {
        points[s][row] = found.sizes[own].points[k]
        norms[s][row] = found.norms[own][k]
        for (e, comparison) in found.comparisons.enumerated() {
          others[e][s][row] = comparison.values[own][k]
        }
      }
    }
  }

  /// All points together.
  var whole: StudyValidation {
    StudyValidation(
      sizes: sizes.indices.map { s in
        let counted = errors[s].reduce(0) { $0 + $1.count }
        var validation = Results.Validation(
          size: sizes[s], points: points[s].compactMap(\.self),
          errors: (errors[s].max { $0.error.max < $1.error.max }?.error).map {
            let mean = errors[s].reduce(0) { $0 + $1.error.mean * Double($1.count) }
            return [.init(field: $0.field, max: $0.max, mean: mean / Double(max(1, counted)))]
          } ?? [])
        for (name, values) in zip(estimators, others) {
          if let largest = values[s].filter(\.isFinite).max() {
            validation.estimators.append((key: name.rawValue, value: largest))
          }
        }
        return validation
      }, norms: norms,
      comparisons: zip(estimators, others).map { (name: $0.words, values: $1) })
  }
}
