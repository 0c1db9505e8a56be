internal import Meshes
internal import RealModule

/// A quarter of a plate of 10 × 10 × 1 with a hole of radius 2, in mapped hexahedra: the body of W8.
enum PerforatedPlate {
  /// 8 n elements around, 8 n outwards, n through the thickness.
  ///
  /// Regions: "symmetry x" and "symmetry y", planes of symmetry with these normals; "back", z = 0;
  /// "top", y = 10; "side", x = 10.
  static func mesh(_ n: Int) -> Mesh {
    let (around, outwards) = (8 * n, 8 * n)
    var coordinates: [Double] = []
    for k in 0...n {
      for r in 0...outwards {
        let s = Double.pow(Double(r) / Double(outwards), 1.5)
        for a in 0...around {
          let angle = Double.pi / 2 * Double(a) / Double(around)
          let (c, d) = (Double.cos(angle), Double.sin(angle))
          let radius = 2 + s * (10 / max(c, d) - 2)
          coordinates += [radius * c, radius * d, Double(k) / Double(n)]
        }
      }
    }
    func node(_ k: Int, _ r: Int, _ a: Int) -> Int32 {
      Int32((k * (outwards + 1) + r) * (around + 1) + a)
    }
    var cells: [Int32] = []
    var facets: [Int32] = []
    var regions: [Region] = []
    for k in 0..<n {
      for r in 0..<outwards {
        for a in 0..<around {
          for z in [k, k + 1] {
            cells += [node(z, r, a), node(z, r + 1, a), node(z, r + 1, a + 1), node(z, r, a + 1)]
          }
        }
      }
    }
    func add(_ name: String, _ quadrilaterals: [[Int32]]) {
      let first = facets.count / 4
      for corners in quadrilaterals { facets += corners }
      regions.append(
        Region(
          name: name, dimension: 2,
          members: [
            Region.Member(block: 1, cells: (first..<first + quadrilaterals.count).map(Int32.init))
          ]))
    }
    func wall(_ a: Int) -> [[Int32]] {
      (0..<n).flatMap { k in
        (0..<outwards).map { r in
          [node(k, r, a), node(k, r + 1, a), node(k + 1, r + 1, a), node(k + 1, r, a)]
        }
      }
    }
    func edge(_ range: Range<Int>) -> [[Int32]] {
      (0..<n).flatMap { k in
        range.map { a in
          [
            node(k, outwards, a), node(k, outwards, a + 1), node(k + 1, outwards, a + 1),
            node(k + 1, outwards, a),
          ]
        }
      }
    }
    add("symmetry y", wall(0))
    add("symmetry x", wall(around))
    add("side", edge(0..<around / 2))
    add("top", edge(around / 2..<around))
    add(
      "back",
      (0..<outwards).flatMap { r in
        (0..<around).map { a in
          [node(0, r, a), node(0, r + 1, a), node(0, r + 1, a + 1), node(0, r, a + 1)]
        }
      })
    return Mesh(
      dimension: 3, coordinates: coordinates,
      blocks: [
        CellBlock(shape: .hexahedron, order: 1, connectivity: cells),
        CellBlock(shape: .quadrilateral, order: 1, connectivity: facets),
      ], regions: regions)
  }
}
