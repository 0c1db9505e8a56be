internal import Expressions
internal import Meshes

/// From the texts of a case to a problem: expressions parsed, region names found in the mesh.
/// Everything wrong is collected, not only the first.
struct ProblemReading {
  let caseFile: CaseFile
  let mesh: Mesh
  let coefficientScope: ExpressionScope
  let outputScope: ExpressionScope
  var errors: [Diagnostic] = []

  init(_ caseFile: CaseFile, mesh: Mesh) {
    (self.caseFile, self.mesh) = (caseFile, mesh)
    let parameters = caseFile.layout.parameters
    coefficientScope = ExpressionScope(
      parameters: parameters, coordinates: mesh.dimension, time: false)
    outputScope = ExpressionScope(
      parameters: parameters, coordinates: mesh.dimension, time: false, fields: ["u"])
  }

  mutating func report(_ location: SourceLocation, _ message: String) {
    errors.append(caseFile.diagnostic(at: location, message))
  }

  mutating func expression(_ coefficient: CaseFile.Coefficient) -> Expression {
    switch coefficient {
    case .number(let value, _): Expression(value)
    case .expression(let text): expression(text, coefficientScope)
    }
  }

  mutating func expression(_ text: SourceText, _ scope: ExpressionScope) -> Expression {
    do throws(ExpressionError) { return try Expression(parsing: text.text, in: scope) } catch {
      errors.append(
        caseFile.diagnostic(
          at: text.location(ofColumn: error.column, length: error.length),
          error.message + (error.suggestion.map { "; did you mean '\($0)'?" } ?? "")))
      return Expression(1)
    }
  }

  mutating func regions(
    _ selection: CaseFile.Regions, _ dimensions: ClosedRange<Int>
  ) -> [String] {
    for name in selection.names where name.text != "*" {
      let dimensionsFound = mesh.regions.filter { $0.name == name.text }.map(\.dimension)
      if dimensionsFound.isEmpty {
        let known = mesh.regionNames
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
