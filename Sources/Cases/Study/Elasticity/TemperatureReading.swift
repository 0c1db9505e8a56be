internal import Expressions
internal import FiniteElements
internal import Meshes
internal import Physics

extension ProblemReading {
  /// The temperature of the whole body and those of its materials; the latter hold where they are.
  mutating func temperatures() -> [ElasticityProblem.Temperature] {
    var all: [ElasticityProblem.Temperature] = []
    let table = caseFile.entry("temperature")
    if let value = coefficient(table, "value") {
      all.append(ElasticityProblem.Temperature(regions: ["*"], value: value))
    } else if let table, let field = temperatureField(table) {
      all.append(
        ElasticityProblem.Temperature(
          regions: ["*"], value: Expression(.field("T")), field: field))
    }
    for material in caseFile.materials {
      guard let value = coefficient(material, "temperature") else { continue }
      all.append(
        ElasticityProblem.Temperature(
          regions: regions(material.on, dimension...dimension), value: value))
    }
    return all
  }

  /// A nodal field of another run on the same mesh.
  private mutating func temperatureField(_ table: CaseFile.Entry) -> FiniteElements.Field? {
    guard let path = table["file"]?.path, let mesh else { return nil }
    let content: MeshContent
    do throws(MeshError) { content = try MeshContent(reading: path.text) } catch {
      report(path.location, "\(error)")
      return nil
    }
    let name = table["field"]?.word ?? "u"
    guard let field = content.pointField(name), field.components == 1 else {
      let known = content.pointFields.filter { $0.components == 1 }.map(\.name)
      report(
        table.location(of: "field"),
        "the file has no field '\(name)' of one number per point"
          + Spelling.hint(for: name, among: known))
      return nil
    }
    for degree in [1, 2] {
      guard let space = try? FunctionSpace(mesh, degree: degree) else { continue }
      let plot = space.plotMesh()
      guard plot.mesh.isDrawnOn(content.mesh) else { continue }
      var values = [Double](repeating: 0, count: space.dofCount)
      for (point, dof) in plot.dofs.enumerated() where dof >= 0 {
        values[Int(dof)] = field.values[point]
      }
      return FiniteElements.Field(space, values)
    }
    report(
      path.location,
      "the points of the file are not those of this mesh: \(content.mesh.pointCount) against "
        + "\(mesh.pointCount); solve for the temperature on the mesh of this case")
    return nil
  }
}

extension Mesh {
  /// Whether another mesh has the same points in the same order, to some digits.
  fileprivate func isDrawnOn(_ other: Mesh) -> Bool {
    guard pointCount == other.pointCount else { return false }
    let size = coordinates.reduce(0) { max($0, abs($1)) }
    let d = min(dimension, other.dimension)
    return (0..<pointCount).allSatisfy { point in
      (0..<d).allSatisfy { axis in
        let (a, b) = (
          coordinates[point * dimension + axis],
          other.coordinates[point * other.dimension + axis]
        )
        return abs(a - b) <= 1e-9 * size
      }
    }
  }
}
