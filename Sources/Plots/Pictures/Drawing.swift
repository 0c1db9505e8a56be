/// A field picture on its way to pixels: corners placed, values scaled, edges sorted.
struct Drawing {
  /// Size of the image in pixels.
  private(set) var width = 1
  private(set) var height = 1
  /// Triangles with a number that is not finite.
  private(set) var skippedCount = 0
  /// Range of the colours; 0…1 where there is no value.
  private(set) var range = 0.0...1.0
  /// Range of the drawn values.
  private(set) var extremes: ClosedRange<Double>?
  /// Whether no triangle can be drawn.
  private(set) var isEmpty = true

  private let picture: FieldPicture
  /// Place of each point: right, down, towards the eye, in image pixels.
  private var places: [SIMD3<Double>] = []
  /// Whether each triangle has finite corners.
  private var isDrawn: [Bool] = []

  init(of picture: FieldPicture) {
    self.picture = picture
    place()
    scale()
  }

  private func corners(_ t: Int) -> (Int, Int, Int) {
    (
      Int(picture.triangles[3 * t]), Int(picture.triangles[3 * t + 1]),
      Int(picture.triangles[3 * t + 2])
    )
  }

  private var triangleCount: Int { picture.triangles.count / 3 }

  // MARK: Geometry

  private mutating func place() {
    let dimension = picture.dimension
    let count = picture.points.count / dimension
    // Coordinates are divided by their largest magnitude, so that no product overflows.
    var largest = 0.0
    for x in picture.points where x.isFinite { largest = max(largest, x.magnitude) }
    let unit = largest > 0 ? largest : 1
    let axes = picture.camera.axes
    places = (0..<count).map { p in
      let at = dimension * p
      let x = picture.points[at] / unit
      let y = picture.points[at + 1] / unit
      guard dimension == 3 else { return SIMD3(x, y, 0) }
      let p = SIMD3(x, y, picture.points[at + 2] / unit)
      return SIMD3((axes.right * p).sum(), (axes.up * p).sum(), (axes.eye * p).sum())
    }
    var low = SIMD3<Double>(repeating: .infinity)
    var high = SIMD3<Double>(repeating: -.infinity)
    isDrawn = (0..<triangleCount).map { t in
      let (a, b, c) = corners(t)
      let sum = places[a] + places[b] + places[c]
      guard sum.x.isFinite, sum.y.isFinite, sum.z.isFinite else { return false }
      low = pointwiseMin(low, pointwiseMin(places[a], pointwiseMin(places[b], places[c])))
      high = pointwiseMax(high, pointwiseMax(places[a], pointwiseMax(places[b], places[c])))
      return true
    }
    skippedCount = isDrawn.count { !$0 }
    isEmpty = skippedCount == triangleCount
    let pixels = max(16, min(4096, picture.size * picture.sharpness))
    guard !isEmpty else {
      width = Int(pixels)
      height = Int(pixels * 0.6)
      return
    }
    let extent = high - low
    let longest = max(extent.x, extent.y)
    // Two pixels stay free on each side for outlines.
    let factor = longest > 0 ? (pixels - 4) / longest : 1
    width = max(16, Int((extent.x * factor).rounded(.up)) + 4)
    height = max(16, Int((extent.y * factor).rounded(.up)) + 4)
    let shiftX = (Double(width) - extent.x * factor) / 2
    let shiftY = (Double(height) - extent.y * factor) / 2
    for p in places.indices {
      let v = places[p]
      places[p] = SIMD3(
        (v.x - low.x) * factor + shiftX, (high.y - v.y) * factor + shiftY,
        (v.z - low.z) * factor)
    }
  }

  // MARK: Values

