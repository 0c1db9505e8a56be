internal import DomainDecomposition
internal import Files
public import Meshes
public import ModelReduction
internal import Physics

/// A case that has been read and checked, with its mesh: ready to run.
public struct Study: Sendable {
  /// What the user asked for.
  public let caseFile: CaseFile
  /// The mesh; nil for a kind of physics that has none.
  public let mesh: Mesh?
  /// What was noted and diagnosed about the mesh; nil where no rank has the whole.
  public let meshReport: MeshReport?
  /// The mesh where every rank holds a piece of it, and `mesh` is that of this one.
  let spreadMesh: SpreadMesh?
  /// What was noted of a mesh in pieces.
  let pieceNotes: [String]
  /// Where the parameters live.
  public let parameterSpace: ParameterSpace
  /// The random field that the case speaks of, with what its modes hold.
  let randomField: Results.RandomField?
  /// The physics with all its expressions parsed.
  let problem: any StudyProblem
  /// Seconds spent on reading the mesh.
  public let meshSeconds: Double

  /// Reads a case and its mesh and checks one against the other.
  ///
  /// - Throws: `CaseDiagnostics` with everything wrong in the case, or `MeshError`.
  public init(reading path: String, overrides: [String] = []) throws {
    try self.init(CaseDraft(CaseText(path: path, overrides: overrides)))
  }

  /// Reads a case from a text that stands for the file called `path`, and its mesh.
  ///
  /// - Throws: `CaseDiagnostics` with everything wrong in the case, or `MeshError`.
  public init(parsing text: [UInt8], path: String, overrides: [String] = []) throws {
    try self.init(CaseDraft(CaseText(text, path: path, overrides: overrides)))
  }

  /// What is wrong with the problem is said along with what is wrong in the case wherever the mesh
  /// can be read.
  private init(_ draft: CaseDraft) throws {
    guard let caseFile = draft.caseFile, Study.canLookFurther(caseFile, draft.errors) else {
      throw CaseDiagnostics(draft.errors, lines: draft.lines)
    }
    self.caseFile = caseFile
    let clock = ContinuousClock()
    let start = clock.now
    let found: (mesh: Mesh, notes: [String])?
    do {
      var notes: [String] = []
      spreadMesh = try Study.spreadMesh(of: caseFile, notes: &notes)
      pieceNotes = notes
      found =
        try spreadMesh.map { ($0.piece.mesh, []) } ?? Study.mesh(of: caseFile)
    } catch let error as MeshError {
      guard !draft.errors.isEmpty, case .file(_, let location)? = caseFile.mesh?.origin else {
        throw error
      }
      throw CaseDiagnostics(
        draft.errors + [caseFile.diagnostic(at: location, "\(error)")], lines: draft.lines)
    }
    mesh = found?.mesh
    meshReport =
      spreadMesh == nil ? found.map { MeshReport($0.mesh, notes: $0.notes) } : nil
    meshSeconds = (clock.now - start).seconds
    let physics = PhysicsKinds.named(caseFile.physics.kind)
    var reading = ProblemReading(
      caseFile, mesh: mesh, fields: physics.fields(dimension: mesh?.dimension ?? 0),
      knowsNames: draft.knowsNames)
    problem = physics.problem(&reading)
    randomField = reading.randomField
    let errors = draft.errors + reading.errors
    guard errors.isEmpty else { throw CaseDiagnostics(errors, lines: caseFile.lines) }
    parameterSpace = try Study.parameterSpace(of: caseFile)
  }

  /// Whether there is a mesh to hold a case with errors against.
  private static func canLookFurther(_ caseFile: CaseFile, _ errors: [Diagnostic]) -> Bool {
    if errors.isEmpty { return true }
    switch caseFile.mesh?.origin {
    case nil: return CaseSchema.root.field("mesh", for: caseFile.physics.kind) == nil
    case .box: return true
    case .file(let path, _): return FileBytes.isReadable(path)
    }
  }

  /// The full-order model.
  ///
  /// - Throws: `CaseDiagnostics` that points at the entry of the case to blame.
  ///
  /// - Parameters:
  ///   - progress: What a long run says and keeps on its way; nil where nothing is run.
  ///   - assembled: Where the matrices of programs are kept; nil where nothing is run.
  func model(
    _ progress: RunProgress? = nil, assembled: AssembledMatrices? = nil
  ) throws -> any StudyModel {
    let model: any StudyModel
    do {
      let setting = StudySetting(
        mesh: mesh, parameters: parameterSpace, product: caseFile.reduction?.product.rawValue,
        progress: progress, interpolation: caseFile.interpolation, unseen: caseFile.unseen,
        judged: judgedByCommands, assembled: assembled)
      model =
        try spreadMesh.map { try dividedModel(setting, $0) } ?? problem.model(setting)
    } catch let error as PhysicsError {
      throw CaseDiagnostics(
        [caseFile.diagnostic(at: location(of: error.subject), error.message)],
        lines: caseFile.lines)
    }
    try checkQuery(model)
    return model
  }

