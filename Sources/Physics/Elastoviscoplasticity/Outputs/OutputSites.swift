internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes

/// Where an output is evaluated: places with weights, the nodes that displacements there come from,
/// and the integration points that everything else comes from.
struct OutputSites: Sendable {
  /// x, y, z, a column each.
  var places: [[Double]]
  /// What each site counts in a sum.
  var weights: [Double]
  /// From the values at the nodes to those at the sites; nil where no displacement is asked for.
  var shapes: SparseMatrix<Double>?
  /// The integration points that are looked at, ascending; none where only displacements are.
  var points: [Int]
  /// From those points to the sites; nil where the sites are the points.
  var recovery: SparseMatrix<Double>?

  /// The number of sites.
  var count: Int { weights.count }

  /// What is carried from the points to the sites.
  func recovered(_ column: [Double]) -> [Double] { recovery.map { $0 * column } ?? column }
}

/// Finds the sites of outputs on a body.
struct SiteFinder {
  let body: MechanicalBody
  /// Whether displacements, and whether other quantities, are asked for.
  let wants: (displacement: Bool, state: Bool)

  /// For an expression.
  init(_ body: MechanicalBody, _ expression: Expression) {
    self.body = body
    var wants = (displacement: false, state: false)
    for case .field(let name) in expression.symbols {
      if FrameQuantities.axis(name, components: body.space.components) == nil {
        wants.state = true
      } else {
        wants.displacement = true
      }
    }
    self.wants = wants
  }

  private var mesh: Mesh { body.space.scalar.mesh }
  private var scalar: FunctionSpace { body.space.scalar }
  /// Node by node.
  private typealias Row = [(node: Int, weight: Double)]

  /// The integration points of a region of the domain.
  func interior(_ region: Region) -> OutputSites {
    let points = body.points.points(of: region).map(Int.init)
    return OutputSites(
      places: body.points.places.map { column in points.map { column[$0] } },
      weights: points.map { body.points.weights[$0] },
      shapes: wants.displacement ? shapes(points.map(row(ofPoint:))) : nil,
      points: wants.state ? points : [], recovery: nil)
  }

  private func row(ofPoint p: Int) -> Row {
    let (block, cell, place) = body.points.cell(ofPoint: p)
    guard let points = body.points.blocks.first(where: { $0.block == block }) else { return [] }
    let m = mesh.blocks[block].shape.dimension
    return row(block, cell, at: Array(points.rule.points[place * m..<(place + 1) * m]))
  }

  /// The shape functions of a cell at a reference point.
  private func row(_ block: Int, _ cell: Int, at reference: [Double]) -> Row {
    let element = Lagrange(mesh.blocks[block].shape, scalar.nodeSet(ofBlock: block))
    let dofs = scalar.dofMap.cellDofs[block]
    return zip(0..<element.count, element.values(at: reference)).map {
      (Int(dofs[cell * element.count + $0]), $1)
    }
  }

  /// The points of a rule on a region of the boundary.
  func boundary(_ region: Region) -> OutputSites {
    var rows: [Row] = []
    var (weights, places) = ([Double](), [[Double]](repeating: [], count: 3))
    let zero = [Double](repeating: 0, count: body.space.dofCount)
    for member in region.members {
      let rule = Quadrature(mesh.blocks[member.block].shape, degree: 2 * scalar.degree + 1)
      let m = mesh.blocks[member.block].shape.dimension
      let samples = VectorSamples(
        body.space, zero, block: member.block, cells: member.cells, rule: rule)
      weights += samples.weights
      for axis in 0..<3 { places[axis] += samples.points[axis] }
      for cell in member.cells {
        for q in 0..<rule.count {
          rows.append(
            row(member.block, Int(cell), at: Array(rule.points[q * m..<(q + 1) * m])))
        }
      }
    }
    return sites(rows, places, weights)
  }

  /// The nodes of a region.
  func nodes(_ region: Region) -> OutputSites {
    let nodes = scalar.dofs(on: region).map(Int.init)
    return sites(
      nodes.map { [($0, 1)] },
      (0..<3).map { axis in nodes.map { scalar.place(ofDof: $0)[axis] } },
      [Double](repeating: 1, count: nodes.count))
  }

  /// A point of the body.
  func point(_ point: [Double]) throws(PhysicsError) -> OutputSites {
    guard let place = body.locator.locate(point) else {
      throw PhysicsError(.problem, "the point \(point) lies outside the domain")
    }
    let material = body.regions.firstIndex { region in
      region.members.contains {
        $0.block == place.block && $0.cells.contains(Int32(place.cell))
      }
    }
    let at = (0..<3).map { [$0 < point.count ? point[$0] : 0] }
    return sites(
      [row(place.block, place.cell, at: place.reference)], at, [1], material: material)
  }

  /// Sites whose values are those of nodes.
  private func sites(
    _ rows: [Row], _ places: [[Double]], _ weights: [Double], material: Int? = nil
  ) -> OutputSites {
    var sites = OutputSites(
      places: places, weights: weights, shapes: wants.displacement ? shapes(rows) : nil,
      points: [], recovery: nil)
    guard wants.state else { return sites }
    let recovered = NodalRecovery(body).rows(
      at: Set(rows.joined().map(\.node)), material: material)
    sites.points = Set(recovered.values.joined().map(\.point)).sorted()
    var columnOf: [Int: Int] = [:]
    for (column, point) in sites.points.enumerated() { columnOf[point] = column }
    sites.recovery = matrix(rows, columnCount: sites.points.count) { node in
      (recovered[node] ?? []).map { (columnOf[$0.point] ?? 0, $0.weight) }
    }
    return sites
  }

  private func shapes(_ rows: [Row]) -> SparseMatrix<Double> {
    matrix(rows, columnCount: scalar.dofCount) { [($0, 1)] }
  }

  /// Σ over the nodes of each row of what stands for them.
  private func matrix(
    _ rows: [Row], columnCount: Int, _ entries: (Int) -> [(column: Int, weight: Double)]
  ) -> SparseMatrix<Double> {
    var (row, column, value) = ([Int32](), [Int32](), [Double]())
    for (site, nodes) in rows.enumerated() {
      for (node, shape) in nodes where shape != 0 {
        for (place, weight) in entries(node) {
          row.append(Int32(site))
          column.append(Int32(place))
          value.append(shape * weight)
        }
      }
    }
    return SparseMatrix(
      rowCount: rows.count, columnCount: columnCount, rows: row, columns: column, entries: value)
  }
}
