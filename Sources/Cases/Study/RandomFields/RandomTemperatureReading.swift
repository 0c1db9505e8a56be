internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import Physics

/// A temperature's random deviation: nodal fields, and the expression that sums them.
struct RandomTemperature {
  /// factor · Σ ξ_i T_i, T_i the modes.
  let deviation: Expression
  /// √λ_i φ_i.
  let modes: [FiniteElements.Field]
  /// The mean of sample fields.
  let mean: FiniteElements.Field?
}

extension ProblemReading {
  /// The random field of `[temperature.random]`; nil where it is not what it should be, which is then
  /// said.
  mutating func randomTemperature(_ entry: CaseFile.Entry) -> RandomTemperature? {
    let factor = coefficient(entry, "factor")
    guard mesh?.isPiece != true else {
      report(
        entry.location,
        "the modes of a random field need the whole mesh on each rank: leave 'in-pieces' in [mesh] out"
      )
      return nil
    }
    guard let mesh, let name = randomParameter(entry),
      let space = try? FunctionSpace(mesh, degree: caseFile.physics.degree)
    else { return nil }
    guard name.count <= space.dofCount else {
      report(
        entry.location(of: "parameter"),
        "'\(name.name)' has \(name.count) components, one for each mode; a field on this mesh has "
          + "\(space.dofCount) nodes, and no more modes")
      return nil
    }
    let found: (loeve: KarhunenLoeve, source: String)?
    do {
      found =
        entry["fields"] == nil
        ? try covarianceModes(entry, space, name.count)
        : try sampleModes(entry, space, name.count)
    } catch {
      report(entry.location(of: "parameter"), "\(error)")
      return nil
    }
    guard let (loeve, source) = found else { return nil }
    randomField = Results.RandomField(
      parameter: name.name, source: source, variances: Array(loeve.variances.prefix(name.count)),
      shares: (1...name.count).map { min(1, loeve.share(of: $0)) }, total: loeve.totalVariance,
      unresolved: loeve.totalVariance > 0 ? loeve.unresolvedVariance / loeve.totalVariance : 0)
    let names = caseFile.layout.componentNames
    let sum = Expression(
      sumOf: (0..<name.count).map { i in
        Expression(.parameter(name.first + i), name: names[name.first + i])
          * Expression(.field(ElasticityProblem.Temperature.name(ofMode: i)))
      })
    return RandomTemperature(
      deviation: factor.map { $0 * sum } ?? sum,
      modes: (0..<name.count).map { FiniteElements.Field(space, loeve.scaledMode($0)) },
      mean: loeve.mean.map { FiniteElements.Field(space, $0) })
  }

  /// The parameter of the modes, with the place of its first component among all.
  private mutating func randomParameter(
    _ entry: CaseFile.Entry
  ) -> (name: String, first: Int, count: Int)? {
    guard let name = entry["parameter"]?.word else { return nil }
    let place = entry["parameter"]?.location ?? entry.location
    guard let k = caseFile.parameters.firstIndex(where: { $0.name == name }) else {
      if knowsNames {
        report(
          place,
          "there is no [[parameter]] called '\(name)'"
            + Spelling.hint(for: name, among: caseFile.parameters.map(\.name)))
      }
      return nil
    }
    let parameter = caseFile.parameters[k]
    guard parameter.scale == .normal else {
      report(
        place,
        "the numbers of a random field are standard normal: '\(name)' needs scale = \"normal\"")
      return nil
    }
    // In the expression of the temperature these are names of fields.
    let isMode = { (name: String) in
      name == "T" || name.hasPrefix("T_") && Int(name.dropFirst(2)) != nil
    }
    if let other = caseFile.parameters.first(where: { isMode($0.name) }) {
      report(
        other.location,
        "'\(other.name)' is the name of a nodal field beside [temperature.random]; choose another")
      return nil
    }
    let first = caseFile.parameters[..<k].reduce(0) { $0 + $1.ranges.count }
    return (name, first, parameter.ranges.count)
  }

  private mutating func covarianceModes(
    _ entry: CaseFile.Entry, _ space: FunctionSpace, _ count: Int
  ) throws -> (KarhunenLoeve, String)? {
    if entry["field"] != nil {
      report(entry.location(of: "field"), "'field' in [temperature.random] belongs to 'fields'")
    }
    guard let deviation = entry["deviation"]?.number else { return nil }
    guard let length = entry["length"] else {
      report(
        entry.location,
        "missing key 'length' in [temperature.random]: the correlation length goes with 'deviation'"
      )
      return nil
    }
    let list = length.list?.compactMap(\.number)
    if let list, !hasComponents(list.count, "length", at: length.location ?? entry.location) {
      return nil
    }
    guard
      let lengths = list ?? length.number.map({ [Double](repeating: $0, count: dimension) })
    else { return nil }
    let family =
      entry["kernel"]?.word.flatMap(CovarianceKernel.Family.init) ?? .squaredExponential
    let loeve = try KarhunenLoeve(
      CovarianceKernel(family, deviation: deviation, lengths: lengths), at: space.dofCoordinates,
      in: space.massProduct(), size: count)
    let words = list?.map(plain).joined(separator: ", ") ?? plain(lengths[0])
    return (
      loeve, "\(family.rawValue) covariance, deviation \(plain(deviation)), length \(words)"
    )
  }

  private mutating func sampleModes(
    _ entry: CaseFile.Entry, _ space: FunctionSpace, _ count: Int
  ) throws -> (KarhunenLoeve, String)? {
    for key in ["length", "kernel"] where entry[key] != nil {
      report(
        entry.location(of: key), "'\(key)' in [temperature.random] belongs to 'deviation'")
    }
    var columns: [[Double]] = []
    for path in entry["fields"]?.list?.compactMap(\.path) ?? [] {
      guard let fields = nodalFields(path, entry) else { return nil }
      columns += fields.map { $0.interpolated(to: space).values }
    }
    guard !columns.isEmpty else { return nil }
    guard count < columns.count else {
      report(
        entry.location(of: "fields"),
        "\(columns.count) sample fields deviate from their mean in \(columns.count - 1) directions; "
          + "'\(entry["parameter"]?.word ?? "")' asks for \(count) modes")
      return nil
    }
    let loeve = try KarhunenLoeve(
      samples: DenseMatrix(rowCount: space.dofCount, columns: columns), in: space.massProduct(),
      size: count)
    return (loeve, "\(columns.count) sample fields")
  }
}
