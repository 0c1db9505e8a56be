internal import DomainDecomposition
internal import Krylov
internal import LinearAlgebra
internal import LinearSolvers
internal import Meshes
internal import ModelReduction
internal import Physics

/// A coercive model in pieces in a study: every rank computes with its own, and all numbers are those of
/// the whole.
struct DividedStudyModel<C: Communicator>: StudyModel {
  let facts: StudyModelFacts
  let divided: DividedProblem<C>
  let piece: StudyPiece

  /// Collective.
  init(_ piece: StudyPiece, _ settings: SolverSettings, _ world: C) throws {
    self.piece = piece
    divided = try heard { () throws(DistributedFailure) in
      try DividedProblem(piece.problem, settings, world)
    }
    let all = SharedUnknowns(keys: piece.problem.keys + piece.problem.heldKeys, world)
    let (words, owned) = (divided.piece.words, divided.unknowns.ownedCounts)
    let gathered = GatheredPlot(piece.plot, world)
    var notes = world.said(piece.notes)
    if gathered == nil {
      notes.append(
        "no picture of a mesh of more than \(GatheredPlot.mostPoints) points in pieces: open the .pvtu "
          + "files of the fields")
    }
    if ![.auto, .cg].contains(settings.method)
      || ![.auto, .twoLevelSchwarz].contains(settings.preconditioner)
    {
      notes.append(
        "a mesh in pieces is solved on by cg with two-level-schwarz, not as [solver] says")
    }
    facts = StudyModelFacts(
      kind: piece.kind,
      space: Results.Space(
        dofs: all.order, free: divided.order, degree: piece.degree, components: piece.components),
      summary: "\(all.order) unknowns, \(divided.order) free, in \(world.size) pieces of "
        + "\(owned.min() ?? 0) to \(owned.max() ?? 0); \(divided.piece.operatorCoefficients.count) operator "
        + "and \(divided.piece.loadCoefficients.count) load terms",
      notes: notes, plan: words.plan, terms: words.terms, plotMesh: gathered?.mesh,
      plotPiece: piece.plot,
      gathered: gathered)
  }

  var work: FullOrderSolver.Work {
    var work = FullOrderSolver.Work()
    work.solveSeconds = divided.seconds
    return work
  }

  var sequence: SequenceAccount? { divided.account }

  var partition: StudyField? {
    let numbers = divided.subdomains.map(Double.init)
    guard let field = divided.piece.field else { return piece.mode(0, numbers) }
    return piece.mode(0, numbers.spread(over: field.dofCount, at: field.freeDofs, else: .nan))
  }

  func check(_ mu: Parameter) throws(ModelError) {
    let terms = divided.piece
    for family in [terms.operatorCoefficients, terms.loadCoefficients] {
      _ = try family.checkedValues(at: mu, in: terms.parameterSpace)
    }
    _ = try terms.field?.liftCoefficients.checkedValues(at: mu, in: terms.parameterSpace)
  }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    var answers: [StudyAnswer] = []
    for (row, mu) in points.enumerated() {
      let u = try divided.solve(at: mu, row: row)
      answers.append(
        StudyAnswer(
          query: Results.Query(
            parameter: mu.values, outputs: try divided.outputValues(of: u, at: mu)),
          frames: frames(u, at: mu)))
    }
    return answers
  }

  /// What is drawn of a state at the unknowns of the piece.
  func frames(_ u: [Double], at mu: Parameter) -> StudyFrames {
    let (terms, fields) = (divided.piece, piece.fields)
    return StudyFrames(solution: { try fields(try terms.whole(u, at: mu)) })
  }

  func reduce(_ task: inout ReductionTask) throws -> any StudyReduction {
    try DividedReduction(self, &task)
  }
}

extension Study {
  /// The full model of pieces of the mesh; collective.
  func dividedModel(_ setting: StudySetting, _ mesh: SpreadMesh) throws -> any StudyModel {
    guard let world = Processes.communicator else {
      preconditionFailure("a mesh in pieces without ranks")
    }
    return try dividedModel(setting, mesh, over: world)
  }

  private func dividedModel<C: Communicator>(
    _ setting: StudySetting, _ mesh: SpreadMesh, over world: C
  ) throws -> any StudyModel {
    var settings = caseFile.solver ?? SolverSettings()
    if caseFile.solver == nil { settings.rule.relative = 1e-10 }
    do {
      let piece = try heard { () throws(DistributedFailure) in
        try world.together { try problem.piece(setting, mesh) }
      }
      return try DividedStudyModel(piece, settings, world)
    } catch let error as PhysicsError { throw error } catch { throw StudyError(error) }
  }
}

extension Communicator {
  /// What the ranks have to say of their pieces, with the piece it is about; collective.
  fileprivate func said(_ notes: [String]) -> [String] {
    gather(notes.joined(separator: "\n").utf8.map(Int.init)).enumerated().flatMap { rank, bytes in
      String(decoding: bytes.map { UInt8($0) }, as: UTF8.self).split(separator: "\n").map {
        "piece \(rank): \($0)"
      }
    }
  }
}
