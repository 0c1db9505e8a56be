internal import ComplexModule
internal import Expressions
internal import Files
internal import LinearAlgebra
internal import ModelReduction
internal import Physics
internal import RealModule

/// Matrices of another program in a study.
struct MatrixStudy: StudyPhysics {
  static let kind = "matrices"
  /// What programs have assembled is kept whatever happens.
  static let canResume = true

  static func problem(_ reading: inout ProblemReading) -> any StudyProblem {
    reading.matrixProblem()
  }
}

extension ProblemReading {
  /// The files a case names, with their coefficients.
  mutating func matrixProblem() -> MatrixProblem {
    var operators: [MatrixProblem.Term] = []
    for entry in caseFile.entries("operator") { term(entry).map { operators.append($0) } }
    var loads: [MatrixProblem.Term] = []
    for entry in caseFile.entries("load") { term(entry).map { loads.append($0) } }
    var outputs: [MatrixProblem.Output] = []
    for output in caseFile.outputs {
      switch output.quantity {
      case .vector(let path):
        guard let file = matrix(path) else { continue }
        outputs.append(MatrixProblem.Output(name: output.name, vector: MatrixProblem.Term(file)))
      case .sampledVector(let entry):
        guard let family = family(entry) else { continue }
        outputs.append(MatrixProblem.Output(name: output.name, vector: MatrixProblem.Term(family)))
      default: continue
      }
    }
    let product = caseFile.entry("product")?["file"]?.path.flatMap { matrix($0) }
    return MatrixProblem(operators: operators, loads: loads, product: product, outputs: outputs)
  }

  private mutating func term(_ entry: CaseFile.Entry) -> MatrixProblem.Term? {
    let coefficient = complexCoefficient(entry, "coefficient") ?? ComplexExpression(1)
    if CaseSchema.sources.contains(where: { entry[$0] != nil }) {
      return family(entry).map { MatrixProblem.Term($0, coefficient: coefficient) }
    }
    for item in entry.items where item.key != "file" && item.key != "coefficient" {
      report(
        item.location,
        "'\(item.key)' belongs to \(CaseSchema.sources.map { "'\($0)'" }.joined(separator: ", ")), none "
          + "of which is given")
    }
    return entry["file"]?.path.flatMap { matrix($0) }.map {
      MatrixProblem.Term($0, coefficient: coefficient)
    }
  }

  mutating func matrix(_ path: SourceText) -> MatrixFile? {
    do throws(FormatError) { return try MatrixFile(reading: path.text) } catch {
      report(path.location, error)
      return nil
    }
  }
}

extension MatrixProblem: StudyProblem {
  func model(_ setting: StudySetting) throws(PhysicsError) -> any StudyModel {
    let problem = running(setting.assembled)
    guard setting.assembled != nil || !problem.needsCommands else {
      return try PlannedMatrixModel(self, setting)
    }
    let model = try MatrixModel(
      problem, parameters: setting.parameters, settings: setting.interpolation,
      unseen: setting.unseen)
    switch model.form {
    case .coercive(let solver):
      return CoerciveMatrixStudyModel(
        solver: solver,
        facts: model.facts(
          solver.decomposition.dofCount, solver.decomposition.words.plan,
          solver.decomposition.words.terms))
    case .system(let solver): return model.system(solver, model.sources)
    case .complexSystem(let solver): return model.system(solver, model.complexSources)
    }
  }
}

extension MatrixModel {
  fileprivate func facts(
    _ order: Int, _ plan: [(heading: String, text: String)], _ terms: String
  ) -> StudyModelFacts {
    StudyModelFacts(
      kind: "matrices from files",
      space: Results.Space(dofs: order, free: order, degree: nil), summary: summary,
      notes: [], reductionNotes: notes, plan: plan, terms: terms, plotMesh: nil,
      nonintrusive: reports, interpolationSolutionError: solutionError)
  }

  fileprivate func system<S: Scalar>(
    _ solver: FullSystemSolver<S>, _ sources: SourceSystems<S>?
  ) -> SystemMatrixStudyModel<S> {
    let system = solver.system
    return SystemMatrixStudyModel(
      solver: solver, facts: facts(system.dofCount, system.words.plan, system.words.terms),
      sources: sources)
  }
}

/// Symmetric positive semidefinite matrices: certified.
private struct CoerciveMatrixStudyModel: CoerciveStudyModel {
  let solver: FullOrderSolver
  let facts: StudyModelFacts

  var hasFieldOutputs: Bool { false }
  func fieldOutputs(
    of whole: @autoclosure () throws -> [Double], at mu: Parameter
  ) throws -> Results.Outputs { [] }
  func fields(of whole: [Double], at mu: Parameter) throws -> [StudyField] { [] }
  func mode(_ number: Int, _ whole: [Double]) -> StudyField {
    StudyField("mode \(number)", whole, role: .record)
  }
  var attachments: [String: StoredValue] { [:] }
}

/// Any matrices, real or complex.
private struct SystemMatrixStudyModel<S: Scalar>: SystemStudyModel {
  let solver: FullSystemSolver<S>
  let facts: StudyModelFacts
  let sources: SourceSystems<S>?

  func fields(of whole: [S], named name: String?) -> [StudyField] { [] }
  var attachments: [String: StoredValue] { [:] }
}
