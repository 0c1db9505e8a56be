internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import Plots

/// From what a study has found to what its report tells.
struct StudyReport {
  let files: StudyFiles
  var study: Study { files.study }
  private var caseFile: CaseFile { files.study.caseFile }
  private var results: Results { files.results }

  init(_ files: StudyFiles) { self.files = files }

  /// Everything but the drawing and wording.
  func content() -> ReportContent {
    var content = ReportContent(title: caseFile.title, caseName: results.caseName)
    content.facts = facts
    content.unknownCount = results.space.dofs
    content.regions = regions
    content.parameters = caseFile.parameters.map {
      ReportContent.Parameter(
        name: $0.name, size: $0.size, range: $0.ranges[0],
        scale: $0.scale == .log ? .log : .linear, isNormal: $0.scale == .normal,
        reference: $0.reference[0], unit: $0.unit ?? "")
    }
    content.conditions = conditions
    content.notes =
      ((study.meshReport?.notes ?? []) + study.pieceNotes).map { ReportContent.Note($0) }
      + results.warnings.map { ReportContent.Note($0, isWarning: true) }
    var partition: [ReportContent.Picture] = []
    if let given = study.mesh, let plotMesh = files.model.facts.plotMesh {
      let mesh = study.spreadMesh == nil ? given : plotMesh
      let pictures = StudyPictures(plotMesh)
      content.meshPictures = pictures.views.map { view in
        ReportContent.Picture(
          svg: pictures.mesh(from: view),
          caption: "The mesh and its regions\(pictures.words(view)): \(mesh.cellCount) cells, "
            + "\(mesh.pointCount) points.")
      }
      content.solutions = solutions(pictures)
      content.modes = modes(pictures)
      partition = files.model.partition.map { self.partition(gathered($0), pictures) } ?? []
    }
    content.greedy = greedy
    content.spectrum = spectrum
    content.validation = validation
    content.outputErrors = outputErrors
    content.queries = queries
    content.enrichments = enrichments
    content.curves = curves
    content.frequencies = frequencies
    content.ledger = ledger
    content.systems = systems
    content.systems?.partition = partition
    content.expectations = files.expectations.map { $0.row }
    content.reproducibility = reproducibility
    return content
  }

  private var regions: [ReportContent.Region] {
    if let spread = study.spreadMesh {
      return zip(spread.whole.regions, spread.regionCells).map {
        ReportContent.Region(
          name: $0.name, dimension: $0.dimension, cellCount: $1, measure: $0.measure)
      }
    }
    return (study.meshReport?.regions ?? []).map {
      ReportContent.Region(
        name: $0.name, dimension: $0.dimension, cellCount: $0.cellCount, measure: $0.measure)
    }
  }

  private var facts: [ReportContent.Fact] {
    let model = files.model.facts
    var facts = [
      ReportContent.Fact(
        "physics", model.kind + (results.space.degree.map { ", degree \($0)" } ?? "")),
      ReportContent.Fact(
        "unknowns", "\(results.space.dofs), of which \(results.space.free) are free"),
      ReportContent.Fact("affine terms", model.terms),
    ]
    if let field = results.randomField {
      facts.append(ReportContent.Fact("random temperature", field.words))
    }
    guard let request = caseFile.reduction, let reduction = files.numbers.reduction
    else { return facts }
    facts.append(
      ReportContent.Fact(
        "method",
        request.method == .greedy
          ? "\(reduction.facts.results.method), \(request.error.rawValue) error ≤ \(request.tolerance)"
          : "proper orthogonal decomposition, √(discarded / total energy) ≤ \(request.tolerance)"))
    facts.append(ReportContent.Fact("inner product", reduction.facts.results.product))
    facts.append(
      ReportContent.Fact("training", caseFile.training.map { $0.points.words } ?? "none"))
    facts.append(
      ReportContent.Fact(
        "basis", "\(reduction.facts.results.size) vectors; \(reduction.facts.stopped)"))
    return facts
  }

