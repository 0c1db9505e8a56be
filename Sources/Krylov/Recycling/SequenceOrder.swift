internal import LinearAlgebra
internal import RealModule

/// Orders a sequence of systems so that neighbours are similar, which is what recycling lives on.
///
/// A system is known by a feature vector: its parameters, a coefficient field, or the entries of
/// its matrix. Sorting helps only where neighbours become close; `pathLength` says by how much.
///
/// - Source: Wang, Hao, Wang, Geng, Wang, Li, Wu, *Accelerating data generation for neural operators
///   via Krylov subspace recycling*, ICLR 2024 (greedy order).
public enum SequenceOrder: String, Sendable, CaseIterable {
  /// As they come.
  case given
  /// From the first always to the nearest unvisited one, then improved by reversing stretches
  /// (2-opt). O(N²) distances.
  case nearest
  /// Along a Hilbert curve through the box of the features, each scaled to its range; good for many
  /// points in few dimensions. O(N log N).
  case hilbert
  /// Through a tree that halves the points along their widest feature, each branch turned towards
  /// its neighbour. O(N log N).
  case tree

  /// The systems in the order in which to solve them.
  ///
  /// - Parameter features: One vector for each system, all of one length.
  public func order(_ features: [[Double]]) -> [Int] {
    let dimension = features.first?.count ?? 0
    precondition(features.allSatisfy { $0.count == dimension }, "features of different lengths")
    guard features.count > 2, dimension > 0 else { return Array(features.indices) }
    switch self {
    case .given: return Array(features.indices)
    case .nearest: return NearestNeighbourPath(features).order
    case .hilbert: return HilbertCurve.order(features)
    case .tree: return Self.treeOrder(features)
    }
  }

  /// Σ ‖f_{i+1} − f_i‖ along an order.
  public static func pathLength(_ features: [[Double]], in order: [Int]) -> Double {
    zip(order, order.dropFirst()).reduce(0) { $0 + distance(features[$1.0], features[$1.1]) }
  }

  private static func treeOrder(_ features: [[Double]]) -> [Int] {
    func visit(_ points: [Int]) -> [Int] {
      guard points.count > 2 else { return points }
      let dimension = features[points[0]].count
      var (widest, width) = (0, -1.0)
      for d in 0..<dimension {
        let values = points.map { features[$0][d] }
        let extent = (values.max() ?? 0) - (values.min() ?? 0)
        if extent > width { (widest, width) = (d, extent) }
      }
      let sorted = points.sorted { (features[$0][widest], $0) < (features[$1][widest], $1) }
      return joined(
        visit(Array(sorted[..<(sorted.count / 2)])), visit(Array(sorted[(sorted.count / 2)...])))
    }
    /// The two paths one after the other, each turned so that the step between them is shortest.
    func joined(_ first: [Int], _ second: [Int]) -> [Int] {
      func step(_ i: Int, _ j: Int) -> Double { distance(features[i], features[j]) }
      let ends = (first[0], first[first.count - 1], second[0], second[second.count - 1])
      let steps = [
        step(ends.1, ends.2), step(ends.1, ends.3), step(ends.0, ends.2), step(ends.0, ends.3),
      ]
      switch steps.firstIndex(of: steps.min() ?? 0) {
      case 1: return first + second.reversed()
      case 2: return first.reversed() + second
      case 3: return first.reversed() + second.reversed()
      default: return first + second
      }
    }
    return visit(Array(features.indices))
  }
}

/// ‖x − y‖₂.
func distance(_ x: [Double], _ y: [Double]) -> Double {
  var sum = 0.0
  for i in x.indices { sum += (x[i] - y[i]) * (x[i] - y[i]) }
  return sum.squareRoot()
}

/// The greedy path through points, improved by reversing stretches.
///
/// Beyond a few thousand points the distances are too many: then the points are cut into groups
/// along a Hilbert curve first, and each group is ordered from where the one before ended.
struct NearestNeighbourPath {
  private(set) var order: [Int]
  private static let groupSize = 2000

