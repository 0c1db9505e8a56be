internal import LinearAlgebra

/// The scratch of one thread, which gathers the rows of a pattern.
struct RowGatherer {
  /// For each dof, its place in the list of all columns this thread has gathered so far, from 1.
  /// Places grow from row to row, so an old mark is below the present row's base: nothing is cleared.
  private var mark: [UInt32]
  private var base: UInt32 = 1
  /// For each block, the cells around each dof of the part, packed as 32 cell + index in the cell.
  private var around: [[UInt]] = []
  private var aroundStart: [[Int32]] = []
  /// The columns of the part's rows.
  private var columns: [Int32] = []

  init(_ dofCount: Int) { mark = [UInt32](repeating: 0, count: dofCount) }

  /// The columns of the rows of a part, one row after the other; their numbers and the offsets of
  /// all element entries in these rows are written.
  ///
  /// - Parameters:
  ///   - localRow: The place of each dof within its part.
  ///   - length: Gets the number of columns of each row.
  ///   - maps: For each block, gets the offsets.
  // Safe: dofs, cells and parts are in range by construction; the rows of one part are written by
  // the one thread that has the part.
  mutating func rows<Offset: ScatterOffset>(
    _ parts: Bisection, _ part: Int, _ blocks: [PlanBlock], _ localRow: [Int32],
    _ length: DisjointWrites<Int32>, _ maps: [DisjointWrites<Offset>]
  ) -> [Int32] {
    let rows = parts.start[part]..<parts.start[part + 1]
    around.removeAll(keepingCapacity: true)
    aroundStart.removeAll(keepingCapacity: true)
    for block in blocks {
      collectCells(rows.count, part, block, parts.partOfDof, localRow)
    }
    // Each row adds at most all dofs of all cells around it.
    let bound = zip(around, blocks).reduce(rows.count) { $0 + $1.0.count * ($1.1.count - 1) }
    if columns.count < bound { columns = uninitializedNumbers(bound) }
    // The marks of a part fit below 2^32 or start anew.
    if UInt(base) + UInt(bound) + 1 > UInt(UInt32.max) {
      for k in mark.indices { mark[k] = 0 }
      base = 1
    }
    var count = 0
    unsafe columns.withUnsafeMutableBufferPointer { columns in
      unsafe mark.withUnsafeMutableBufferPointer { mark in
        guard let columns = columns.baseAddress, let mark = mark.baseAddress else { return }
        for row in 0..<rows.count {
          let mine = unsafe columns + count
          var found = 0
          for (b, block) in blocks.enumerated() {
            unsafe RowGatherer.gather(
              around[b], aroundStart[b], row, block, base, mark, mine, &found)
          }
          unsafe sortAscending(mine, found)
          for k in 0..<found {
            unsafe mark[Int(mine[k])] = base &+ UInt32(truncatingIfNeeded: k)
          }
          for (b, block) in blocks.enumerated() {
            unsafe RowGatherer.writeOffsets(
              around[b], aroundStart[b], row, block, base, mark, maps[b])
          }
          unsafe length.base[Int(parts.dofs[rows.lowerBound + row])] =
            Int32(truncatingIfNeeded: found)
          base += UInt32(truncatingIfNeeded: found)
          count += found
        }
      }
    }
    return Array(columns[0..<count])
  }

  /// Lists the cells around each dof of the part, by counting.
  private mutating func collectCells(
    _ rowCount: Int, _ part: Int, _ block: PlanBlock, _ partOfDof: [UInt16], _ localRow: [Int32]
  ) {
    let n = block.count
    let range = block.lists.start[part]..<block.lists.start[part + 1]
    let mine = UInt16(truncatingIfNeeded: part)
    var start = [Int32](repeating: 0, count: rowCount + 2)
    var cells: [UInt] = []
    unsafe withPointers(block.lists.cells, block.dofs, partOfDof, localRow) {
      list, dofs, partOfDof, localRow in
      unsafe start.withUnsafeMutableBufferPointer { start in
        for k in range {
          let entry = unsafe list[k]
          let d = unsafe dofs + Int(entry < 0 ? ~entry : entry) * n
          for i in 0..<n {
            let dof = unsafe Int(d[i])
            if unsafe entry < 0 && partOfDof[dof] != mine { continue }
            unsafe start[Int(localRow[dof]) + 2] += 1
          }
        }
        for row in 0..<rowCount { unsafe start[row + 2] += start[row + 1] }
        cells = uninitializedNumbers(unsafe Int(start[rowCount + 1]))
        unsafe cells.withUnsafeMutableBufferPointer { cells in
          for k in range {
            let entry = unsafe list[k]
            let cell = Int(entry < 0 ? ~entry : entry)
            let d = unsafe dofs + cell * n
            for i in 0..<n {
              let dof = unsafe Int(d[i])
              if unsafe entry < 0 && partOfDof[dof] != mine { continue }
              let row = unsafe Int(localRow[dof]) + 1
              unsafe cells[Int(start[row])] = UInt(truncatingIfNeeded: cell * 32 + i)
              unsafe start[row] += 1
            }
          }
        }
      }
    }
    around.append(cells)
    aroundStart.append(start)
  }

  /// Appends the dofs around a row that have no mark yet.
  @inline(__always)
  private static func gather(
    _ around: [UInt], _ start: [Int32], _ row: Int, _ block: PlanBlock, _ base: UInt32,
    _ mark: UnsafeMutablePointer<UInt32>, _ columns: UnsafeMutablePointer<Int32>,
    _ found: inout Int
  ) {
    let n = block.count
    unsafe withPointers(around, start, block.dofs, [0]) { around, start, dofs, _ in
      var last = found
      for k in unsafe Int(start[row])..<Int(start[row + 1]) {
        let d = unsafe dofs + Int(around[k] >> 5) * n
        for i in 0..<n {
          let dof = unsafe d[i]
          if unsafe mark[Int(dof)] < base {
            unsafe mark[Int(dof)] = base
            unsafe columns[last] = dof
            last += 1
          }
        }
      }
      found = last
    }
  }

  /// Writes the offsets of the marked columns.
  @inline(__always)
  private static func writeOffsets<Offset: ScatterOffset>(
    _ around: [UInt], _ start: [Int32], _ row: Int, _ block: PlanBlock, _ base: UInt32,
    _ mark: UnsafeMutablePointer<UInt32>, _ map: DisjointWrites<Offset>
  ) {
    let n = block.count
    guard let map = unsafe map.base.baseAddress else { return }
    unsafe withPointers(around, start, block.dofs, [0]) { around, start, dofs, _ in
      for k in unsafe Int(start[row])..<Int(start[row + 1]) {
        let (cell, i) = unsafe (Int(around[k] >> 5), Int(around[k] & 31))
        let d = unsafe dofs + cell * n
        let target = unsafe map + (cell * n + i) * n
        for j in 0..<n {
          unsafe target[j] = unsafe Offset(truncatingIfNeeded: mark[Int(d[j])] &- base)
        }
      }
    }
  }
}

/// Sorts a short list in place.
@inline(__always)
private func sortAscending(_ list: UnsafeMutablePointer<Int32>, _ count: Int) {
  if count > 40 {
    var whole = unsafe UnsafeMutableBufferPointer(start: list, count: count)
    unsafe whole.sort()
    return
  }
  for k in 1..<max(count, 1) {
    let value = unsafe list[k]
    var hole = k
    while unsafe hole > 0 && list[hole - 1] > value {
      unsafe list[hole] = list[hole - 1]
      hole -= 1
    }
    unsafe list[hole] = value
  }
}
