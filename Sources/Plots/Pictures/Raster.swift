/// A grid of samples into which triangles and lines are drawn: two by two samples make a pixel.
///
/// A sample lies in a triangle if its centre does; on a shared edge exactly one of the two
/// triangles gets it, because both compute the crossing from the same ordered end points.
struct Raster {
  let width: Int
  let height: Int
  /// Value of each sample, NaN where nothing was drawn.
  private(set) var value: [Float]
  /// Nearness to the eye, larger is nearer; empty for flat pictures.
  private(set) var nearness: [Float]
  /// Brightness of the surface; empty for flat pictures.
  private(set) var shade: [Float]
  /// Darkness of lines drawn over it, 0…1.
  private(set) var ink: [Float]

  /// A corner: place in samples, nearness, value.
  struct Corner {
    var x: Double
    var y: Double
    var z: Double
    var value: Double
  }

  /// A raster of `width` × `height` pixels, four samples each.
  init(width: Int, height: Int, isDeep: Bool) {
    self.width = 2 * width
    self.height = 2 * height
    let count = 4 * width * height
    value = [Float](repeating: .nan, count: count)
    nearness = isDeep ? [Float](repeating: -.infinity, count: count) : []
    shade = isDeep ? [Float](repeating: 1, count: count) : []
    ink = [Float](repeating: 0, count: count)
  }

  /// Fills a triangle with linearly interpolated values; in deep rasters only where it is nearest.
  mutating func fill(_ a: Corner, _ b: Corner, _ c: Corner, shade brightness: Float) {
    // Corners from top to bottom; ties by x, so that neighbours sort a shared edge alike.
    var (p, q, r) = (a, b, c)
    func precedes(_ u: Corner, _ v: Corner) -> Bool { u.y < v.y || (u.y == v.y && u.x < v.x) }
    if precedes(q, p) { swap(&p, &q) }
    if precedes(r, q) { swap(&q, &r) }
    if precedes(q, p) { swap(&p, &q) }
    let area = (q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y)
    guard area != 0, area.isFinite else { return }
    let vx = ((q.value - p.value) * (r.y - p.y) - (r.value - p.value) * (q.y - p.y)) / area
    let vy = ((r.value - p.value) * (q.x - p.x) - (q.value - p.value) * (r.x - p.x)) / area
    let zx = ((q.z - p.z) * (r.y - p.y) - (r.z - p.z) * (q.y - p.y)) / area
    let zy = ((r.z - p.z) * (q.x - p.x) - (q.z - p.z) * (r.x - p.x)) / area
    let first = max(0, Int((p.y - 0.5).rounded(.up)))
    let last = min(height - 1, Int((r.y - 0.5).rounded(.up)) - 1)
    guard first <= last else { return }
    let long = (r.x - p.x) / (r.y - p.y)
    let upper = q.y > p.y ? (q.x - p.x) / (q.y - p.y) : 0
    let lower = r.y > q.y ? (r.x - q.x) / (r.y - q.y) : 0
    for row in first...last {
      let y = Double(row) + 0.5
      let along = p.x + (y - p.y) * long
      let across = y < q.y ? p.x + (y - p.y) * upper : q.x + (y - q.y) * lower
      let start = max(0, Int((min(along, across) - 0.5).rounded(.up)))
      let end = min(width, Int((max(along, across) - 0.5).rounded(.up)))
      guard start < end else { continue }
      let dx = Double(start) + 0.5 - p.x
      let v = Float(p.value + dx * vx + (y - p.y) * vy)
      let base = row * width
      if nearness.isEmpty {
        for x in start..<end { value[base + x] = v + Float(x - start) * Float(vx) }
      } else {
        let z = Float(p.z + dx * zx + (y - p.y) * zy)
        for x in start..<end {
          let near = z + Float(x - start) * Float(zx)
          guard near > nearness[base + x] else { continue }
          nearness[base + x] = near
          value[base + x] = v + Float(x - start) * Float(vx)
          shade[base + x] = brightness
        }
      }
    }
  }

