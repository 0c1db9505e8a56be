internal import Expressions
internal import Meshes
internal import Physics

extension ProblemReading {
  /// Steady diffusion as a case states it.
  mutating func diffusionProblem() -> DiffusionProblem {
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
}
