public import Meshes
internal import RealModule

/// A filling of a box with the degree of the functions on it and the nodes of its cells: a row of
/// the table that every physics is held to.
public struct ShapedCase: Sendable, CustomStringConvertible {
  /// What fills the box.
  public let filling: ShapedBox.Filling
  /// 1 or 2.
  public let degree: Int
  /// The nodes of the cells.
  public let nodes: NodeSet

  /// In words.
  public var description: String { "\(filling.rawValue), degree \(degree), \(nodes)" }
  /// 2 or 3.
  public var dimension: Int { filling.dimension }

  /// Every filling with functions of both degrees on cells of corners, and with functions of degree
  /// 2 on cells of second order, with few and with all nodes where these differ.
  public static let all = ShapedBox.Filling.allCases.flatMap { filling in
    let isSimplicial = filling == .triangles || filling == .tetrahedra
    let sets: [NodeSet] = isSimplicial ? [.complete] : [.serendipity, .complete]
    return [
      ShapedCase(filling: filling, degree: 1, nodes: .corners),
      ShapedCase(filling: filling, degree: 2, nodes: .corners),
    ] + sets.map { ShapedCase(filling: filling, degree: 2, nodes: $0) }
  }

  /// The sides of the box.
  public var sides: [String] {
    ["left", "right", "bottom", "top"] + (dimension == 3 ? ["front", "back"] : [])
  }

  /// The mesh: with cells of second order, the map bends them.
  ///
  /// - Parameters:
  ///   - n: As in `ShapedBox.mesh`; mixtures take 4 times as many along x, half that across.
  ///   - distortion: By which part of a grid cell inner points are moved at most.
  ///   - map: Applied to all nodes in the end.
  public func mesh(
    _ n: Int, distortion: Double = 0, map: (SIMD3<Double>) -> SIMD3<Double> = { $0 }
  ) -> Mesh {
    let isSolidMixture = filling == .solidMixture
    let box = ShapedBox(filling)
    let mesh =
      isSolidMixture
      ? box.mesh(2 * n, across: n, distortion: distortion) : box.mesh(n, distortion: distortion)
    return (nodes == .corners ? mesh : mesh.withEdgeNodes(nodes)).mapped(map)
  }

  /// The numbers of grid cells of three meshes on which orders are seen.
  private var counts: [Int] {
    switch (dimension, degree) {
    case (2, _): [4, 8, 16]
    case (_, 1): [4, 6, 8]
    default: [2, 4, 6]
    }
  }

  /// A bend of the box that leaves the planes of equal x where they are, so that no cell of a finer
  /// mesh is like one of a coarser mesh and yet the normals of "left" and "right" are known.
  public static func bend(_ p: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(p.x, p.y + 0.1 * Double.sin(2 * p.x + p.z), p.z * (1 + 0.1 * p.x * p.y))
  }

  /// The orders seen on bent meshes.
  ///
  /// - Parameter errors: Those of the solution on a mesh.
  public func orders(
    on map: (SIMD3<Double>) -> SIMD3<Double> = ShapedCase.bend,
    _ errors: (Mesh) throws -> ErrorNorms
  ) rethrows -> ObservedOrders {
    let counts = counts
    return ObservedOrders(
      errors: try counts.map { try errors(mesh($0, map: map)) },
      sizes: counts.map { 1 / Double($0) })
  }
}

extension Mesh {
  /// The same mesh with each point where a map puts it.
  public func mapped(_ map: (SIMD3<Double>) -> SIMD3<Double>) -> Mesh {
    var moved = coordinates
    for point in 0..<pointCount {
      let p = Array(self.point(point))
      let q = map(SIMD3(p[0], p[1], dimension == 3 ? p[2] : 0))
      for axis in 0..<dimension { moved[point * dimension + axis] = q[axis] }
    }
    return self.moved(to: moved)
  }
}
