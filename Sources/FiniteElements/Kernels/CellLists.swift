internal import LinearAlgebra

/// For each part of the dofs, the cells of one block that touch it, ascending.
///
/// A cell across the border of parts stands in the list of each: its integrals are computed again
/// there, and each part adds only the rows that it owns. So no two threads write to one row, and
/// every entry is summed in the order of the cells.
struct CellLists: Sendable {
  /// Where the list of each part begins; one more number than parts.
  let start: [Int]
  /// The number of the cell, or its complement (`~cell` < 0) if some of its dofs are in other parts.
  let cells: [Int32]

  /// - Parameters:
  ///   - dofs: The dofs of the cells, cell after cell; cells with a negative dof are left out.
  ///   - count: The number of dofs of a cell.
  init(dofs: [Int32], count: Int, partOfDof: [UInt16], partCount: Int) {
    let cellCount = dofs.count / count
    let chunkSize = max(1 << 14, partCount * 16)
    let chunkCount = (cellCount + chunkSize - 1) / chunkSize
    // How many cells of each chunk belong to each part; then where the chunk writes them.
    var places = [Int](repeating: 0, count: chunkCount * partCount)
    unsafe places.withDisjointWrites { places in
      forEachChunk(of: cellCount, size: chunkSize) { range in
        guard let base = unsafe places.base.baseAddress else { return }
        let mine = unsafe base + range.lowerBound / chunkSize * partCount
        CellLists.forEachPart(range, dofs, count, partOfDof) { part, _ in
          unsafe mine[part] += 1
        }
      }
    }
    var start = [Int](repeating: 0, count: partCount + 1)
    var total = 0
    for part in 0..<partCount {
      start[part] = total
      for chunk in 0..<chunkCount {
        let number = places[chunk * partCount + part]
        places[chunk * partCount + part] = total
        total += number
      }
    }
    start[partCount] = total
    var cells: [Int32] = uninitializedNumbers(total)
    unsafe places.withDisjointWrites { places in
      unsafe cells.withDisjointWrites { cells in
        forEachChunk(of: cellCount, size: chunkSize) { range in
          guard let base = unsafe places.base.baseAddress else { return }
          let mine = unsafe base + range.lowerBound / chunkSize * partCount
          CellLists.forEachPart(range, dofs, count, partOfDof) { part, entry in
            unsafe cells.base[mine[part]] = entry
            unsafe mine[part] += 1
          }
        }
      }
    }
    self.start = start
    self.cells = cells
  }

  /// Calls `body` with each part that a cell of the range touches, and the entry for its list.
  // Safe: every dof of a cell is below the number of dofs, by the construction of the DofMap.
  @inline(__always)
  private static func forEachPart(
    _ range: Range<Int>, _ dofs: [Int32], _ count: Int, _ partOfDof: [UInt16],
    _ body: (Int, Int32) -> Void
  ) {
    unsafe dofs.withUnsafeBufferPointer { dofs in
      unsafe partOfDof.withUnsafeBufferPointer { partOfDof in
        for cell in range {
          guard let mine = unsafe dofs.baseAddress.map({ unsafe $0 + cell * count }) else { return }
          let firstDof = unsafe Int(mine[0])
          var loose = firstDof < 0
          let first = loose ? 0 : unsafe partOfDof[firstDof]
          var whole = true
          for k in 1..<max(count, 1) {
            let dof = unsafe Int(mine[k])
            if dof < 0 { loose = true } else if unsafe partOfDof[dof] != first { whole = false }
          }
          if loose { continue }
          let number = Int32(truncatingIfNeeded: cell)
          if whole {
            body(Int(first), number)
            continue
          }
          for k in 0..<count {
            let part = unsafe partOfDof[Int(mine[k])]
            var isNew = true
            for l in 0..<k where unsafe partOfDof[Int(mine[l])] == part { isNew = false }
            if isNew { body(Int(part), ~number) }
          }
        }
      }
    }
  }
}
