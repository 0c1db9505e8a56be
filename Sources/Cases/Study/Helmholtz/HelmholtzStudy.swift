internal import ComplexModule
internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics
internal import RealModule

/// Time-harmonic waves in a study.
struct HelmholtzStudy: StudyPhysics {
  static let kind = "helmholtz"

  static func problem(_ reading: inout ProblemReading) -> any StudyProblem {
    reading.helmholtzProblem()
  }
}

extension ProblemReading {
  /// Waves as a case states them.
  mutating func helmholtzProblem() -> HelmholtzProblem {
    let d = dimension
    let materials = caseFile.materials.map { material in
      HelmholtzProblem.Material(
        regions: regions(material.on, d...d),
        index: complexCoefficient(material, "index") ?? ComplexExpression(1),
        density: complexCoefficient(material, "density") ?? ComplexExpression(1))
    }
    let boundaries = caseFile.boundaries.map { wall($0) }
    let sources = caseFile.sources.map {
      HelmholtzProblem.Source(
        regions: regions($0.on, d...d),
        value: complexCoefficient($0, "value") ?? ComplexExpression(0))
    }
    return HelmholtzProblem(
      degree: caseFile.physics.degree,
      wavenumber: coefficient(caseFile.physics.settings, "wavenumber") ?? Expression(1),
      materials: materials, boundaries: boundaries, sources: sources,
      outputs: caseFile.outputs.map { output($0) })
  }

  private mutating func wall(_ boundary: CaseFile.Entry) -> HelmholtzProblem.Boundary {
    let d = dimension
    let isAbsorbing = boundary["absorbing"]?.flag == true
    let wave = complexCoefficient(boundary, "incident")
    if wave != nil, !isAbsorbing {
      report(
        boundary.location(of: "incident"),
        "a wave comes in through an absorbing boundary; add absorbing = true")
    }
    let robin = boundary["robin"]?.table.flatMap { table in
      complexCoefficient(table, "coefficient").map {
        (coefficient: $0, value: complexCoefficient(table, "value") ?? ComplexExpression(0))
      }
    }
    return HelmholtzProblem.Boundary(
      regions: regions(boundary.on, boundary["value"] == nil ? d - 1...d - 1 : 0...d),
      value: complexCoefficient(boundary, "value"), flux: complexCoefficient(boundary, "flux"),
      robin: robin,
      absorption: isAbsorbing ? wave.map { .incident($0) } ?? .outgoing : nil)
  }

  /// A complex coefficient, [re, im] or a real number; nil where the key is not given.
  mutating func complexCoefficient(
    _ entry: CaseFile.Entry?, _ key: String
  ) -> ComplexExpression? {
    complex(entry, key).map { ComplexExpression($0.re, $0.im) }
  }
}

extension HelmholtzProblem: StudyProblem {
  func model(_ setting: StudySetting) throws(PhysicsError) -> any StudyModel {
    HelmholtzStudyModel(
      try HelmholtzModel(
        self, on: setting.mesh(), parameters: setting.parameters,
        product: setting.product.flatMap(HelmholtzModel.Product.init) ?? .energy))
  }
}

/// Waves in a study.
struct HelmholtzStudyModel: SystemStudyModel {
  let model: HelmholtzModel
  let facts: StudyModelFacts
  private let plot: (mesh: Mesh, dofs: [Int32])

  init(_ model: HelmholtzModel) {
    self.model = model
    let plot = model.space.plotMesh()
    self.plot = plot
    facts = StudyModelFacts(
      kind: "time-harmonic waves",
      space: Results.Space(
        dofs: model.space.dofCount, free: model.system.dofCount, degree: model.space.degree),
      summary: model.summary, notes: model.notes, plan: model.system.words.plan,
      terms: model.system.words.terms, plotMesh: plot.mesh,
      uncountedError: model.interpolationError)
  }

  var solver: FullSystemSolver<Complex<Double>> { model.solver }

  func fields(of whole: [Complex<Double>], named name: String?) -> [StudyField] {
    let parts = SavedFields.scalar.fields(whole, at: plot.dofs, named: name)
    guard name == nil else { return parts }
    return parts + [SavedFields.scalar.field(whole.map(\.length), at: plot.dofs, named: "|u|")]
  }

  var attachments: [String: StoredValue] { StoredMesh(plot.mesh, dofs: plot.dofs).attachments }
}
