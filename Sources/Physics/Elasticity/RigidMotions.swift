internal import FiniteElements
internal import LinearAlgebra
internal import Meshes

/// The motions of a body, or of one of its unconnected pieces, that no support and no spring
/// resists: why a static problem has no solution.
struct RigidMotions {
  /// A piece of the body that can move.
  struct Piece {
    /// Its dofs of one component.
    let nodes: [Int32]
    /// The motions, one column each over all dofs.
    let modes: DenseMatrix<Double>
    /// In words: "translations x y".
    let words: String

    /// The number of motions.
    var count: Int { modes.columnCount }
  }

  /// The pieces that can move.
  let pieces: [Piece]

  /// The number of motions of all pieces.
  var count: Int { pieces.reduce(0) { $0 + $1.count } }

  /// - Parameters:
  ///   - equations: The conditions on the dofs.
  ///   - foundation: The matrix of the springs, if there are any.
  init(
    _ space: VectorSpace, _ equations: [ConstraintEquation], foundation: SparseMatrix<Double>?
  ) throws(PhysicsError) {
    let pieceOfNode = RigidMotions.pieces(space.scalar)
    let pieceCount = (pieceOfNode.max() ?? -1) + 1
    var nodes = [[Int32]](repeating: [], count: Int(pieceCount))
    for (node, piece) in pieceOfNode.enumerated() { nodes[Int(piece)].append(Int32(node)) }
    let c = space.components
    var conditions = [[ConstraintEquation]](repeating: [], count: Int(pieceCount))
    for equation in equations {
      for piece in Set(equation.terms.map { pieceOfNode[Int($0.dof) / c] }).sorted() {
        conditions[Int(piece)].append(equation)
      }
    }
    var pieces: [Piece] = []
    for (p, mine) in nodes.enumerated() {
      let basis = RigidBasis(space, mine)
      do throws(FactorizationError) {
        if let piece = try basis.unresisted(conditions[p], foundation) { pieces.append(piece) }
      } catch { throw PhysicsError(.problem, "the rigid motions cannot be counted: \(error)") }
    }
    self.pieces = pieces
  }

  /// "singular: 6 rigid-body modes on region 'plate' (translations x y z, rotations x y z); …"
  func message(_ materials: [(name: String, region: Region)], _ space: FunctionSpace) -> String {
    let parts = pieces.prefix(4).map { piece in
      "\(piece.count) rigid-body mode\(piece.count == 1 ? "" : "s") on "
        + "\(place(of: piece, materials, space)) (\(piece.words))"
    }
    return "singular: " + parts.joined(separator: "; ")
      + (pieces.count > 4 ? "; and \(pieces.count - 4) more pieces" : "")
      + "; hold the body by prescribed values, symmetry or a foundation"
  }

  private func place(
    of piece: Piece, _ materials: [(name: String, region: Region)], _ space: FunctionSpace
  ) -> String {
    let isMine = Set(piece.nodes)
    let names = materials.filter { material in
      material.region.members.contains { member in
        let count = space.dofMap.dofsPerCell[member.block]
        return member.cells.contains { cell in
          isMine.contains(space.dofMap.cellDofs[member.block][Int(cell) * count])
        }
      }
    }.map(\.name)
    return "region '\(names.joined(separator: "', '"))'"
      + (piece.nodes.count < space.dofCount
        ? ", the piece around \(RigidMotions.words(space.place(ofDof: Int(piece.nodes[0])), space))"
        : "")
  }

  private static func words(_ point: Point, _ space: FunctionSpace) -> String {
    "(" + (0..<space.mesh.dimension).map { "\(point[$0])" }.joined(separator: ", ") + ")"
  }

  /// For each node the number of the connected piece it belongs to.
  private static func pieces(_ space: FunctionSpace) -> [Int32] {
    var parent = (0..<Int32(space.dofCount)).map { $0 }
    func find(_ node: Int32) -> Int32 {
      var root = node
      while parent[Int(root)] != root {
        parent[Int(root)] = parent[Int(parent[Int(root)])]
        root = parent[Int(root)]
      }
      return root
    }
    for block in space.mesh.topology.blockIndices(ofDimension: space.mesh.dimension) {
      let (dofs, count) = (space.dofMap.cellDofs[block], space.dofMap.dofsPerCell[block])
      for first in stride(from: 0, to: dofs.count, by: count) {
        for k in first + 1..<first + count {
          let (a, b) = (find(dofs[first]), find(dofs[k]))
          if a != b { parent[Int(max(a, b))] = min(a, b) }
        }
      }
    }
    var number: [Int32: Int32] = [:]
    return (0..<Int32(space.dofCount)).map { node in
      let root = find(node)
      if let known = number[root] { return known }
      number[root] = Int32(number.count)
      return Int32(number.count - 1)
    }
  }
}

/// The translations and rotations of one piece, about its centre and in units of its size.
private struct RigidBasis {
  private let space: VectorSpace
  private let nodes: [Int32]
  private let centre: Point
  private let size: Double

