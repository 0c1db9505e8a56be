internal import Meshes

/// The first difference between two meshes that should be the same.
enum MeshDifference {
  /// Coordinates that differ by less than this fraction of the size of the mesh are the same.
  static let tolerance = 1e-9

  /// One clause, such as "node 3 at (1.0, 0.0) instead of (1.0, 0.5)"; nil for equal meshes.
  static func first(in mesh: Mesh, from expected: Mesh) -> String? {
    guard mesh.dimension == expected.dimension else {
      return "a mesh in \(mesh.dimension) dimensions instead of \(expected.dimension)"
    }
    guard mesh.pointCount == expected.pointCount else {
      return "a mesh of \(mesh.pointCount) nodes instead of \(expected.pointCount)"
    }
    let box = expected.boundingBox
    let size = zip(box.lower, box.upper).reduce(0) { max($0, $1.1 - $1.0) }
    func shown(_ point: ArraySlice<Double>) -> String {
      "(" + point.map { "\($0)" }.joined(separator: ", ") + ")"
    }
    if mesh.coordinates != expected.coordinates {
      for point in 0..<mesh.pointCount {
        let (mine, other) = (mesh.point(point), expected.point(point))
        if zip(mine, other).contains(where: { abs($0 - $1) > tolerance * size }) {
          return "another mesh: node \(point + 1) at \(shown(mine)) instead of \(shown(other))"
        }
      }
    }
    func counts(_ mesh: Mesh) -> String {
      mesh.cellBlocks(ofDimension: mesh.dimension).map { "\($0.cellCount) \($0.shape.rawValue)" }
        .joined(separator: ", ")
    }
    let mine = mesh.cellBlocks(ofDimension: mesh.dimension)
    let other = expected.cellBlocks(ofDimension: mesh.dimension)
    guard mine.count == other.count,
      zip(mine, other).allSatisfy({
        $0.shape == $1.shape && $0.nodeSet == $1.nodeSet && $0.cellCount == $1.cellCount
      })
    else { return "a mesh of \(counts(mesh)) instead of \(counts(expected))" }
    var first = 0
    for (a, b) in zip(mine, other) {
      if a.connectivity != b.connectivity {
        for cell in 0..<a.cellCount where a.nodes(of: cell) != b.nodes(of: cell) {
          func nodes(_ block: CellBlock) -> String {
            block.nodes(of: cell).map { "\($0 + 1)" }.joined(separator: " ")
          }
          return "another mesh: cell \(first + cell + 1) over the nodes \(nodes(a)) instead of "
            + nodes(b)
        }
      }
      first += a.cellCount
    }
    return nil
  }
}
