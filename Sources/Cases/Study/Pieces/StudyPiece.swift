internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics

/// A model on the piece of the mesh that a rank holds: what a study over pieces is made of.
struct StudyPiece: Sendable {
  /// What it is.
  let kind: String
  /// Its terms.
  let problem: ProblemPiece
  /// The degree of the elements and the components at a point.
  let degree: Int
  let components: Int
  /// What is worth a word.
  let notes: [String]
  /// The piece of the mesh on which fields are drawn.
  let plot: MeshPiece
  /// What is drawn of all values of the field on the piece.
  let fields: @Sendable ([Double]) throws -> [StudyField]
  /// A basis vector as a field.
  let mode: @Sendable (Int, [Double]) -> StudyField
}

extension StudyProblem {
  /// The model on a piece of a mesh.
  ///
  /// - Throws: Where this kind of problem is not solved in pieces.
  func piece(
    _ setting: StudySetting, _ mesh: SpreadMesh
  ) throws(PhysicsError) -> StudyPiece {
    throw PhysicsError(
      .problem,
      "each rank needs the whole mesh for this kind of problem; in pieces, steady diffusion, steady "
        + "linear heat conduction and static elasticity are solved: leave 'in-pieces' in [mesh] out"
    )
  }
}

/// Refuses data that are interpolated over the points of a whole mesh.
func refuseInPieces(_ interpolations: [CoefficientInterpolation.Report]) throws(PhysicsError) {
  guard let first = interpolations.first else { return }
  throw PhysicsError(
    .problem,
    "\(first.use.name) does not separate into functions of place and parameter, and is interpolated "
      + "over the whole mesh only: leave 'in-pieces' in [mesh] out")
}

extension DiffusionStudyModel {
  /// The model on a piece.
  func piece(_ mesh: SpreadMesh) throws(PhysicsError) -> StudyPiece {
    try refuseInPieces(facts.interpolations)
    let (plot, degree) = (plot, model.space.degree)
    return StudyPiece(
      kind: facts.kind, problem: try model.piece(points: mesh.piece.points), degree: degree,
      components: 1, notes: facts.notes,
      plot: mesh.piece.drawn(plot.mesh, plot.dofs, model.space),
      fields: { whole in [DiffusionStudyModel.field("u", whole, at: plot.dofs)] },
      mode: { number, whole in
        DiffusionStudyModel.field("mode \(number)", whole, at: plot.dofs)
      })
  }
}

extension ElasticityStudyModel {
  /// The model on a piece; stresses, which are recovered from all cells around a node, are not drawn.
  func piece(_ mesh: SpreadMesh) throws(PhysicsError) -> StudyPiece {
    try refuseInPieces(facts.interpolations)
    let (plot, space) = (plot, model.space)
    return StudyPiece(
      kind: facts.kind,
      problem: try model.piece(points: mesh.piece.points, about: mesh.centre),
      degree: space.scalar.degree, components: space.components, notes: facts.notes,
      plot: mesh.piece.drawn(plot.mesh, plot.dofs, space.scalar),
      fields: { whole in [plot.displacement.field(whole, at: plot.dofs)] },
      mode: { number, whole in
        plot.displacement.field(whole, at: plot.dofs, named: "mode \(number)")
      })
  }
}

extension DiffusionProblem {
  func piece(
    _ setting: StudySetting, _ mesh: SpreadMesh
  ) throws(PhysicsError) -> StudyPiece {
    try DiffusionStudyModel(self, setting, kind: "steady diffusion").piece(mesh)
  }
}

extension ElasticityProblem {
  func piece(
    _ setting: StudySetting, _ mesh: SpreadMesh
  ) throws(PhysicsError) -> StudyPiece {
    try ElasticityStudyModel(self, setting).piece(mesh)
  }
}

extension HeatStudyProblem {
  func piece(
    _ setting: StudySetting, _ mesh: SpreadMesh
  ) throws(PhysicsError) -> StudyPiece {
    guard !problem.isNonlinear, time == nil else {
      throw PhysicsError(
        .problem,
        "heat conduction in time, or with laws that depend on u, needs the whole mesh on each rank: "
          + "leave 'in-pieces' in [mesh] out")
    }
    return try DiffusionStudyModel(
      problem.conduction, setting, kind: "steady heat conduction"
    ).piece(mesh)
  }
}

extension MeshPiece {
  /// This piece as fields of a space are drawn on it.
  fileprivate func drawn(_ mesh: Mesh, _ dofs: [Int32], _ space: FunctionSpace) -> MeshPiece {
    // Elements of degree 1 are drawn on the corners of a second-order mesh alone.
    guard mesh.pointCount != points.count, let places = space.pointOfDof else {
      return replacing(mesh, points: points)
    }
    return replacing(mesh, points: dofs.map { points[Int(places[Int($0)])] })
  }
}
