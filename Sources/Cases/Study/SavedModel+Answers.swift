internal import Meshes
public import ModelReduction
internal import Physics

extension SavedModel {
  /// The answers of the reduced model alone.
  ///
  /// - Throws: `ModelError` where a point has no answer, `ModelFileError` where the field an output
  ///   needs cannot be read.
  public func answers(at points: [Parameter]) throws -> [Results.Query] {
    let space = parameterSpace
    switch opened.content {
    case .coercive(let model):
      let online = OnlineSolver(model)
      let onField = try SavedFieldOutputs(of: opened)
      return try points.map { mu in
        let answer = try online.answer(at: mu)
        var query = Results.Query(answer, in: space)
        if let onField { query.outputs += try onField.values(of: answer.state, at: mu) }
        return query
      }
    case .system(let model):
      let online = SystemQuery(model)
      let onField = try SavedFieldOutputs(of: opened)
      return try points.map { mu in
        let answer = try online.answer(at: mu)
        var query = Results.Query(answer, in: space)
        if let onField { query.outputs += try onField.values(of: answer.state, at: mu) }
        return query
      }
    case .complexSystem(let model):
      let online = SystemQuery(model)
      return try points.map { Results.Query(try online.answer(at: $0), in: space) }
    case .evolution(let model):
      let online = EvolutionQuery(model)
      return try points.map { Results.Query(try online.answer(at: $0), in: space) }
    case .split(let model):
      let onField = try SavedFieldOutputs(of: opened)
      return try points.map { mu in
        var query = Results.Query(try model.answer(at: mu), in: space)
        if let onField { query.outputs += try onField.values(of: model.solve(at: mu), at: mu) }
        return query
      }
    case .parts(let parts):
      let model = try HyperReducedModel(parts)
      return try points.map { try model.query(at: $0) }
    }
  }

  /// Writes the whole field at a parameter, at the end where there is time, for ParaView.
  ///
  /// - Throws: `StudyError` where the file was saved without fields or without what they take, `MeshError` where the field
  ///   cannot be written.
  public func writeField(at mu: Parameter, to target: String) throws {
    guard try opened.attachment(SavedDuals.statesEntry) == nil else {
      throw StudyError.notSolvable(
        "\(path): the fields of this model come from the laws at all integration points of its mesh "
          + "(reconstruction = \"laws\"), which the file does not hold: give the parameter in [query] of "
          + "the case and run it, or reduce with reconstruction = \"gappy\", whose file has modes of "
          + "the fields")
    }
    guard let place = try StoredMesh(of: opened), let fields = try fields(at: mu, place.dofs)
    else { throw StudyError.notSolvable("\(path) was saved without fields") }
    var file = VTUFile(place.mesh)
    for field in fields { file.add(field) }
    try file.write(to: target)
  }

  private func fields(at mu: Parameter, _ dofs: [Int32]) throws -> [StudyField]? {
    let names = try SavedFields(of: opened)
    switch opened.content {
    case .coercive(let model):
      guard let field = try opened.field() else { return nil }
      return names.fields(field.values(of: try model.solve(at: mu), at: mu), at: dofs)
    case .system(let model):
      guard let field = try opened.field() else { return nil }
      return names.fields(field.values(of: try model.solve(at: mu), at: mu), at: dofs)
    case .split(let model):
      guard let field = try opened.field() else { return nil }
      return names.fields(field.values(of: try model.solve(at: mu), at: mu), at: dofs)
    case .complexSystem(let model):
      guard let field = try opened.complexField() else { return nil }
      return names.fields(field.values(of: try model.solve(at: mu), at: mu), at: dofs)
    case .evolution(let model):
      guard let field = try opened.field(), let last = try model.answer(at: mu).steps.last else {
        return nil
      }
      return names.fields(
        field.values(of: last.state, at: mu.at(time: last.time)), at: dofs)
    case .parts(let parts):
      let model = try HyperReducedModel(parts)
      guard let field = try opened.field() else { return nil }
      var last = try model.start(at: mu)
      try model.trajectory(at: mu) { last = $0 }
      let displacement = field.values(of: last.coordinates, at: mu.at(time: last.time))
      return names.fields(displacement, at: dofs)
        + (try SavedDuals(model: model, opened: opened).fields(of: last, at: dofs))
    }
  }
}
