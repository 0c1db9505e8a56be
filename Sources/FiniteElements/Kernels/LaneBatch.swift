internal import LinearAlgebra
internal import Meshes

/// The scratch of one thread for groups of operators on linear simplices.
///
/// The coefficients of a batch of cells are evaluated over all its points at once; then the
/// operators of the group are added to values that lie side by side and stay in the cache until the
/// part is done.
@safe final class LaneBatch {
  /// Cells that go together.
  static let size = 128
  private let stiffness: UnsafeMutablePointer<SIMD4<Double>>
  private let mass: UnsafeMutablePointer<SIMD4<Double>>
  private let chosen: UnsafeMutablePointer<Int32>
  private let sums: UnsafeMutablePointer<Double>
  private var values: [SIMD4<Double>] = []
  private var columns: [[Double]] = [[], [], []]

  init() {
    unsafe stiffness = .allocate(capacity: 6 * LaneBatch.size)
    unsafe mass = .allocate(capacity: LaneBatch.size)
    unsafe chosen = .allocate(capacity: LaneBatch.size)
    unsafe sums = .allocate(capacity: LaneBatch.size)
    unsafe sums.initialize(repeating: 0, count: LaneBatch.size)
    unsafe stiffness.initialize(repeating: .zero, count: 6 * LaneBatch.size)
    unsafe mass.initialize(repeating: .zero, count: LaneBatch.size)
    unsafe chosen.initialize(repeating: 0, count: LaneBatch.size)
  }

  deinit {
    unsafe stiffness.deallocate()
    unsafe mass.deallocate()
    unsafe chosen.deallocate()
    unsafe sums.deallocate()
  }

  /// Adds the operators of a group to the part's rows; more than one overwrite them.
  ///
  /// - Parameter localStart: Where each row begins among the values of its part.
  func add(_ group: LaneGroup, to target: PartTarget, _ localStart: [Int]) -> AssemblyError? {
    switch group.outputs.count {
    case 1:
      return unsafe target.plan.pattern.rowStart.withUnsafeBufferPointer { start in
        guard let start = start.baseAddress else { return nil }
        return unsafe add(group, to: target, target.outputs[group.outputs[0]], start)
      }
    case 2: return unsafe addInterleaved(SIMD2<Double>.self, group, to: target, localStart)
    default: return unsafe addInterleaved(SIMD4<Double>.self, group, to: target, localStart)
    }
  }