  private var systems: ReportContent.Systems? {
    results.solver.map { solver in
      let bothWays = solver.systems.indices.compactMap { place in
        solver.systems[place].plainIterations.map { (Double(place + 1), Double($0)) }
      }
      let means =
        "\(solver.method) with \(solver.preconditioner): " + solver.reasons.joined(separator: "; ")
      var sentences = solver.notes.filter { $0 != means }
      if solver.single.count > 0 {
        sentences.append(
          solver.run == nil
            ? "\(solver.single.count) systems were solved one at a time, in queries or comparisons, "
              + "with \(solver.single.iterations) iterations together."
            : "\(solver.single.count) systems of other runs took \(solver.single.iterations) "
              + "iterations together.")
      }
      if let last = solver.systems.last(where: { $0.plainIterations != nil }),
        let without = last.plainIterations
      {
        sentences.append(
          "A system that was solved both ways took \(last.iterations) iterations with recycling "
            + "and \(without) without.")
      }
      return ReportContent.Systems(
        means: means + ".",
        iterations: solver.systems.map { Double($0.iterations) }, plain: bothWays,
        histories: solver.histories, sentences: sentences,
        of: solver.run.map { run in
          run.isEmpty ? "run" : "run at (\(run.map { plain($0) }.joined(separator: ", ")))"
        } ?? "campaign")
    }
  }

  private var conditions: [ReportContent.Condition] {
    func on(_ regions: CaseFile.Regions) -> String {
      regions.names.map(\.text).joined(separator: ", ")
    }
    var rows: [ReportContent.Condition] = []
    for table in ["time", "newton", "solver", "modes", "interpolation", "temperature"] {
      guard let entry = caseFile.entry(table) else { continue }
      rows.append(ReportContent.Condition(kind: table, on: "", text: entry.text))
    }
    for table in ["material", "boundary", "source", "initial", "operator", "load"] {
      for entry in caseFile.entries(table) {
        rows.append(
          ReportContent.Condition(
            kind: table, on: table == "operator" || table == "load" ? "" : on(entry.on),
            text: entry.text))
      }
    }
    for output in caseFile.outputs {
      rows.append(
        ReportContent.Condition(
          kind: "output \(output.name)", on: output.on.map(on) ?? "", text: output.words))
    }
    return rows
  }

  private var reproducibility: [ReportContent.Fact] {
    let kernel = BLASKernel.current
    return [
      ReportContent.Fact("Ritz", results.version),
      ReportContent.Fact("case", results.caseHash), ReportContent.Fact("mesh", results.meshHash),
      ReportContent.Fact("threads", "\(Threads.count) (results do not depend on it)"),
      ReportContent.Fact("BLAS kernel", "\(kernel.core), \(kernel.configuration)"),
    ]
  }
}

extension CaseFile.Output {
  /// What is computed, in words.
  var words: String {
    switch quantity {
    case .integral(let e): "integral of \(e.text)"
    case .mean(let e): "mean of \(e.text)"
    case .at(let point, let e): "\(e.text) at (\(point.map { "\($0)" }.joined(separator: ", ")))"
    case .maximum(let e): "maximum of \(e.text), evaluated on the reconstructed field"
    case .minimum(let e): "minimum of \(e.text), evaluated on the reconstructed field"
    case .norm(let norm): "\(norm.rawValue) norm of u"
    case .reaction(let axis): "reaction along \(["x", "y", "z"][axis])"
    case .inflow: "flux into the body where u is held"
    case .strainEnergy: "strain energy"
    case .frequency(let number): "natural frequency \(number)"
    case .vector(let file): "product with \(file.text)"
    case .sampledVector(let entry):
      "product with the vector of "
        + (CaseSchema.sources.compactMap { entry[$0]?.text }.first ?? "samples")
    }
  }
}

extension ParameterLayout {
  /// "k = (1, 2), h = 3".
  func words(_ point: [Double]) -> String {
    var next = 0
    return parameters.map { name, size in
      let taken = point[next..<next + (size ?? 1)].map { NumberText($0, digits: 4).plain }
      next += taken.count
      return size == nil ? "\(name) = \(taken[0])" : "\(name) = (\(taken.joined(separator: ", ")))"
    }.joined(separator: ", ")
  }
}
