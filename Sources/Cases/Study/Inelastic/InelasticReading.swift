internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics

extension ProblemReading {
  /// Elastoviscoplasticity as a case states it.
  mutating func inelasticProblem() -> InelasticStudyProblem {
    let d = dimension
    let settings = caseFile.physics.settings
    if d == 3, settings["assumption"] != nil {
      report(
        settings.location(of: "assumption"),
        "'assumption' in [physics] is for meshes of the plane; this one is of space")
    }
    let assumption =
      settings["assumption"]?.word.flatMap(ElastoviscoplasticProblem.Assumption.init)
      ?? .planeStrain
    let materials = caseFile.materials.map { inelasticMaterial($0) }
    let elastic = ProblemReading.elasticFields(dimension: d)
    outputsMayUse(
      elastic
        + QuasiStaticModel.quantities(dimension: d, laws: materials.map(\.law))
        .filter { !elastic.contains($0) && !$0.contains("-") })
    let newton = caseFile.entry("newton")
    let tolerance = caseFile.entry("time")?["tolerance"]?.number
    let problem = ElastoviscoplasticProblem(
      degree: caseFile.physics.degree, assumption: assumption,
      locking: settings["locking"]?.word.flatMap(ElasticityProblem.Locking.init) ?? .none,
      quadratureDegree: settings["quadrature"]?.integer, materials: materials,
      boundaries: caseFile.boundaries.map { elasticBoundary($0) },
      sources: caseFile.sources.map { force($0, assumption) }, temperatures: temperatures())
    return InelasticStudyProblem(
      problem: problem, outputs: caseFile.outputs.map { elasticOutput($0) },
      grid: timeStepping()?.grid,
      settings: QuasiStaticModel.Settings(
        newton: NewtonSettings(
          tolerance: newton?["tolerance"]?.number ?? 1e-10,
          iterations: newton?["iterations"]?.integer ?? 25, linearSolver: caseFile.solver),
        cuts: newton?["cuts"]?.integer ?? (tolerance == nil ? 8 : 20), timeTolerance: tolerance))
  }

  private mutating func inelasticMaterial(
    _ material: CaseFile.Entry
  ) -> ElastoviscoplasticProblem.Material {
    ElastoviscoplasticProblem.Material(
      regions: regions(material.on, dimension...dimension), law: constitutiveLaw(material),
      referenceTemperature: material["reference-temperature"]?.number ?? 0)
  }

  private mutating func force(
    _ source: CaseFile.Entry, _ assumption: ElastoviscoplasticProblem.Assumption
  ) -> ElasticityProblem.Source {
    let on = regions(source.on, 0...dimension)
    let value: [Expression]
    if let rotation = source["centrifugal"]?.table {
      value = centrifugalForce(rotation, assumption)
    } else {
      value = components(source, "value") ?? []
    }
    let history = history(source)
    return ElasticityProblem.Source(regions: on, value: value.map { $0.times(history) })
  }
}
