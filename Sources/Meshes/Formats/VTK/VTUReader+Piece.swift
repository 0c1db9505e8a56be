extension VTUReader {
  /// What has been read, as a piece of a larger mesh.
  ///
  /// - Parameter file: The index of the pieces, which stands in errors.
  mutating func piece(of file: String, notes: inout [String]) throws(MeshError) -> MeshPiece {
    let numbers = try join(file)
    guard let pointNumbers = numbers.points else {
      throw VTUReader.unfit(file, "points have no numbers through all pieces (GlobalNodeId)")
    }
    guard let cellNumbers = numbers.cells else {
      throw VTUReader.unfit(
        file, "cells have no numbers through all pieces (GlobalCellId), or some have the same")
    }
    for number in [pointNumbers.min(), pointNumbers.max(), cellNumbers.min(), cellNumbers.max()] {
      guard let number, 0..<Int(Int32.max) ~= number else {
        throw VTUReader.unfit(file, "points or cells have a number outside 0 to 2^31 − 2")
      }
    }
    let listed = try listedRegions(file)
    for field in cellFields { regions.add(field) }
    let overlap = cellFields.contains {
      $0.name.hasPrefix(CellTags.flagPrefix) && regions.isOwn($0.name)
    }
    var assembly = MeshAssembly(mesh.raw(with: regions), MeshScanner(file: file, bytes: []))
    let joined = try assembly.mesh()
    notes += assembly.notes
    if let unknown = joined.regions.first(where: { region in
      !listed.contains { $0.name == region.name && $0.dimension == region.dimension }
    }) {
      throw VTUReader.unfit(
        file, "the region '\(unknown.name)' of dimension \(unknown.dimension) is not told to all")
    }
    let found = listed.map { name, dimension in
      joined.region(named: name, dimension: dimension)
        ?? Region(name: name, dimension: dimension, members: [])
    }
    var (cells, sides) = ([Int32](), [Int32]())
    for (list, elements) in assembly.keptElements {
      let places = assembly.raw.elements[list].numbers
      let kept = elements.map { Int32(cellNumbers[places[Int($0)]]) }
      if assembly.raw.elements[list].shape.dimension == joined.dimension {
        cells += kept
      } else {
        sides += kept
      }
    }
    return MeshPiece(
      mesh: Mesh(
        dimension: joined.dimension, coordinates: joined.coordinates, blocks: joined.blocks,
        regions: found, isPiece: true),
      points: assembly.keptNodes.map { Int32(pointNumbers[Int($0)]) }, cells: cells, sides: sides,
      regionsOverlap: overlap)
  }

  /// The regions of the whole in its order, as every piece tells them.
  private func listedRegions(_ file: String) throws(MeshError) -> [(name: String, dimension: Int)] {
    let data = regionData[0]
    guard regionData.allSatisfy({ $0 == data }) else {
      throw VTUReader.unfit(file, "the pieces name different regions, as those of different meshes")
    }
    var listed: [(place: Int, name: String, dimension: Int)] = []
    for (name, values) in data {
      guard values.count > 1, !values.count.isMultiple(of: 2) else {
        throw VTUReader.unfit(file, "the dimensions of the region '\(name)' are not told")
      }
      for k in stride(from: 1, to: values.count, by: 2) {
        listed.append((values[k + 1], name, values[k]))
      }
    }
    guard listed.allSatisfy({ 0...3 ~= $0.dimension }) else {
      throw VTUReader.unfit(file, "a region has another dimension than 0 to 3")
    }
    return listed.sorted { ($0.place, $0.name) < ($1.place, $1.name) }.map {
      ($0.name, $0.dimension)
    }
  }

  private static func unfit(_ file: String, _ reason: String) -> MeshError {
    .unsuitable(
      path: file,
      reason: "its pieces cannot be read apart: \(reason); cut the mesh with 'ritz mesh partition'")
  }
}
