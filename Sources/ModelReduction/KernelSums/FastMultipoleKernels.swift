internal import ComplexModule
public import LinearAlgebra

extension FastMultipole: LinearOperator {
  /// The number of targets.
  public var rowCount: Int { targets.order.count }
  /// The number of sources.
  public var columnCount: Int { sources.order.count }

  /// f ← K q.
  ///
  /// Charges that are not finite make all values so that they reach, as in the direct sum;
  /// `potentials(of:)` refuses them.
  ///
  /// - Precondition: A charge for each source, room for each target.
  /// - Complexity: O(N) for points that fill a volume, a surface or a line evenly, and as many
  ///   numbers of memory; no bit depends on the number of threads.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func apply(_ charges: [S], into values: inout [S]) {
    precondition(
      charges.count == columnCount && values.count == rowCount,
      "\(charges.count) charges for \(columnCount) sources, \(values.count) values for \(rowCount) "
        + "targets")
    let q = sources.order.map { charges[$0] }
    let moments = upward(q)
    let locals = downward(moments, q)
    let sums = evaluated(locals, moments, q)
    for (place, i) in targets.order.enumerated() { values[i] = sums[place] }
  }

  // MARK: Sources to nodes

  /// The charges at the nodes of all source cells: d × cells for each level with a basis.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private func upward(_ q: [S]) -> [[S]] {
    var moments = [[S]](repeating: [], count: levels.count)
    for index in levels.indices.reversed() where index < sources.levels.count {
      guard let level = levels[index], level.rank > 0 else { continue }
      let cells = sources.levels[index]
      let d = level.rank
      var mine = [S](repeating: S.zero, count: d * cells.count)
      let finer = index + 1 < moments.count ? moments[index + 1] : []
      let first = index + 1 < sources.levels.count ? sources.levels[index + 1].lowerBound : 0
      unsafe mine.withDisjointWrites { mine in
        forEachChunk(of: cells.count, size: 64, scratch: { Panel<S>() }) { panel, range in
          // Safe: the columns of these cells belong to this range.
          guard let base = unsafe mine.base.baseAddress else { return }
          let chunk = range.map { cells.lowerBound + $0 }
          let leaves = chunk.filter { sources.cells[$0].isLeaf }
          let checks = DenseMatrix(
            rowCount: d, columnCount: leaves.count,
            values: leaves.flatMap { checkValues(of: $0, level, q, &panel) })
          let solved = level.basis.solve(checks)
          for (k, c) in leaves.enumerated() {
            unsafe panel.add(
              solved.values, column: k, of: d, to: base + (c - cells.lowerBound) * d)
          }
          guard !finer.isEmpty else { return }
          for octant in level.transfers.indices {
            let family = chunk.compactMap { c -> (Int, Int)? in
              let child = sources.cells[c].children.first { sources.cells[$0].octant == octant }
              return child.map { (c - cells.lowerBound, $0 - first) }
            }
            unsafe panel.multiply(
              [(.plain, level.transfers[octant])], finer, family, 1, into: base)
          }
        }
      }
      moments[index] = mine
    }
    return moments
  }

  /// W Σ_j K(x_l − y_j) q_j over the points of a leaf.
  private func checkValues(
    of c: Int, _ level: TreeLevel<S>, _ q: [S], _ panel: inout Panel<S>
  ) -> [S] {
    let cell = sources.cells[c]
    panel.leaf.removeAll()
    panel.leaf.append(cell.points, of: sources.points)
    let sums = panel.sums(
      kernel, of: level.basis.mirroredChecks, at: panel.leaf, about: sources.centre(cell),
      times: -level.unit, charges: q[cell.points])
    return zip(sums, level.basis.weights).map { $0 * S(real: $1) }
  }

  // MARK: Nodes to nodes

  /// The values at the nodes of all target cells: d × cells for each level with a basis.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private func downward(_ moments: [[S]], _ q: [S]) -> [[S]] {
    var locals = levels.indices.map { index -> [S] in
      guard index < targets.levels.count, let level = levels[index] else { return [] }
      return [S](repeating: S.zero, count: level.rank * targets.levels[index].count)
    }
    for index in levels.indices {
      guard let level = levels[index], level.rank > 0, !locals[index].isEmpty else { continue }
      let cells = targets.levels[index]
      let (d, schedule) = (level.rank, level.schedule)
      let parents = index > 0 ? locals[index - 1] : []
      let coarser = index > 0 ? levels[index - 1] : nil
      let above = index > 0 ? targets.levels[index - 1].lowerBound : 0
      let source = moments[index]
      let receivers = cells.filter { !toNodes[$0].isEmpty }
      unsafe locals[index].withDisjointWrites { mine in
        forEachChunk(of: cells.count, size: FarSchedule.size, scratch: { Panel<S>() }) {
          panel, range in
          // Safe: the columns of these cells belong to this range.
          guard let base = unsafe mine.base.baseAddress else { return }
          if !schedule.pieces.isEmpty {
            for group in schedule.pieces[range.lowerBound / FarSchedule.size] {
              let pairs = group.pairs.map { (Int(schedule.targets[$0]), Int(schedule.sources[$0])) }
              unsafe panel.multiply(
                level.blocks[group.offset].factors, source, pairs, S(real: level.factor), into: base
              )
            }
          }
          guard let coarser, coarser.rank > 0 else { return }
          let chunk = range.map { cells.lowerBound + $0 }
          for octant in coarser.transfers.indices {
            let family = chunk.compactMap { c -> (Int, Int)? in
              let cell = targets.cells[c]
              return cell.octant == octant ? (c - cells.lowerBound, cell.parent - above) : nil
            }
            // Mirrored points of a child are those of the opposite child.
            let turned = kernel.isEven ? octant : coarser.transfers.count - 1 - octant
            unsafe panel.multiply(
              [(.transposed, coarser.transfers[turned])], parents, family, 1, into: base)
          }
        }
        forEachChunk(of: receivers.count, size: 1, scratch: { Panel<S>() }) { panel, range in
          guard let base = unsafe mine.base.baseAddress else { return }
          for c in range.map({ receivers[$0] }) {
            panel.clear()
            for s in toNodes[c] { panel.take(sources.cells[Int(s)].points, of: sources.points, q) }
            var nodes = PointList()
            nodes.append(
              level.basis.nodes, times: (kernel.isEven ? 1 : -1) / level.unit,
              plus: targets.centre(targets.cells[c]))
            // Safe: the column of this cell is its own.
            unsafe panel.addSums(
              kernel, at: nodes, 0..<d, to: base + (c - cells.lowerBound) * d)
          }
        }
      }
    }
    return locals
  }

  // MARK: Nodes and points to targets

  /// The values at the targets, in the order of their tree.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private func evaluated(_ locals: [[S]], _ moments: [[S]], _ q: [S]) -> [S] {
    var sums = [S](repeating: S.zero, count: rowCount)
    guard !q.isEmpty else { return sums }
    unsafe sums.withDisjointWrites { sums in
      for index in targets.levels.indices {
        let cells = targets.levels[index]
        let leaves = cells.filter { targets.cells[$0].isLeaf }
        let level = levels[index]
        forEachChunk(of: leaves.count, size: 16, scratch: { Panel<S>() }) { panel, range in
          guard let base = unsafe sums.base.baseAddress else { return }
          var weights: DenseMatrix<S>?
          if let level, level.rank > 0 {
            let d = level.rank
            weights = level.basis.solveTransposed(
              DenseMatrix(
                rowCount: d, columnCount: range.count,
                values: range.flatMap { k in
                  let column = leaves[k] - cells.lowerBound
                  return locals[index][column * d..<(column + 1) * d]
                }))
          }
          for k in range {
            let c = leaves[k]
            let cell = targets.cells[c]
            // Safe: the points of this leaf are its own.
            let place = unsafe base + cell.points.lowerBound
            if let level, let weights {
              panel.leaf.removeAll()
              panel.leaf.append(cell.points, of: targets.points)
              unsafe panel.addProducts(
                kernel, of: level.basis.mirroredChecks, at: panel.leaf,
                about: targets.centre(cell), times: kernel.isEven ? -level.unit : level.unit,
                weights.values, column: k - range.lowerBound, to: place)
            }
            panel.clear()
            for s in near[c] { panel.take(sources.cells[Int(s)].points, of: sources.points, q) }
            for s in fromNodes[c] {
              let source = sources.cells[Int(s)]
              guard let level = levels[source.level] else { continue }
              panel.take(
                level.basis.nodes, times: 1 / level.unit, plus: sources.centre(source),
                moments[source.level],
                column: Int(s) - sources.levels[source.level].lowerBound)
            }
            unsafe panel.addSums(kernel, at: targets.points, cell.points, to: place)
          }
        }
      }
    }
    return sums
  }
}

extension FastMultipole {
  /// f_i of some targets, term by term.
  ///
  /// - Parameters:
  ///   - charges: One for each source.
  ///   - rows: Numbers of targets.
  /// - Complexity: As many values of the kernel as pairs.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func directSums(of charges: [S], at rows: [Int]) -> [S] {
    precondition(
      charges.count == columnCount, "\(charges.count) charges for \(columnCount) sources")
    let q = sources.order.map { charges[$0] }
    var place = [Int](repeating: 0, count: rowCount)
    for (k, i) in targets.order.enumerated() { place[i] = k }
    let points = PointList(rows.map { targets.points[place[$0]] })
    var sums = [S](repeating: S.zero, count: rows.count)
    unsafe sums.withDisjointWrites { sums in
      let everything = { @Sendable in
        var panel = Panel<S>()
        panel.take(0..<q.count, of: sources.points, q)
        return panel
      }
      forEachChunk(of: rows.count, size: 8, scratch: everything) { panel, range in
        guard let base = unsafe sums.base.baseAddress else { return }
        // Safe: these sums belong to this range.
        unsafe panel.addSums(kernel, at: points, range, to: base + range.lowerBound)
      }
    }
    return sums
  }
}
