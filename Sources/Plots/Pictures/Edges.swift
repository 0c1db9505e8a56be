/// The edges of a triangle mesh with the triangles beside them.
struct Edges {
  struct Edge {
    var a: Int32
    var b: Int32
    /// First and last triangle at the edge; equal on a boundary.
    var first: Int32
    var last: Int32
    var count: Int32
  }

  private(set) var edges: [Edge] = []

  /// Every edge once, in the order of its smaller end point.
  ///
  /// - Complexity: O(triangles): edges are sorted into a bucket per point.
  init(triangles: [Int32], pointCount: Int) {
    let count = triangles.count / 3
    func ends(_ k: Int) -> (Int32, Int32) {
      let t = k / 3 * 3
      let u = triangles[k]
      let v = triangles[t + (k - t + 1) % 3]
      return (min(u, v), max(u, v))
    }
    var start = [Int](repeating: 0, count: pointCount + 1)
    for k in 0..<(3 * count) { start[Int(ends(k).0) + 1] += 1 }
    for p in 0..<pointCount { start[p + 1] += start[p] }
    var next = start
    var bucket = [(end: Int32, triangle: Int32)](repeating: (0, 0), count: 3 * count)
    for k in 0..<(3 * count) {
      let (u, v) = ends(k)
      bucket[next[Int(u)]] = (v, Int32(k / 3))
      next[Int(u)] += 1
    }
    edges.reserveCapacity(3 * count / 2 + 16)
    for p in 0..<pointCount {
      let begin = edges.count
      for item in bucket[start[p]..<start[p + 1]] {
        if let known = (begin..<edges.count).first(where: { edges[$0].b == item.end }) {
          edges[known].last = item.triangle
          edges[known].count += 1
        } else {
          edges.append(
            Edge(
              a: Int32(p), b: item.end, first: item.triangle, last: item.triangle, count: 1))
        }
      }
    }
  }
}