  /// The number of motions, without rotation about the axes a plane has not.
  var count: Int { space.geometry == .axisymmetric ? 1 : space.components == 2 ? 3 : 6 }

  init(_ space: VectorSpace, _ nodes: [Int32]) {
    (self.space, self.nodes) = (space, nodes)
    let places = nodes.map { space.scalar.place(ofDof: Int($0)) }
    let centre = places.reduce(Point.zero, +) / Double(max(places.count, 1))
    self.centre = centre
    size = max(
      places.reduce(0) { max($0, ($1 - centre).max(), (centre - $1).max()) },
      .leastNormalMagnitude)
  }

  /// Component k of motion m at a node.
  private func value(_ m: Int, _ node: Int, _ k: Int) -> Double {
    if space.geometry == .axisymmetric { return k == 1 ? 1 : 0 }
    let d = space.components
    if m < d { return k == m ? 1 : 0 }
    let r = (space.scalar.place(ofDof: node) - centre) / size
    let axis = d == 2 ? 2 : m - d
    let (p, q) = ((axis + 1) % 3, (axis + 2) % 3)
    return k == p ? -r[q] : k == q ? r[p] : 0
  }

  /// All motions over all dofs.
  private var modes: DenseMatrix<Double> {
    let c = space.components
    var modes = DenseMatrix<Double>(rowCount: space.dofCount, columnCount: count)
    for node in nodes {
      for k in 0..<c {
        for m in 0..<count { modes[Int(node) * c + k, m] = value(m, Int(node), k) }
      }
    }
    return modes
  }

  /// The combinations that satisfy all conditions and stretch no spring; nil where there are none.
  func unresisted(
    _ conditions: [ConstraintEquation], _ foundation: SparseMatrix<Double>?
  ) throws(FactorizationError) -> RigidMotions.Piece? {
    let c = space.components
    var resistance = DenseMatrix<Double>(rowCount: count, columnCount: count)
    for equation in conditions {
      let row = (0..<count).map { m in
        equation.terms.reduce(0.0) {
          $0 + $1.weight * value(m, Int($1.dof) / c, Int($1.dof) % c)
        }
      }
      for i in 0..<count { for j in 0..<count { resistance[i, j] += row[i] * row[j] } }
    }
    if let foundation {
      let modes = self.modes
      let springs = modes.adjointTimes(foundation * modes)
      let scale = springs.values.reduce(0) { max($0, $1.magnitude) }
      if scale > 0 {
        let weight = Double(max(conditions.count, 1)) / scale
        axpy(weight, springs.values, into: &resistance.values)
      }
    }
    for i in 0..<count {
      for j in 0..<i {
        let mean = (resistance[i, j] + resistance[j, i]) / 2
        (resistance[i, j], resistance[j, i]) = (mean, mean)
      }
    }
    let eigen = try SymmetricEigen(resistance)
    let largest = eigen.values.last ?? 0
    let free = eigen.values.indices.filter {
      eigen.values[$0] <= 1e-13 * max(largest, .leastNormalMagnitude)
    }
    if free.isEmpty { return nil }
    let combination = DenseMatrix(
      rowCount: count, columns: free.map { eigen.vectors.column($0) })
    return RigidMotions.Piece(
      nodes: nodes, modes: modes * combination, words: words(combination))
  }

  /// Which motions: those without rotation first, then the axes of the rotations.
  private func words(_ combination: DenseMatrix<Double>) -> String {
    if space.geometry == .axisymmetric { return "translation along the axis" }
    let d = space.components
    let names = ["x", "y", "z"]
    // Rotations sought first, so that what is left are pure translations.
    let order = Array(d..<count) + Array(0..<d)
    var rows = combination.transposed()
    var pivots: [Int] = []
    var next = 0
    for column in order where next < rows.rowCount {
      guard
        let best = (next..<rows.rowCount).max(by: {
          rows[$0, column].magnitude < rows[$1, column].magnitude
        }), rows[best, column].magnitude > 1e-6
      else { continue }
      for k in 0..<count {
        let (a, b) = (rows[best, k], rows[next, k])
        (rows[best, k], rows[next, k]) = (b, a)
      }
      for row in next + 1..<max(next + 1, rows.rowCount) {
        let factor = rows[row, column] / rows[next, column]
        for k in 0..<count { rows[row, k] -= factor * rows[next, k] }
      }
      pivots.append(column)
      next += 1
    }
    let translations = pivots.filter { $0 < d }.sorted().map { names[$0] }
    let rotations = pivots.filter { $0 >= d }.sorted().map { d == 2 ? "z" : names[$0 - d] }
    var parts: [String] = []
    if !translations.isEmpty {
      parts.append(
        "translation\(translations.count == 1 ? "" : "s") " + translations.joined(separator: " "))
    }
    if !rotations.isEmpty {
      parts.append(
        "rotation\(rotations.count == 1 ? "" : "s") " + rotations.joined(separator: " "))
    }
    return parts.joined(separator: ", ")
  }
}
