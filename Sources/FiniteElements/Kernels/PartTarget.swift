internal import LinearAlgebra

/// An array whose numbers are still to be written: clearing them first would be a second pass
/// through memory.
func uninitializedNumbers<Number: BitwiseCopyable>(_ count: Int) -> [Number] {
  unsafe [Number](unsafeUninitializedCapacity: count) { $1 = count }
}

/// The rows of all outputs that one part owns.
@unsafe struct PartTarget {
  let plan: AssemblyPlan
  let part: Int
  let isMatrix: Bool
  /// The first value of each matrix or vector.
  let outputs: [UnsafeMutablePointer<Double>]

  /// For each block of the plan, the class of each cell.
  let classOfCell: [[UInt16]?]

  init(
    _ plan: AssemblyPlan, _ part: Int, _ isMatrix: Bool, _ outputs: [DisjointWrites<Double>],
    _ classOfCell: [[UInt16]?]
  ) {
    unsafe self.plan = plan
    unsafe self.part = part
    unsafe self.isMatrix = isMatrix
    unsafe self.outputs = unsafe outputs.compactMap { unsafe $0.base.baseAddress }
    unsafe self.classOfCell = classOfCell
  }

  /// The rows of the part.
  var rows: ArraySlice<Int32> {
    let parts = unsafe plan.parts
    return unsafe parts.dofs[parts.start[part]..<parts.start[part + 1]]
  }

  /// The number of values in the rows.
  var valueCount: Int {
    let rowStart = unsafe plan.pattern.rowStart
    return unsafe rows.reduce(0) { $0 + rowStart[Int($1) + 1] - rowStart[Int($1)] }
  }

  /// Sets the rows of some outputs to zero, which also brings them into the cache.
  func clear(_ indices: [Int]) {
    let rowStart = unsafe plan.pattern.rowStart
    for k in indices {
      let output = unsafe outputs[k]
      for row in unsafe rows {
        if unsafe isMatrix {
          let start = rowStart[Int(row)]
          unsafe (output + start).update(repeating: 0, count: rowStart[Int(row) + 1] - start)
        } else {
          unsafe output[Int(row)] = 0
        }
      }
    }
  }

  /// Writes values that lie side by side to the rows of their outputs.
  func unpack<L: Lanes>(_ values: UnsafePointer<L>, _ indices: [Int]) {
    let rowStart = unsafe plan.pattern.rowStart
    let a = unsafe outputs[indices[0]]
    let b = unsafe outputs[indices[indices.count > 1 ? 1 : 0]]
    let c = unsafe indices.count > 2 ? outputs[indices[2]] : nil
    let d = unsafe indices.count > 3 ? outputs[indices[3]] : nil
    var next = unsafe values
    for row in unsafe rows {
      let (start, end) = (rowStart[Int(row)], rowStart[Int(row) + 1])
      for k in start..<end {
        unsafe a[k] = unsafe next[k - start][lane: 0]
        unsafe b[k] = unsafe next[k - start][lane: 1]
        if let c = unsafe c { unsafe c[k] = unsafe next[k - start][lane: 2] }
        if let d = unsafe d { unsafe d[k] = unsafe next[k - start][lane: 3] }
      }
      unsafe next += end - start
    }
  }

  /// Writes the multiples of unit matrices, and multiplies these last.
  func multiply(_ multiples: [Multiple]) {
    let rowStart = unsafe plan.pattern.rowStart
    let last = multiples.filter { $0.output == $0.unit && $0.factor != 1 }
    for multiple in multiples.filter({ $0.output != $0.unit }) + last {
      let (from, to) = unsafe (outputs[multiple.unit], outputs[multiple.output])
      let factor = multiple.factor
      for row in unsafe rows {
        for k in rowStart[Int(row)]..<rowStart[Int(row) + 1] { unsafe to[k] = factor * from[k] }
      }
    }
  }
}

/// What a kernel reads while it goes through the cells of one block in one part.
///
/// The pointers are valid within the closure of `withCells` only; every index is in range because
/// the plan was built from checked cells.
@unsafe struct PartCells<Offset: ScatterOffset> {
  /// Entries of the part's list of cells.
  let list: UnsafeBufferPointer<Int32>
  /// The dofs of all cells of the block, `count` each.
  let dofs: UnsafePointer<Int32>
  let count: Int
  /// The coordinates of all dofs.
  let coordinates: UnsafePointer<Double>
  let partOfDof: UnsafePointer<UInt16>
  let part: UInt16
  let rowStart: UnsafePointer<Int>
  let column: UnsafePointer<Int32>
  /// The offsets of all cells of the block, `count * count` each; nil if they must be searched.
  let map: UnsafePointer<Offset>?
}

extension PartTarget {
  /// Lends what a kernel needs for block `b` of the plan; does nothing if the part has no such cell.
  func withCells<Offset: ScatterOffset, Result>(
    _ b: Int, _ map: [Offset]?, _ body: (PartCells<Offset>) -> Result
  ) -> Result? {
    let block = unsafe plan.blocks[b]
    let range = unsafe block.lists.start[part]..<block.lists.start[part + 1]
    if range.isEmpty { return nil }
    let pattern = unsafe plan.pattern
    return unsafe withPointers(
      block.lists.cells, block.dofs, plan.space.dofCoordinates, plan.parts.partOfDof
    ) { cells, dofs, coordinates, partOfDof in
      unsafe withPointers(pattern.rowStart, pattern.column, map ?? [], [0]) {
        rowStart, column, offsets, _ in
        unsafe body(
          PartCells(
            list: UnsafeBufferPointer(start: cells + range.lowerBound, count: range.count),
            dofs: dofs, count: block.count, coordinates: coordinates, partOfDof: partOfDof,
            part: UInt16(truncatingIfNeeded: part), rowStart: rowStart, column: column,
            map: map == nil ? nil : offsets))
      }
    }
  }
}

/// Lends the storage of four arrays; the pointer of an empty array must not be read.
func withPointers<A, B, C, D, Result>(
  _ a: [A], _ b: [B], _ c: [C], _ d: [D],
  _ body: (UnsafePointer<A>, UnsafePointer<B>, UnsafePointer<C>, UnsafePointer<D>) -> Result
) -> Result {
  // An array's pointer is never nil when it is passed as an argument, not even of an empty array.
  func lend(
    _ a: UnsafePointer<A>, _ b: UnsafePointer<B>, _ c: UnsafePointer<C>, _ d: UnsafePointer<D>
  ) -> Result { unsafe body(a, b, c, d) }
  return unsafe lend(a, b, c, d)
}
