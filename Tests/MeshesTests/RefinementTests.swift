import Meshes
import TestSupport
import Testing

@Suite struct `Uniform refinement` {
  /// The number of children of a cell.
  private func children(_ shape: CellShape) -> Int {
    shape == .pyramid ? 10 : [1, 2, 4, 8][shape.dimension]
  }

  private func check(_ mesh: Mesh, tolerance: Double) throws {
    let fine = mesh.refined()
    #expect(
      fine.cellCount
        == mesh.cellBlocks(ofDimension: mesh.dimension).reduce(0) {
          $0 + $1.cellCount * children($1.shape)
        })
    // The corners stay.
    let (old, new) = (mesh.vertexOnly(), fine.vertexOnly())
    #expect(new.coordinates.starts(with: old.coordinates))
    for index in fine.topology.blockIndices(ofDimension: fine.dimension) {
      #expect(fine.cellMeasures(ofBlock: index).allSatisfy { $0 > 0 })
    }
    for region in mesh.regions + [mesh.topology.everything(ofDimension: mesh.dimension)] {
      let same = try #require(fine.region(named: region.name))
      let exact = mesh.measure(of: region)
      #expect(abs(fine.measure(of: same) - exact) <= tolerance * exact, "\(region.name)")
    }
    // Conforming: the boundary is that of the sides, and no facet has more than two cells.
    let report = MeshReport(fine)
    #expect(report.warnings.isEmpty, "\(report.warnings)")
    let sides = fine.cellBlocks(ofDimension: fine.dimension - 1).reduce(0) { $0 + $1.cellCount }
    #expect(report.exteriorFacetCount == sides)
    let kinds = Set(mesh.blocks.map(\.nodeSet)).union(
      mesh.blocks.contains { $0.nodeSet == .serendipity } ? [.complete] : [])
    #expect(Set(fine.blocks.map(\.nodeSet)).isSubset(of: kinds))
  }

  @Test(arguments: FilledBox.all)
  func `halves every edge and keeps regions, corners and measures`(box: FilledBox) throws {
    try check(box.mesh, tolerance: 1e-13)
    try check(box.mesh.refined(), tolerance: 1e-13)
    // A curved pyramid is not cut into pyramids exactly, but the body they fill together is the same;
    // sides have square roots in their measures.
    try check(box.bent(by: 0.1), tolerance: 1e-9)
  }

  @Test(arguments: [ShapedBox.Filling.planarMixture, .solidMixture], NodeSet.allCases)
  func `keeps mixtures conforming`(filling: ShapedBox.Filling, nodes: NodeSet) throws {
    let mesh = ShapedBox(filling).mesh(4, distortion: 0.2)
    try check(nodes == .corners ? mesh : mesh.withEdgeNodes(nodes), tolerance: 1e-12)
  }

  @Test func `keeps the angles of tetrahedra away from zero`() {
    var mesh = Box(size: [1, 1, 1], cells: [1, 1, 1]).mesh()
    let first = Quality(mesh)
    for _ in 0..<3 { mesh = mesh.refined() }
    let last = Quality(mesh)
    #expect(last.smallestAngle > 0.99 * first.smallestAngle)
    #expect(abs(last.longestEdge - first.longestEdge / 8) < 1e-14)
  }
}
