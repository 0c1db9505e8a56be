internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics

extension DiffusionModel {
  /// The outputs that need the whole field, for u at all degrees of freedom.
  func fieldOutputValues(
    ofField values: @autoclosure () throws -> [Double], at mu: Parameter
  ) throws -> Results.Outputs {
    guard !fieldOutputs.isEmpty else { return [] }
    let field = FiniteElements.Field(space, try values())
    return try fieldOutputs.map { (key: $0.name, value: try $0.value(of: field, at: mu)) }
  }
}

/// The outputs of a saved model that need the whole field.
struct SavedFieldOutputs {
  private let outputs: [FieldOutput]
  private let field: ReducedField
  private let space: FunctionSpace
  private let place: StoredMesh

  /// Lines of an attachment: name, kind, regions and integrand, parted by tabs.
  static func text(_ outputs: [FieldOutput]) -> String {
    outputs.map { output in
      [
        output.name, output.isMean ? "mean" : "integral",
        output.regions.joined(separator: "\u{1F}"), "\(output.integrand)",
      ].joined(separator: "\t")
    }.joined(separator: "\n")
  }

  /// The outputs of a file; nil where it has none.
  ///
  /// - Throws: `ModelFileError` or `StudyError` where what is stored cannot be understood.
  init?(of stored: OpenedModel) throws {
    guard case .text(let lines)? = try stored.attachment("field outputs") else { return nil }
    guard let field = try stored.field(), let place = try StoredMesh(of: stored) else {
      throw StudyError.notSolvable("the model file has outputs of a field that is not in it")
    }
    (self.field, self.place) = (field, place)
    space = try FunctionSpace(place.mesh, degree: place.mesh.order)
    let scope = ExpressionScope(
      parameters: stored.content.parameterSpace.axes.map { (name: $0.name, size: $0.size) },
      coordinates: place.mesh.dimension, time: false, fields: ["u"])
    outputs = try lines.split(separator: "\n").map { line in
      let words = line.split(separator: "\t").map(String.init)
      guard words.count == 4 else {
        throw StudyError.notSolvable("the model file has an output that cannot be understood")
      }
      return FieldOutput(
        name: words[0], integrand: try Expression(parsing: words[3], in: scope),
        regions: words[2].split(separator: "\u{1F}").map(String.init), isMean: words[1] == "mean")
    }
  }

  /// The values for a reduced state.
  func values(of state: ReducedState<Double>, at mu: Parameter) throws -> Results.Outputs {
    let atDofs = field.values(of: state, at: mu)
    // The unknowns of the stored mesh's own space sit on its points, in another order.
    var here = [Double](repeating: 0, count: space.dofCount)
    for (dof, there) in zip(space.plotMesh().dofs, place.dofs) where dof >= 0 && there >= 0 {
      here[Int(dof)] = atDofs[Int(there)]
    }
    let whole = FiniteElements.Field(space, here)
    return try outputs.map { (key: $0.name, value: try $0.value(of: whole, at: mu)) }
  }
}
