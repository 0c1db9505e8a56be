public import Expressions
public import Meshes

extension Field {
  /// u at a point.
  ///
  /// - Parameters:
  ///   - point: As many coordinates as the mesh has dimensions.
  ///   - locator: The search structure of the same mesh, to be reused for many points.
  public func value(at point: [Double], _ locator: CellLocator) throws(FieldError) -> Double {
    try located(point, locator).value
  }

  /// ∇u at a point; on a facet between cells, that of the cell in which the point lies deepest.
  public func gradient(at point: [Double], _ locator: CellLocator) throws(FieldError) -> Point {
    try located(point, locator).gradient
  }

  private func located(
    _ point: [Double], _ locator: CellLocator
  ) throws(FieldError) -> FieldSample {
    guard let place = locator.locate(point) else { throw .outside(point: point) }
    return local(place.block, place.cell, place.reference)
  }

  /// ∫ e(x, u, ∇u) over a region: an output that need not be linear.
  ///
  /// On a facet the gradient is that of the cell of the domain behind it.
  /// - Parameters:
  ///   - expression: An expression of the coordinates, the field and its derivatives, as "u" and
  ///     "dx(u)"; all parameters must have been replaced by numbers.
  ///   - name: The name of the field in the expression.
  ///   - region: Of any dimension; with derivatives, of the dimension of the mesh or one less.
  ///   - quadratureDegree: nil takes four times the degree of the space.
  public func integral(
    of expression: Expression, named name: String = "u", over region: Region,
    quadratureDegree: Int? = nil
  ) throws(FieldError) -> Double {
    let coordinates = (0..<3).map { Symbol.coordinate($0) }
    let derivatives = ["dx", "dy", "dz"].map { Symbol.field("\($0)(\(name))") }
    let inputs = coordinates + [.field(name)] + derivatives
    let symbols = expression.symbols
    for symbol in symbols {
      precondition(inputs.contains(symbol), "the integrand depends on \(symbol)")
    }
    let program = Program([expression], inputs: inputs)
    let usesGradient = derivatives.contains { symbols.contains($0) }
    return try sum(
      over: region, degree: quadratureDegree ?? 4 * space.degree, gradients: usesGradient
    ) { samples -> [Double] in
      let count = samples.values.count
      let gradients =
        usesGradient ? samples.gradients : [[Double]](repeating: [0], count: 3)
      return program.evaluate(
        columns: samples.points + [samples.values] + gradients, count: count)[0]
    }
  }

  /// The function of another space on the same mesh that has the same values at its nodes: this
  /// function itself where that space contains it.
  ///
  /// - Precondition: Both spaces are on meshes of the same points and cells.
  public func interpolated(to other: FunctionSpace) -> Field {
    let mesh = space.mesh
    precondition(
      mesh.pointCount == other.mesh.pointCount && mesh.blocks.count == other.mesh.blocks.count,
      "a field of one mesh on another")
    var result = [Double](repeating: 0, count: other.dofCount)
    for (b, block) in mesh.blocks.enumerated() where block.dimension == mesh.dimension {
      let here = Lagrange(block.shape, space.nodeSet(ofBlock: b))
      let there = Lagrange(block.shape, other.nodeSet(ofBlock: b))
      let m = block.dimension
      let nodes = there.nodes
      let weights = (0..<there.count).map { here.values(at: nodes[$0 * m..<($0 + 1) * m]) }
      for cell in 0..<block.cellCount {
        for (i, row) in weights.enumerated() {
          var sum = 0.0
          for (j, weight) in row.enumerated() where weight != 0 {
            sum += weight * values[Int(space.dofMap.cellDofs[b][cell * here.count + j])]
          }
          result[Int(other.dofMap.cellDofs[b][cell * there.count + i])] = sum
        }
      }
    }
    return Field(other, result)
  }

  /// A mesh on which the nodes are exactly the places where this field has values, and the values
  /// there: what a file for visualisation needs.
  ///
  /// Degree 1 is drawn on straight cells; degree 2 on second-order cells, so that the quadratic
  /// is seen. Points outside the domain get the value zero.
  public func nodal() -> (mesh: Mesh, values: [Double]) {
    let plot = space.plotMesh()
    return (plot.mesh, plot.dofs.map { $0 < 0 ? 0 : values[Int($0)] })
  }
}

extension FunctionSpace {
  /// A mesh with a point at the place of each dof, for drawing; see `Field.nodal`.
  ///
  /// - Returns: The mesh, and for each of its points the dof there, −1 for points without.
  public func plotMesh() -> (mesh: Mesh, dofs: [Int32]) {
    if degree == 2 {
      guard let between = dofMap.between else { return (mesh, dofMap.dofOfPoint) }
      return (mesh.withEdgeNodes(), dofMap.dofOfPoint + between.dofsOfAddedPoints(mesh))
    }
    guard mesh.blocks.contains(where: { $0.order > 1 }) else { return (mesh, dofMap.dofOfPoint) }
    // `vertexOnly` keeps the corners of all cells, also of those outside the domain.
    var isCorner = [Bool](repeating: false, count: mesh.pointCount)
    for block in mesh.blocks {
      for cell in 0..<block.cellCount {
        for node in block.vertices(of: cell) { isCorner[Int(node)] = true }
      }
    }
    let dofs = isCorner.indices.filter { isCorner[$0] }.map { dofMap.dofOfPoint[$0] }
    return (mesh.vertexOnly(), dofs)
  }
}
