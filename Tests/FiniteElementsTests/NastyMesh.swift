import Meshes
import TestSupport

/// Meshes that a user might have: slivers, points and cells in random order, clockwise cells in the
/// file.
enum NastyMesh {
  /// A box of cells with interior points moved about, one layer squeezed to slivers, written with
  /// shuffled nodes and elements and every third cell turned inside out, and read again.
  static func read(_ dimension: Int, seed: UInt64 = 7) throws -> Mesh {
    var random = SeededRandom(seed: seed)
    let n = dimension == 2 ? 6 : 4
    let regular = Box(
      size: [Double](repeating: 1, count: dimension),
      cells: [Int](repeating: n, count: dimension), split: .alternating
    ).mesh()
    var coordinates = regular.coordinates
    for index in coordinates.indices {
      let x = coordinates[index]
      let squeezed = x > 0 && x < 1 && index % dimension == 0 ? x * x * x * x : x
      let point = regular.point(index / dimension)
      let isInside = point.allSatisfy { $0 > 0 && $0 < 1 }
      let free = min(squeezed, 1 - squeezed)
      coordinates[index] = squeezed + (isInside ? 0.06 * free * random.uniform() : 0)
    }
    var file = GmshFile(regular.moved(to: coordinates))
    let labels = (1...file.nodes.count).shuffled(using: &random)
    for index in file.nodes.indices { file.nodes[index].number = labels[index] * 3 }
    for index in file.elements.indices {
      file.elements[index].nodes = file.elements[index].nodes.map { labels[$0 - 1] * 3 }
      if index.isMultiple(of: 3), file.elements[index].nodes.count == dimension + 1 {
        file.elements[index].nodes.swapAt(0, 1)
      }
    }
    file.nodes.shuffle(using: &random)
    file.elements.shuffle(using: &random)
    for index in file.elements.indices { file.elements[index].number = index + 1 }
    var notes: [String] = []
    return try Mesh(
      bytes: file.bytes(GmshFile.Variant(version: .fourOne, encoding: .text)), file: "nasty.msh",
      notes: &notes)
  }

  /// The unit disc of `rings` rings of triangles, of first order.
  static func disc(_ rings: Int) -> Mesh {
    var coordinates = [0.0, 0.0]
    for ring in 1...rings {
      for k in 0..<6 * ring {
        let angle = 2 * Double.pi * Double(k) / Double(6 * ring)
        let radius = Double(ring) / Double(rings)
        coordinates += [radius * cosine(angle), radius * cosine(angle - .pi / 2)]
      }
    }
    func first(_ ring: Int) -> Int { ring == 0 ? 0 : 1 + 3 * ring * (ring - 1) }
    func node(_ ring: Int, _ k: Int) -> Int32 {
      ring == 0 ? 0 : Int32(first(ring) + k % (6 * ring))
    }
    var triangles: [Int32] = []
    for ring in 1...rings {
      for sector in 0..<6 {
        for k in 0..<ring {
          let (outer, inner) = (sector * ring + k, sector * (ring - 1) + k)
          triangles += [node(ring, outer), node(ring, outer + 1), node(ring - 1, inner)]
          if k < ring - 1 {
            triangles += [
              node(ring - 1, inner), node(ring, outer + 1), node(ring - 1, inner + 1),
            ]
          }
        }
      }
    }
    let rim = (0..<6 * rings).flatMap { [node(rings, $0), node(rings, $0 + 1)] }
    let blocks = [
      CellBlock(shape: .triangle, order: 1, connectivity: triangles),
      CellBlock(shape: .line, order: 1, connectivity: rim),
    ]
    return Mesh(
      dimension: 2, coordinates: coordinates, blocks: blocks,
      regions: [
        Region(
          name: "rim", dimension: 1,
          members: [Region.Member(block: 1, cells: Array(0..<Int32(6 * rings)))])
      ])
  }

  /// The disc with second-order cells whose rim nodes lie on the circle.
  static func curvedDisc(_ rings: Int) -> Mesh {
    let mesh = disc(rings).withEdgeNodes()
    var coordinates = mesh.coordinates
    for node in mesh.blocks[1].connectivity {
      let (x, y) = (coordinates[2 * Int(node)], coordinates[2 * Int(node) + 1])
      let radius = (x * x + y * y).squareRoot()
      coordinates[2 * Int(node)] = x / radius
      coordinates[2 * Int(node) + 1] = y / radius
    }
    return mesh.moved(to: coordinates)
  }

  /// A second-order box all of whose edges are curved by a smooth map.
  static func bentBox(_ dimension: Int, _ n: Int) -> Mesh {
    let mesh = Box(
      size: [Double](repeating: 1, count: dimension),
      cells: [Int](repeating: n, count: dimension)
    ).mesh().withEdgeNodes()
    var coordinates = mesh.coordinates
    for point in 0..<mesh.pointCount {
      let p = Array(mesh.point(point))
      coordinates[point * dimension] += 0.15 * p[1] * p[1]
      coordinates[point * dimension + 1] += 0.1 * p[0] * (1 - p[0])
      if dimension == 3 { coordinates[point * 3 + 2] += 0.1 * p[0] * p[1] }
    }
    return mesh.moved(to: coordinates)
  }
}
