internal import LinearAlgebra
internal import ModelReduction
internal import Physics

/// Queries of a saved model of an inelastic body.
extension HyperReducedModel {
  /// The answer at a parameter: all steps with outputs and estimates.
  func query(at mu: Parameter) throws -> Results.Query {
    var steps: [Results.Step] = []
    try trajectory(at: mu) { frame in
      let outputs = zip(outputNames, try values(in: frame, at: mu)).map { (key: $0, value: $1) }
      steps.append(
        Results.Step(time: frame.time, outputs: outputs, estimate: estimate(frame).finite))
    }
    var query = Results.Query(at: mu, steps: steps)
    query.estimate = steps.compactMap(\.estimate).max()
    query.guarantee = .indicator
    query.isOutside = !parameterSpace.contains(mu)
    return query
  }
}

/// The stress and scalar variables of a saved model at the nodes, from modes in its file.
struct SavedDuals {
  let model: HyperReducedModel
  let opened: OpenedModel

  /// The attachment of a file whose states come from the laws, for which it holds neither mesh nor
  /// modes.
  static let statesEntry = "states"

  /// The attachment with the nodal modes of a dual field.
  static func entry(_ d: Int) -> String { "dual \(d) at nodes" }

  /// The fields of a frame at the points of the stored mesh.
  ///
  /// The equivalent stress is that of the recovered tensor.
  ///
  /// - Parameter dofs: For each point its node, −1 where there is none.
  func fields(of frame: HyperReducedModel.Frame, at dofs: [Int32]) throws -> [StudyField] {
    var fields: [StudyField] = []
    for (d, (field, z)) in zip(model.dualFields, model.dualCoordinates(of: frame)).enumerated() {
      guard case .numbers(let values, let shape)? = try opened.attachment(SavedDuals.entry(d))
      else { continue }
      guard shape.count == 2, shape[0] == z.count, shape[1].isMultiple(of: field.width),
        dofs.allSatisfy({ Int($0) < shape[1] / field.width })
      else { throw StudyError.notSolvable("the model file holds modes that cannot be understood") }
      let nodal = DenseMatrix(rowCount: shape[1], columnCount: shape[0], values: values) * z
      func numbers(_ dof: Int32) -> [Double] {
        let first = Int(dof) * field.width
        return dof < 0
          ? [Double](repeating: .nan, count: field.width)
          : Array(nodal[first..<first + field.width])
      }
      guard field.isStress else {
        fields.append(StudyField(field.name, dofs.flatMap(numbers)))
        continue
      }
      fields.append(
        StudyField(
          "von Mises stress", dofs.map { $0 < 0 ? .nan : StressTensor(numbers($0)).vonMises }))
      fields.append(
        StudyField(
          "stress", components: ["xx", "yy", "zz", "yz", "xz", "xy"], dofs.flatMap(numbers),
          role: .record))
    }
    return fields
  }
}
