import Foundation
import Meshes
import TestSupport
import Testing

/// Meshes with regions of every dimension: sides, facets inside, edges, points, cells that overlap, and
/// regions of several dimensions under one name.
struct FurnishedMesh: Sendable, CustomStringConvertible {
  let description: String
  let mesh: Mesh

  static let all: [FurnishedMesh] = [
    FurnishedMesh("triangles", Box(size: [2, 1], cells: [7, 5], split: .alternating).mesh()),
    FurnishedMesh("triangles of order 2", Box(size: [2, 1], cells: [5, 4]).mesh(), .complete),
    FurnishedMesh("quadrilaterals and triangles", ShapedBox(.planarMixture).mesh(4)),
    FurnishedMesh("tetrahedra", Box(size: [1, 1, 1], cells: [4, 3, 3]).mesh()),
    FurnishedMesh(
      "tetrahedra of order 2", Box(size: [1, 2, 1], cells: [3, 3, 2]).mesh(), .complete),
    FurnishedMesh("hexahedra", Box(size: [1, 2, 3], cells: [3, 4, 3], shape: .hexahedron).mesh()),
    FurnishedMesh(
      "27-node hexahedra", Box(size: [1, 2, 3], cells: [3, 2, 3], shape: .hexahedron).mesh(),
      .complete),
    FurnishedMesh(
      "20-node hexahedra", Box(size: [1, 2, 3], cells: [3, 2, 3], shape: .hexahedron).mesh(),
      .serendipity),
    FurnishedMesh("wedges", Box(size: [1, 2, 3], cells: [3, 2, 3], shape: .wedge).mesh()),
    FurnishedMesh("four shapes", ShapedBox(.solidMixture).mesh(4)),
  ]

  init(_ description: String, _ plain: Mesh, _ nodes: NodeSet = .corners) {
    self.description = description
    let d = plain.dimension
    var blocks = plain.blocks
    var regions = plain.regions
    let first = plain.topology.blockIndices(ofDimension: d)[0]
    let count = Int32(blocks[first].cellCount)
    func add(_ name: String, _ dimension: Int, _ members: [Region.Member]) {
      regions.append(Region(name: name, dimension: dimension, members: members))
    }
    add("low", d, [.init(block: first, cells: Array(0..<count / 2))])
    add("high", d, [.init(block: first, cells: Array(count / 3..<count))])
    add("nothing", d - 1, [])
    func append(_ shape: CellShape, _ corners: [Int32]) -> Region.Member {
      let known = blocks.firstIndex { $0.shape == shape }
      let before = known.map { blocks[$0].connectivity } ?? []
      let block = CellBlock(shape: shape, order: 1, connectivity: before + corners)
      let member = Region.Member(
        block: known ?? blocks.count,
        cells: Array(Int32(before.count / shape.vertexCount)..<Int32(block.cellCount)))
      if let known { blocks[known] = block } else { blocks.append(block) }
      return member
    }
    // Every third facet inside, under the name that cells and points have, too.
    var facets: [CellShape: [Int32]] = [:]
    let numbering = FacetNumbering(plain.topology)
    var inside = 0
    for cell in 0..<plain.cellCount {
      let (block, place) = FurnishedMesh.place(of: cell, in: plain)
      for (side, facet) in numbering.facets(ofCell: cell).enumerated()
      where numbering.cells[2 * Int(facet)] == cell && numbering.cells[2 * Int(facet) + 1] >= 0 {
        inside += 1
        guard inside.isMultiple(of: 3) else { continue }
        let nodes = Array(blocks[block].nodes(of: place))
        facets[blocks[block].shape.facetShape(side), default: []] +=
          blocks[block].shape.facets[side].map { nodes[$0] }
      }
    }
    add("low", d - 1, CellShape.allCases.compactMap { s in facets[s].map { append(s, $0) } })
    if d == 3 {
      let nodes = Array(blocks[first].nodes(of: 0)) + Array(blocks[first].nodes(of: Int(count) - 1))
      let edges = Set(
        blocks[first].shape.edges.flatMap { edge in
          [0, blocks[first].shape.vertexCount].map { base in
            edge.map { nodes[base + $0] }.sorted()
          }
        }
      ).sorted { $0.lexicographicallyPrecedes($1) }
      add("edges", 1, [append(.line, edges.flatMap(\.self))])
    }
    let points = append(.point, stride(from: 0, to: Int32(plain.pointCount), by: 5).map(\.self))
    add("low", 0, [points])
    add("probe", 0, [.init(block: points.block, cells: [1, 2])])
    let flat = Mesh(dimension: d, coordinates: plain.coordinates, blocks: blocks, regions: regions)
    mesh = nodes == .corners ? flat : flat.withEdgeNodes(nodes)
  }

  /// The block of a cell of the domain, and its place there.
  static func place(of cell: Int, in mesh: Mesh) -> (block: Int, cell: Int) {
    var place = cell
    for block in mesh.topology.blockIndices(ofDimension: mesh.dimension) {
      if place < mesh.blocks[block].cellCount { return (block, place) }
      place -= mesh.blocks[block].cellCount
    }
    return (-1, -1)
  }

  /// The cells of the domain, or those of lower dimension, in their order: shape and points.
  static func cells(_ mesh: Mesh, domain: Bool, points: [Int32]? = nil) -> [[Int32]] {
    mesh.blocks.filter { domain == ($0.dimension == mesh.dimension) }.flatMap { block in
      (0..<block.cellCount).map { cell in
        [Int32(CellShape.allCases.firstIndex(of: block.shape) ?? 0)]
          + block.nodes(of: cell).map { points?[Int($0)] ?? $0 }
      }
    }
  }
}

