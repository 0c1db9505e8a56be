internal import LinearAlgebra
internal import ModelReduction
internal import Physics

extension MatrixProblem {
  /// Whether programs have to be run for it.
  var needsCommands: Bool { families.contains { $0.family.source is MatrixCommand } }

  /// The problem with programs that may be run.
  func running(_ store: AssembledMatrices?) -> MatrixProblem {
    var problem = self
    func change(_ term: inout Term) {
      guard case .family(var family) = term.content, var command = family.source as? MatrixCommand
      else { return }
      command.store = store
      family.source = command
      term.content = .family(family)
    }
    for k in problem.operators.indices { change(&problem.operators[k]) }
    for k in problem.loads.indices { change(&problem.loads[k]) }
    for k in problem.outputs.indices { change(&problem.outputs[k].vector) }
    return problem
  }
}

/// A model whose matrices programs give, before any is run: what a check can say of it.
struct PlannedMatrixModel: StudyModel {
  let facts: StudyModelFacts

  /// Finds at which parameters programs would be asked.
  init(_ problem: MatrixProblem, _ setting: StudySetting) throws(PhysicsError) {
    var plan: [(heading: String, text: String)] = []
    var calls = 0
    for (family, subject) in problem.families {
      let points = try family.neededParameters(
        subject, in: setting.parameters, setting.interpolation)
      guard let command = family.source as? MatrixCommand else { continue }
      calls += points.count + setting.unseen + setting.judged
      let shown = points.prefix(8).map { "(\(command.words($0)))" }.joined(separator: ", ")
      plan.append(
        (
          "command",
          "'\(command.name)' at \(points.count) parameters and \(setting.unseen) unseen ones"
            + (setting.judged > 0 ? " and the \(setting.judged) of [validation]" : "")
            + ": \(shown)"
            + (points.count > 8 ? ", …" : "")
        ))
    }
    facts = StudyModelFacts(
      kind: "matrices from programs", space: Results.Space(dofs: 0, free: 0, degree: nil),
      summary: "matrices of programs, which a check does not run: \(calls) calls", notes: [],
      plan: plan, terms: "", plotMesh: nil)
  }

  var work: FullOrderSolver.Work { FullOrderSolver.Work() }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] { throw refusal }
  func reduce(_ task: inout ReductionTask) throws -> any StudyReduction { throw refusal }

  private var refusal: StudyError { .notSolvable("no program has been run for its matrices") }
}
