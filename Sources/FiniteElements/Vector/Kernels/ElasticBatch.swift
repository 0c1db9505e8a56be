internal import LinearAlgebra
internal import Meshes

/// The scratch of one thread for isotropic elasticity on linear tetrahedra, where gradients are
/// constant and varying coefficients enter by their means.
@safe final class ElasticBatch {
  /// Cells that go together.
  private static let size = 128
  private let chosen: UnsafeMutablePointer<Int32>
  private let lambda: UnsafeMutablePointer<Double>
  private let mu: UnsafeMutablePointer<Double>
  private var columns: [[Double]] = [[], [], []]
  private var cellNumbers: [Int32] = []

  init() {
    unsafe chosen = .allocate(capacity: ElasticBatch.size)
    unsafe chosen.initialize(repeating: 0, count: ElasticBatch.size)
    unsafe lambda = .allocate(capacity: ElasticBatch.size)
    unsafe lambda.initialize(repeating: 0, count: ElasticBatch.size)
    unsafe mu = .allocate(capacity: ElasticBatch.size)
    unsafe mu.initialize(repeating: 0, count: ElasticBatch.size)
  }

  deinit {
    unsafe chosen.deallocate()
    unsafe lambda.deallocate()
    unsafe mu.deallocate()
  }

  /// Adds the active terms on the cells of block `b` to the part's rows.
  func add(
    _ terms: [VectorSweepTerm], _ active: ActiveTerms, to target: PartTarget, _ b: Int
  ) -> AssemblyError? {
    if active.isEmpty { return nil }
    return switch unsafe target.plan.maps[b] {
    case .bytes(let map): unsafe add(terms, active, to: target, b, map)
    case .words(let map): unsafe add(terms, active, to: target, b, map)
    case .longWords(let map): unsafe add(terms, active, to: target, b, map)
    case .search: nil
    }
  }

  private func add<Offset: ScatterOffset>(
    _ terms: [VectorSweepTerm], _ active: ActiveTerms, to target: PartTarget, _ b: Int,
    _ map: [Offset]
  ) -> AssemblyError? {
    let block = unsafe target.plan.blocks[b].block
    let result = unsafe target.withCells(b, map) { cells -> AssemblyError? in
      for (t, term) in terms.enumerated() {
        let isActive = active.terms.map { $0.contains(t) }
        if !isActive.contains(true) { continue }
        let output = unsafe target.outputs[term.output]
        if let constant = term.constant { fill(term, constant) }
        var next = 0
        while true {
          let count = unsafe choose(cells.list, from: &next, active.classOfCell, isActive)
          if count == 0 { break }
          if term.constant == nil, let error = unsafe writeMeans(term, cells, count) {
            return error
          }
          let batch = unsafe ElasticCells(
            cells: cells, entries: chosen, count: count, lambda: lambda, mu: mu)
          if let bad = unsafe addElasticTetrahedra(batch, to: output) {
            return .degenerateCell(block: block, cell: bad)
          }
        }
      }
      return nil
    }
    return result ?? nil
  }

  /// Constant coefficients.
  // Safe: `size` numbers each.
  private func fill(_ term: VectorSweepTerm, _ constant: [Double]) {
    let (l, m) = (term.lame.lambda.map { constant[$0] }, term.lame.mu.map { constant[$0] })
    unsafe lambda.update(repeating: l ?? 0, count: ElasticBatch.size)
    unsafe mu.update(repeating: m ?? 0, count: ElasticBatch.size)
  }

  /// Collects the next active cells; returns their number.
  // Safe: no more than `size` are collected.
  private func choose(
    _ list: UnsafeBufferPointer<Int32>, from next: inout Int, _ classOfCell: [UInt16]?,
    _ isActive: [Bool]
  ) -> Int {
    var count = 0
    while next < list.count && count < ElasticBatch.size {
      let entry = unsafe list[next]
      next += 1
      if let classOfCell, !isActive[Int(classOfCell[Int(entry < 0 ? ~entry : entry)])] { continue }
      unsafe chosen[count] = entry
      count += 1
    }
    return count
  }

  /// The means of λ and μ over the chosen cells.
  // Safe: dofs are in range by construction of the space.
  private func writeMeans<Offset: ScatterOffset>(
    _ term: VectorSweepTerm, _ cells: PartCells<Offset>, _ count: Int
  ) -> AssemblyError? {
    let (table, pointCount) = (term.table, term.table.rule.count)
    for axis in 0..<3 where columns[axis].count != count * pointCount {
      columns[axis] = [Double](repeating: 0, count: count * pointCount)
    }
    cellNumbers.removeAll(keepingCapacity: true)
    for i in 0..<count {
      let entry = unsafe chosen[i]
      let cell = Int(entry < 0 ? ~entry : entry)
      cellNumbers.append(Int32(truncatingIfNeeded: cell))
      let dofs = unsafe cells.dofs + 4 * cell
      for axis in 0..<3 {
        let x = unsafe cells.coordinates + axis
        let (x0, x1) = unsafe (x[3 * Int(dofs[0])], x[3 * Int(dofs[1])])
        let (x2, x3) = unsafe (x[3 * Int(dofs[2])], x[3 * Int(dofs[3])])
        for q in 0..<pointCount {
          let (a, b) = (table.geometryValues[4 * q], table.geometryValues[4 * q + 1])
          let (c, d) = (table.geometryValues[4 * q + 2], table.geometryValues[4 * q + 3])
          columns[axis][i * pointCount + q] = (a * x0 + b * x1) + (c * x2 + d * x3)
        }
      }
    }
    let quantities = term.inputs.map { $0.columns(cellNumbers) } ?? []
    let values = term.coefficient.values(atColumns: columns, quantities: quantities)
    for column in values {
      if let bad = column.firstIndex(where: { !$0.isFinite }) {
        return .notFinite(region: term.region, point: columns.map { $0[bad] })
      }
    }
    let weights = term.table.rule.weights
    let total = weights.reduce(0, +)
    func mean(_ component: Int?, _ i: Int) -> Double {
      guard let component else { return 0 }
      var sum = 0.0
      for q in 0..<pointCount { sum += weights[q] * values[component][i * pointCount + q] }
      return sum / total
    }
    for i in 0..<count {
      unsafe lambda[i] = mean(term.lame.lambda, i)
      unsafe mu[i] = mean(term.lame.mu, i)
    }
    return nil
  }
}
