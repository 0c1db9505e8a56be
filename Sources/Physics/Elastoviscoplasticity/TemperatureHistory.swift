internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction

/// The temperature at the points of a body, at any time and parameter.
struct TemperatureHistory: Sendable {
  struct Part: Sendable {
    let value: Expression
    let points: [Int32]
    /// The names that the value has for nodal fields.
    let fields: [String]
    /// x, y, z and the nodal fields at the points, a column each.
    let columns: [[Double]]
  }

  let parts: [Part]
  /// Where no temperature is given.
  let reference: [Double]

  init(
    _ problem: ElastoviscoplasticProblem, _ points: IntegrationPoints, _ regions: [Region],
    _ parameters: ParameterSpace
  ) throws(PhysicsError) {
    var reference = [Double](repeating: 0, count: points.count)
    for (material, region) in zip(problem.materials, regions) {
      for p in points.points(of: region) { reference[Int(p)] = material.referenceTemperature }
    }
    self.reference = reference
    let mesh = points.space.scalar.mesh
    let d = mesh.dimension
    var parts: [Part] = []
    for temperature in problem.temperatures {
      let region = try mesh.union(of: temperature.regions, dimensions: d...d, subject: .problem)
      let mine = points.points(of: region)
      var columns = points.places.map { column in mine.map { column[Int($0)] } }
      for (_, field) in temperature.fields {
        // The field may have another degree than the displacement: its own values at the points.
        let values = try TemperatureHistory.values(of: field, at: points)
        columns.append(mine.map { values[Int($0)] })
      }
      let names = temperature.fields.map(\.name)
      for symbol in temperature.value.symbols {
        switch symbol {
        case .coordinate, .time, .parameter: continue
        case .field(let name) where names.contains(name): continue
        case .field(let name):
          throw PhysicsError(
            .problem,
            "a temperature depends on \(name); it may depend on x, y, z, t, the "
              + "parameters and, with a file, on T")
        }
      }
      parts.append(
        Part(value: temperature.value, points: mine, fields: names, columns: columns))
    }
    self.parts = parts
  }

  /// The same at some of the points, which are numbered anew in the given order.
  func restricted(to points: [Int]) -> TemperatureHistory {
    TemperatureHistory(
      parts: parts.map { part in
        var placeOf: [Int: Int] = [:]
        for (place, p) in part.points.enumerated() { placeOf[Int(p)] = place }
        let mine = points.indices.compactMap { k in placeOf[points[k]].map { (new: k, old: $0) } }
        return Part(
          value: part.value, points: mine.map { Int32($0.new) }, fields: part.fields,
          columns: part.columns.map { column in mine.map { column[$0.old] } })
      }, reference: points.map { reference[$0] })
  }

  init(parts: [Part], reference: [Double]) {
    (self.parts, self.reference) = (parts, reference)
  }

  private static func values(
    of field: Field, at points: IntegrationPoints
  ) throws(PhysicsError) -> [Double] {
    let space = points.space.scalar
    guard field.space.mesh.pointCount == space.mesh.pointCount else {
      throw PhysicsError(.problem, "the temperature field lives on another mesh")
    }
    return points.values(of: field.interpolated(to: space).values)
  }

  /// The temperatures at all points.
  ///
  /// - Throws: `ModelError.notAssembled` where one is not finite.
  func values(at mu: Parameter, time: Double) throws(ModelError) -> [Double] {
    var result = reference
    for part in parts {
      let value = part.value.substituting { symbol in
        switch symbol {
        case .parameter(let index): Expression(mu[index])
        case .time: Expression(time)
        default: nil
        }
      }.simplified()
      let program = Program(
        [value],
        inputs: (0..<3).map { .coordinate($0) } + part.fields.map { .field($0) })
      let found = program.evaluate(columns: part.columns, count: part.points.count)[0]
      if let bad = found.firstIndex(where: { !$0.isFinite }) {
        let place = part.columns.prefix(3).map { "\($0[bad])" }.joined(separator: ", ")
        throw .notAssembled("the temperature is not finite at (\(place)), t = \(time)", at: mu)
      }
      for (p, t) in zip(part.points, found) { result[Int(p)] = t }
    }
    return result
  }
}
