internal import LinearAlgebra
internal import ModelReduction

extension SampledField {
  func write(to parts: inout ModelParts, as name: String) {
    parts.put([field.name], as: "\(name)/name")
    parts.put([field.width, field.group ?? -1, field.offset], as: "\(name)/place")
    parts.put(modes, as: "\(name)/modes")
    parts.put([reference], as: "\(name)/reference")
    parts.put(samples.map(\.point), as: "\(name)/points")
    parts.put(samples.map(\.component), as: "\(name)/components")
    if let correction { parts.put(correction.coefficients, as: "\(name)/correction") }
  }

  init(
    _ parts: ModelParts, _ name: String, _ materials: MaterialAssignment
  ) throws(ModelFileError) {
    let place = try parts.integers("\(name)/place", count: 3)
    let group = place[1] < 0 ? nil : place[1]
    guard place[0] == 1 || place[0] == 6, place[1] < materials.groups.count, place[2] >= 0 else {
      throw parts.malformed("\(name)/place", "belongs to no field")
    }
    let field = DualField(
      name: try parts.texts("\(name)/name", count: 1)[0], width: place[0], group: group,
      offset: place[2])
    let points = try parts.integers("\(name)/points", in: 0..<materials.count)
    let components = try parts.integers(
      "\(name)/components", count: points.count, in: 0..<field.width)
    // The fit reads every component of every point that carries the field.
    let carriers =
      group.map { materials.groups[$0].points.map(Int.init) } ?? Array(0..<materials.count)
    let offsetFits =
      group.map { place[2] + place[0] <= materials.groups[$0].law.stateCount } ?? true
    guard offsetFits, points == carriers.flatMap({ [Int](repeating: $0, count: field.width) }),
      components == carriers.flatMap({ _ in Array(0..<field.width) })
    else { throw parts.malformed("\(name)/points", "does not fit the points of the material") }
    let modes = try parts.matrix("\(name)/modes", rows: points.count)
    let reference = try parts.numbers("\(name)/reference", count: 1)[0]
    do throws(HyperReductionError) {
      try self.init(
        field, modes: modes, reference: reference,
        samples: zip(points, components).map { (point: $0, component: $1) })
    } catch { throw parts.malformed("\(name)/modes", "cannot be fitted: \(error)") }
    guard parts.has("\(name)/correction") else { return }
    correction = DualCorrection(
      coefficients: try parts.matrix(
        "\(name)/correction", rows: modes.rowCount, columns: modes.columnCount))
  }
}
