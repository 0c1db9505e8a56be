internal import LinearAlgebra
internal import Meshes
internal import RealModule

/// What the coefficient of a term depends on at the quadrature points of a block's cells, besides
/// the coordinates: fields, their gradients, the size of the cell, normals.
struct PointInputs: Sendable {
  private let quantities: [PointQuantity]
  private let fields: [FieldTable]
  private let space: FunctionSpace
  private let block: Int
  private let rule: Quadrature
  /// The gradients of the functions of the cells' map at the points of the rule.
  private let geometryGradients: [Double]
  private let geometryCount: Int
  /// The cells of the region, ascending, and those of the domain behind them.
  private let cells: [Int32]
  private let parents: FacetParents?

  /// nil if the coefficient depends on the coordinates alone.
  init?(
    _ coefficient: Coefficient, _ space: FunctionSpace, _ member: Region.Member,
    _ rule: Quadrature, region: Region
  ) throws(AssemblyError) {
    guard case .pointwise(_, _, let quantities, let fields) = coefficient.form else { return nil }
    let shape = space.mesh.blocks[member.block].shape
    let codimension = space.mesh.dimension - shape.dimension
    var needsParents = false
    for quantity in quantities {
      switch quantity {
      case .normal:
        guard codimension == 1 else {
          throw .undefined(quantity: quantity.name, region: region.name)
        }
        needsParents = true
      case .slope:
        guard codimension <= 1 else {
          throw .undefined(quantity: quantity.name, region: region.name)
        }
        needsParents = needsParents || codimension == 1
      case .value, .cellSize: break
      }
    }
    self.quantities = quantities
    self.space = space
    self.rule = rule
    block = member.block
    cells = member.cells
    self.fields = fields.map { FieldTable($0, space.mesh, member.block, rule) }
    let geometry = Lagrange(shape, space.geometry(ofBlock: member.block))
    geometryGradients = geometry.gradients(at: rule)
    geometryCount = geometry.count
    guard needsParents else {
      parents = nil
      return
    }
    do {
      parents = try FacetParents(space.mesh, member, region)
    } catch {
      throw .looseCells(region: region.name, count: member.cells.count)
    }
  }

  /// One column for each quantity, over the points of the given cells.
  func columns(_ chosen: [Int32]) -> [[Double]] {
    quantities.map { quantity in
      switch quantity {
      case .value(let field): fields[field].values(chosen)
      case .slope(let field, let axis):
        if let parents {
          sideSlopes(fields[field].field, axis, parents, chosen)
        } else {
          fields[field].slopes(chosen, axis)
        }
      case .cellSize: sizes(chosen)
      case .normal(let axis): normals(axis, chosen)
      }
    }
  }

