public import LinearAlgebra
internal import Meshes

extension IntegrationPoints {
  /// The strains of a displacement: six numbers for each point.
  ///
  /// - Parameter displacement: At all dofs of the space.
  public func strains(of displacement: [Double]) -> [Double] {
    var result: [Double] = uninitializedNumbers(6 * count)
    strains(of: displacement, into: &result)
    return result
  }

  // Safe: cells, dofs and points are in range by construction; chunks write to points of their own.

  /// The same into storage that exists already.
  public func strains(of displacement: [Double], into result: inout [Double]) {
    precondition(
      displacement.count == space.dofCount && result.count == 6 * count,
      "strains: \(displacement.count) values for \(space.dofCount) dofs, \(result.count) for "
        + "\(6 * count) components")
    let d = space.components
    unsafe result.withDisjointWrites { result in
      for block in blocks {
        let (n, q) = (block.table.count, block.rule.count)
        let dofs = space.scalar.dofMap.cellDofs[block.block]
        forEachChunk(
          of: dofs.count / n, size: 64, scratch: { StrainCell(self) }
        ) { scratch, cells in
          unsafe withPointers(dofs, space.scalar.dofCoordinates, displacement, [0]) {
            dofs, coordinates, u, _ in
            guard let target = unsafe result.base.baseAddress else { return }
            for cell in cells {
              let mine = unsafe dofs + cell * n
              unsafe scratch.move(
                to: CellNodes(
                  coordinates: coordinates, dofs: mine, d: d, m: d,
                  count: block.table.geometryCount), block.table)
              for j in 0..<n {
                for k in 0..<d { unsafe scratch.values[k * n + j] = unsafe u[Int(mine[j]) * d + k] }
              }
              unsafe scratch.writeStrains(to: target + 6 * (block.first + cell * q))
            }
          }
        }
      }
    }
  }

  /// Σ w Bᵀ σ: the forces at all dofs that stresses at the points balance.
  ///
  /// - Parameter stress: Six numbers for each point.
  public func force(of stress: [Double]) -> [Double] {
    var (force, none) = ([Double](repeating: 0, count: space.dofCount), [Double]())
    sweep(stress, [], &force, &none)
    return force
  }

  /// Σ w Bᵀ σ and Σ w Bᵀ D B in one pass over the cells.
  ///
  /// - Parameters:
  ///   - stress: Six numbers for each point.
  ///   - moduli: D, 36 numbers for each point, row by row; it need not be symmetric.
  ///   - matrix: Overwritten; of the pattern of the plan.
  /// - Returns: The forces.
  public func assemble(
    stress: [Double], moduli: [Double], into matrix: inout SparseMatrix<Double>
  ) -> [Double] {
    precondition(
      matrix.pattern === plan.pattern && moduli.count == 36 * count,
      "the matrix has another pattern than the plan, or \(moduli.count) moduli for "
        + "\(36 * count)")
    var force = [Double](repeating: 0, count: space.dofCount)
    var values: [Double] = []
    swap(&values, &matrix.values)
    sweep(stress, moduli, &force, &values)
    swap(&values, &matrix.values)
    return force
  }

  // Safe: each part is assembled by one thread, which writes to the rows of the part only.
  private func sweep(
    _ stress: [Double], _ moduli: [Double], _ force: inout [Double], _ values: inout [Double]
  ) {
    precondition(stress.count == 6 * count, "\(stress.count) stresses for \(6 * count)")
    unsafe force.withDisjointWrites { force in
      unsafe values.withDisjointWrites { values in
        forEachChunk(
          of: plan.scalar.parts.partCount, size: 1, scratch: { StrainCell(self) }
        ) { scratch, parts in
          for part in parts {
            let target = unsafe PartTarget(plan.scalar, part, false, [], [])
            unsafe clear(target, values)
            for block in blocks {
              unsafe withPointers(stress, moduli, [0], [0]) { stress, moduli, _, _ in
                let sweep = unsafe StressSweep(
                  block: block, stress: stress, moduli: moduli, force: force.base.baseAddress,
                  values: values.base.count > 0 ? values.base.baseAddress : nil)
                switch plan.scalar.maps[block.place] {
                case .bytes(let map): unsafe sweep.add(to: target, map, scratch)
                case .words(let map): unsafe sweep.add(to: target, map, scratch)
                case .longWords(let map): unsafe sweep.add(to: target, map, scratch)
                case .search: break
                }
              }
            }
          }
        }
      }
    }
  }

