/// From the node numbers of a file, which may be sparse and shuffled, to points 0, 1, 2, ….
enum NodeNumbers {
  /// The numbers are `first`, `first + 1`, … in order.
  case consecutive(first: Int, count: Int)
  /// A table from number minus `first` to point, −1 where there is none.
  case table(first: Int, points: [Int32])
  /// Too sparse for a table.
  case dictionary([Int: Int32])

  /// A number that appears a second time, at `index` of the list.
  struct Repeated: Error { let index: Int }

  static func make(_ numbers: [Int]) -> Result<NodeNumbers, Repeated> {
    let first = numbers.min() ?? 0
    let last = numbers.max() ?? 0
    if numbers.enumerated().allSatisfy({ $1 - first == $0 }) {
      return .success(.consecutive(first: first, count: numbers.count))
    }
    if last - first < 4 * numbers.count + 1024 {
      var points = [Int32](repeating: -1, count: last - first + 1)
      for (index, number) in numbers.enumerated() {
        if points[number - first] >= 0 { return .failure(Repeated(index: index)) }
        points[number - first] = Int32(index)
      }
      return .success(.table(first: first, points: points))
    }
    var points = [Int: Int32](minimumCapacity: numbers.count)
    for (index, number) in numbers.enumerated() {
      if points.updateValue(Int32(index), forKey: number) != nil {
        return .failure(Repeated(index: index))
      }
    }
    return .success(.dictionary(points))
  }

  // Node numbers are not negative, so no difference of two of them overflows.

  /// The point of a node number; nil if there is none.
  @inline(__always)
  func point(_ number: Int) -> Int32? {
    switch self {
    case .consecutive(let first, let count):
      return number >= first && number - first < count ? Int32(number - first) : nil
    case .table(let first, let points):
      guard number >= first, number - first < points.count else { return nil }
      let point = points[number - first]
      return point < 0 ? nil : point
    case .dictionary(let points): return points[number]
    }
  }
}
