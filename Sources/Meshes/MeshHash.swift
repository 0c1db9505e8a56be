internal import Files

extension Mesh {
  /// A fingerprint of coordinates, cells and regions: SHA-256, 64 hexadecimal digits. Equal meshes
  /// have equal fingerprints on every machine, whatever file they came from.
  ///
  /// - Complexity: Linear in the size of the mesh; computed anew at each call.
  public var hash: String {
    var hash = ContentHash()
    hash.add("ritz mesh 1")
    hash.add(dimension)
    hash.add(pointCount)
    for coordinate in coordinates { hash.add(coordinate) }
    hash.add(blocks.count)
    for block in blocks {
      hash.add(block.shape.rawValue)
      // 1 and 2 as ever, so that fingerprints in older files stay true.
      hash.add(block.nodeSet == .serendipity ? 3 : block.order)
      hash.add(block.cellCount)
      for node in block.connectivity { hash.add(UInt32(bitPattern: node)) }
    }
    hash.add(regions.count)
    for region in regions {
      hash.add(region.name)
      hash.add(region.dimension)
      for member in region.members {
        hash.add(member.block)
        hash.add(member.cells.count)
        for cell in member.cells { hash.add(UInt32(bitPattern: cell)) }
      }
    }
    return hash.hexadecimal()
  }
}