  /// Draws a line of `thickness` samples; in deep rasters only where no surface is nearer by more
  /// than `slack`.
  mutating func line(
    from a: Corner, to b: Corner, thickness: Int, darkness: Float, slack: Double = 0
  ) {
    let length = max((b.x - a.x).magnitude, (b.y - a.y).magnitude)
    guard length.isFinite else { return }
    let steps = max(1, Int(length.rounded(.up)))
    let isFlat = (b.x - a.x).magnitude >= (b.y - a.y).magnitude
    let half = Double(thickness) / 2
    for step in 0...steps {
      let t = Double(step) / Double(steps)
      let x = a.x + t * (b.x - a.x)
      let y = a.y + t * (b.y - a.y)
      let near = Float(a.z + t * (b.z - a.z) + slack)
      for k in 0..<thickness {
        let shift = Double(k) - half + 0.5
        let column = Int((isFlat ? x : x + shift).rounded(.down))
        let row = Int((isFlat ? y + shift : y).rounded(.down))
        guard column >= 0, column < width, row >= 0, row < height else { continue }
        let i = row * width + column
        if !nearness.isEmpty, near < nearness[i] { continue }
        ink[i] = max(ink[i], darkness)
      }
    }
  }

  /// The image: samples averaged to pixels, uncovered parts white, lines in dark grey.
  ///
  /// - Parameter paint: Colours by value. Continuous maps average values before they are coloured,
  ///   so that a pixel inside a triangle has exactly the colour of its centre.
  func image(_ paint: Paint) -> PixelImage {
    var image = PixelImage(width: width / 2, height: height / 2)
    for y in 0..<image.height {
      for x in 0..<image.width {
        let i = 2 * y * width + 2 * x
        let four: [4 of Int] = [i, i + 1, i + width, i + width + 1]
        var sum: Float = 0
        var covered: Float = 0
        var light: Float = 0
        var dark: Float = 0
        var mixed = SIMD3<Float>(repeating: 0)
        var isMissing = false
        for k in 0..<4 {
          let v = value[four[k]]
          dark += ink[four[k]]
          guard !v.isNaN else { continue }
          covered += 1
          light += shade.isEmpty ? 1 : shade[four[k]]
          if !paint.isContinuous {
            mixed += paint.colour(v)
          } else if v < 1.5 {
            sum += v
          } else {
            isMissing = true
          }
        }
        guard covered > 0 || dark > 0 else { continue }
        if paint.isContinuous, covered > 0 {
          mixed = paint.colour(isMissing ? Paint.absent : sum / covered) * covered
        }
        if covered > 0 { mixed *= light / covered }
        var pixel = (mixed + SIMD3(repeating: 255 * (4 - covered))) / 4
        pixel += (SIMD3<Float>(34, 38, 43) - pixel) * (dark / 4)
        let at = 3 * (y * image.width + x)
        for channel in 0..<3 {
          image.bytes[at + channel] = UInt8(min(max(pixel[channel], 0), 255).rounded())
        }
      }
    }
    return image
  }

  /// Colours by value.
  struct Paint {
    /// Whether values in 0…1 stand for a continuous scale, rather than indices of colours.
    let isContinuous: Bool
    /// The value that stands for no value on a continuous scale.
    static let absent: Float = 2
    private let table: [SIMD3<Float>]
    private let missing: SIMD3<Float>

    init(_ colours: [Colour], isContinuous: Bool) {
      func numbers(_ c: Colour) -> SIMD3<Float> {
        SIMD3(Float(c.red), Float(c.green), Float(c.blue))
      }
      self.isContinuous = isContinuous
      table = colours.map(numbers)
      missing = numbers(ColourMap.missing)
    }

    /// The colour of a value in 0…1, or of an index; beyond the last the colour of no value.
    func colour(_ v: Float) -> SIMD3<Float> {
      if isContinuous {
        return v > 1.5 ? missing : table[Int((min(max(v, 0), 1) * 255).rounded())]
      }
      let index = Int(v.rounded())
      return table.indices.contains(index) ? table[index] : missing
    }
  }
}
