internal import LinearAlgebra

/// Where each entry of each element matrix lies within its row: for entry (i, j) of a cell, the
/// offset of column j in row i, one number of eight or sixteen bits. This is what makes a second
/// assembly fast, and at eight bits it is smaller than the list of the cells' dofs squared.
enum ScatterMap: Sendable {
  /// Rows of at most 256 entries.
  case bytes([UInt8])
  /// Rows of at most 65 536 entries.
  case words([UInt16])
  /// Not stored: offsets are searched in the row. For boundary cells, which are few.
  case search
}

/// A number of a scatter map.
typealias ScatterOffset = BitwiseCopyable & FixedWidthInteger & Sendable & UnsignedInteger

/// The dofs of one block's cells and their lists by parts.
struct PlanBlock: Sendable {
  /// The index of the block in the mesh.
  let block: Int
  /// The number of dofs of a cell.
  let count: Int
  /// The dofs, cell after cell.
  let dofs: [Int32]
  /// The cells that touch each part.
  let lists: CellLists
}

/// Builds the pattern of a space part by part, row by row, straight from the cells around each dof.
///
/// No list of all (row, column) pairs is ever made: the cells around the dofs of one part are
/// collected in a scratch of a few hundred kilobytes, each row gathers its columns with a marker
/// array, and the offsets of the scatter maps are read from the same array while the row is at hand.
struct PatternBuilder<Offset: ScatterOffset> {
  private(set) var rowStart: [Int]
  private(set) var column: [Int32]
  /// For each block, the offsets, `count * count` a cell.
  private(set) var maps: [[Offset]]

  /// nil if a row is too long for the offsets.
  init?(_ blocks: [PlanBlock], _ parts: Bisection, dofCount: Int) {
    var length = [Int32](repeating: 0, count: dofCount)
    var columns = [[Int32]](repeating: [], count: parts.partCount)
    let localRow = PatternBuilder.localRows(parts, dofCount)
    maps = blocks.map { block in
      uninitializedNumbers(block.dofs.count * block.count)
    }
    rowStart = []
    column = []
    unsafe PatternBuilder.lend(&maps, 0, []) { maps in
      unsafe length.withDisjointWrites { length in
        unsafe columns.withDisjointWrites { columns in
          forEachChunk(of: parts.partCount, size: 1, scratch: { RowGatherer(dofCount) }) {
            gatherer, range in
            for part in range {
              let rows = parts.dofs[parts.start[part]..<parts.start[part + 1]]
              unsafe columns.base[part] = unsafe gatherer.rows(
                Array(rows), part: part, blocks, parts.partOfDof, localRow, length, maps)
            }
          }
        }
      }
    }
    guard (length.max() ?? 0) <= Int(Offset.max) + 1 else { return nil }
    var start = [Int](repeating: 0, count: dofCount + 1)
    for row in 0..<dofCount { start[row + 1] = start[row] + Int(length[row]) }
    var all: [Int32] = uninitializedNumbers(start[dofCount])
    let rowStart = start
    unsafe columns.withDisjointWrites { columns in
      unsafe all.withDisjointWrites { all in
        forEachChunk(of: parts.partCount, size: 1) { range in
          for part in range {
            var place = 0
            unsafe columns.base[part].withUnsafeBufferPointer { source in
              guard let from = source.baseAddress, let to = unsafe all.base.baseAddress else {
                return
              }
              for k in parts.start[part]..<parts.start[part + 1] {
                let row = Int(parts.dofs[k])
                let count = rowStart[row + 1] - rowStart[row]
                unsafe (to + rowStart[row]).update(from: from + place, count: count)
                place += count
              }
            }
            unsafe columns.base[part] = []
          }
        }
      }
    }
    self.rowStart = rowStart
    column = all
  }

  /// The place of each dof within its part.
  private static func localRows(_ parts: Bisection, _ dofCount: Int) -> [Int32] {
    var local = [Int32](repeating: 0, count: dofCount)
    for part in 0..<parts.partCount {
      for k in parts.start[part]..<parts.start[part + 1] {
        local[Int(parts.dofs[k])] = Int32(truncatingIfNeeded: k - parts.start[part])
      }
    }
    return local
  }

  /// Lends all maps at once to a parallel loop.
  private static func lend(
    _ maps: inout [[Offset]], _ index: Int, _ lent: [DisjointWrites<Offset>],
    _ body: ([DisjointWrites<Offset>]) -> Void
  ) {
    guard index < maps.count else { return unsafe body(lent) }
    var mine: [Offset] = []
    swap(&mine, &maps[index])
    unsafe mine.withDisjointWrites { writes in
      unsafe lend(&maps, index + 1, lent + [writes], body)
    }
    swap(&mine, &maps[index])
  }
}