  private mutating func scale() {
    guard case .field(let values, let map, let wanted, _) = picture.content else { return }
    var low = Double.infinity
    var high = -Double.infinity
    for t in 0..<triangleCount where isDrawn[t] {
      let (a, b, c) = corners(t)
      let (u, v, w) = (values[a], values[b], values[c])
      guard u.isFinite, v.isFinite, w.isFinite else {
        skippedCount += 1
        continue
      }
      low = min(low, u, v, w)
      high = max(high, u, v, w)
    }
    if low <= high { extremes = low...high }
    if let wanted, wanted.lowerBound.isFinite, wanted.upperBound.isFinite {
      range = wanted
    } else if let extremes {
      let reach = max(extremes.lowerBound.magnitude, extremes.upperBound.magnitude)
      range = map.isCentred ? -reach...reach : extremes
      // Colours would show nothing but the rounding of a field that is the same everywhere.
      if !map.isCentred, extremes.upperBound - extremes.lowerBound <= 1e-9 * reach {
        range = extremes.lowerBound...extremes.lowerBound
      }
    }
  }

  /// 0…1 within the range of the colours; the middle where the range is a single number.
  private func scaled(_ value: Double) -> Double {
    let half = range.upperBound / 2 - range.lowerBound / 2
    guard half > 0 else { return 0.5 }
    return min(max((value / 2 - range.lowerBound / 2) / half, 0), 1)
  }

  // MARK: Painting

  /// The pixels.
  func image() -> PixelImage {
    let isDeep = picture.dimension == 3
    var raster = Raster(width: width, height: height, isDeep: isDeep)
    guard !isEmpty else { return raster.image(paint) }
    for t in 0..<triangleCount where isDrawn[t] {
      let (a, b, c) = corners(t)
      let v = values(t)
      raster.fill(
        corner(a, v.x), corner(b, v.y), corner(c, v.z), shade: isDeep ? brightness(t) : 1)
    }
    drawLines(in: &raster)
    return raster.image(paint)
  }

  private var paint: Raster.Paint {
    switch picture.content {
    case .field(_, let map, _, _): Raster.Paint(map.colours, isContinuous: true)
    case .regions(_, let names):
      Raster.Paint(names.indices.map(Palette.area), isContinuous: false)
    }
  }

  private func values(_ t: Int) -> SIMD3<Double> {
    switch picture.content {
    case .regions(let indices, let names):
      let index = Int(indices[t])
      return SIMD3(repeating: Double(names.indices.contains(index) ? index : names.count))
    case .field(let values, _, _, _):
      let (a, b, c) = corners(t)
      guard values[a].isFinite, values[b].isFinite, values[c].isFinite else {
        return SIMD3(repeating: Double(Raster.Paint.absent))
      }
      return SIMD3(scaled(values[a]), scaled(values[b]), scaled(values[c]))
    }
  }

  /// A corner in samples.
  private func corner(_ p: Int, _ value: Double = 0) -> Raster.Corner {
    Raster.Corner(x: 2 * places[p].x, y: 2 * places[p].y, z: places[p].z, value: value)
  }

  private func normal(_ t: Int) -> SIMD3<Double> {
    let (a, b, c) = corners(t)
    let u = places[b] - places[a]
    let v = places[c] - places[a]
    let n = SIMD3(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x)
    let length = (n * n).sum().squareRoot()
    return length > 0 ? n / length : n
  }

  /// Brightness under a light above the left shoulder of the viewer, the same from both sides.
  private func brightness(_ t: Int) -> Float {
    var n = normal(t)
    if n.z < 0 { n = -n }
    let light = SIMD3(-0.35, -0.62, 0.70)
    // A field keeps closer to the colours of its bar than a region need to those of its key.
    var depth = 0.34
    if case .field = picture.content { depth = 0.2 }
    return Float(1 - depth + depth * max(0, (n * light).sum()))
  }

  private func drawLines(in raster: inout Raster) {
    if case .field(let values, _, _, _) = picture.content, picture.contourCount > 0 {
      for level in 1...min(picture.contourCount, 64) {
        let t = Double(level) / Double(min(picture.contourCount, 64) + 1)
        drawContour(t, values, in: &raster)
      }
    }
    let edges = Edges(triangles: picture.triangles, pointCount: places.count)
    let slack = 0.004 * Double(max(width, height))
    // The lines of a fine mesh are drawn paler, or they would hide what they divide.
    let spacing =
      (Double(width) * Double(height) / Double(max(1, triangleCount))).squareRoot()
    let faint = Float(0.4 * min(max(spacing / 10, 0.4), 1))
    for edge in edges.edges where isDrawn[Int(edge.first)] && isDrawn[Int(edge.last)] {
      if isCut(edge) { continue }
      let isFeature = isFeature(edge)
      guard isFeature || picture.showsMesh else { continue }
      raster.line(
        from: corner(Int(edge.a)), to: corner(Int(edge.b)), thickness: isFeature ? 3 : 1,
        darkness: isFeature ? 0.8 : faint, slack: slack)
    }
  }

