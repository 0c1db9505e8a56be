public import LinearAlgebra
internal import RealModule

/// Five-point differences on the unit square: the systems that iterative methods are tried on.
///
/// The n × n interior nodes have the spacing h = 1/(n + 1), the values on the boundary are zero, and
/// node (i, j) is unknown i + j n. Fields are given at the nodes in that order.
public struct FivePointGrid: Sendable {
  /// Nodes a side.
  public let side: Int
  /// The pattern of all matrices of the grid.
  public let pattern: SparsityPattern

  /// The unknowns, n².
  public var count: Int { side * side }
  /// h.
  public var spacing: Double { 1 / Double(side + 1) }

  /// A grid of `side` × `side` interior nodes.
  public init(side: Int) {
    precondition(side > 0, "a grid of \(side) nodes a side")
    self.side = side
    var start = [0]
    var column: [Int32] = []
    for j in 0..<side {
      for i in 0..<side {
        let node = i + j * side
        if j > 0 { column.append(Int32(node - side)) }
        if i > 0 { column.append(Int32(node - 1)) }
        column.append(Int32(node))
        if i < side - 1 { column.append(Int32(node + 1)) }
        if j < side - 1 { column.append(Int32(node + side)) }
        start.append(column.count)
      }
    }
    pattern = SparsityPattern(
      rowCount: side * side, columnCount: side * side, rowStart: start, column: column)
  }

  /// The coordinates of a node.
  public func point(_ node: Int) -> (x: Double, y: Double) {
    (Double(node % side + 1) * spacing, Double(node / side + 1) * spacing)
  }

  /// −div(a grad u), harmonic means of a between the nodes: symmetric positive definite.
  public func diffusion(_ a: [Double]) -> SparseMatrix<Double> {
    matrix { node, neighbours in
      let weights = neighbours.map { other in
        -2 * a[node] * a[other] / (a[node] + a[other]) / (spacing * spacing)
      }
      return (weights, -weights.reduce(0, +))
    }
  }

  /// −Δu.
  public func laplacian() -> SparseMatrix<Double> {
    diffusion([Double](repeating: 1, count: count))
  }

  /// −Δu + b · grad u with the solenoidal velocity b = (∂ψ/∂y, −∂ψ/∂x), upwind: nonsymmetric.
  public func convection(stream psi: [Double]) -> SparseMatrix<Double> {
    let h = spacing
    return matrix { node, neighbours in
      let (west, east, south, north) = (
        neighbours[0], neighbours[1], neighbours[2], neighbours[3]
      )
      let bx = (psi[north] - psi[south]) / (2 * h)
      let by = (psi[west] - psi[east]) / (2 * h)
      let diffusion = 1 / (h * h)
      let weights = [
        -diffusion - max(bx, 0) / h, -diffusion + min(bx, 0) / h,
        -diffusion - max(by, 0) / h, -diffusion + min(by, 0) / h,
      ]
      return (weights, 4 * diffusion + (bx.magnitude + by.magnitude) / h)
    }
  }

  /// −Δu − k² u with k² given at the nodes: symmetric, indefinite for large k.
  public func helmholtz(squaredWaveNumber k2: [Double]) -> SparseMatrix<Double> {
    let diffusion = 1 / (spacing * spacing)
    return matrix { node, _ in
      ([Double](repeating: -diffusion, count: 4), 4 * diffusion - k2[node])
    }
  }

  /// The matrix whose row of a node is made of the weights of its neighbours west, east, south and
  /// north, and of the diagonal; at the boundary the node stands for its missing neighbour.
  private func matrix(
    _ row: (_ node: Int, _ neighbours: [Int]) -> (weights: [Double], diagonal: Double)
  ) -> SparseMatrix<Double> {
    var values: [Double] = []
    values.reserveCapacity(pattern.entryCount)
    for j in 0..<side {
      for i in 0..<side {
        let node = i + j * side
        let (weights, diagonal) = row(
          node,
          [
            i > 0 ? node - 1 : node, i < side - 1 ? node + 1 : node,
            j > 0 ? node - side : node, j < side - 1 ? node + side : node,
          ])
        if j > 0 { values.append(weights[2]) }
        if i > 0 { values.append(weights[0]) }
        values.append(diagonal)
        if i < side - 1 { values.append(weights[1]) }
        if j < side - 1 { values.append(weights[3]) }
      }
    }
    return SparseMatrix(pattern: pattern, values: values)
  }
}
