/// The corners of an edge, a face or a cell, in ascending order: equal for equal sets of corners,
/// whatever the order in which a cell lists them.
///
/// Keys are ordered lexicographically; of two of which one continues the other, the shorter is less.
struct CornerKey: Comparable, Hashable {
  /// The lowest corner.
  let lowest: Int32
  /// Corners 1 to 4 plus one, 32 bits each, the first highest; zero where there is none.
  let rest: UInt128
  /// Corners 5 to 7 likewise.
  let last: UInt128

  /// At least one corner and at most eight, each not negative.
  @inline(__always)
  init(_ corners: some Sequence<Int32>) {
    var sorted = SIMD8<Int32>(repeating: -1)
    var count = 0
    for corner in corners {
      var place = count
      while place > 0, sorted[place - 1] > corner {
        sorted[place] = sorted[place - 1]
        place -= 1
      }
      sorted[place] = corner
      count += 1
    }
    lowest = sorted[0]
    var rest: UInt128 = 0
    var last: UInt128 = 0
    for place in 1..<5 { rest = rest << 32 | UInt128(UInt32(bitPattern: sorted[place] &+ 1)) }
    if count > 5 {
      for place in 5..<8 { last = last << 32 | UInt128(UInt32(bitPattern: sorted[place] &+ 1)) }
    }
    self.rest = rest
    self.last = last
  }

  static func < (first: CornerKey, second: CornerKey) -> Bool {
    if first.lowest != second.lowest { return first.lowest < second.lowest }
    if first.rest != second.rest { return first.rest < second.rest }
    return first.last < second.last
  }

  /// The corner at a place from 1 to 4 of the ascending order; −1 where there is none.
  func corner(_ place: Int) -> Int32 {
    Int32(bitPattern: UInt32(truncatingIfNeeded: rest >> UInt128(32 * (4 - place)))) &- 1
  }
}