  /// Whether an edge only cuts a cell or side into triangles.
  private func isCut(_ edge: Edges.Edge) -> Bool {
    guard edge.count == 2, picture.owners.count == triangleCount else { return false }
    return picture.owners[Int(edge.first)] == picture.owners[Int(edge.last)]
  }

  /// Whether an edge bounds the mesh, divides two regions, or is a crease of the surface.
  private func isFeature(_ edge: Edges.Edge) -> Bool {
    if edge.count != 2 { return true }
    let first = Int(edge.first)
    let last = Int(edge.last)
    if case .regions(let indices, _) = picture.content, indices[first] != indices[last] {
      return true
    }
    guard picture.dimension == 3 else { return false }
    return (normal(first) * normal(last)).sum().magnitude < 0.86
  }

  private func drawContour(_ level: Double, _ values: [Double], in raster: inout Raster) {
    for t in 0..<triangleCount where isDrawn[t] {
      let (a, b, c) = corners(t)
      let v = self.values(t)
      guard v.max() <= 1, v.min() < level, v.max() >= level else { continue }
      var ends: [Raster.Corner] = []
      for (p, q, x, y) in [(a, b, v.x, v.y), (b, c, v.y, v.z), (c, a, v.z, v.x)]
      where (x < level) != (y < level) {
        let s = (level - x) / (y - x)
        let at = places[p] + s * (places[q] - places[p])
        ends.append(Raster.Corner(x: 2 * at.x, y: 2 * at.y, z: at.z, value: 0))
      }
      if ends.count == 2 {
        raster.line(
          from: ends[0], to: ends[1], thickness: 1, darkness: 0.7,
          slack: 0.004 * Double(max(width, height)))
      }
    }
  }

  // MARK: Names on regions

  /// Name and place of each region of a flat picture, at the triangle nearest its centre of area.
  var regionLabels: [(text: String, x: Double, y: Double, room: Double)] {
    guard picture.dimension == 2, case .regions(let indices, let names) = picture.content else {
      return []
    }
    var area = [Double](repeating: 0, count: names.count)
    var moment = [SIMD3<Double>](repeating: SIMD3(repeating: 0), count: names.count)
    var low = [Double](repeating: .infinity, count: names.count)
    var high = [Double](repeating: -.infinity, count: names.count)
    func centre(_ t: Int) -> SIMD3<Double> {
      let (a, b, c) = corners(t)
      return (places[a] + places[b] + places[c]) / 3
    }
    for t in 0..<triangleCount where isDrawn[t] && names.indices.contains(Int(indices[t])) {
      let r = Int(indices[t])
      let (a, b, c) = corners(t)
      let u = places[b] - places[a]
      let v = places[c] - places[a]
      let size = (u.x * v.y - u.y * v.x).magnitude
      area[r] += size
      moment[r] += size * centre(t)
      for p in [places[a], places[b], places[c]] {
        low[r] = min(low[r], p.x)
        high[r] = max(high[r], p.x)
      }
    }
    var best = [Double](repeating: .infinity, count: names.count)
    var place = [SIMD3<Double>](repeating: SIMD3(repeating: 0), count: names.count)
    for t in 0..<triangleCount where isDrawn[t] && names.indices.contains(Int(indices[t])) {
      let r = Int(indices[t])
      guard area[r] > 0 else { continue }
      let away = centre(t) - moment[r] / area[r]
      let distance = (away * away).sum()
      if distance < best[r] {
        best[r] = distance
        place[r] = centre(t)
      }
    }
    return names.indices.filter { best[$0] < .infinity }.map {
      (names[$0], place[$0].x, place[$0].y, high[$0] - low[$0])
    }
  }
}
