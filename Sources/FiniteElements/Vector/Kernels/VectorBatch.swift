internal import LinearAlgebra
internal import Meshes

/// The scratch of one thread, and the general kernel of vector forms: every shape, degree,
/// coefficient and geometry, a batch of cells at a time so that varying coefficients are evaluated
/// over many points at once.
struct VectorBatch {
  /// Cells that go together.
  static let size = 64
  private var chosen: [Int] = []
  private var columns: [[Double]] = [[], [], []]
  private var cellNumbers: [Int32] = []
  private var cell: VectorCell

  init(_ space: VectorSpace) { cell = VectorCell(space) }

  /// Adds the active terms on the cells of block `b` to the part's rows.
  mutating func add(
    _ terms: [VectorSweepTerm], _ active: ActiveTerms, to target: PartTarget, _ b: Int
  ) -> AssemblyError? {
    if active.isEmpty { return nil }
    switch unsafe target.plan.maps[b] {
    case .bytes(let map): return unsafe add(terms, active, to: target, b, map)
    case .words(let map): return unsafe add(terms, active, to: target, b, map)
    case .longWords(let map): return unsafe add(terms, active, to: target, b, map)
    case .search:
      let none: [UInt8]? = nil
      return unsafe add(terms, active, to: target, b, none)
    }
  }

  private mutating func add<Offset: ScatterOffset>(
    _ terms: [VectorSweepTerm], _ active: ActiveTerms, to target: PartTarget, _ b: Int,
    _ map: [Offset]?
  ) -> AssemblyError? {
    let block = unsafe target.plan.blocks[b].block
    let isActive = terms.indices.map { t in active.terms.map { $0.contains(t) } }
    let result = unsafe target.withCells(b, map) { cells -> AssemblyError? in
      for first in unsafe stride(from: 0, to: cells.list.count, by: VectorBatch.size) {
        let entries = unsafe UnsafeBufferPointer(
          rebasing: cells.list[first..<min(first + VectorBatch.size, cells.list.count)])
        for (t, term) in terms.enumerated() {
          chosen.removeAll(keepingCapacity: true)
          for i in entries.indices {
            let entry = unsafe entries[i]
            let number = Int(entry < 0 ? ~entry : entry)
            if isActive[t][Int(active.classOfCell?[number] ?? 0)] { chosen.append(i) }
          }
          if chosen.isEmpty { continue }
          let output = unsafe target.outputs[term.output]
          if let error = unsafe add(term, entries, cells, output, block) { return error }
        }
      }
      return nil
    }
    return result ?? nil
  }

  /// Adds one term on the chosen cells of a batch.
  private mutating func add<Offset: ScatterOffset>(
    _ term: VectorSweepTerm, _ entries: UnsafeBufferPointer<Int32>, _ cells: PartCells<Offset>,
    _ output: UnsafeMutablePointer<Double>, _ block: Int
  ) -> AssemblyError? {
    let table = term.table
    var components: [[Double]] = []
    if term.constant == nil {
      unsafe writePoints(table, entries, cells)
      if let inputs = term.inputs {
        cellNumbers.removeAll(keepingCapacity: true)
        for i in chosen {
          let entry = unsafe entries[i]
          cellNumbers.append(entry < 0 ? ~entry : entry)
        }
        components = term.coefficient.values(
          atColumns: columns, quantities: inputs.columns(cellNumbers))
      } else {
        components = term.coefficient.values(atColumns: columns)
      }
      for column in components {
        if let bad = column.firstIndex(where: { !$0.isFinite }) {
          return .notFinite(
            region: term.region, point: columns.prefix(cell.dimension).map { $0[bad] })
        }
      }
    }
    cell.begin(term)
    for (place, i) in chosen.enumerated() {
      let entry = unsafe entries[i]
      let number = Int(entry < 0 ? ~entry : entry)
      let nodes = unsafe nodes(number, table, cells)
      let side = term.sides.isEmpty ? 1 : Double(term.sides[number])
      cell.clear()
      for q in 0..<table.rule.count {
        if !components.isEmpty { cell.set(components, at: place * table.rule.count + q) }
        guard unsafe cell.move(to: q, of: nodes, table, side) else {
          return .degenerateCell(block: block, cell: number)
        }
        cell.add(q)
      }
      cell.finish()
      if term.isMatrix {
        unsafe cell.scatterMatrix(cells, entry, to: output)
      } else {
        unsafe cell.scatterVector(cells, entry, to: output)
      }
    }
    return nil
  }

  private func nodes<Offset: ScatterOffset>(
    _ number: Int, _ table: VectorTable, _ cells: PartCells<Offset>
  ) -> CellNodes {
    unsafe CellNodes(
      coordinates: cells.coordinates, dofs: cells.dofs + number * cells.count, d: cell.dimension,
      m: table.dimension, count: table.geometryCount)
  }

  /// The quadrature points of the chosen cells, as columns.
  private mutating func writePoints<Offset: ScatterOffset>(
    _ table: VectorTable, _ entries: UnsafeBufferPointer<Int32>, _ cells: PartCells<Offset>
  ) {
    let pointCount = table.rule.count
    for axis in 0..<3 { columns[axis].removeAll(keepingCapacity: true) }
    unsafe table.geometryValues.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for i in chosen {
        let entry = unsafe entries[i]
        let nodes = unsafe nodes(Int(entry < 0 ? ~entry : entry), table, cells)
        for q in 0..<pointCount {
          let x = unsafe nodes.point(base + q * table.geometryCount)
          for axis in 0..<3 { columns[axis].append(x[axis]) }
        }
      }
    }
  }
}
