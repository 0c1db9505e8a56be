internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
public import ModelReduction

extension DiffusionModel {
  /// This model on a piece of a mesh as a piece of the model on the whole.
  ///
  /// - Parameter points: For each point of the mesh its number in the whole.
  /// - Throws: What only a model on the whole can do.
  public func piece(points: [Int32]) throws(PhysicsError) -> ProblemPiece {
    try refuseInPieces(fieldOutputs.map(\.name))
    let keys = try space.keys(points)
    let free = decomposition.field?.freeDofs ?? []
    return ProblemPiece(
      decomposition, keys: free.map { keys[Int($0)] }, heldKeys: keys.others(than: free),
      outputs: outputSums, places: try places())
  }
}

extension DiffusionModel {
  /// What must be somewhere: dofs that values are given on, those that extrema and fluxes are taken of.
  private func places() throws(PhysicsError) -> [ProblemPiece.Place] {
    var places: [ProblemPiece.Place] = []
    let held = Set(
      (0..<Int32(space.dofCount)).filter { !(decomposition.field?.freeDofs ?? []).has($0) })
    for (b, boundary) in problem.boundaries.enumerated() where boundary.value != nil {
      places.append(try space.place(of: boundary.regions, .boundary(b)))
    }
    for (o, output) in problem.outputs.enumerated() {
      switch output.kind {
      case .maximum, .minimum:
        let region = try space.mesh.union(
          of: output.regions, dimensions: 0...space.mesh.dimension, subject: .output(o))
        places.append(
          .init(
            "output '\(output.name)': no cell of the domain touches region '\(region.name)'",
            isHere: !space.dofs(on: region).isEmpty))
      case .inflow:
        let region = try space.mesh.held(output.regions, subject: .output(o))
        places.append(
          .init(
            "output '\(output.name)': no value of u is given on '\(region.name)', so nothing is held "
              + "there",
            isHere: space.dofs(on: region).contains { held.contains($0) }))
      default: break
      }
    }
    return places
  }
}

extension FunctionSpace {
  /// That some piece must have dofs on the regions of an essential value.
  func place(
    of regions: [String], _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> ProblemPiece.Place {
    let region = try mesh.held(regions, subject: subject)
    return .init(
      "no cell of the domain touches region '\(region.name)', where a value is given",
      isHere: !dofs(on: region).isEmpty)
  }
}

extension [Int32] {
  /// Whether a number is in the list, which ascends.
  fileprivate func has(_ number: Int32) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == number
  }
}

/// Refuses outputs that no sum over pieces gives.
func refuseInPieces(_ outputs: [String]) throws(PhysicsError) {
  guard let name = outputs.first else { return }
  throw PhysicsError(
    .problem,
    "output '\(name)' is neither linear nor quadratic in the solution, nor an extremum of it: it "
      + "needs the whole mesh on one rank")
}

extension FunctionSpace {
  /// The number in the whole of the point where each dof lives.
  func keys(_ points: [Int32]) throws(PhysicsError) -> [Int] {
    guard let places = pointOfDof else {
      throw PhysicsError(
        .problem,
        "in pieces, elements of degree 2 need a mesh of second order, whose points number them")
    }
    precondition(
      points.count == mesh.pointCount, "\(points.count) numbers of \(mesh.pointCount) points")
    return places.map { Int(points[Int($0)]) }
  }
}

extension [Int] {
  /// The entries at all places but some, which ascend.
  func others(than places: [Int32]) -> [Int] {
    var (result, next) = ([Int](), 0)
    for (k, entry) in enumerated() {
      if next < places.count, Int(places[next]) == k { next += 1 } else { result.append(entry) }
    }
    return result
  }
}
