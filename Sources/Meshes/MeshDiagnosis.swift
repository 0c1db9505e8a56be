/// Peculiarities of a mesh that is sound as data.
struct MeshDiagnosis {
  /// The number of cells of each connected piece, the largest first.
  private(set) var componentSizes: [Int] = []
  /// One sentence for each peculiarity.
  private(set) var warnings: [String] = []

  init(_ mesh: Mesh, _ facets: FacetNumbering) {
    findComponents(mesh)
    if let first = facets.crowded.first {
      let corners = facets.vertices(of: Int(first))
      warnings.append(
        "\(facets.crowded.count) facets have more than two cells (not a manifold); the first joins "
          + "points \(corners.map { "\($0)" }.joined(separator: ", ")), near "
          + MeshDiagnosis.text(mesh.point(Int(corners[corners.startIndex]))) + ".")
    }
    countUnmatched(mesh, facets)
    countCoincident(mesh)
    countLooseSides(mesh, facets)
    countUnnamed(mesh)
  }

  private static func text(_ point: some Sequence<Double>) -> String {
    "(" + point.map { "\($0)" }.joined(separator: ", ") + ")"
  }

  /// Cells are connected if they share a point.
  private mutating func findComponents(_ mesh: Mesh) {
    var parent = Array(0..<Int32(mesh.pointCount))
    func root(_ point: Int32) -> Int32 {
      var point = point
      while parent[Int(point)] != point {
        parent[Int(point)] = parent[Int(parent[Int(point)])]
        point = parent[Int(point)]
      }
      return point
    }
    let blocks = mesh.cellBlocks(ofDimension: mesh.dimension)
    for block in blocks {
      for cell in 0..<block.cellCount {
        let nodes = block.nodes(of: cell)
        let first = root(nodes[nodes.startIndex])
        var lowest = first
        for node in nodes { lowest = min(lowest, root(node)) }
        parent[Int(first)] = lowest
        for node in nodes { parent[Int(root(node))] = lowest }
      }
    }
    var sizes: [Int32: Int] = [:]
    for block in blocks {
      for cell in 0..<block.cellCount {
        let nodes = block.nodes(of: cell)
        sizes[root(nodes[nodes.startIndex]), default: 0] += 1
      }
    }
    let ordered = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    componentSizes = ordered.map(\.value)
    if let smallest = ordered.last, ordered.count > 1 {
      warnings.append(
        "the domain falls into \(ordered.count) pieces that share no point, of "
          + componentSizes.prefix(5).map { "\($0)" }.joined(separator: ", ")
          + (ordered.count > 5 ? ", …" : "") + " cells; one lies near "
          + MeshDiagnosis.text(mesh.point(Int(smallest.key)))
          + ". Each needs boundary conditions of its own.")
    }
  }

  /// A quadrilateral against two triangles, as between hexahedra and tetrahedra without pyramids.
  private mutating func countUnmatched(_ mesh: Mesh, _ facets: FacetNumbering) {
    let exterior = facets.exterior.map { Array(facets.vertices(of: Int($0))) }
    let triangles = Set(exterior.filter { $0.count == 3 }.map { CornerKey($0) })
    guard mesh.dimension == 3, !triangles.isEmpty else { return }
    let unmatched = exterior.filter { corners in
      corners.count == 4
        && corners.contains { left in
          triangles.contains(CornerKey(corners.filter { $0 != left }))
        }
    }
    if let first = unmatched.first {
      warnings.append(
        "\(unmatched.count) quadrilateral facets lie against triangles: the cells on both sides are "
          + "not joined (pyramids are missing); one is near "
          + MeshDiagnosis.text(mesh.point(Int(first[0]))) + ".")
    }
  }

  private mutating func countCoincident(_ mesh: Mesh) {
    let dimension = mesh.dimension
    func precedes(_ a: Int32, _ b: Int32) -> Bool {
      for axis in 0..<dimension {
        let (x, y) = (
          mesh.coordinates[Int(a) * dimension + axis], mesh.coordinates[Int(b) * dimension + axis]
        )
        if x != y { return x < y }
      }
      return false
    }
    let order = (0..<Int32(mesh.pointCount)).sorted(by: precedes)
    let pairs = zip(order, order.dropFirst()).filter { !precedes($0, $1) }
    if let first = pairs.first {
      warnings.append(
        "\(pairs.count) points lie exactly where another point lies (a crack?); one at "
          + MeshDiagnosis.text(mesh.point(Int(first.0))) + ".")
    }
  }

  private mutating func countLooseSides(_ mesh: Mesh, _ facets: FacetNumbering) {
    for block in mesh.cellBlocks(ofDimension: mesh.dimension - 1) {
      let loose = (0..<block.cellCount).filter {
        facets.facet(withVertices: block.vertices(of: $0)) == nil
      }
      if !loose.isEmpty {
        warnings.append(
          "\(loose.count) \(block.shape.plural) are no sides of cells of the domain; boundary data "
            + "cannot act there.")
      }
    }
  }

  private mutating func countUnnamed(_ mesh: Mesh) {
    let regions = mesh.regions.filter { $0.dimension == mesh.dimension }
    guard !regions.isEmpty else { return }
    var unnamed = 0
    for index in mesh.topology.blockIndices(ofDimension: mesh.dimension) {
      var named = [Bool](repeating: false, count: mesh.blocks[index].cellCount)
      for region in regions {
        for member in region.members where member.block == index {
          for cell in member.cells { named[Int(cell)] = true }
        }
      }
      unnamed += named.reduce(0) { $0 + ($1 ? 0 : 1) }
    }
    if unnamed > 0 {
      warnings.append("\(unnamed) cells of the domain are in no region; only \"*\" contains them.")
    }
  }
}
