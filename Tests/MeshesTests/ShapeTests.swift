import Meshes
import RealModule
import TestSupport
import Testing

/// Boxes of every shape with every set of nodes that the shape knows.
struct FilledBox: Sendable, CustomStringConvertible {
  let shape: CellShape
  let nodes: NodeSet
  var description: String { "\(nodes.rawValue) \(shape.plural)" }

  static let all = CellShape.allCases.filter { $0.dimension > 1 }.flatMap { shape in
    NodeSet.allCases.map { FilledBox(shape: shape, nodes: $0) }
  }

  var size: [Double] { shape.dimension == 2 ? [3, 0.7] : [1, 2, 3] }

  var mesh: Mesh {
    let cells = shape.dimension == 2 ? [4, 3] : [2, 3, 2]
    let corners = Box(size: size, cells: cells, shape: shape).mesh()
    return nodes == .corners ? corners : corners.withEdgeNodes(nodes)
  }

  /// The box mapped by a smooth function of which second-order cells follow the curve.
  func bent(by amount: Double) -> Mesh {
    let mesh = mesh
    let d = shape.dimension
    return mesh.moved(
      to: (0..<mesh.pointCount).flatMap { index -> [Double] in
        let p = Array(mesh.point(index))
        let (x, y, z) = (p[0], p[1], d == 3 ? p[2] : 0)
        return [
          x + amount * Double.sin(y + 0.7 * z), y + amount * Double.cos(x - 0.5 * z),
          z + amount * Double.sin(x + y),
        ].dropLast(3 - d)
      })
  }
}

@Suite struct `Cells of every shape` {
  @Test(arguments: FilledBox.all)
  func `fill a box whose sides have their areas`(box: FilledBox) throws {
    let mesh = box.mesh
    let size = box.size
    let volume = size.reduce(1, *)
    var expected = [("*", volume), ("domain", volume)]
    let names =
      size.count == 2
      ? [("left", "right"), ("bottom", "top")]
      : [("left", "right"), ("front", "back"), ("bottom", "top")]
    for (axis, pair) in names.enumerated() {
      expected += [(pair.0, volume / size[axis]), (pair.1, volume / size[axis])]
    }
    for (name, exact) in expected {
      let region = try #require(mesh.region(named: name))
      #expect(abs(mesh.measure(of: region) - exact) <= 1e-13 * exact, "\(name)")
    }
    #expect(mesh.cellMeasures(ofBlock: 0).allSatisfy { $0 > 0 })
    #expect(MeshReport(mesh).warnings.isEmpty)
    #expect(Quality(mesh).lowest > 0.05)
    let corners = FilledBox(shape: box.shape, nodes: .corners).mesh
    #expect(mesh.vertexOnly().hash == corners.hash)
  }

