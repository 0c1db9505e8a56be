internal import Expressions
internal import Meshes
internal import Physics

extension ProblemReading {
  /// Steady diffusion as a case states it.
  ///
  /// - Parameter laws: What the coefficients may use; nil for coordinates and parameters alone.
  mutating func diffusionProblem(laws: ExpressionScope? = nil) -> DiffusionProblem {
    let d = dimension
    let materials = caseFile.materials.map { material in
      DiffusionProblem.Material(
        regions: regions(material.on, d...d), conductivity: conductivity(material, laws),
        reaction: coefficient(material, "reaction", laws))
    }
    let boundaries = caseFile.boundaries.map { boundary in
      let h = history(boundary)
      return DiffusionProblem.Boundary(
        regions: regions(boundary.on, boundary["value"] == nil ? d - 1...d - 1 : 0...d),
        value: coefficient(boundary, "value")?.times(h),
        flux: coefficient(boundary, "flux", laws)?.times(h),
        exchange: exchange(boundary, laws).map { ($0.coefficient, $0.ambient.times(h)) })
    }
    let sources = caseFile.sources.map {
      DiffusionProblem.Source(
        regions: regions($0.on, d...d),
        value: (coefficient($0, "value", laws) ?? Expression(0)).times(history($0)))
    }
    return DiffusionProblem(
      degree: caseFile.physics.degree, materials: materials, boundaries: boundaries,
      sources: sources, outputs: caseFile.outputs.map { output($0) })
  }

  /// Robin data of a boundary.
  mutating func exchange(
    _ boundary: CaseFile.Entry, _ laws: ExpressionScope? = nil
  ) -> (coefficient: Expression, ambient: Expression)? {
    guard let table = boundary["exchange"]?.table, let h = coefficient(table, "coefficient", laws),
      let ambient = coefficient(table, "ambient", laws)
    else { return nil }
    return (coefficient: h, ambient: ambient)
  }

  /// A quantity of interest of a scalar field u.
  mutating func output(_ output: CaseFile.Output) -> DiffusionProblem.Output {
    let d = dimension
    let on = output.on.map { regions($0, 0...d) } ?? ["*"]
    func named(_ kind: DiffusionProblem.Output.Kind) -> DiffusionProblem.Output {
      DiffusionProblem.Output(name: output.name, kind: kind, regions: on)
    }
    switch output.quantity {
    case .integral(let text): return named(.integral(expression(text, outputScope)))
    case .mean(let text): return named(.mean(expression(text, outputScope)))
    case .at(let point, let text):
      requireField(text)
      checkCoordinates(point, of: output)
      return named(.value(at: point))
    case .maximum(let text):
      requireField(text)
      return named(.maximum)
    case .minimum(let text):
      requireField(text)
      return named(.minimum)
    case .norm(.l2): return named(.normL2)
    case .norm(.h1): return named(.normH1)
    case .inflow: return named(.inflow)
    case .reaction, .strainEnergy, .frequency, .vector, .sampledVector:
      // No key of a scalar field leads here.
      return named(.normL2)
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

  /// k of a material: a scalar, a diagonal or a symmetric tensor.
  mutating func conductivity(
    _ material: CaseFile.Entry, _ scope: ExpressionScope? = nil
  ) -> DiffusionProblem.Conductivity {
    let d = dimension
    guard let value = material["conductivity"] else { return .scalar(Expression(1)) }
    guard let list = value.list else {
      return .scalar(coefficient(material, "conductivity", scope) ?? Expression(1))
    }
    guard list.count == d else {
      report(
        value.location ?? material.location,
        "a conductivity of \(list.count) axes in a mesh of \(d) dimensions")
      return .scalar(Expression(1))
    }
    func entry(_ value: CaseFile.Value) -> Expression {
      value.coefficient.map { expression($0, scope) } ?? Expression(0)
    }
    let zeros = [Expression](repeating: Expression(0), count: d == 2 ? 1 : 3)
    guard list.contains(where: { $0.list != nil }) else { return .tensor(list.map(entry) + zeros) }
    let entries = list.map { row in (row.list ?? []).map(entry) }
    for i in 0..<d {
      for j in 0..<i where entries[i][j].simplified() != entries[j][i].simplified() {
        report(
          list[i].list?[j].location ?? material.location,
          "the conductivity is not symmetric: '\(entries[i][j])' and '\(entries[j][i])'")
      }
    }
    return d == 2
      ? .tensor([entries[0][0], entries[1][1], entries[0][1]])
      : .tensor([
        entries[0][0], entries[1][1], entries[2][2], entries[1][2], entries[0][2], entries[0][1],
      ])
  }
}
