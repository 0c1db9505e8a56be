import LinearAlgebra
import Meshes
import TestSupport
import Testing

/// The position of a place in a cell, by the shape functions of the cell.
func position(_ mesh: Mesh, _ place: CellLocator.Location) -> [Double] {
  let block = mesh.blocks[place.block]
  let weights = ShapeFunctions(block.shape, block.nodeSet).evaluate(at: point(place)).values
  var point = [Double](repeating: 0, count: mesh.dimension)
  for (node, weight) in zip(block.nodes(of: place.cell), weights) {
    for (axis, x) in mesh.point(Int(node)).enumerated() { point[axis] += weight * x }
  }
  return point
}

func point(_ place: CellLocator.Location) -> SIMD3<Double> {
  let xi = place.reference
  return SIMD3(xi[0], xi[1], xi.count > 2 ? xi[2] : 0)
}

func depth(_ mesh: Mesh, _ place: CellLocator.Location) -> Double {
  mesh.blocks[place.block].shape.depth(of: point(place))
}

@Suite struct `Cell search` {
  @Test(arguments: samples.indices)
  func `random points of a box are found and reproduced`(index: Int) throws {
    let mesh = samples[index]
    let (lower, upper) = mesh.boundingBox
    let locator = CellLocator(mesh)
    var random = SeededRandom(seed: 3)
    for _ in 0..<2000 {
      let point = zip(lower, upper).map { random.uniform($0...$1) }
      let place = try #require(locator.locate(point))
      #expect(depth(mesh, place) >= -1e-9)
      for (found, wanted) in zip(position(mesh, place), point) {
        #expect(abs(found - wanted) < 1e-13 * 4)
      }
    }
    #expect(locator.locate(upper.map { $0 + 1e-3 }) == nil)
    #expect(locator.locate(lower.map { $0 - 1e9 }) == nil)
    #expect(locator.locate(lower.map { _ in .nan }) == nil)
  }

  @Test(arguments: samples.indices)
  func `every mesh point is found`(index: Int) throws {
    let mesh = samples[index]
    let locator = CellLocator(mesh)
    for point in 0..<mesh.pointCount {
      let place = try #require(locator.locate(Array(mesh.point(point))))
      for (found, wanted) in zip(position(mesh, place), mesh.point(point)) {
        #expect(abs(found - wanted) < 1e-13 * 4)
      }
    }
  }

  @Test func `points between a chord and its curved side are found`() throws {
    let (mesh, _) = try committedMesh("disc-p2")
    let locator = CellLocator(mesh)
    var random = SeededRandom(seed: 8)
    for _ in 0..<3000 {
      let point = [random.uniform(), random.uniform()]
      let radius = (point[0] * point[0] + point[1] * point[1]).squareRoot()
      let place = locator.locate(point)
      if radius < 0.9999 {
        let found = position(mesh, try #require(place, "\(point)"))
        #expect(abs(found[0] - point[0]) < 1e-11 && abs(found[1] - point[1]) < 1e-11)
      } else if radius > 1.0001 {
        #expect(place == nil)
      }
    }
  }
}

@Suite struct `Partitions` {
  @Test(arguments: [1, 2, 3, 7, 16])
  func `parts are filled, balanced and the same every time`(parts: Int) throws {
    let mesh = Box(size: [1, 1, 1], cells: [6, 6, 6]).mesh()
    let partition = try Partition(mesh, parts: parts)
    #expect(partition.part.count == mesh.cellCount)
    let sizes = (0..<parts).map { partition.cells(of: $0).count }
    #expect(sizes.reduce(0, +) == mesh.cellCount)
    #expect((sizes.max() ?? 0) * parts <= Int(1.06 * Double(mesh.cellCount)) + parts)
    #expect((sizes.min() ?? 0) > 0)
    #expect(try Partition(mesh, parts: parts) == partition)
    // Far fewer facets are cut than a random distribution would cut.
    let facets = FacetNumbering(mesh.topology)
    let cut = (0..<facets.count).filter {
      facets.cells[2 * $0 + 1] >= 0
        && partition.part[Int(facets.cells[2 * $0])]
          != partition.part[Int(facets.cells[2 * $0 + 1])]
    }
    #expect(cut.count < facets.count / 4)
  }

  @Test(arguments: ShapedBox.all)
  func `cells of every shape and of several are divided, neighbours knowing of each other`(
    box: ShapedBox
  ) throws {
    let mesh = box.mesh(4)
    let facets = FacetNumbering(mesh.topology)
    let (start, neighbours) = Partition.dualGraph(facets, mesh.cellCount)
    func row(_ cell: Int) -> ArraySlice<Int32> {
      neighbours[Int(start[cell])..<Int(start[cell + 1])]
    }
    for cell in 0..<mesh.cellCount {
      for other in row(cell) { #expect(row(Int(other)).contains(Int32(cell))) }
    }
    #expect(neighbours.count == 2 * (facets.count - facets.exterior.count))
    let partition = try Partition(mesh, parts: 4)
    let sizes = (0..<4).map { partition.cells(of: $0).count }
    #expect(sizes.reduce(0, +) == mesh.cellCount)
    #expect((sizes.max() ?? 0) <= mesh.cellCount * 2 / 5)
  }

  @Test func `as many parts as cells are one cell each, more are refused`() throws {
    let mesh = Box(size: [1, 1], cells: [2, 2]).mesh()
    #expect(Set(try Partition(mesh, parts: 8).part).count == 8)
    #expect(throws: PartitionError.tooManyParts(parts: 9, vertices: 8)) {
      _ = try Partition(mesh, parts: 9)
    }
    #expect(throws: PartitionError.self) { _ = try Partition(mesh, parts: 0) }
  }
}
