extension MeshPiece {
  /// The piece with the points that belong to its regions by cells of other pieces.
  ///
  /// - Parameter fringes: Of each region of the mesh, as places in it, ascending.
  public func withFringes(_ fringes: [[Int32]]) -> MeshPiece {
    precondition(
      fringes.count == mesh.regions.count,
      "\(fringes.count) fringes of \(mesh.regions.count) regions")
    let regions = zip(mesh.regions, fringes).map { region, fringe in
      Region(
        name: region.name, dimension: region.dimension, members: region.members, fringe: fringe)
    }
    return replacing(
      Mesh(
        dimension: mesh.dimension, coordinates: mesh.coordinates, blocks: mesh.blocks,
        regions: regions, isPiece: true), points: points)
  }

  /// The same cells over other points, as corners alone.
  ///
  /// - Parameters:
  ///   - mesh: Those cells.
  ///   - points: For each of its points its number in the whole, ascending.
  public func replacing(_ mesh: Mesh, points: [Int32]) -> MeshPiece {
    precondition(
      mesh.pointCount == points.count && mesh.cellCount == cells.count,
      "a mesh of \(mesh.pointCount) points and \(mesh.cellCount) cells for \(points.count) and "
        + "\(cells.count)")
    return MeshPiece(
      mesh: mesh, points: points, cells: cells, sides: sides, regionsOverlap: regionsOverlap)
  }
}

extension VTUFile {
  /// A file for fields on a piece: its cells of the domain, and the number of each point in the whole.
  public init(fieldsOn piece: MeshPiece) {
    self.init(piece.mesh)
    pointNumbers = piece.points.map(Int64.init)
    wholeOverlaps = piece.regionsOverlap
  }
}