  /// The place of a cell in the region.
  private func place(_ cell: Int32) -> Int {
    var (low, high) = (0, cells.count)
    while low < high {
      let middle = (low + high) / 2
      if cells[middle] < cell { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func sideSlopes(
    _ field: Field, _ axis: Int, _ parents: FacetParents, _ chosen: [Int32]
  ) -> [Double] {
    chosen.flatMap { cell in
      let place = place(cell)
      return (0..<rule.count).map { q in
        parents.gradient(of: field, cell: place, rule, q)[axis]
      }
    }
  }

  private func sizes(_ chosen: [Int32]) -> [Double] {
    let edges = space.mesh.blocks[block].shape.edges
    var result: [Double] = []
    result.reserveCapacity(chosen.count * rule.count)
    for cell in chosen {
      let size = space.longestEdge(ofCell: Int(cell), block, edges)
      for _ in 0..<rule.count { result.append(size) }
    }
    return result
  }

  private func normals(_ axis: Int, _ chosen: [Int32]) -> [Double] {
    let (count, d) = (space.dofMap.dofsPerCell[block], space.mesh.dimension)
    let (m, dofs) = (d - 1, space.dofMap.cellDofs[block])
    var result: [Double] = []
    result.reserveCapacity(chosen.count * rule.count)
    for cell in chosen {
      let turn = parents?.turns[place(cell)] ?? 1
      for q in 0..<rule.count {
        var (a, b) = (SIMD3<Double>.zero, SIMD3(0.0, 0, 1))
        if m == 2 { b = .zero }
        for k in 0..<geometryCount {
          let x = space.place(ofDof: Int(dofs[Int(cell) * count + k]))
          a += x * geometryGradients[(q * geometryCount + k) * m]
          if m == 2 { b += x * geometryGradients[(q * geometryCount + k) * m + 1] }
        }
        // In the plane the tangent times the z axis points to the right of the side.
        let n = cross(a, b)
        result.append(turn * n[axis] / Double.sqrt((n * n).sum()))
      }
    }
    return result
  }
}

/// A field, its functions tabulated at the points of a rule.
struct FieldTable: Sendable {
  let field: Field
  private let block: Int
  private let pointCount: Int
  private let dimension: Int
  private let phi: [Double]
  private let slopes: [Double]
  private let geometryGradients: [Double]
  private let geometryCount: Int

  init(_ field: Field, _ mesh: Mesh, _ block: Int, _ rule: Quadrature) {
    let space = field.space
    precondition(
      space.mesh.topology === mesh.topology, "a coefficient's field lives on another mesh")
    self.field = field
    self.block = block
    pointCount = rule.count
    dimension = rule.shape.dimension
    let element = Lagrange(rule.shape, space.nodeSet(ofBlock: block))
    phi = element.values(at: rule)
    slopes = element.gradients(at: rule)
    let geometry = Lagrange(rule.shape, space.geometry(ofBlock: block))
    geometryGradients = geometry.gradients(at: rule)
    geometryCount = geometry.count
  }

  /// The values at the points of the cells.
  // Safe: dofs and cells are in range by construction of the space; loose cells were refused.
  func values(_ cells: [Int32]) -> [Double] {
    let count = field.space.dofMap.dofsPerCell[block]
    var result = [Double](repeating: 0, count: cells.count * pointCount)
    unsafe withPointers(field.space.dofMap.cellDofs[block], field.values, phi, cells) {
      dofs, u, phi, cells in
      for place in result.indices {
        let (cell, q) = unsafe (Int(cells[place / pointCount]), place % pointCount)
        var sum = 0.0
        for i in 0..<count { unsafe sum += u[Int(dofs[cell * count + i])] * phi[q * count + i] }
        result[place] = sum
      }
    }
    return result
  }

  /// The derivatives along an axis at the points of the cells, which are cells of the domain.
  // Safe: as above.
  func slopes(_ cells: [Int32], _ axis: Int) -> [Double] {
    let (space, m) = (field.space, dimension)
    let count = space.dofMap.dofsPerCell[block]
    var result = [Double](repeating: 0, count: cells.count * pointCount)
    unsafe withPointers(
      space.dofMap.cellDofs[block], field.values, space.dofCoordinates, geometryGradients
    ) { dofs, u, coordinates, gradients in
      unsafe withPointers(slopes, cells, [0], [0]) { slopes, cells, _, _ in
        for place in result.indices {
          let (cell, q) = unsafe (Int(cells[place / pointCount]), place % pointCount)
          let mine = unsafe dofs + cell * count
          let nodes = unsafe CellNodes(
            coordinates: coordinates, dofs: mine, d: space.mesh.dimension, m: m,
            count: geometryCount)
          var reference = SIMD3<Double>.zero
          for i in 0..<count {
            let (ui, s) = unsafe (u[Int(mine[i])], slopes + (q * count + i) * m)
            for a in 0..<m { unsafe reference[a] += ui * s[a] }
          }
          let g = unsafe nodes.curved(gradients + q * geometryCount * m)
          result[place] = g.gradient(reference)[axis]
        }
      }
    }
    return result
  }
}
