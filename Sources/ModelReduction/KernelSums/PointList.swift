internal import LinearAlgebra

/// Points side by side: all x, all y, all z; z is zero in the plane.
struct PointList: Sendable {
  var x: [Double] = []
  var y: [Double] = []
  var z: [Double] = []

  var count: Int { x.count }

  subscript(i: Int) -> SIMD3<Double> { SIMD3(x[i], y[i], z[i]) }

  mutating func append(_ p: SIMD3<Double>) {
    x.append(p.x)
    y.append(p.y)
    z.append(p.z)
  }

  init(_ points: [SIMD3<Double>] = []) {
    x = points.map(\.x)
    y = points.map(\.y)
    z = points.map(\.z)
  }

  var points: [SIMD3<Double>] { (0..<count).map { self[$0] } }

  mutating func removeAll() {
    x.removeAll(keepingCapacity: true)
    y.removeAll(keepingCapacity: true)
    z.removeAll(keepingCapacity: true)
  }

  /// Adds a part of other points.
  mutating func append(_ range: Range<Int>, of other: PointList) {
    x.append(contentsOf: other.x[range])
    y.append(contentsOf: other.y[range])
    z.append(contentsOf: other.z[range])
  }

  /// Adds all of other points, scaled and then moved.
  mutating func append(_ other: PointList, times scale: Double, plus shift: SIMD3<Double>) {
    for i in 0..<other.count { append(scale * other[i] + shift) }
  }
}

extension PointList {
  /// −x, −y, −z.
  var mirrored: PointList {
    var result = PointList()
    result.append(self, times: -1, plus: .zero)
    return result
  }
}

extension PointList {
  /// The columns of a matrix with two or three rows.
  init(columns: DenseMatrix<Double>) throws(KernelSumError) {
    let (d, n) = (columns.rowCount, columns.columnCount)
    if let (_, point) = columns.firstNonFiniteEntry { throw .pointNotFinite(point) }
    x = (0..<n).map { columns.values[$0 * d] }
    y = (0..<n).map { columns.values[$0 * d + 1] }
    z = d == 3 ? (0..<n).map { columns.values[$0 * d + 2] } : [Double](repeating: 0, count: n)
  }
}

extension PointList {
  /// Corners, edges' middles and faces' middles of the unit cell.
  static func extremes(_ dimension: Int) -> [SIMD3<Double>] {
    let axis = [-0.5, 0, 0.5]
    return axis.flatMap { a in
      axis.flatMap { b in (dimension == 3 ? axis : [0]).map { c in SIMD3(a, b, c) } }
    }.filter { $0 != .zero }
  }

  /// A point of the surface of the unit cell, evenly drawn.
  static func surfacePoint(_ dimension: Int, _ random: inout SplitMix64) -> SIMD3<Double> {
    let face = Int(random.next() % UInt64(2 * dimension))
    var p = SIMD3(random.unit() - 0.5, random.unit() - 0.5, random.unit() - 0.5)
    if dimension == 2 { p.z = 0 }
    p[face / 2] = face.isMultiple(of: 2) ? -0.5 : 0.5
    return p
  }
}
