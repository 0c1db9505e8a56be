internal import LinearAlgebra

/// A division of the dofs into spatially compact parts of about equal size, by recursive bisection
/// at the median coordinate across the longest side.
///
/// Each part of a matrix or vector is assembled by one thread, so that a part's values stay in the
/// cache and every entry is summed in one order. The division depends on the coordinates alone.
/// - Source: Berger and Bokhari, *A partitioning strategy for nonuniform problems on
///   multiprocessors*, IEEE Trans. Comput. 36 (1987).
struct Bisection: Sendable {
  /// The part of each dof.
  let partOfDof: [UInt16]
  /// The dofs of all parts, part after part, ascending within a part.
  let dofs: [Int32]
  /// Where the dofs of each part begin; one more number than parts.
  let start: [Int]

  var partCount: Int { start.count - 1 }

  /// - Parameters:
  ///   - coordinates: `dimension` numbers for each dof.
  ///   - partSize: The number of dofs that a part should have.
  init(_ coordinates: [Double], dimension: Int, partSize: Int) {
    let count = coordinates.count / dimension
    let partCount = max(1, min(65_535, (count + partSize - 1) / partSize))
    var order = unsafe [Int32](unsafeUninitializedCapacity: count) { buffer, initialized in
      for i in 0..<count { unsafe buffer[i] = Int32(truncatingIfNeeded: i) }
      initialized = count
    }
    var part = [UInt16](repeating: 0, count: count)
    // Ranges of dofs that still are to be cut; those of one generation run in parallel.
    var open = [
      Task(
        range: 0..<count, firstPart: 0, partCount: partCount,
        box: Task.boundingBox(coordinates, dimension))
    ]
    unsafe order.withDisjointWrites { order in
      unsafe part.withDisjointWrites { part in
        while !open.isEmpty {
          let tasks = open
          var children = [[Task]](repeating: [], count: tasks.count)
          unsafe children.withDisjointWrites { children in
            forEachChunk(of: tasks.count, size: 1) { range in
              unsafe coordinates.withUnsafeBufferPointer { coordinates in
                for index in range {
                  let task = tasks[index]
                  if task.partCount == 1 {
                    for k in task.range {
                      unsafe part.base[Int(order.base[k])] = UInt16(
                        truncatingIfNeeded: task.firstPart)
                    }
                  } else if let dofs = unsafe order.base.baseAddress,
                    let x = coordinates.baseAddress
                  {
                    unsafe children.base[index] = task.cut(dofs, x, dimension)
                  }
                }
              }
            }
          }
          open = children.flatMap { $0 }
        }
      }
    }
    (dofs, start) = Bisection.members(part, partCount)
    partOfDof = part
  }

  /// The dofs of each part in ascending order, by counting.
  private static func members(_ part: [UInt16], _ count: Int) -> (dofs: [Int32], start: [Int]) {
    var start = [Int](repeating: 0, count: count + 1)
    for p in part { start[Int(p) + 1] += 1 }
    for p in 0..<count { start[p + 1] += start[p] }
    var next = start
    var dofs = [Int32](repeating: 0, count: part.count)
    for (dof, p) in part.enumerated() {
      dofs[next[Int(p)]] = Int32(truncatingIfNeeded: dof)
      next[Int(p)] += 1
    }
    return (dofs, start)
  }
}

/// A range of the list of dofs that is to become `partCount` parts.
private struct Task: Sendable {
  let range: Range<Int>
  let firstPart: Int
  let partCount: Int
  /// A box around its dofs, cut where they were cut.
  let box: (lower: SIMD3<Double>, upper: SIMD3<Double>)

  /// Reorders the range so that its two halves lie on the two sides of a plane.
  // Safe: the range lies within the list, its entries are dofs, and no other task has any of them.
  func cut(
    _ dofs: UnsafeMutablePointer<Int32>, _ coordinates: UnsafePointer<Double>, _ dimension: Int
  ) -> [Task] {
    let sides = box.upper - box.lower
    var axis = 0
    for candidate in 1..<dimension where sides[candidate] > sides[axis] { axis = candidate }
    let lowerParts = partCount / 2
    let middle = range.lowerBound + range.count * lowerParts / partCount
    unsafe select(middle, dofs, coordinates + axis, dimension)
    let plane = unsafe coordinates[Int(dofs[middle]) * dimension + axis]
    var (below, above) = (box, box)
    below.upper[axis] = plane
    above.lower[axis] = plane
    return [
      Task(
        range: range.lowerBound..<middle, firstPart: firstPart, partCount: lowerParts,
        box: below),
      Task(
        range: middle..<range.upperBound, firstPart: firstPart + lowerParts,
        partCount: partCount - lowerParts, box: above),
    ]
  }

  /// The smallest box around all dofs.
  static func boundingBox(
    _ coordinates: [Double], _ dimension: Int
  ) -> (lower: SIMD3<Double>, upper: SIMD3<Double>) {
    var lower = SIMD3<Double>.zero
    var upper = SIMD3<Double>.zero
    for axis in 0..<dimension {
      var (low, high) = (Double.infinity, -Double.infinity)
      for k in stride(from: axis, to: coordinates.count, by: dimension) {
        low = min(low, coordinates[k])
        high = max(high, coordinates[k])
      }
      (lower[axis], upper[axis]) = (low, high)
    }
    return (lower, upper)
  }

  /// Hoare's selection: afterwards everything before `middle` is below everything from it on, in
  /// the total order by coordinate and then by number, which makes the result unique.
  private func select(
    _ middle: Int, _ dofs: UnsafeMutablePointer<Int32>, _ x: UnsafePointer<Double>, _ stride: Int
  ) {
    @inline(__always)
    func precedes(_ a: Int32, _ value: Double, _ number: Int32) -> Bool {
      let own = unsafe x[Int(a) * stride]
      return own < value || (own == value && a < number)
    }
    var (low, high) = (range.lowerBound, range.upperBound - 1)
    while low < high {
      // The median of three keeps sorted coordinates, as of a structured mesh, from being the
      // worst case.
      let (a, b, c) = unsafe (dofs[low], dofs[(low + high) / 2], dofs[high])
      let (xa, xb, xc) = unsafe (x[Int(a) * stride], x[Int(b) * stride], x[Int(c) * stride])
      let aBeforeB = (xa, a) < (xb, b)
      let number =
        aBeforeB == ((xb, b) < (xc, c)) ? b : aBeforeB == ((xa, a) < (xc, c)) ? c : a
      let value = unsafe x[Int(number) * stride]
      var (i, j) = (low, high)
      while i <= j {
        while unsafe precedes(dofs[i], value, number) { i += 1 }
        while unsafe dofs[j] != number && !precedes(dofs[j], value, number) { j -= 1 }
        if i <= j {
          unsafe (dofs[i], dofs[j]) = unsafe (dofs[j], dofs[i])
          i += 1
          j -= 1
        }
      }
      if middle <= j { high = j } else if middle >= i { low = i } else { return }
    }
  }
}
