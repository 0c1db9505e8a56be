/// Numbers for things that are given by their corners and appear several times, such as the edges
/// of all cells: equal corners get equal numbers.
///
/// Places are put in buckets by their lowest corner (one counting sort) and each small bucket is
/// sorted by the other corners, so the cost is linear in the number of places and the numbers
/// follow the lexicographic order of the corners, whatever the order of the places.
struct UniqueNumbering {
  /// The number of the thing at each place.
  private(set) var number: [Int32]
  /// For each number, the first place where the thing appears.
  private(set) var firstPlace: [Int32]

  /// - Parameters:
  ///   - lowest: The lowest corner at each place, in `0..<pointCount`.
  ///   - rest: The other corners at each place, ascending, packed into one comparable key.
  init<Key: Comparable>(lowest: [Int32], rest: [Key], pointCount: Int) {
    precondition(lowest.count == rest.count && lowest.count < Int(Int32.max))
    var start = [Int32](repeating: 0, count: pointCount + 1)
    for corner in lowest { start[Int(corner) + 1] += 1 }
    for point in 0..<pointCount { start[point + 1] += start[point] }
    var places = [Int32](repeating: 0, count: lowest.count)
    var next = start
    for (place, corner) in lowest.enumerated() {
      places[Int(next[Int(corner)])] = Int32(place)
      next[Int(corner)] += 1
    }
    next = []

    number = [Int32](repeating: 0, count: lowest.count)
    firstPlace = []
    firstPlace.reserveCapacity(lowest.count / 4)
    for point in 0..<pointCount {
      let bucket = Int(start[point])..<Int(start[point + 1])
      UniqueNumbering.sort(&places, bucket, by: rest)
      for index in bucket {
        let place = Int(places[index])
        if index == bucket.lowerBound || rest[place] != rest[Int(places[index - 1])] {
          firstPlace.append(Int32(place))
        }
        number[place] = Int32(firstPlace.count - 1)
      }
    }
  }

  /// Sorts a range of places by their keys, equal keys in the order of the places.
  private static func sort<Key: Comparable>(
    _ places: inout [Int32], _ range: Range<Int>, by keys: [Key]
  ) {
    if range.count > 48 {
      // A hub with very many cells: insertion would be quadratic.
      places[range].sort {
        keys[Int($0)] == keys[Int($1)] ? $0 < $1 : keys[Int($0)] < keys[Int($1)]
      }
      return
    }
    for index in range.dropFirst() {
      let place = places[index]
      let key = keys[Int(place)]
      var hole = index
      while hole > range.lowerBound, key < keys[Int(places[hole - 1])] {
        places[hole] = places[hole - 1]
        hole -= 1
      }
      places[hole] = place
    }
  }
}
