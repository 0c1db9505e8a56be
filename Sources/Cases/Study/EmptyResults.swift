internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import Physics

/// The version of Ritz, as it stands in results and model files.
public let ritzVersion = "0.1.0"

extension Study {
  /// The results of a run before anything has been computed: what was asked, on which mesh.
  func emptyResults(_ model: any StudyModel) -> Results {
    var results = Results(
      version: ritzVersion, caseName: FilePath.name(of: caseFile.path), caseHash: caseFile.hash,
      meshHash: meshReport?.hash ?? "", layout: caseFile.layout,
      mesh: spreadMesh?.whole ?? meshReport.map { Results.Mesh($0) }, space: model.facts.space)
    results.threads = Threads.count
    results.randomField = randomField
    results.interpolations = model.facts.interpolations.map {
      Results.Interpolation(
        name: $0.use.name, text: $0.text, terms: $0.terms, error: $0.error,
        lebesgueConstant: $0.lebesgueConstant)
    }
    results.interpolations += model.facts.nonintrusive.map {
      Results.Interpolation(
        name: $0.name, text: $0.text, terms: $0.terms, error: $0.error,
        lebesgueConstant: $0.amplification, samples: $0.samples, unseen: $0.unseen)
    }
    results.interpolationSolutionError = model.facts.interpolationSolutionError
    return results
  }
}

extension Study {
  /// Where a reduced model of this study comes from.
  ///
  /// - Parameters:
  ///   - interpolations: Coefficients that were interpolated.
  ///   - nonintrusive: Matrices that were summed of samples.
  func provenance(
    of reduction: ReductionFacts, interpolations: [CoefficientInterpolation.Report] = [],
    nonintrusive: [NonintrusiveReport] = []
  ) -> Provenance {
    var facts = [
      "method": caseFile.reduction?.method.rawValue ?? "", "stopped": reduction.stopped,
      "training": caseFile.training?.points.words ?? "",
    ]
    facts[Acceptance.entry] = Acceptance(of: reduction, caseFile.reduction)?.text
    let sums =
      interpolations.map { ($0.use.name, $0.terms, $0.error) }
      + nonintrusive.map { ($0.name, $0.terms, $0.error) }
    if !sums.isEmpty {
      facts[Provenance.interpolated] = sums.map { name, terms, error in
        "\(name) by \(terms) terms, to \(Float(error)) of its size"
      }.joined(separator: "; ")
    }
    return Provenance(
      ritzVersion: ritzVersion, caseName: FilePath.name(of: caseFile.path),
      caseHash: caseFile.hash, meshHash: meshReport?.hash ?? "",
      facts: facts)
  }
}

extension Provenance {
  /// The fact that says which coefficients were interpolated.
  static let interpolated = "interpolated"
}

extension Results.Mesh {
  /// What results say of a mesh.
  init(_ report: MeshReport) {
    var cells: [(key: String, value: Int)] = []
    for block in report.cells {
      let name = block.shape.rawValue
      if let place = cells.firstIndex(where: { $0.key == name }) {
        cells[place].value += block.count
      } else {
        cells.append((key: name, value: block.count))
      }
    }
    self.init(
      dimension: report.dimension, points: report.pointCount, cells: cells,
      regions: report.regions.map {
        Region(name: $0.name, dimension: $0.dimension, measure: $0.measure)
      })
  }
}
