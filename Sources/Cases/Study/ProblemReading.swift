internal import Expressions
internal import Files
internal import Meshes

/// From the texts of a case to a problem: expressions parsed, region names found in the mesh.
/// Everything wrong is collected, not only the first.
struct ProblemReading {
  let caseFile: CaseFile
  let mesh: Mesh?
  /// What coefficients may use: coordinates and parameters, and time where the case runs in time.
  let coefficientScope: ExpressionScope
  /// What laws may use that depend on the solution.
  let lawScope: ExpressionScope
  /// What outputs may use.
  private(set) var outputScope: ExpressionScope
  let knowsNames: Bool
  /// What the modes of a random field hold, once it has been read.
  var randomField: Results.RandomField?
  var errors: [Diagnostic] = []

  /// Reads against a mesh; a kind of physics without one gets a mesh of nothing.
  ///
  /// - Parameter knowsNames: Whether a name that is unknown in an expression is to be blamed on it.
  init(
    _ caseFile: CaseFile, mesh: Mesh?, fields: [String] = ["u"], knowsNames: Bool = true
  ) {
    (self.caseFile, self.mesh, self.knowsNames) = (caseFile, mesh, knowsNames)
    let time = caseFile.entry("time") != nil
    func scope(_ fields: [String], derivatives: Bool = true) -> ExpressionScope {
      ExpressionScope(
        parameters: caseFile.layout.parameters, coordinates: mesh?.dimension ?? 0, time: time,
        fields: fields, fieldDerivatives: derivatives)
    }
    coefficientScope = scope([])
    lawScope = scope(["u"], derivatives: false)
    outputScope = scope(fields)
  }

  /// Where only the problem itself says what outputs may use, of fields without derivatives.
  mutating func outputsMayUse(_ fields: [String]) {
    outputScope = ExpressionScope(
      parameters: caseFile.layout.parameters, coordinates: dimension,
      time: caseFile.entry("time") != nil, fields: fields, fieldDerivatives: false)
  }

  /// The dimension of space; 0 without a mesh.
  var dimension: Int { mesh?.dimension ?? 0 }

  mutating func report(_ location: SourceLocation, _ message: String) {
    errors.append(caseFile.diagnostic(at: location, message))
  }

  /// What is wrong with a file that an entry names: a missing one is blamed on the entry, a malformed
  /// one on its own line.
  mutating func report(_ location: SourceLocation, _ error: FormatError) {
    switch error {
    case .unreadable(let cause):
      errors.append(Diagnostic(at: location, cause.description, isMissingFile: cause.isMissing))
    case .malformed(let place, let found, let expected):
      var line = 0
      if case .line(let number) = place.position { line = number }
      errors.append(
        Diagnostic(
          at: SourceLocation(file: place.file, line: line, column: 1),
          "expected \(expected), found \(found)"))
    case .unsupported, .unsuitable: report(location, "\(error)")
    }
  }

  mutating func expression(
    _ coefficient: CaseFile.Coefficient, _ scope: ExpressionScope? = nil
  ) -> Expression {
    switch coefficient {
    case .number(let value, _): Expression(value)
    case .expression(let text): expression(text, scope ?? coefficientScope)
    }
  }

  /// The coefficient a key gives; nil where the key is not given.
  mutating func coefficient(
    _ entry: CaseFile.Entry?, _ key: String, _ scope: ExpressionScope? = nil
  ) -> Expression? {
    (entry?[key]?.coefficient).map { expression($0, scope) }
  }

  /// The coefficients of a list, of as many components as the mesh has dimensions.
  mutating func components(_ entry: CaseFile.Entry, _ key: String) -> [Expression]? {
    guard let value = entry[key], let list = value.list else { return nil }
    guard hasComponents(list.count, key, at: value.location ?? entry.location) else { return nil }
    return list.map { $0.coefficient.map { expression($0) } ?? Expression(0) }
  }

  /// Whether a list has an entry per dimension; says so where it has not.
  mutating func hasComponents(_ count: Int, _ key: String, at location: SourceLocation) -> Bool {
    if count == dimension { return true }
    report(
      location, "'\(key)' has \(count) components; the mesh has \(dimension) dimensions")
    return false
  }

  /// Says so where a point has not as many coordinates as the mesh; of a box the case itself knows.
  mutating func checkCoordinates(_ point: [Double], of output: CaseFile.Output) {
    if point.count != dimension, caseFile.mesh?.boxDimension == nil {
      report(output.location, "the point has \(point.count) coordinates, the mesh \(dimension)")
    }
  }

  /// A complex coefficient, [re, im] or a real number.
  mutating func complex(
    _ entry: CaseFile.Entry?, _ key: String
  ) -> (re: Expression, im: Expression)? {
    guard let value = entry?[key] else { return nil }
    if let real = value.coefficient { return (expression(real), Expression(0)) }
    guard let parts = value.list, parts.count == 2, let re = parts[0].coefficient,
      let im = parts[1].coefficient
    else { return nil }
    return (expression(re), expression(im))
  }

  mutating func expression(_ text: SourceText, _ scope: ExpressionScope) -> Expression {
    do throws(ExpressionError) { return try Expression(parsing: text.text, in: scope) } catch {
      if knowsNames || !error.isOfNames {
        report(
          text.location(ofColumn: error.column, length: error.length),
          error.message + (error.suggestion.map { "; did you mean '\($0)'?" } ?? ""))
      }
      return Expression(1)
    }
  }

  mutating func regions(
    _ selection: CaseFile.Regions, _ dimensions: ClosedRange<Int>
  ) -> [String] {
    for name in selection.names where name.text != "*" {
      let dimensionsFound = (mesh?.regions ?? []).filter { $0.name == name.text }.map(\.dimension)
      if dimensionsFound.isEmpty {
        let known = mesh?.regionNames ?? []
        let hint =
          Spelling.nearest(to: name.text, among: known).map { "; did you mean '\($0)'?" }
          ?? (known.isEmpty
            ? "; the mesh has no named regions"
            : " (the mesh has \(known.prefix(20).joined(separator: ", ")))")
        errors.append(
          caseFile.diagnostic(at: name.location, "unknown region '\(name.text)'" + hint))
      } else if !dimensionsFound.contains(where: dimensions.contains) {
        let wanted =
          dimensions.count == 1
          ? "\(dimensions.lowerBound)" : "\(dimensions.lowerBound) to \(dimensions.upperBound)"
        errors.append(
          caseFile.diagnostic(
            at: name.location,
            "region '\(name.text)' has dimension \(dimensionsFound[0]); here a region of dimension "
              + "\(wanted) is needed"))
      }
    }
    return selection.names.map(\.text)
  }
}

extension ExpressionError {
  /// Whether it might vanish once a parameter or the time is declared rightly.
  fileprivate var isOfNames: Bool {
    switch kind {
    case .unknownName, .unknownFunction, .index: true
    default: false
    }
  }
}
