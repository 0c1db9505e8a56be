internal import LinearAlgebra
internal import Meshes

/// The scratch of one thread for the terms on straight quadratic simplices: batches of cells, eight
/// of them side by side in all arithmetic, added to the rows one by one.
@safe final class QuadraticBatch {
  /// Cells that go together.
  private static let size = 128
  private let element: QuadraticElement
  private let dimension: Int
  private let corners: UnsafeMutablePointer<Double>
  private let chosen: UnsafeMutablePointer<Int32>
  private var columns: [[Double]] = [[], [], []]

  init(_ shape: CellShape) {
    element = QuadraticElement(shape)
    dimension = shape.dimension
    unsafe corners = .allocate(capacity: 12 * QuadraticBatch.size)
    unsafe corners.initialize(repeating: 0, count: 12 * QuadraticBatch.size)
    unsafe chosen = .allocate(capacity: QuadraticBatch.size)
    unsafe chosen.initialize(repeating: 0, count: QuadraticBatch.size)
  }

  deinit {
    unsafe corners.deallocate()
    unsafe chosen.deallocate()
  }

  /// Adds the terms on the straight cells of block `b` to the part's rows.
  func add(_ terms: QuadraticTerms, to target: PartTarget, _ b: Int) -> AssemblyError? {
    switch unsafe target.plan.maps[b] {
    case .bytes(let map): unsafe add(terms, to: target, b, map)
    case .words(let map): unsafe add(terms, to: target, b, map)
    case .longWords(let map): unsafe add(terms, to: target, b, map)
    case .search: nil
    }
  }

  private func add<Offset: ScatterOffset>(
    _ terms: QuadraticTerms, to target: PartTarget, _ b: Int, _ map: [Offset]
  ) -> AssemblyError? {
    let block = unsafe target.plan.blocks[b].block
    let result = unsafe target.withCells(b, map) { cells -> AssemblyError? in
      for (t, term) in terms.terms.enumerated() {
        let isActive = terms.active.terms.map { $0.contains(t) }
        if !isActive.contains(true) { continue }
        let output = unsafe target.outputs[term.term.output]
        var next = 0
        while true {
          let count = unsafe choose(cells.list, from: &next, terms, isActive)
          if count == 0 { break }
          unsafe gatherCorners(cells, count)
          let failure =
            unsafe term.term.constant == nil
            ? addVarying(term, cells, count, to: output, block)
            : addConstant(term, cells, count, to: output, block)
          if let failure { return failure }
        }
      }
      return nil
    }
    return result ?? nil
  }

  /// Collects the next active and straight cells; returns their number.
  // Safe: no more than `size` are collected.
  private func choose(
    _ list: UnsafeBufferPointer<Int32>, from next: inout Int, _ terms: QuadraticTerms,
    _ isActive: [Bool]
  ) -> Int {
    let (classOfCell, straight) = (terms.active.classOfCell, terms.straight)
    let isEverywhere = classOfCell == nil && straight == nil
    var count = 0
    while next < list.count && count < QuadraticBatch.size {
      let entry = unsafe list[next]
      next += 1
      if !isEverywhere {
        let cell = Int(entry < 0 ? ~entry : entry)
        if let classOfCell, !isActive[Int(classOfCell[cell])] { continue }
        if let straight, straight[cell] == 0 { continue }
      }
      unsafe chosen[count] = entry
      count += 1
    }
    return count
  }

  /// The coordinates of the corners of the chosen cells, axis by axis and corner by corner; the last
  /// cell is repeated up to a multiple of eight.
  // Safe: dofs are in range by construction of the space.
  private func gatherCorners<Offset: ScatterOffset>(_ cells: PartCells<Offset>, _ count: Int) {
    let (d, v, size) = (dimension, dimension + 1, QuadraticBatch.size)
    for i in 0..<QuadraticBatch.padded(count) {
      let entry = unsafe chosen[min(i, count - 1)]
      let dofs = unsafe cells.dofs + Int(entry < 0 ? ~entry : entry) * cells.count
      for k in 0..<v {
        let x = unsafe cells.coordinates + Int(dofs[k]) * d
        for axis in 0..<d { unsafe corners[(axis * v + k) * size + i] = x[axis] }
      }
    }
  }

  private static func padded(_ count: Int) -> Int { (count + 7) & ~7 }

  /// The geometry of cells `first` to `first + 7` of the batch.
  private func geometry(
    _ first: Int, _ count: Int, _ block: Int
  ) -> Result<QuadraticGeometry, QuadraticFailure> {
    let geometry = unsafe QuadraticGeometry(
      corners + first, size: QuadraticBatch.size, dimension)
    guard let bad = geometry.firstDegenerate else { return .success(geometry) }
    let entry = unsafe chosen[min(first + bad, count - 1)]
    return .failure(
      QuadraticFailure(
        error: .degenerateCell(block: block, cell: Int(entry < 0 ? ~entry : entry))))
  }

