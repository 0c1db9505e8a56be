internal import Meshes
internal import ModelReduction
internal import Physics

/// A kind of physics that a case may name: how its tables are read.
protocol StudyPhysics: Sendable {
  /// The name in `physics.kind`.
  static var kind: String { get }
  /// The problem a case states; what is wrong with it is collected by the reading.
  static func problem(_ reading: inout ProblemReading) -> any StudyProblem
}

/// A problem that has been read: ready to be discretised.
protocol StudyProblem: Sendable {
  /// The full model.
  ///
  /// - Throws: What is wrong with the data, and in which entry.
  func model(
    on mesh: Mesh, parameters: ParameterSpace, product: String?
  ) throws(PhysicsError) -> any StudyModel
}

/// Every kind of physics this room knows: a new one is a line here.
enum PhysicsKinds {
  static var all: [any StudyPhysics.Type] { [DiffusionStudy.self] }

  /// The kind of that name.
  static func named(_ name: String) -> (any StudyPhysics.Type)? { all.first { $0.kind == name } }
}
