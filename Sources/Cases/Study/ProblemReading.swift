internal import Expressions
internal import Meshes
internal import Physics

/// From the texts of a case to a problem: expressions parsed, region names found in the mesh.
/// Everything wrong is collected, not only the first.
struct ProblemReading {
  private let caseFile: CaseFile
  private let mesh: Mesh
  private let coefficientScope: ExpressionScope
  private let outputScope: ExpressionScope
  private(set) var errors: [Diagnostic] = []

  init(_ caseFile: CaseFile, mesh: Mesh) {
    (self.caseFile, self.mesh) = (caseFile, mesh)
    let parameters = caseFile.layout.parameters
    coefficientScope = ExpressionScope(
      parameters: parameters, coordinates: mesh.dimension, time: false)
    outputScope = ExpressionScope(
      parameters: parameters, coordinates: mesh.dimension, time: false, fields: ["u"])
  }

  mutating func problem() -> DiffusionProblem {
    let d = mesh.dimension
    let materials = caseFile.materials.map { material in
      DiffusionProblem.Material(
        regions: regions(material.on, d...d), conductivity: conductivity(material.conductivity),
        reaction: material.reaction.map { expression($0) })
    }
    let boundaries = caseFile.boundaries.map { boundary in
      DiffusionProblem.Boundary(
        regions: regions(boundary.on, boundary.value == nil ? d - 1...d - 1 : 0...d),
        value: boundary.value.map { expression($0) }, flux: boundary.flux.map { expression($0) },
        exchange: boundary.exchange.map {
          (coefficient: expression($0.coefficient), ambient: expression($0.ambient))
        })
    }
    let sources = caseFile.sources.map {
      DiffusionProblem.Source(regions: regions($0.on, d...d), value: expression($0.value))
    }
    if materials.isEmpty {
      errors.append(
        caseFile.diagnostic(
          at: caseFile.physics.location,
          "no [[material]] is given; every cell needs a conductivity"))
    }
    return DiffusionProblem(
      degree: caseFile.physics.degree, materials: materials, boundaries: boundaries,
      sources: sources, outputs: caseFile.outputs.map { output($0) })
  }

  private mutating func output(_ output: CaseFile.Output) -> DiffusionProblem.Output {
    let d = mesh.dimension
    let on = output.on.map { regions($0, 0...d) } ?? ["*"]
    func named(_ kind: DiffusionProblem.Output.Kind) -> DiffusionProblem.Output {
      DiffusionProblem.Output(name: output.name, kind: kind, regions: on)
    }
    switch output.quantity {
    case .integral(let text): return named(.integral(expression(text, outputScope)))
    case .mean(let text): return named(.mean(expression(text, outputScope)))
    case .at(let point, let text):
      requireField(text)
      if point.count != d {
        errors.append(
          caseFile.diagnostic(
            at: output.location, "the point has \(point.count) coordinates, the mesh \(d)"))
      }
      return named(.value(at: point))
    case .maximum(let text):
      requireField(text)
      return named(.maximum)
    case .minimum(let text):
      requireField(text)
      return named(.minimum)
    case .norm(.l2): return named(.normL2)
    case .norm(.h1): return named(.normH1)
    }
  }

  /// Extrema and point values are taken of u itself.
  private mutating func requireField(_ text: SourceText) {
    let parsed = expression(text, outputScope)
    guard parsed.symbols != [.field("u")] || "\(parsed)" != "u" else { return }
    errors.append(
      caseFile.diagnostic(
        at: text.location, "only \"u\" itself can be taken here, not '\(text.text)'"))
  }

  private mutating func conductivity(
    _ conductivity: CaseFile.Conductivity
  ) -> DiffusionProblem.Conductivity {
    let d = mesh.dimension
    let first = conductivity.entries.first?.first
    if let needed = conductivity.dimension, needed != d, let first {
      errors.append(
        caseFile.diagnostic(
          at: first.location,
          "a conductivity of \(needed) axes in a mesh of \(d) dimensions"))
      return .scalar(Expression(1))
    }
    switch conductivity {
    case .scalar(let kappa): return .scalar(expression(kappa))
    case .diagonal(let entries):
      let zeros = [Expression](repeating: Expression(0), count: d == 2 ? 1 : 3)
      return .tensor(entries.map { expression($0) } + zeros)
    case .full(let rows):
      let entries = rows.map { row in row.map { expression($0) } }
      for i in 0..<d {
        for j in 0..<i where entries[i][j].simplified() != entries[j][i].simplified() {
          errors.append(
            caseFile.diagnostic(
              at: rows[i][j].location,
              "the conductivity is not symmetric: '\(entries[i][j])' and '\(entries[j][i])'"))
        }
      }
      return d == 2
        ? .tensor([entries[0][0], entries[1][1], entries[0][1]])
        : .tensor([
          entries[0][0], entries[1][1], entries[2][2], entries[1][2], entries[0][2], entries[0][1],
        ])
    }
  }

  private mutating func expression(_ coefficient: CaseFile.Coefficient) -> Expression {
    switch coefficient {
    case .number(let value, _): Expression(value)
    case .expression(let text): expression(text, coefficientScope)
    }
  }

  private mutating func expression(_ text: SourceText, _ scope: ExpressionScope) -> Expression {
    do throws(ExpressionError) { return try Expression(parsing: text.text, in: scope) } catch {
      errors.append(
        caseFile.diagnostic(
          at: text.location(ofColumn: error.column, length: error.length),
          error.message + (error.suggestion.map { "; did you mean '\($0)'?" } ?? "")))
      return Expression(1)
    }
  }

  private mutating func regions(
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