@Suite struct `Pieces of a mesh` {
  @Test(arguments: FurnishedMesh.all, [1, 3, 8])
  func `every cell of every dimension is in one piece, with its points and coordinates`(
    sample: FurnishedMesh, parts: Int
  ) throws {
    let whole = sample.mesh
    let partition = try Partition(whole, parts: parts)
    let cut = MeshCut(whole, partition)
    #expect(cut.loose.isEmpty)
    let domain = FurnishedMesh.cells(whole, domain: true)
    let lower = FurnishedMesh.cells(whole, domain: false)
    var (cells, sides) = ([Int32](), [Int32]())
    for part in 0..<parts {
      let piece = MeshPiece(part, of: partition, whole)
      #expect(piece.mesh.isPiece)
      #expect(piece.cells == partition.cells(of: part))
      #expect(zip(piece.points, piece.points.dropFirst()).allSatisfy { $0 < $1 })
      #expect(piece.mesh.coordinates == piece.points.flatMap { whole.point(Int($0)) })
      #expect(
        FurnishedMesh.cells(piece.mesh, domain: true, points: piece.points)
          == piece.cells.map { domain[Int($0)] })
      #expect(
        FurnishedMesh.cells(piece.mesh, domain: false, points: piece.points)
          == piece.sides.map { lower[Int($0) - domain.count] })
      // The first cell of the domain with all corners, by trying all.
      for side in piece.sides {
        let corners = lower[Int(side) - domain.count].dropFirst().prefix(
          CellShape.allCases[Int(lower[Int(side) - domain.count][0])].vertexCount)
        let owner = domain.firstIndex { Set($0.dropFirst()).isSuperset(of: corners) }
        #expect(try partition.part[#require(owner)] == part)
      }
      cells += piece.cells
      sides += piece.sides
    }
    #expect(cells.sorted() == (0..<Int32(domain.count)).map(\.self))
    #expect(sides.sorted() == (0..<Int32(lower.count)).map { Int32(domain.count) + $0 })
  }

  @Test(arguments: FurnishedMesh.all, [2, 7])
  func `pieces have all regions, whose measures add up to those of the whole`(
    sample: FurnishedMesh, parts: Int
  ) throws {
    let whole = sample.mesh
    let partition = try Partition(whole, parts: parts)
    let pieces = (0..<parts).map { MeshPiece($0, of: partition, whole) }
    for (k, region) in whole.regions.enumerated() {
      var (sum, count) = (0.0, 0)
      for piece in pieces {
        let mine = piece.mesh.regions[k]
        #expect(mine.name == region.name && mine.dimension == region.dimension)
        #expect(mine.fringe.isEmpty)
        sum += piece.mesh.measure(of: mine)
        count += mine.cellCount
      }
      let exact = whole.measure(of: region)
      #expect(count == region.cellCount, "\(region.name), dimension \(region.dimension)")
      #expect(abs(sum - exact) <= 1e-13 * exact, "\(region.name): \(sum) for \(exact)")
    }
    #expect(pieces.allSatisfy { $0.mesh.regions.count == whole.regions.count })
  }

  @Test func `what no cell of the domain has goes to no piece, and is told`() throws {
    let box = Box(size: [3, 1], cells: [3, 1]).mesh()
    let far = Int32(box.pointCount)
    let line = CellBlock(
      shape: .line, order: 1, connectivity: box.blocks[1].connectivity + [0, 3, 0, far])
    let points = CellBlock(shape: .point, order: 1, connectivity: [far, 2])
    let mesh = Mesh(
      dimension: 2, coordinates: box.coordinates + [9, 9], blocks: [box.blocks[0], line, points],
      regions: box.regions + [
        Region(name: "across", dimension: 1, members: [.init(block: 1, cells: [8, 9])]),
        Region(name: "points", dimension: 0, members: [.init(block: 2, cells: [0, 1])]),
      ])
    let partition = try Partition(mesh, parts: 2)
    // Six triangles, eight sides; then the two lines, and the first point.
    #expect(MeshCut(mesh, partition).loose == [14, 15, 16])
    let pieces = (0..<2).map { MeshPiece($0, of: partition, mesh) }
    #expect(pieces.map { $0.sides.count }.reduce(0, +) == 9)
    #expect(pieces.allSatisfy { $0.mesh.region(named: "across")?.cellCount == 0 })
    #expect(pieces.map { $0.mesh.region(named: "points")?.cellCount ?? 0 }.reduce(0, +) == 1)
    #expect(pieces.allSatisfy { !$0.points.contains(far) })
    try withFolder { folder in
      let losses = try mesh.write(to: folder.appendingPathComponent("a.pvtu").path, in: partition)
      #expect(losses.count == 1 && losses[0].hasSuffix("not written: 3."), "\(losses)")
    }
  }

  @Test func `a piece stays one with other nodes, and its fringe keeps its points`() {
    let box = Box(size: [1, 1], cells: [2, 2]).mesh().withEdgeNodes()
    let corner = Int32(8)
    let piece = Mesh(
      dimension: 2, coordinates: box.coordinates, blocks: box.blocks,
      regions: [Region(name: "rim", dimension: 1, members: [], fringe: [corner, 12])],
      isPiece: true)
    let straight = piece.vertexOnly()
    #expect(straight.isPiece && straight.regions[0].fringe == [corner])
    #expect(straight.withEdgeNodes().isPiece && piece.refined().isPiece)
  }
}
