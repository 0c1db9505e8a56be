internal import Meshes
internal import ModelReduction
internal import Physics

/// A kind of physics that a case may name: how its tables are read.
protocol StudyPhysics: Sendable {
  /// The name in `physics.kind`.
  static var kind: String { get }
  /// What outputs may speak of: "u", or "u.x", "u.y", ….
  static func fields(dimension: Int) -> [String]
  /// Whether a run can be gone on with after it was interrupted.
  static var keepsCheckpoints: Bool { get }
  /// Whether the solutions of a greedy algorithm are kept until a run ends.
  static var keepsSolutions: Bool { get }
  /// Whether what an interrupted run has done is used again.
  static var canResume: Bool { get }
  /// The problem a case states; what is wrong with it is collected by the reading.
  static func problem(_ reading: inout ProblemReading) -> any StudyProblem
}

extension StudyPhysics {
  /// A scalar field.
  static func fields(dimension: Int) -> [String] { ["u"] }
  /// Most are solved in a breath.
  static var keepsCheckpoints: Bool { false }
  static var keepsSolutions: Bool { false }
  /// By a checkpoint.
  static var canResume: Bool { keepsCheckpoints }
}

/// A problem that has been read: ready to be discretised.
protocol StudyProblem: Sendable {
  /// The full model.
  ///
  /// - Throws: What is wrong with the data, and in which entry.
  func model(_ setting: StudySetting) throws(PhysicsError) -> any StudyModel
  /// The full model on the piece of the mesh that this rank holds.
  ///
  /// - Throws: As above, and where this kind of problem is not solved in pieces.
  func piece(_ setting: StudySetting, _ mesh: SpreadMesh) throws(PhysicsError) -> StudyPiece
}

/// Where a problem is posed.
struct StudySetting: Sendable {
  private let givenMesh: Mesh?
  /// Where the parameters live.
  let parameters: ParameterSpace
  /// The name of the product of errors and bases; nil where the case does not ask for a reduction.
  let product: String?
  /// What a long run says and keeps on its way; nil where nothing is run.
  let progress: RunProgress?
  /// How coefficients that do not separate are interpolated.
  let interpolation: CoefficientInterpolation.Settings
  /// At how many parameters sums of samples are held against what they stand for.
  let unseen: Int
  /// At how many parameters a reduced model of sums is held against what they stand for.
  let judged: Int
  /// Where the matrices of programs are kept; nil where none may be run.
  let assembled: AssembledMatrices?

  init(
    mesh: Mesh?, parameters: ParameterSpace, product: String?, progress: RunProgress? = nil,
    interpolation: CoefficientInterpolation.Settings = CoefficientInterpolation.Settings(),
    unseen: Int = 3, judged: Int = 0, assembled: AssembledMatrices? = nil
  ) {
    (self.unseen, self.judged, self.assembled) = (unseen, judged, assembled)
    (givenMesh, self.parameters, self.product) = (mesh, parameters, product)
    (self.progress, self.interpolation) = (progress, interpolation)
  }

  /// A problem whose coefficients all separate, and what had to be interpolated for it.
  func interpolated<Problem: InterpolatedProblem>(
    _ problem: Problem, over grid: TimeGrid? = nil
  ) throws(PhysicsError) -> (Problem, [CoefficientInterpolation.Report]) {
    var problem = problem
    var work = try CoefficientInterpolation(
      over: parameters, times: grid, settings: interpolation)
    try problem.transformCoefficients(by: &work, on: try mesh())
    return (problem, work.reports)
  }

  /// A problem with numbers in place of parameters where its coefficients do not separate: what was
  /// asked for at that parameter.
  func frozen<Problem: InterpolatedProblem>(
    _ problem: Problem, at mu: Parameter
  ) throws(PhysicsError) -> Problem {
    var problem = problem
    var freezing = CoefficientFreezing(at: mu, in: parameters)
    try problem.transformCoefficients(by: &freezing, on: try mesh())
    return problem
  }

  /// The mesh, for the kinds of physics that need one.
  func mesh() throws(PhysicsError) -> Mesh {
    guard let givenMesh else { throw PhysicsError(.problem, "the case has no mesh") }
    return givenMesh
  }
}

/// Every kind of physics this room knows: a new one is a line here.
enum PhysicsKinds {
  static var all: [any StudyPhysics.Type] {
    [
      DiffusionStudy.self, HeatStudy.self, AdvectionStudy.self, ElasticityStudy.self,
      InelasticStudy.self, HelmholtzStudy.self, MatrixStudy.self,
    ]
  }

  /// The kind of that name, which the reading of the case has checked.
  static func named(_ name: String) -> any StudyPhysics.Type {
    all.first { $0.kind == name } ?? DiffusionStudy.self
  }
}

extension CaseFile {
  /// At how many parameters sums of samples are held against what they stand for.
  var unseen: Int { entry("interpolation")?["unseen"]?.integer ?? 3 }

  /// How coefficients that do not separate are interpolated.
  var interpolation: CoefficientInterpolation.Settings {
    let (entry, standard) = (entry("interpolation"), CoefficientInterpolation.Settings())
    return CoefficientInterpolation.Settings(
      tolerance: entry?["tolerance"]?.number ?? standard.tolerance,
      weights: entry?["weights"]?.number ?? standard.weights,
      size: entry?["size"]?.integer ?? standard.size,
      training: entry?["training"]?.integer ?? standard.training)
  }
}