  private func addInterleaved<L: Lanes>(
    _ lanes: L.Type, _ group: LaneGroup, to target: PartTarget, _ localStart: [Int]
  ) -> AssemblyError? {
    let count = unsafe target.valueCount
    let needed = count * MemoryLayout<L>.size / MemoryLayout<SIMD4<Double>>.size + 1
    var mine: [SIMD4<Double>] = []
    swap(&mine, &values)
    defer { swap(&mine, &values) }
    if mine.count < needed { mine = uninitializedNumbers(needed) }
    return unsafe mine.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      let values = unsafe base.assumingMemoryBound(to: L.self)
      unsafe values.update(repeating: L(repeating: 0), count: count)
      let failure = unsafe localStart.withUnsafeBufferPointer { start -> AssemblyError? in
        guard let start = start.baseAddress else { return nil }
        return unsafe add(group, to: target, values, start)
      }
      if failure == nil { unsafe target.unpack(values, group.outputs) }
      return failure
    }
  }

  private func add<L: Lanes>(
    _ group: LaneGroup, to target: PartTarget, _ values: UnsafeMutablePointer<L>,
    _ start: UnsafePointer<Int>
  ) -> AssemblyError? {
    for b in group.rounds.indices where !group.rounds[b].isEmpty {
      let failure: AssemblyError?
      switch unsafe target.plan.maps[b] {
      case .bytes(let map): failure = unsafe add(group, b, map, to: target, values, start)
      case .words(let map): failure = unsafe add(group, b, map, to: target, values, start)
      case .longWords(let map): failure = unsafe add(group, b, map, to: target, values, start)
      case .search: failure = nil
      }
      if let failure { return failure }
    }
    return nil
  }

  private func add<L: Lanes, Offset: ScatterOffset>(
    _ group: LaneGroup, _ b: Int, _ map: [Offset], to target: PartTarget,
    _ values: UnsafeMutablePointer<L>, _ start: UnsafePointer<Int>
  ) -> AssemblyError? {
    let block = unsafe target.plan.blocks[b].block
    let shape = unsafe target.plan.space.mesh.blocks[block].shape
    let rounds = group.rounds[b]
    let classOfCell = unsafe target.classOfCell[b]
    let result = unsafe target.withCells(b, map) { cells -> AssemblyError? in
      guard let list = unsafe cells.list.baseAddress else { return nil }
      for first in unsafe stride(from: 0, to: cells.list.count, by: LaneBatch.size) {
        var count = unsafe min(LaneBatch.size, cells.list.count - first)
        var entries = unsafe list + first
        if let isActive = group.activeClasses, let classOfCell {
          count = unsafe choose(entries, count, classOfCell, isActive)
          unsafe entries = UnsafePointer(chosen)
          if count == 0 { continue }
        }
        var pointsOf: Quadrature?
        for round in rounds {
          if rounds.count > 1 || first == 0 { writeConstants(L.self, round) }
          if round.isVarying {
            for (lane, term) in round.stiffness.enumerated() {
              guard let term, term.constant == nil else { continue }
              if pointsOf?.degree != term.table.rule.degree {
                unsafe writePoints(term.table, cells, entries, count, shape.dimension)
                pointsOf = term.table.rule
              }
              if let error = writeMeans(L.self, term, lane, count) { return error }
            }
          }
          let mine = unsafe LaneCells(
            cells: cells, entries: entries, count: count, form: round.form,
            stiffness: UnsafeRawPointer(stiffness).assumingMemoryBound(to: L.self),
            mass: UnsafeRawPointer(mass).assumingMemoryBound(to: L.self),
            values: values, start: start)
          let bad = unsafe shape == .triangle ? addTriangles(mine) : addTetrahedra(mine)
          if let bad { return .degenerateCell(block: block, cell: bad) }
        }
      }
      return nil
    }
    return result ?? nil
  }

  /// Copies the entries of the active cells; returns their number.
  private func choose(
    _ entries: UnsafePointer<Int32>, _ count: Int, _ classOfCell: [UInt16], _ isActive: [Bool]
  ) -> Int {
    var found = 0
    for k in 0..<count {
      let entry = unsafe entries[k]
      if isActive[Int(classOfCell[Int(entry < 0 ? ~entry : entry)])] {
        unsafe chosen[found] = entry
        found += 1
      }
    }
    return found
  }

  /// The places of a coefficient's components among the six of a tensor in space.
  private func places(_ term: SweepTerm) -> [Int] {
    switch term.coefficient.componentCount {
    case 1: [0]
    case 3: [0, 1, 5]
    default: [0, 1, 2, 3, 4, 5]
    }
  }

  /// The constant coefficients of a round, for all cells of a batch.
  private func writeConstants<L: Lanes>(_ lanes: L.Type, _ round: LaneRound) {
    let width = MemoryLayout<L>.size / MemoryLayout<Double>.size
    let (size, s) = unsafe (
      LaneBatch.size, UnsafeMutableRawPointer(stiffness).assumingMemoryBound(to: Double.self)
    )
    let m = unsafe UnsafeMutableRawPointer(mass).assumingMemoryBound(to: Double.self)
    for lane in 0..<width {
      let term = lane < round.stiffness.count ? round.stiffness[lane] : nil
      if term == nil || term?.constant != nil {
        var tensor = SIMD8<Double>.zero
        if let term, let constant = term.constant {
          for (place, value) in zip(places(term), constant) { tensor[place] = value }
        }
        for place in 0..<(round.form == .tensor ? 6 : 1) {
          for i in 0..<size { unsafe s[(place * size + i) * width + lane] = tensor[place] }
        }
      }
      let value = lane < round.mass.count ? round.mass[lane] : 0
      for i in 0..<size { unsafe m[i * width + lane] = value }
    }
  }

  /// The quadrature points of a batch, one point of all cells after the other.
  private func writePoints<Offset: ScatterOffset>(
    _ table: ElementTable, _ cells: PartCells<Offset>, _ entries: UnsafePointer<Int32>,
    _ count: Int, _ d: Int
  ) {
    let (pointCount, n) = (table.rule.count, table.geometryCount)
    for axis in 0..<3 where columns[axis].count != count * pointCount {
      columns[axis] = [Double](repeating: 0, count: count * pointCount)
    }
    let size = LaneBatch.size
    unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: n * d * size) { corners in
      guard let corner = corners.baseAddress else { return }
      for i in 0..<count {
        let entry = unsafe entries[i]
        let dofs = unsafe cells.dofs + Int(entry < 0 ? ~entry : entry) * n
        for k in 0..<n {
          let x = unsafe cells.coordinates + Int(dofs[k]) * d
          for axis in 0..<d {
            unsafe (corner + (axis * n + k) * size + i).initialize(to: x[axis])
          }
        }
      }
      unsafe table.geometryValues.withUnsafeBufferPointer { weights in
        for axis in 0..<d {
          unsafe columns[axis].withUnsafeMutableBufferPointer { column in
            guard let base = column.baseAddress else { return }
            let a = unsafe corner + axis * n * size
            for q in 0..<pointCount {
              let x = unsafe base + q * count
              let (u, v, w) = unsafe (weights[q * n], weights[q * n + 1], weights[q * n + 2])
              let (b, c) = unsafe (a + size, a + 2 * size)
              if n == 3 {
                for i in 0..<count { unsafe x[i] = u * a[i] + v * b[i] + w * c[i] }
              } else {
                let (t, e) = unsafe (weights[q * n + 3], a + 3 * size)
                for i in 0..<count {
                  unsafe x[i] = (u * a[i] + v * b[i]) + (w * c[i] + t * e[i])
                }
              }
            }
          }
        }
      }
    }
  }

  /// The means of a varying coefficient over the cells of a batch.
  private func writeMeans<L: Lanes>(
    _ lanes: L.Type, _ term: SweepTerm, _ lane: Int, _ count: Int
  ) -> AssemblyError? {
    let width = MemoryLayout<L>.size / MemoryLayout<Double>.size
    let weights = term.table.rule.weights
    let total = weights.reduce(0, +)
    let values = term.coefficient.values(atColumns: columns)
    for (place, column) in zip(places(term), values) {
      let isFinite = unsafe column.withUnsafeBufferPointer { column -> Bool in
        guard let v = column.baseAddress else { return true }
        let target =
          unsafe UnsafeMutableRawPointer(stiffness)
          .assumingMemoryBound(to: Double.self) + (place * LaneBatch.size * width + lane)
        let sums = unsafe self.sums
        for (q, weight) in weights.enumerated() {
          let here = unsafe v + q * count
          if q == 0 {
            for i in 0..<count { unsafe sums[i] = weight * here[i] }
          } else {
            for i in 0..<count { unsafe sums[i] += weight * here[i] }
          }
        }
        // Zero times a number is zero if and only if the number is finite.
        var zeros = 0.0
        for i in 0..<count {
          let mean = unsafe sums[i] / total
          unsafe target[i * width] = mean
          zeros += mean * 0
        }
        return zeros == 0
      }
      if !isFinite, let bad = column.firstIndex(where: { !$0.isFinite }) {
        return .notFinite(
          region: term.region,
          point: columns.prefix(term.table.rule.shape.dimension).map { $0[bad] })
      }
    }
    return nil
  }
}
