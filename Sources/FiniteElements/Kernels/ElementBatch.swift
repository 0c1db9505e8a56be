internal import LinearAlgebra
internal import Meshes

/// The scratch of one thread, and the kernel for every element, coefficient and geometry: a batch of
/// cells at a time, so that varying coefficients are evaluated over many points at once.
struct ElementBatch {
  /// Cells that go together.
  static let size = 64
  private var geometry = [CellGeometry](repeating: CellGeometry(), count: size)
  private var isAffine = [Bool](repeating: true, count: size)
  private var chosen: [Int] = []
  private var columns: [[Double]] = [[], [], []]
  private var factors: [Double] = []
  private var element: [Double] = []
  private var cellNumbers: [Int32] = []

  /// Adds the active terms on the cells of block `b` to the part's rows.
  ///
  /// - Parameter bentOnly: For each term, whether its straight cells are left out.
  mutating func add(
    _ terms: [SweepTerm], _ active: ActiveTerms, bentOnly: [Bool], to target: PartTarget, _ b: Int
  ) -> AssemblyError? {
    switch unsafe target.plan.maps[b] {
    case .bytes(let map): return unsafe add(terms, active, bentOnly, to: target, b, map)
    case .words(let map): return unsafe add(terms, active, bentOnly, to: target, b, map)
    case .longWords(let map): return unsafe add(terms, active, bentOnly, to: target, b, map)
    case .search:
      let none: [UInt8]? = nil
      return unsafe add(terms, active, bentOnly, to: target, b, none)
    }
  }

  private mutating func add<Offset: ScatterOffset>(
    _ terms: [SweepTerm], _ active: ActiveTerms, _ bentOnly: [Bool], to target: PartTarget,
    _ b: Int, _ map: [Offset]?
  ) -> AssemblyError? {
    let block = unsafe target.plan.blocks[b].block
    let mesh = unsafe target.plan.space.mesh
    let shape = mesh.blocks[block].shape
    let isActive = terms.indices.map { t in active.terms.map { $0.contains(t) } }
    let geometryCount = terms[0].table.geometryCount
    let frame = unsafe CellFrame(shape, target.plan.space.geometry(ofBlock: block))
    let straight = unsafe target.plan.straight[b]?.flags
    let result = unsafe target.withCells(b, map) { cells -> AssemblyError? in
      for first in unsafe stride(from: 0, to: cells.list.count, by: ElementBatch.size) {
        let entries = unsafe UnsafeBufferPointer(
          rebasing: cells.list[first..<min(first + ElementBatch.size, cells.list.count)])
        let nodes = { (cell: Int) in
          unsafe CellNodes(
            coordinates: cells.coordinates, dofs: cells.dofs + cell * cells.count,
            d: mesh.dimension, m: shape.dimension, count: geometryCount)
        }
        for i in entries.indices {
          let entry = unsafe entries[i]
          let number = Int(entry < 0 ? ~entry : entry)
          let cell = unsafe nodes(number)
          isAffine[i] = unsafe straight.map { $0[number] == 1 } ?? cell.isAffine(frame)
          geometry[i] = unsafe cell.affine(frame)
        }
        for (t, term) in terms.enumerated() {
          chosen.removeAll(keepingCapacity: true)
          for i in entries.indices {
            let entry = unsafe entries[i]
            if bentOnly[t] && isAffine[i] { continue }
            let cell = Int(entry < 0 ? ~entry : entry)
            if isActive[t][Int(active.classOfCell?[cell] ?? 0)] { chosen.append(i) }
          }
          if chosen.isEmpty { continue }
          if let error = unsafe add(term, entries, nodes, cells, target.outputs[term.output], block)
          {
            return error
          }
        }
      }
      return nil
    }
    return result ?? nil
  }