/// The scratch of one thread: it gathers rows.
private struct RowGatherer {
  /// For each dof, its place in the list of all columns this thread has gathered so far. Places grow
  /// from row to row, so an old mark is below the beginning of the present row: nothing is cleared.
  private var mark: [Int]
  private var base = 1
  /// The cells around the dofs of a part, packed as 16 cell + index in the cell; by blocks.
  private var around: [[UInt]] = []
  private var aroundStart: [[Int32]] = []

  init(_ dofCount: Int) { mark = [Int](repeating: 0, count: dofCount) }

  /// The columns of the given rows, one row after the other.
  // Safe: dofs, cells and parts are in range by construction; rows of one part are written by the
  // one thread that has the part.
  mutating func rows<Offset: ScatterOffset>(
    _ rows: [Int32], part: Int, _ blocks: [PlanBlock], _ partOfDof: [UInt16],
    _ localRow: [Int32], _ length: DisjointWrites<Int32>, _ maps: [DisjointWrites<Offset>]
  ) -> [Int32] {
    collectCells(rows.count, part, blocks, partOfDof, localRow)
    var columns: [Int32] = []
    columns.reserveCapacity(rows.count * 16)
    for row in rows.indices {
      let first = columns.count
      for (b, block) in blocks.enumerated() {
        gather(row, b, block, first, &columns)
      }
      columns[first...].sort()
      for k in first..<columns.count { mark[Int(columns[k])] = base + k - first }
      for (b, block) in blocks.enumerated() {
        unsafe writeOffsets(row, b, block, maps[b])
      }
      unsafe length.base[Int(rows[row])] = Int32(truncatingIfNeeded: columns.count - first)
      base += columns.count - first
    }
    return columns
  }

  private mutating func collectCells(
    _ rowCount: Int, _ part: Int, _ blocks: [PlanBlock], _ partOfDof: [UInt16],
    _ localRow: [Int32]
  ) {
    around = []
    aroundStart = []
    for block in blocks {
      let entries = block.lists.cells[block.lists.start[part]..<block.lists.start[part + 1]]
      var start = [Int32](repeating: 0, count: rowCount + 2)
      for entry in entries {
        let cell = Int(entry < 0 ? ~entry : entry)
        for k in cell * block.count..<(cell + 1) * block.count {
          let dof = Int(block.dofs[k])
          if Int(partOfDof[dof]) == part { start[Int(localRow[dof]) + 2] += 1 }
        }
      }
      for row in 0..<rowCount { start[row + 2] += start[row + 1] }
      var cells = [UInt](repeating: 0, count: Int(start[rowCount + 1]))
      for entry in entries {
        let cell = Int(entry < 0 ? ~entry : entry)
        for k in 0..<block.count {
          let dof = Int(block.dofs[cell * block.count + k])
          guard Int(partOfDof[dof]) == part else { continue }
          let row = Int(localRow[dof])
          cells[Int(start[row + 1])] = UInt(cell * 16 + k)
          start[row + 1] += 1
        }
      }
      around.append(cells)
      aroundStart.append(start)
    }
  }

  private mutating func gather(
    _ row: Int, _ b: Int, _ block: PlanBlock, _ first: Int, _ columns: inout [Int32]
  ) {
    for k in Int(aroundStart[b][row])..<Int(aroundStart[b][row + 1]) {
      let cell = Int(around[b][k] >> 4)
      for d in cell * block.count..<(cell + 1) * block.count {
        let dof = block.dofs[d]
        if mark[Int(dof)] < base {
          mark[Int(dof)] = base
          columns.append(dof)
        }
      }
    }
  }

  private func writeOffsets<Offset: ScatterOffset>(
    _ row: Int, _ b: Int, _ block: PlanBlock, _ map: DisjointWrites<Offset>
  ) {
    let count = block.count
    for k in Int(aroundStart[b][row])..<Int(aroundStart[b][row + 1]) {
      let (cell, i) = (Int(around[b][k] >> 4), Int(around[b][k] & 15))
      for j in 0..<count {
        unsafe map.base[(cell * count + i) * count + j] = Offset(
          truncatingIfNeeded: mark[Int(block.dofs[cell * count + j])] - base)
      }
    }
  }
}
