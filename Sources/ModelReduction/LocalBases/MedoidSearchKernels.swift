/// A choice of medoids with the nearest and second nearest of each object, improved by swaps.
struct MedoidSearch: Sendable {
  private let dissimilarities: DissimilarityMatrix
  /// In the order of their slots.
  private(set) var medoids: [Int]
  /// The rows of the medoids, one after another.
  private var rows: [Double]
  /// The slot of the nearest medoid, the lowest among equals; a medoid's own for itself.
  private(set) var nearest: [Int32]
  /// The dissimilarity to it.
  private(set) var distances: [Double]
  /// The dissimilarity to the nearest of the others; infinite if there is none.
  private(set) var seconds: [Double]
  /// The slot of that one; that of the nearest if there is none.
  private(set) var secondNearest: [Int32]
  /// Σ `distances`.
  private(set) var cost = 0.0
  /// The costs so far.
  private(set) var history: [Double] = []

  /// Objects weighed against one choice of medoids before the best swap among them is made: all
  /// threads work on them, and the result does not depend on how many these are.
  private static let block = 128

  init(_ dissimilarities: DissimilarityMatrix, _ medoids: [Int]) {
    let m = dissimilarities.count
    (self.dissimilarities, self.medoids) = (dissimilarities, medoids)
    rows = medoids.flatMap { dissimilarities.row($0) }
    nearest = [Int32](repeating: 0, count: m)
    distances = [Double](repeating: .infinity, count: m)
    (seconds, secondNearest) = (distances, nearest)
    assign()
  }

  /// Swaps until a pass over all objects finds none that helps.
  mutating func improve() {
    let m = dissimilarities.count
    guard medoids.count > 1, medoids.count < m else { return }
    let starts = Array(stride(from: 0, to: m, by: MedoidSearch.block))
    var (untouched, next) = (0, 0)
    while untouched < starts.count {
      let range = starts[next]..<min(m, starts[next] + MedoidSearch.block)
      next = (next + 1) % starts.count
      untouched += 1
      if swapBest(of: range) { untouched = 0 }
    }
  }

  /// Makes the best swap with an object of a range, if it lowers the cost by more than round-off.
  private mutating func swapBest(of range: Range<Int>) -> Bool {
    let k = medoids.count
    var removal = [Double](repeating: 0, count: k)
    for i in nearest.indices { removal[Int(nearest[i])] += seconds[i] - distances[i] }
    let changes = weigh(range, removal)
    var best = (change: -1e-13 * cost, object: -1, slot: -1)
    for (object, change) in zip(range, changes)
    where change.value < best.change && !medoids.contains(object) {
      best = (change.value, object, change.slot)
    }
    guard best.object >= 0 else { return false }
    let before = self
    medoids[best.slot] = best.object
    let m = dissimilarities.count
    rows.replaceSubrange(
      best.slot * m..<(best.slot + 1) * m, with: dissimilarities.row(best.object))
    assign()
    // The promised gain was round-off.
    if !(cost < before.cost) {
      self = before
      return false
    }
    return true
  }

  /// For each object of a range, the best slot to put it in and the change of the cost.
  private func weigh(_ range: Range<Int>, _ removal: [Double]) -> [(value: Double, slot: Int)] {
    let (m, k) = (dissimilarities.count, medoids.count)
    return unsafe nearest.withUnsafeBufferPointer { nearest in
      unsafe distances.withUnsafeBufferPointer { first in
        unsafe seconds.withUnsafeBufferPointer { second in
          let state = unsafe Nearest(slot: nearest, first: first, second: second)
          return unsafe dissimilarities.mapRows(range) { _, row in
            var change = removal
            var shared = 0.0
            unsafe change.withUnsafeMutableBufferPointer { change in
              // Safe: slots are below k, objects below m.
              for i in 0..<m {
                let x = unsafe row[i]
                let d2 = unsafe state.second[i]
                if x < d2 {
                  let d1 = unsafe state.first[i]
                  let slot = unsafe Int(state.slot[i])
                  if x < d1 {
                    shared += x - d1
                    unsafe change[slot] += d1 - d2
                  } else {
                    unsafe change[slot] += x - d2
                  }
                }
              }
            }
            var best = 0
            for slot in 1..<k where change[slot] < change[best] { best = slot }
            return (change[best] + shared, best)
          }
        }
      }
    }
  }

  private mutating func assign() {
    let (m, k) = (dissimilarities.count, medoids.count)
    var own = [Int32](repeating: -1, count: m)
    for (slot, medoid) in medoids.enumerated() { own[medoid] = Int32(slot) }
    var sum = 0.0
    unsafe rows.withUnsafeBufferPointer { rows in
      for i in 0..<m {
        var (slot, second, d1, d2) = (Int32(0), Int32(0), Double.infinity, Double.infinity)
        for s in 0..<k {
          // Safe: k rows of m numbers.
          let d = unsafe rows[s &* m &+ i]
          if d < d1 {
            (d2, second, d1, slot) = (d1, slot, d, Int32(s))
          } else if d < d2 {
            (d2, second) = (d, Int32(s))
          }
        }
        // A medoid that equals another stays in its own cluster, so that none is empty.
        if own[i] >= 0, own[i] != slot { (second, slot) = (slot, own[i]) }
        (nearest[i], secondNearest[i], distances[i], seconds[i]) = (slot, second, d1, d2)
        sum += d1
      }
    }
    cost = sum
    history.append(sum)
  }
}

/// What the weighing of swaps reads, shared by all threads.
@unsafe private struct Nearest: @unchecked Sendable {
  let slot: UnsafeBufferPointer<Int32>
  let first: UnsafeBufferPointer<Double>
  let second: UnsafeBufferPointer<Double>
}