  init(_ features: [[Double]]) {
    let count = features.count
    guard count > Self.groupSize else {
      order = Self.path(features, Array(features.indices), from: nil)
      return
    }
    let curve = HilbertCurve.order(features)
    order = []
    for start in stride(from: 0, to: count, by: Self.groupSize) {
      let group = Array(curve[start..<min(count, start + Self.groupSize)])
      order += Self.path(features, group, from: order.last)
    }
  }

  private static func path(_ features: [[Double]], _ group: [Int], from last: Int?) -> [Int] {
    var left = group
    var path: [Int] = []
    var current: Int
    if let last {
      current = last
    } else {
      current = left.removeFirst()
      path = [current]
    }
    while !left.isEmpty {
      var (best, nearest) = (0, Double.infinity)
      for (index, point) in left.enumerated() {
        let length = distance(features[current], features[point])
        if length < nearest { (best, nearest) = (index, length) }
      }
      current = left.remove(at: best)
      path.append(current)
    }
    return group.count <= 500 ? improved(path, features) : path
  }

  /// 2-opt: reverses stretches as long as that shortens the path, the first point staying.
  private static func improved(_ path: [Int], _ features: [[Double]]) -> [Int] {
    var path = path
    let n = path.count
    for _ in 0..<8 {
      var hasChanged = false
      for i in 0..<n - 2 {
        for j in i + 2..<n {
          let (a, b, c) = (features[path[i]], features[path[i + 1]], features[path[j]])
          let after = j + 1 < n ? features[path[j + 1]] : nil
          let old = distance(a, b) + (after.map { distance(c, $0) } ?? 0)
          let new = distance(a, c) + (after.map { distance(b, $0) } ?? 0)
          if new < old * (1 - 1e-12) {
            path[i + 1...j].reverse()
            hasChanged = true
          }
        }
      }
      if !hasChanged { break }
    }
    return path
  }
}

/// The order of points along a Hilbert curve of any dimension.
///
/// - Source: Skilling, *Programming the Hilbert curve*, AIP Conf. Proc. 707 (2004).
enum HilbertCurve {
  /// Bits a coordinate: the curve has 2^(bits d) cells.
  private static let bits = 10

  static func order(_ features: [[Double]]) -> [Int] {
    let dimension = features[0].count
    let ranges = (0..<dimension).map { d in
      let values = features.map { $0[d] }
      return (values.min() ?? 0, values.max() ?? 0)
    }
    let keys = features.map { point in
      key(
        zip(point, ranges).map { value, range in
          guard range.1 > range.0 else { return 0 }
          let unit = (value - range.0) / (range.1 - range.0)
          return min((1 << bits) - 1, Int(unit * Double(1 << bits)))
        })
    }
    return features.indices.sorted {
      keys[$0] == keys[$1] ? $0 < $1 : keys[$0].lexicographicallyPrecedes(keys[$1])
    }
  }

  /// The index along the curve, its bits from the highest plane of all axes to the lowest.
  static func key(_ point: [Int]) -> [Int] {
    var x = point
    let n = x.count
    var q = 1 << (bits - 1)
    while q > 1 {
      let p = q - 1
      for i in 0..<n {
        if x[i] & q != 0 {
          x[0] ^= p
        } else {
          let t = (x[0] ^ x[i]) & p
          x[0] ^= t
          x[i] ^= t
        }
      }
      q >>= 1
    }
    for i in 1..<max(1, n) { x[i] ^= x[i - 1] }
    var t = 0
    q = 1 << (bits - 1)
    while q > 1 {
      if x[n - 1] & q != 0 { t ^= q - 1 }
      q >>= 1
    }
    for i in 0..<n { x[i] ^= t }
    return (0..<bits).reversed().map { bit in
      x.reduce(0) { ($0 << 1) | (($1 >> bit) & 1) }
    }
  }
}
