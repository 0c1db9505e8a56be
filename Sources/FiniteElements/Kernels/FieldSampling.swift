internal import LinearAlgebra
internal import Meshes

/// A field at the quadrature points of some cells, as columns.
struct FieldSamples: Sendable {
  /// The weights times the cells' ratios of measures.
  var weights: [Double] = []
  /// x, y, z.
  var points: [[Double]] = [[], [], []]
  var values: [Double] = []
  /// ∂u/∂x, ∂u/∂y, ∂u/∂z, empty unless asked for.
  var gradients: [[Double]] = [[], [], []]
}

/// A field at one quadrature point.
struct FieldSample {
  let point: SIMD3<Double>
  let value: Double
  let gradient: SIMD3<Double>
}

/// The cells of one block of a region, ready to be sampled.
struct FieldSampler: Sendable {
  let field: Field
  let block: Int
  let cells: [Int32]
  let rule: Quadrature
  let isGradientWanted: Bool
  /// For each cell of the region on the boundary, the cell of the domain behind it.
  let parents: FacetParents?

  /// The samples of a range of the region's cells.
  // Safe: dofs and cells are in range by construction of the space; loose cells were refused.
  func samples(_ range: Range<Int>) -> FieldSamples {
    let space = field.space
    let shape = space.mesh.blocks[block].shape
    let count = space.dofMap.dofsPerCell[block]
    let geometric = Lagrange(shape, space.geometry(ofBlock: block))
    let element = Lagrange(shape, space.nodeSet(ofBlock: block))
    let tables = (
      element.values(at: rule), element.gradients(at: rule), geometric.values(at: rule),
      geometric.gradients(at: rule)
    )
    var result = FieldSamples()
    result.weights.reserveCapacity(range.count * rule.count)
    unsafe withPointers(
      space.dofMap.cellDofs[block], space.dofCoordinates, field.values, tables.0
    ) { dofs, coordinates, u, phi in
      unsafe withPointers(tables.1, tables.2, tables.3, [0]) { slopes, values, gradients, _ in
        for place in range {
          let cell = Int(cells[place])
          let mine = unsafe dofs + cell * count
          let nodes = unsafe CellNodes(
            coordinates: coordinates, dofs: mine, d: space.mesh.dimension, m: shape.dimension,
            count: geometric.count)
          for q in 0..<rule.count {
            let g =
              unsafe shape == .point
              ? CellGeometry() : nodes.curved(gradients + q * geometric.count * shape.dimension)
            let x = unsafe nodes.point(values + q * geometric.count)
            var value = 0.0
            for i in 0..<count { unsafe value += u[Int(mine[i])] * phi[q * count + i] }
            result.weights.append(rule.weights[q] * g.ratio)
            for axis in 0..<3 { result.points[axis].append(x[axis]) }
            result.values.append(value)
            guard isGradientWanted else { continue }
            var gradient = SIMD3<Double>.zero
            if let parents {
              gradient = parents.gradient(of: field, cell: place, rule, q)
            } else {
              var reference = SIMD3<Double>.zero
              for i in 0..<count {
                let s = unsafe slopes + (q * count + i) * shape.dimension
                let ui = unsafe u[Int(mine[i])]
                for a in 0..<shape.dimension { unsafe reference[a] += ui * s[a] }
              }
              gradient = g.gradient(reference)
            }
            for axis in 0..<3 { result.gradients[axis].append(gradient[axis]) }
          }
        }
      }
    }
    return result
  }
}

extension Field {
  /// The value and the gradient at a place in a cell of the domain.
  func local(_ block: Int, _ cell: Int, _ reference: [Double]) -> FieldSample {
    let shape = space.mesh.blocks[block].shape
    let count = space.dofMap.dofsPerCell[block]
    let geometric = Lagrange(shape, space.geometry(ofBlock: block))
    let element = Lagrange(shape, space.nodeSet(ofBlock: block))
    let phi = element.values(at: reference)
    let slopes = element.gradients(at: reference)
    let m = shape.dimension
    return unsafe withPointers(
      space.dofMap.cellDofs[block], space.dofCoordinates, geometric.values(at: reference),
      geometric.gradients(at: reference)
    ) { dofs, coordinates, shapeValues, shapeGradients in
      let mine = unsafe dofs + cell * count
      let nodes = unsafe CellNodes(
        coordinates: coordinates, dofs: mine, d: space.mesh.dimension, m: m,
        count: geometric.count)
      var value = 0.0
      var slope = SIMD3<Double>.zero
      for i in 0..<count {
        let ui = unsafe values[Int(mine[i])]
        value += ui * phi[i]
        for a in 0..<m { slope[a] += ui * slopes[i * m + a] }
      }
      return unsafe FieldSample(
        point: nodes.point(shapeValues), value: value,
        gradient: nodes.curved(shapeGradients).gradient(slope))
    }
  }

  /// Σ over all quadrature points of the region, in an order that does not depend on threads.
  func sum(
    over region: Region, degree: Int, gradients: Bool = false,
    columns integrand: @Sendable (FieldSamples) -> [Double]
  ) throws(FieldError) -> Double {
    var total = 0.0
    let loose = space.looseCellCount(on: region)
    if loose > 0 { throw .looseCells(region: region.name, count: loose) }
    for member in region.members {
      let shape = space.mesh.blocks[member.block].shape
      let sampler = FieldSampler(
        field: self, block: member.block, cells: member.cells,
        rule: Quadrature(shape, degree: degree), isGradientWanted: gradients,
        parents: try gradients ? FacetParents(space.mesh, member, region) : nil)
      let size = 256
      var partial = [Double](repeating: 0, count: (member.cells.count + size - 1) / size)
      var bad = [[Double]](repeating: [], count: partial.count)
      unsafe partial.withDisjointWrites { partial in
        unsafe bad.withDisjointWrites { bad in
          forEachChunk(of: member.cells.count, size: size) { range in
            let samples = sampler.samples(range)
            var sum = 0.0
            for (i, value) in integrand(samples).enumerated() {
              if !value.isFinite {
                unsafe bad.base[range.lowerBound / size] = samples.points.map { $0[i] }
              }
              sum += samples.weights[i] * value
            }
            unsafe partial.base[range.lowerBound / size] = sum
          }
        }
      }
      if let point = bad.first(where: { !$0.isEmpty }) {
        throw .notFinite(
          region: region.name, point: Array(point[0..<space.mesh.dimension]))
      }
      for value in partial { total += value }
    }
    return total
  }

  /// The same with an integrand for one point at a time.
  func sum(
    over region: Region, degree: Int, gradients: Bool = false,
    _ integrand: @Sendable (FieldSample) -> Double
  ) throws(FieldError) -> Double {
    try withoutActuallyEscaping(integrand) { (integrand) throws(FieldError) -> Double in
      try sum(over: region, degree: degree, gradients: gradients) { samples in
        samples.values.indices.map { i in
          integrand(
            FieldSample(
              point: SIMD3(samples.points[0][i], samples.points[1][i], samples.points[2][i]),
              value: samples.values[i],
              gradient: gradients
                ? SIMD3(
                  samples.gradients[0][i], samples.gradients[1][i], samples.gradients[2][i])
                : .zero))
        }
      }
    }
  }
}
