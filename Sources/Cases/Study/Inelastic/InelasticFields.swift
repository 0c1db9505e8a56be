internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction
internal import Physics

/// The fields of an inelastic body as they are drawn: displacement, stress and whatever its laws
/// remember, recovered to the nodes.
struct InelasticFields: Sendable {
  private let model: QuasiStaticModel
  private let variables: [InternalVariable]
  let plot: ElasticPlot

  /// The most numbers of a user material's state that are drawn.
  private static let mostStates = 30

  init(_ model: QuasiStaticModel) {
    self.model = model
    plot = ElasticPlot(model.space)
    var variables: [InternalVariable] = []
    for variable in model.problem.materials.flatMap(\.law.variables)
    where !variables.contains(variable) { variables.append(variable) }
    self.variables = Array(variables.prefix(InelasticFields.mostStates))
  }

  /// All of a frame.
  func fields(of frame: QuasiStaticModel.Frame) -> [StudyField] {
    var fields = [plot.displacement.field(frame.displacement, at: plot.dofs)]
    func add(_ name: String, _ quantity: String, _ role: StudyField.Role) {
      guard let values = model.nodal(quantity, in: frame) else { return }
      fields.append(
        StudyField(name, plot.dofs.map { $0 < 0 ? .nan : values[Int($0)] }, role: role))
    }
    add("von Mises stress", "stress.von-mises", .quantity)
    for variable in variables where variable.kind == .scalar {
      add(variable.name, variable.name, variable.name == "p" ? .quantity : .record)
    }
    fields.append(tensor("stress", frame))
    for variable in variables where variable.kind != .scalar {
      fields.append(tensor(variable.name, frame))
    }
    if !model.problem.temperatures.isEmpty { add("temperature", "temperature", .record) }
    return fields
  }

  private func tensor(_ name: String, _ frame: QuasiStaticModel.Frame) -> StudyField {
    let components = ["xx", "yy", "zz", "yz", "xz", "xy"]
    let columns = components.compactMap { model.nodal("\(name).\($0)", in: frame) }
    return StudyField(
      name, components: components,
      plot.dofs.flatMap { dof in columns.map { dof < 0 ? .nan : $0[Int(dof)] } }, role: .record)
  }

  /// What draws the fields from a saved model: the mesh, and the modes of the stress and of scalar
  /// variables at the nodes.
  func attachments(of reduction: HyperReduction) -> [String: StoredValue] {
    var stored = StoredMesh(plot.mesh, dofs: plot.dofs).attachments
    stored["field names"] = plot.displacement.attachment
    for (d, dual) in reduction.duals.enumerated()
    where dual.field.isStress || dual.field.width == 1 {
      let modes = model.nodalModes(of: dual)
      stored[SavedDuals.entry(d)] = .numbers(
        modes.values, shape: [modes.columnCount, modes.rowCount])
    }
    return stored
  }
}
