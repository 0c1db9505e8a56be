internal import LinearAlgebra

/// Where each entry of each element matrix lies within its row: for entry (i, j) of a cell, the
/// offset of column j in row i, one number of as few bits as the longest row allows. This is what makes a second
/// assembly fast, and at eight bits it is smaller than the list of the cells' dofs squared.
enum ScatterMap: Sendable {
  /// Rows of at most 256 entries.
  case bytes([UInt8])
  /// Rows of at most 65 536 entries.
  case words([UInt16])
  /// Longer rows: a hub with very many neighbours.
  case longWords([UInt32])
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
              unsafe columns.base[part] = unsafe gatherer.rows(
                parts, part, blocks, localRow, length, maps)
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
    var local: [Int32] = uninitializedNumbers(dofCount)
    unsafe local.withDisjointWrites { local in
      forEachChunk(of: parts.partCount, size: 1) { range in
        for part in range {
          for k in parts.start[part]..<parts.start[part + 1] {
            unsafe local.base[Int(parts.dofs[k])] = Int32(
              truncatingIfNeeded: k - parts.start[part])
          }
        }
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
