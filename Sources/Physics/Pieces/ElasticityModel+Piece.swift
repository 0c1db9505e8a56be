internal import FiniteElements
internal import LinearAlgebra
public import ModelReduction

extension ElasticityModel {
  /// This model on a piece of a mesh as a piece of the model on the whole.
  ///
  /// - Parameters:
  ///   - points: For each point of the mesh its number in the whole.
  ///   - centre: A point about which all pieces turn.
  /// - Throws: What only a model on the whole can do.
  public func piece(points: [Int32], about centre: [Double]) throws(PhysicsError) -> ProblemPiece {
    try refuseInPieces(fieldOutputs.map(\.name))
    let c = space.components
    let keys = try space.scalar.keys(points).flatMap { key in (0..<c).map { c * key + $0 } }
    let free = decomposition.field?.freeDofs ?? []
    return ProblemPiece(
      decomposition, keys: free.map { keys[Int($0)] }, heldKeys: keys.others(than: free),
      outputs: outputSums, places: try places(), near: rigidMotions(about: centre))
  }

  private func places() throws(PhysicsError) -> [ProblemPiece.Place] {
    var places: [ProblemPiece.Place] = []
    for (b, boundary) in problem.boundaries.enumerated() where boundary.value != nil {
      places.append(try space.scalar.place(of: boundary.regions, .boundary(b)))
    }
    return places
  }
}