  /// Adds one term on the chosen cells of a batch.
  private mutating func add<Offset: ScatterOffset>(
    _ term: SweepTerm, _ entries: UnsafeBufferPointer<Int32>, _ nodes: (Int) -> CellNodes,
    _ cells: PartCells<Offset>, _ output: UnsafeMutablePointer<Double>, _ block: Int
  ) -> AssemblyError? {
    let table = term.table
    let pointCount = table.rule.count
    var components: [[Double]] = []
    if term.constant == nil {
      unsafe writePoints(table, entries, nodes)
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
            region: term.region,
            point: columns.prefix(unsafe nodes(0).d).map { $0[bad] })
        }
      }
    }
    factors.reserveCapacity(pointCount * table.rowsPerPoint)
    if element.count < table.entryCount {
      element = [Double](repeating: 0, count: table.entryCount)
    }
    let constant = ElementTable.packed(term.constant ?? [])
    let componentCount = term.coefficient.componentCount
    for (place, i) in chosen.enumerated() {
      let entry = unsafe entries[i]
      let cell = Int(entry < 0 ? ~entry : entry)
      let usesTotal = isAffine[i] && (term.constant != nil || table.isUniform)
      let first = place * pointCount
      factors.removeAll(keepingCapacity: true)
      if isAffine[i] && !(geometry[i].ratio > 0 && geometry[i].ratio < .infinity) {
        return .degenerateCell(block: block, cell: cell)
      }
      if usesTotal {
        let mean = term.constant != nil ? constant : table.mean(components, first: first)
        table.appendFactors(geometry[i], mean, componentCount, nil, to: &factors)
      } else {
        for q in 0..<pointCount {
          var here = geometry[i]
          var bend: CellBend?
          if !isAffine[i] {
            let node = unsafe nodes(cell)
            unsafe table.geometryGradients.withUnsafeBufferPointer { gradients in
              guard let base = gradients.baseAddress else { return }
              here = unsafe node.curved(base + q * node.count * node.m)
            }
            guard here.ratio > 0 && here.ratio < .infinity else {
              return .degenerateCell(block: block, cell: cell)
            }
            if !table.geometryBends.isEmpty {
              bend = unsafe table.bend(of: node, q)
            }
          }
          var value = constant
          if term.constant == nil {
            for k in 0..<componentCount { value[k] = components[k][first + q] }
          }
          table.appendFactors(here, value, componentCount, bend, to: &factors)
        }
      }
      combine(usesTotal ? table.totalRows : table.pointRows, table.entryCount)
      if table.form.isLinear {
        unsafe addVector(cells, entry, to: output)
      } else if table.form.isSymmetric {
        unsafe addMatrix(cells, entry, to: output) { i, j, n in upperIndex(i, j, n) }
      } else {
        unsafe addMatrix(cells, entry, to: output) { i, j, n in i * n + j }
      }
    }
    return nil
  }

  /// The quadrature points of the chosen cells, as columns.
  private mutating func writePoints(
    _ table: ElementTable, _ entries: UnsafeBufferPointer<Int32>, _ nodes: (Int) -> CellNodes
  ) {
    let pointCount = table.rule.count
    let total = chosen.count * pointCount
    for axis in 0..<3 where columns[axis].count != total {
      columns[axis] = [Double](repeating: 0, count: total)
    }
    var (xs, ys, zs): ([Double], [Double], [Double]) = ([], [], [])
    swap(&xs, &columns[0])
    swap(&ys, &columns[1])
    swap(&zs, &columns[2])
    unsafe table.geometryValues.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      var place = 0
      for i in chosen {
        let entry = unsafe entries[i]
        let cell = unsafe nodes(Int(entry < 0 ? ~entry : entry))
        for q in 0..<pointCount {
          let x = unsafe cell.point(base + q * cell.count)
          (xs[place], ys[place], zs[place]) = (x.x, x.y, x.z)
          place += 1
        }
      }
    }
    swap(&xs, &columns[0])
    swap(&ys, &columns[1])
    swap(&zs, &columns[2])
  }

  /// element ← Σ_r factors_r rows_r.
  private mutating func combine(_ rows: [Double], _ count: Int) {
    unsafe element.withUnsafeMutableBufferPointer { element in
      unsafe withPointers(rows, factors, [0], [0]) { rows, factors, _, _ in
        guard let e = element.baseAddress else { return }
        unsafe e.update(repeating: 0, count: count)
        var r = 0
        let total = self.factors.count
        while r + 3 <= total {
          let (f, g, h) = unsafe (factors[r], factors[r + 1], factors[r + 2])
          let (u, v, w) = unsafe (
            rows + r * count, rows + (r + 1) * count, rows + (r + 2) * count
          )
          for k in 0..<count { unsafe e[k] += (f * u[k] + g * v[k]) + h * w[k] }
          r += 3
        }
        while r < total {
          let f = unsafe factors[r]
          let u = unsafe rows + r * count
          for k in 0..<count { unsafe e[k] += f * u[k] }
          r += 1
        }
      }
    }
  }

  /// Adds the matrix in `element` to the rows of the part.
  ///
  /// - Parameter place: Where entry (i, j) of a matrix of n rows lies.
  @inline(__always)
  private func addMatrix<Offset: ScatterOffset>(
    _ cells: PartCells<Offset>, _ entry: Int32, to values: UnsafeMutablePointer<Double>,
    _ place: (Int, Int, Int) -> Int
  ) {
    let n = unsafe cells.count
    let cell = Int(entry < 0 ? ~entry : entry)
    let dofs = unsafe cells.dofs + cell * n
    unsafe element.withUnsafeBufferPointer { element in
      for i in 0..<n {
        let dof = unsafe Int(dofs[i])
        if unsafe entry < 0 && cells.partOfDof[dof] != cells.part { continue }
        let row = unsafe values + cells.rowStart[dof]
        if let map = unsafe cells.map {
          let offsets = unsafe map + (cell * n + i) * n
          for j in 0..<n {
            unsafe row[Int(truncatingIfNeeded: offsets[j])] += element[place(i, j, n)]
          }
        } else {
          let columns = unsafe UnsafeBufferPointer(
            start: cells.column + cells.rowStart[dof],
            count: cells.rowStart[dof + 1] - cells.rowStart[dof])
          for j in 0..<n {
            guard let offset = unsafe search(dofs[j], columns) else { continue }
            unsafe row[offset] += element[place(i, j, n)]
          }
        }
      }
    }
  }

  private func addVector<Offset: ScatterOffset>(
    _ cells: PartCells<Offset>, _ entry: Int32, to values: UnsafeMutablePointer<Double>
  ) {
    let n = unsafe cells.count
    let dofs = unsafe cells.dofs + Int(entry < 0 ? ~entry : entry) * n
    for i in 0..<n {
      let dof = unsafe Int(dofs[i])
      if unsafe entry < 0 && cells.partOfDof[dof] != cells.part { continue }
      unsafe values[dof] += element[i]
    }
  }

  /// The place of entry (i, j) in the upper triangle stored row by row.
  @inline(__always)
  private func upperIndex(_ i: Int, _ j: Int, _ n: Int) -> Int {
    let (low, high) = i < j ? (i, j) : (j, i)
    return low * (2 * n - low - 1) / 2 + high
  }

  private func search(_ wanted: Int32, _ columns: UnsafeBufferPointer<Int32>) -> Int? {
    var (low, high) = (0, columns.count)
    while low < high {
      let middle = (low + high) / 2
      if unsafe columns[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return unsafe low < columns.count && columns[low] == wanted ? low : nil
  }
}
