/// Far pairs of one level in the order of work: target cells in pieces, those of a piece by their
/// displacement, so that all pairs of a displacement are one product of matrices.
struct FarSchedule: Sendable {
  /// Pairs of one piece with the same displacement.
  struct Group: Sendable {
    let offset: Int
    let pairs: Range<Int>
  }

  /// Target cells of a piece, whatever the number of threads.
  static let size = 512

  let offsets: [SIMD3<Int32>]
  let targets: [Int32]
  let sources: [Int32]
  /// The groups of each piece.
  let pieces: [[Group]]

  init(_ far: InteractionLists.Far, cellCount: Int) {
    offsets = far.offsets
    let (m, n) = (offsets.count, far.targets.count)
    let pieceCount = (cellCount + Self.size - 1) / Self.size
    func bucket(_ i: Int) -> Int { Int(far.targets[i]) / Self.size * m + Int(far.offset[i]) }
    var starts = [Int](repeating: 0, count: pieceCount * m + 1)
    for i in 0..<n { starts[bucket(i) + 1] += 1 }
    for b in 0..<pieceCount * m { starts[b + 1] += starts[b] }
    var next = starts
    var (targets, sources) = ([Int32](repeating: 0, count: n), [Int32](repeating: 0, count: n))
    for i in 0..<n {
      let b = bucket(i)
      (targets[next[b]], sources[next[b]]) = (far.targets[i], far.sources[i])
      next[b] += 1
    }
    (self.targets, self.sources) = (targets, sources)
    pieces = (0..<pieceCount).map { piece in
      (0..<m).compactMap { offset in
        let b = piece * m + offset
        return starts[b] < starts[b + 1]
          ? Group(offset: offset, pairs: starts[b]..<starts[b + 1]) : nil
      }
    }
  }
}
