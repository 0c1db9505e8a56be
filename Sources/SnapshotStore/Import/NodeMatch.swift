internal import Meshes

/// How the nodes of a run are brought together with those of a store.
public enum NodeMatching: String, Sendable, CaseIterable {
  /// They stand in the same order.
  case order
  /// They stand at the same places, in any order.
  case coordinates
}

/// The order of the nodes of one mesh in another that is the same up to the numbering of nodes and
/// cells.
///
/// Coordinates agree to 10⁻⁹ of the size of the mesh, or else to the six digits that results in
/// text have. A place with two nodes, as along a crack, decides nothing and is refused.
struct NodeMatch {
  /// For each node of the expected mesh that of the other.
  let order: [Int32]

  /// What keeps the meshes apart, in one clause.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Finds the order.
  ///
  /// - Throws: With the first node that has no partner or several, or the first cell that is another.
  init(of mesh: Mesh, in expected: Mesh) throws(Failure) {
    guard mesh.dimension == expected.dimension else {
      throw Failure(
        description: "a mesh in \(mesh.dimension) dimensions instead of \(expected.dimension)")
    }
    guard mesh.pointCount == expected.pointCount else {
      throw Failure(
        description: "a mesh of \(mesh.pointCount) nodes instead of \(expected.pointCount)")
    }
    let box = expected.boundingBox
    let size = zip(box.lower, box.upper).reduce(0) { max($0, $1.1 - $1.0) }
    let farthest = (box.lower + box.upper).reduce(0) { max($0, $1.magnitude) }
    do throws(Failure) {
      order = try NodeMatch.order(
        of: mesh, in: expected, within: MeshDifference.tolerance * size, from: box.lower)
    } catch {
      order = try NodeMatch.order(
        of: mesh, in: expected, within: 1e-5 * max(size, farthest), from: box.lower)
    }
    try checkCells(of: mesh, in: expected)
  }

  /// Snapshots in the order of the expected mesh.
  ///
  /// - Parameter values: As many for each node.
  func reordered(_ values: [Double]) -> [Double] {
    let width = order.isEmpty ? 0 : values.count / order.count
    var result: [Double] = []
    result.reserveCapacity(values.count)
    for place in order { result += values[Int(place) * width..<(Int(place) + 1) * width] }
    return result
  }

  private static func order(
    of mesh: Mesh, in expected: Mesh, within tolerance: Double, from origin: [Double]
  ) throws(Failure) -> [Int32] {
    let d = expected.dimension
    let edge = max(2 * tolerance, .leastNormalMagnitude)
    func cell(_ point: ArraySlice<Double>) -> SIMD3<Int64>? {
      var cell = SIMD3<Int64>.zero
      for (axis, (x, start)) in zip(point, origin).enumerated() {
        let place = ((x - start) / edge).rounded(.down)
        guard place.magnitude < 1e15 else { return nil }
        cell[axis] = Int64(place)
      }
      return cell
    }
    var nodes: [SIMD3<Int64>: [Int32]] = [:]
    nodes.reserveCapacity(mesh.pointCount)
    for node in 0..<mesh.pointCount {
      if let cell = cell(mesh.point(node)) { nodes[cell, default: []].append(Int32(node)) }
    }
    var partner = [Int32](repeating: -1, count: mesh.pointCount)
    var order: [Int32] = []
    order.reserveCapacity(mesh.pointCount)
    let neighbours = NodeMatch.neighbours(d)
    for node in 0..<expected.pointCount {
      let point = expected.point(node)
      var found: [Int32] = []
      if let center = cell(point) {
        for step in neighbours {
          for other in nodes[center &+ step] ?? []
          where zip(point, mesh.point(Int(other))).allSatisfy({ abs($0 - $1) <= tolerance }) {
            found.append(other)
          }
        }
      }
      let place = "(" + point.map { "\($0)" }.joined(separator: ", ") + ")"
      guard let other = found.first else {
        throw Failure(description: "no node at \(place), where node \(node + 1) should be")
      }
      guard found.count == 1 else {
        let list = found.sorted().map { "\($0 + 1)" }.joined(separator: ", ")
        throw Failure(
          description: "nodes \(list) at \(place), where node \(node + 1) alone should be")
      }
      guard partner[Int(other)] < 0 else {
        throw Failure(
          description: "only node \(other + 1) at \(place), where nodes "
            + "\(partner[Int(other)] + 1) and \(node + 1) should be")
      }
      partner[Int(other)] = Int32(node)
      order.append(other)
    }
    return order
  }

  /// The steps to a cell and all around it.
  private static func neighbours(_ dimension: Int) -> [SIMD3<Int64>] {
    var steps = [SIMD3<Int64>.zero]
    for axis in 0..<min(3, dimension) {
      steps = steps.flatMap { step in
        [-1, 0, 1].map { (shift: Int64) in
          var next = step
          next[axis] = shift
          return next
        }
      }
    }
    return steps
  }

  /// The cells over the same nodes, in any order and turned in any way.
  private func checkCells(of mesh: Mesh, in expected: Mesh) throws(Failure) {
    struct Cell: Hashable {
      let shape: CellShape
      let nodes: [Int32]
    }
    var place = [Int32](repeating: 0, count: order.count)
    for (node, other) in order.enumerated() { place[Int(other)] = Int32(node) }
    var cells: [Cell: Int] = [:]
    for block in expected.cellBlocks(ofDimension: expected.dimension) {
      for cell in 0..<block.cellCount {
        cells[Cell(shape: block.shape, nodes: block.nodes(of: cell).sorted()), default: 0] += 1
      }
    }
    var number = 0
    for block in mesh.cellBlocks(ofDimension: mesh.dimension) {
      for cell in 0..<block.cellCount {
        number += 1
        let nodes = block.nodes(of: cell).map { place[Int($0)] }.sorted()
        let key = Cell(shape: block.shape, nodes: nodes)
        guard let count = cells[key], count > 0 else {
          let list = block.nodes(of: cell).map { "\($0 + 1)" }.joined(separator: " ")
          throw Failure(
            description: "cell \(number) over the nodes \(list), where there should be none")
        }
        cells[key] = count - 1
      }
    }
    let missing = cells.values.reduce(0, +)
    guard missing == 0 else { throw Failure(description: "\(missing) cells less") }
  }
}