  /// Sets the matrix rows of the part to zero, which also brings them into the cache.
  private func clear(_ target: PartTarget, _ values: DisjointWrites<Double>) {
    guard unsafe values.base.count > 0, let values = unsafe values.base.baseAddress else { return }
    let (c, rowStart) = (space.components, plan.scalar.pattern.rowStart)
    for row in unsafe target.rows {
      let (first, end) = (c * c * rowStart[Int(row)], c * c * rowStart[Int(row) + 1])
      unsafe (values + first).update(repeating: 0, count: end - first)
    }
  }
}

/// The cells of one block in one part, with what is integrated over them.
@unsafe private struct StressSweep {
  let block: IntegrationPoints.Block
  let stress: UnsafePointer<Double>
  let moduli: UnsafePointer<Double>
  let force: UnsafeMutablePointer<Double>?
  /// Nil where only the force is wanted.
  let values: UnsafeMutablePointer<Double>?

  func add<Offset: ScatterOffset>(to target: PartTarget, _ map: [Offset], _ scratch: StrainCell) {
    let (d, n, q) = unsafe (scratch.dimension, block.table.count, block.rule.count)
    _ = unsafe target.withCells(block.place, map) { cells in
      guard let force = unsafe force else { return }
      for k in unsafe cells.list.indices {
        let entry = unsafe cells.list[k]
        let cell = Int(entry < 0 ? ~entry : entry)
        let dofs = unsafe cells.dofs + cell * n
        let point = unsafe block.first + cell * q
        unsafe scratch.move(
          to: CellNodes(
            coordinates: cells.coordinates, dofs: dofs, d: d, m: d,
            count: block.table.geometryCount), block.table)
        unsafe scratch.integrate(stress + 6 * point)
        for i in 0..<n {
          let dof = unsafe Int(dofs[i])
          if unsafe entry < 0 && cells.partOfDof[dof] != cells.part { continue }
          for k in 0..<d { unsafe force[d * dof + k] += scratch.force[k * n + i] }
        }
        guard let values = unsafe values else { continue }
        unsafe scratch.integrate(moduli: moduli + 36 * point)
        unsafe scatter(cells, entry, cell, scratch, to: values)
      }
    }
  }

  private func scatter<Offset: ScatterOffset>(
    _ cells: PartCells<Offset>, _ entry: Int32, _ cell: Int, _ scratch: StrainCell,
    to values: UnsafeMutablePointer<Double>
  ) {
    let (d, n, c) = (scratch.dimension, scratch.count, scratch.columnCount)
    guard let map = unsafe cells.map else { return }
    let dofs = unsafe cells.dofs + cell * n
    let e = unsafe scratch.tangent
    for i in 0..<n {
      let dof = unsafe Int(dofs[i])
      if unsafe entry < 0 && cells.partOfDof[dof] != cells.part { continue }
      let start = unsafe cells.rowStart[dof]
      let length = unsafe cells.rowStart[dof + 1] - start
      let row = unsafe values + d * d * start
      let offsets = unsafe map + (cell * n + i) * n
      for k in 0..<d {
        let mine = unsafe row + d * k * length
        let column = unsafe e + (k * n + i) * c
        for j in 0..<n {
          let target = unsafe mine + d * Int(truncatingIfNeeded: offsets[j])
          for l in 0..<d { unsafe target[l] += unsafe column[l * n + j] }
        }
      }
    }
  }
}