  @Test(arguments: FilledBox.all)
  func `two cells share each interior facet, and boundary cells are the others`(
    box: FilledBox
  ) {
    let mesh = box.mesh
    let facets = FacetNumbering(mesh.topology)
    #expect(facets.crowded.isEmpty)
    let exterior = Set(facets.exterior.map(Int.init))
    var sides: Set<Int> = []
    var count = 0
    for block in mesh.cellBlocks(ofDimension: mesh.dimension - 1) {
      for cell in 0..<block.cellCount {
        if let side = facets.facet(withVertices: block.vertices(of: cell)) { sides.insert(side) }
        count += 1
      }
    }
    #expect(sides == exterior && count == exterior.count)
    // Euler's characteristic of a disc and of a ball is one.
    let corners = mesh.vertexOnly().pointCount
    let sum = corners - EdgeNumbering(mesh.topology).count
    #expect(
      sum + (mesh.dimension == 2 ? mesh.cellCount : facets.count - mesh.cellCount) == 1)
    // Every cell sees each of its facets with the corners that its shape says.
    for cell in 0..<mesh.cellCount {
      let corners = Array(mesh.blocks[0].vertices(of: cell))
      for (side, facet) in zip(box.shape.facets, facets.facets(ofCell: cell)) {
        #expect(side.map { corners[$0] }.sorted() == Array(facets.vertices(of: Int(facet))))
      }
    }
  }

  @Test(arguments: FilledBox.all)
  func `quadrilateral faces have one number for bodies and boundary cells`(box: FilledBox) {
    let mesh = box.mesh
    let faces = FaceNumbering(mesh.topology)
    var seen = [Int](repeating: 0, count: faces.count)
    for (block, cellFaces) in zip(mesh.blocks, faces.cellFaces) {
      let local = block.shape.quadrilaterals
      #expect(cellFaces.count == local.count * block.cellCount)
      for (place, face) in cellFaces.enumerated() {
        let corners = Array(block.vertices(of: place / local.count))
        let wanted = local[place % local.count].map { corners[$0] }.sorted()
        #expect(Array(faces.vertices[4 * Int(face)..<4 * Int(face) + 4]) == wanted)
        if box.nodes == .complete {
          // The node in the middle of the face is the same for all.
          let first = block.shape.vertexCount + block.shape.edges.count
          let node = block.nodes(of: place / local.count).dropFirst(
            first + place % local.count
          ).first
          #expect(Int(node ?? -1) == mesh.pointCount - mesh.innerCount - faces.count + Int(face))
        }
        seen[Int(face)] += 1
      }
    }
    // Inside a body two cells meet in a face, at its boundary a body and a boundary cell.
    #expect(seen.allSatisfy { $0 == (mesh.dimension == 3 ? 2 : 1) })
  }

  @Test(arguments: FilledBox.all)
  func `the search inverts the map of bent cells`(box: FilledBox) throws {
    let mesh = box.bent(by: 0.12)
    let locator = CellLocator(mesh)
    var random = SeededRandom(seed: 11)
    let block = mesh.blocks[0]
    let functions = ShapeFunctions(block.shape, block.nodeSet)
    for _ in 0..<400 {
      let cell = Int.random(in: 0..<block.cellCount, using: &random)
      var xi = SIMD3<Double>.zero
      repeat {
        for axis in 0..<mesh.dimension { xi[axis] = random.uniform(0...1) }
      } while block.shape.depth(of: xi) < 0.01
      var point = [Double](repeating: 0, count: mesh.dimension)
      for (node, weight) in zip(block.nodes(of: cell), functions.evaluate(at: xi).values) {
        for (axis, x) in mesh.point(Int(node)).enumerated() { point[axis] += weight * x }
      }
      let place = try #require(locator.locate(point))
      #expect(place.cell == cell && place.block == 0)
      for axis in 0..<mesh.dimension { #expect(abs(place.reference[axis] - xi[axis]) < 1e-12) }
    }
    for node in 0..<mesh.pointCount {
      let wanted = Array(mesh.point(node))
      let place = try #require(locator.locate(wanted))
      for (found, exact) in zip(position(mesh, place), wanted) {
        #expect(abs(found - exact) < 1e-12)
      }
    }
  }

  @Test(arguments: FilledBox.all)
  func `a straight box moved by an affine map keeps its determinant`(box: FilledBox) throws {
    let mesh = box.mesh
    let d = mesh.dimension
    let matrix = [[1.0, 0.3, -0.2], [-0.1, 0.8, 0.4], [0.25, 0.1, 1.2]]
    let moved = mesh.moved(
      to: (0..<mesh.pointCount).flatMap { index in
        let p = Array(mesh.point(index))
        return (0..<d).map { i in (0..<d).reduce(0) { $0 + matrix[i][$1] * p[$1] } }
      })
    let determinant =
      d == 2
      ? 0.8 + 0.03
      : 1 * (0.96 - 0.04) - 0.3 * (-0.12 - 0.1) - 0.2 * (-0.01 - 0.2)
    let whole = try #require(moved.region(named: "*"))
    let exact = determinant * box.size.reduce(1, *)
    #expect(abs(moved.measure(of: whole) - exact) < 1e-12 * exact)
  }
}

extension Mesh {
  /// Nodes inside hexahedra.
  fileprivate var innerCount: Int {
    blocks.reduce(0) {
      $0 + ($1.shape == .hexahedron && $1.nodeSet == .complete ? $1.cellCount : 0)
    }
  }
}