  /// At how many points commands are asked to judge a reduced model.
  private var judgedByCommands: Int {
    guard caseFile.reduction != nil, let validation = caseFile.validation,
      validation.against == .commands
    else { return 0 }
    return (try? validation.points.parameters(in: parameterSpace).count) ?? 0
  }

  /// Refuses query points where the model has no answer, before the long computations whose results
  /// would be lost.
  private func checkQuery(_ model: any StudyModel) throws(CaseDiagnostics) {
    var refused: [Diagnostic] = []
    for (i, point) in (caseFile.query ?? []).enumerated() where refused.count < 20 {
      do throws(ModelError) { try model.check(Parameter(point)) } catch {
        refused.append(
          caseFile.diagnostic(
            at: caseFile.location(ofQuery: i), "query point \(i) has no answer: \(error)"))
      }
    }
    if !refused.isEmpty { throw CaseDiagnostics(refused, lines: caseFile.lines) }
  }

  /// Where an entry of the problem stands in the case.
  private func location(of subject: PhysicsError.Subject) -> SourceLocation {
    switch subject {
    case .problem: caseFile.physics.location
    case .material(let i): caseFile.materials[i].on.location
    case .boundary(let i): caseFile.boundaries[i].on.location
    case .source(let i): caseFile.sources[i].on.location
    case .initial(let i): caseFile.entries("initial")[i].on.location
    case .operatorTerm(let i): caseFile.entries("operator")[i].sourceLocation
    case .load(let i): caseFile.entries("load")[i].sourceLocation
    case .product: caseFile.entry("product")?.location ?? caseFile.physics.location
    case .output(let i): caseFile.outputs[i].location
    }
  }

  /// The mesh in pieces, where the case asks for them and there are several ranks; collective.
  private static func spreadMesh(
    of caseFile: CaseFile, notes: inout [String]
  ) throws -> SpreadMesh? {
    guard let source = caseFile.mesh, source.isInPieces, let world = Processes.communicator else {
      return nil
    }
    return try SpreadMesh(source, world, notes: &notes) { try mesh(of: caseFile) }
  }

  private static func mesh(
    of caseFile: CaseFile
  ) throws -> (mesh: Mesh, notes: [String])? {
    switch caseFile.mesh?.origin {
    case nil: return nil
    case .box(let box):
      return (
        Box(
          size: box.size, cells: box.cells, origin: box.origin,
          shape: CellShape(rawValue: box.shape) ?? (box.size.count == 2 ? .triangle : .tetrahedron)
        ).mesh(), []
      )
    case .file(let path, let location):
      guard FileBytes.isReadable(path) else {
        throw CaseDiagnostics(
          [
            Diagnostic(
              at: location,
              "the mesh file '\(path)' cannot be read; the path is taken from the "
                + "folder of the case", isMissingFile: true)
          ], lines: caseFile.lines)
      }
      var notes: [String] = []
      let mesh = try Mesh(reading: path, notes: &notes)
      if caseFile.physics.degree == 1, mesh.order == 2 {
        notes.append("the second-order mesh is used with degree 1: its corners only")
        return (mesh.vertexOnly(), notes)
      }
      return (mesh, notes)
    }
  }

  private static func parameterSpace(of caseFile: CaseFile) throws(CaseDiagnostics)
    -> ParameterSpace
  {
    do throws(ParameterSpaceError) {
      var axes: [ParameterAxis] = []
      for parameter in caseFile.parameters {
        axes.append(
          try ParameterAxis(
            name: parameter.name, size: parameter.size, ranges: parameter.ranges,
            scale: parameter.scale.axisScale, defaults: parameter.reference,
            unit: parameter.unit ?? ""))
      }
      return try ParameterSpace(axes: axes)
    } catch {
      throw CaseDiagnostics(
        [
          caseFile.diagnostic(
            at: caseFile.parameters.first?.location ?? caseFile.physics.location, "\(error)")
        ], lines: caseFile.lines)
    }
  }
}

extension CaseFile.Entry {
  /// Where the key stands that says where a matrix comes from.
  fileprivate var sourceLocation: SourceLocation {
    location(of: (["file"] + CaseSchema.sources).first { self[$0] != nil } ?? "file")
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    Double(components.seconds) + 1e-18 * Double(components.attoseconds)
  }
}
