internal import ComplexModule
internal import LinearAlgebra

/// A strict triangle in compressed rows, laid out for a sweep.
///
/// The entry beside the diagonal stands apart, in `chain`: it alone carries the recurrence from one
/// row to the next, and a sweep that keeps it in a register does not wait for its own stores. The
/// others stand in the order of decreasing distance from the diagonal, so that what was computed
/// last is read last.
struct TriangleRows<T: StoredEntry>: Sendable {
  /// Row i owns the entries `start[i]..<start[i + 1]`.
  private(set) var start: [Int32]
  private(set) var column: [Int32]
  private(set) var values: [T]
  /// The entry (i, i − 1) of a lower triangle, (i, i + 1) of an upper one.
  private(set) var chain: [T]

  /// Empty rows of given lengths, the entry of the chain not counted.
  init(lengths: [Int32]) {
    start = [0]
    start.reserveCapacity(lengths.count + 1)
    var total: Int32 = 0
    for length in lengths {
      total += length
      start.append(total)
    }
    let zero = T(rounding: 0)
    column = [Int32](repeating: 0, count: Int(total))
    values = [T](repeating: zero, count: Int(total))
    chain = [T](repeating: zero, count: lengths.count)
  }

  /// The lower triangle below the places of the diagonal, entries given in the order of `p`.
  @specialized(where T == Double)
  @specialized(where T == Float)
  @specialized(where T == Complex<Double>)
  @specialized(where T == SingleComplex)
  mutating func setLower(_ p: TrianglePattern, _ entries: [T.Number]) {
    for i in 0..<p.order {
      var position = Int(start[i])
      for k in p.lower(i) {
        let value = T(rounding: entries[k])
        guard p.column[k] != i - 1 else {
          chain[i] = value
          continue
        }
        column[position] = p.column[k]
        values[position] = value
        position += 1
      }
    }
  }

  /// The upper triangle, each row scaled by a number.
  @specialized(where T == Double)
  @specialized(where T == Float)
  @specialized(where T == Complex<Double>)
  @specialized(where T == SingleComplex)
  mutating func setUpper(_ p: TrianglePattern, _ entries: [T.Number], scaledBy s: [T.Number]) {
    for i in 0..<p.order {
      var position = Int(start[i + 1])
      for k in p.upper(i) {
        let value = T(rounding: s[i] * entries[k])
        guard p.column[k] != i + 1 else {
          chain[i] = value
          continue
        }
        position -= 1
        column[position] = p.column[k]
        values[position] = value
      }
    }
  }

  /// The adjoint of the lower triangle: an upper one.
  @specialized(where T == Double)
  @specialized(where T == Float)
  @specialized(where T == Complex<Double>)
  @specialized(where T == SingleComplex)
  mutating func setAdjoint(of p: TrianglePattern, _ entries: [T.Number]) {
    var next = Array(start.dropFirst())
    for i in 0..<p.order {
      for k in p.lower(i) {
        let (j, value) = (Int(p.column[k]), T(rounding: entries[k].conjugate))
        guard j != i - 1 else {
          chain[j] = value
          continue
        }
        next[j] -= 1
        column[Int(next[j])] = Int32(i)
        values[Int(next[j])] = value
      }
    }
  }
}

/// Where the entries of incomplete factors stand: a square pattern with its whole diagonal.
struct TrianglePattern: Sendable {
  let pattern: SparsityPattern
  /// The places of the diagonal.
  let diagonal: [Int32]

  /// Finds the diagonal.
  ///
  /// - Precondition: The pattern is square and has fewer than 2³¹ entries.
  /// - Throws: `singular` with the first row whose diagonal entry is not stored.
  init(_ pattern: SparsityPattern) throws(FactorizationError) {
    precondition(
      pattern.rowCount == pattern.columnCount,
      "an incomplete factorization of \(pattern.rowCount) × \(pattern.columnCount)")
    precondition(pattern.entryCount < Int32.max, "\(pattern.entryCount) entries")
    self.pattern = pattern
    var places: [Int32] = []
    places.reserveCapacity(pattern.rowCount)
    for i in 0..<pattern.rowCount {
      // Rows are short, and their first half is read soon anyway.
      var k = pattern.rowStart[i]
      let end = pattern.rowStart[i + 1]
      while k < end, pattern.column[k] < i { k += 1 }
      guard k < end, pattern.column[k] == i else { throw .singular(pivot: i) }
      places.append(Int32(k))
    }
    diagonal = places
  }

  var order: Int { pattern.rowCount }
  var column: [Int32] { pattern.column }
  /// The places of row i left of the diagonal.
  func lower(_ i: Int) -> Range<Int> { pattern.rowStart[i]..<Int(diagonal[i]) }
  /// The places of row i right of it.
  func upper(_ i: Int) -> Range<Int> { Int(diagonal[i]) + 1..<pattern.rowStart[i + 1] }

  /// Entries of each row of the lower triangle but those of the chain.
  var lowerLengths: [Int32] {
    (0..<order).map { i in
      let row = lower(i)
      return Int32(row.count) - (row.last.map { column[$0] == i - 1 } == true ? 1 : 0)
    }
  }
  /// The same of the upper triangle.
  var upperLengths: [Int32] {
    (0..<order).map { i in
      let row = upper(i)
      return Int32(row.count) - (row.first.map { column[$0] == i + 1 } == true ? 1 : 0)
    }
  }
  /// The same of the transposed lower triangle.
  var adjointLengths: [Int32] {
    var lengths = [Int32](repeating: 0, count: order)
    for i in 0..<order {
      for k in lower(i) where column[k] != i - 1 { lengths[Int(column[k])] += 1 }
    }
    return lengths
  }
}