  private func addConstant<Offset: ScatterOffset>(
    _ term: QuadraticTerm, _ cells: PartCells<Offset>, _ count: Int,
    to output: UnsafeMutablePointer<Double>, _ block: Int
  ) -> AssemblyError? {
    let isMass = term.term.table.form == .mass
    let failure = unsafe term.term.table.totalRows.withUnsafeBufferPointer {
      upper -> AssemblyError? in
      for first in stride(from: 0, to: count, by: 8) {
        switch geometry(first, count, block) {
        case .failure(let failure): return failure.error
        case .success(let geometry):
          if isMass, let upper = upper.baseAddress {
            unsafe element.expandMass(geometry.determinant * term.constant[0], upper)
          } else {
            unsafe geometry.write(term.constant, isTensor: term.isTensor, to: element.a)
            element.expandConstant()
          }
        }
        unsafe scatter(cells, first, min(8, count - first), to: output)
      }
      return nil
    }
    return failure
  }

  private func addVarying<Offset: ScatterOffset>(
    _ term: QuadraticTerm, _ cells: PartCells<Offset>, _ count: Int,
    to output: UnsafeMutablePointer<Double>, _ block: Int
  ) -> AssemblyError? {
    let stride = QuadraticBatch.padded(count)
    writePoints(term, stride)
    let values = term.term.coefficient.values(atColumns: columns)[0]
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      return .notFinite(
        region: term.term.region, point: columns.prefix(dimension).map { $0[bad] })
    }
    let one = SIMD8<Double>(repeating: 1)
    return unsafe withPointers(values, term.moments, [0], [0]) { values, moments, _, _ in
      for first in Swift.stride(from: 0, to: count, by: 8) {
        switch geometry(first, count, block) {
        case .failure(let failure): return failure.error
        case .success(let geometry):
          unsafe geometry.write(one, isTensor: false, to: element.a)
        }
        unsafe writeMoments(values + first, stride, moments, term.term.table.rule.count)
        element.expand()
        unsafe scatter(cells, first, min(8, count - first), to: output)
      }
      return nil
    }
  }

  /// The quadrature points of the batch, one point of all cells after the other.
  private func writePoints(_ term: QuadraticTerm, _ stride: Int) {
    let (v, size, pointCount) = (dimension + 1, QuadraticBatch.size, term.term.table.rule.count)
    for axis in 0..<3 where columns[axis].count != stride * pointCount {
      columns[axis] = [Double](repeating: 0, count: stride * pointCount)
    }
    unsafe term.places.withUnsafeBufferPointer { lambda in
      for axis in 0..<dimension {
        unsafe columns[axis].withUnsafeMutableBufferPointer { column in
          guard let base = column.baseAddress else { return }
          for q in 0..<pointCount {
            let x = unsafe base + q * stride
            for k in 0..<v {
              let (weight, corner) = unsafe (
                lambda[q * v + k], corners + (axis * v + k) * size
              )
              if k == 0 {
                for i in 0..<stride { unsafe x[i] = weight * corner[i] }
              } else {
                for i in 0..<stride { unsafe x[i] += weight * corner[i] }
              }
            }
          }
        }
      }
    }
  }

  /// D of eight cells from the values of the coefficient, `stride` cells from point to point.
  private func writeMoments(
    _ values: UnsafePointer<Double>, _ stride: Int, _ moments: UnsafePointer<Double>,
    _ pointCount: Int
  ) {
    let v = dimension + 1
    let d = unsafe element.d
    for i in 0..<v {
      for j in i..<v {
        var sum = SIMD8<Double>.zero
        for q in 0..<pointCount {
          let value = unsafe UnsafeRawPointer(values + q * stride)
            .loadUnaligned(as: SIMD8<Double>.self)
          unsafe sum += moments[(q * v + i) * v + j] * value
        }
        unsafe (d[i * v + j], d[j * v + i]) = (sum, sum)
      }
    }
  }

  /// Adds the matrices of `count` of the eight cells to the rows of the part.
  private func scatter<Offset: ScatterOffset>(
    _ cells: PartCells<Offset>, _ first: Int, _ count: Int,
    to values: UnsafeMutablePointer<Double>
  ) {
    if element.count == 10 {
      unsafe scatter(10, cells, first, count, to: values)
    } else {
      unsafe scatter(6, cells, first, count, to: values)
    }
  }

  // Safe: offsets point into the rows they were made for; the rows belong to the part.
  @inline(__always)
  private func scatter<Offset: ScatterOffset>(
    _ n: Int, _ cells: PartCells<Offset>, _ first: Int, _ count: Int,
    to values: UnsafeMutablePointer<Double>
  ) {
    guard let map = unsafe cells.map else { return }
    let (dofs, rowStart) = unsafe (cells.dofs, cells.rowStart)
    let (partOfDof, part) = unsafe (cells.partOfDof, cells.part)
    let entries = unsafe UnsafeMutableRawPointer(element.entries)
      .assumingMemoryBound(to: Double.self)
    for lane in 0..<count {
      let entry = unsafe chosen[first + lane]
      let cell = Int(entry < 0 ? ~entry : entry)
      let mine = unsafe dofs + n * cell
      for i in 0..<n {
        let dof = unsafe Int(mine[i])
        if unsafe entry < 0 && partOfDof[dof] != part { continue }
        let row = unsafe values + rowStart[dof]
        let offsets = unsafe map + (cell * n + i) * n
        let source = unsafe entries + (8 * n * i + lane)
        for j in 0..<n { unsafe row[Int(truncatingIfNeeded: offsets[j])] += source[8 * j] }
      }
    }
  }
}

/// Why a batch could not be added.
private struct QuadraticFailure: Error { let error: AssemblyError }
