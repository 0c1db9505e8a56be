/// A picture of a triangle mesh in the plane, or of a surface of triangles in space: a field in
/// the colours of a map, or regions in colours of their own.
///
/// The triangles are painted into an embedded image; title, colour bar and names stay text. A
/// triangle with a corner that is not finite is left out, one with a value that is not finite is
/// grey; both are counted.
public struct FieldPicture: Sendable {
  /// What the colours tell.
  public enum Content: Sendable {
    /// One value per point, interpolated linearly in each triangle.
    ///
    /// With the values come the map, the range of the map (if `nil` that of the drawn values, made
    /// symmetric about zero for a centred map) and the quantity with its unit.
    case field([Double], map: ColourMap, range: ClosedRange<Double>?, label: String)
    /// One index into `names` per triangle; an index out of range is grey.
    case regions([Int32], names: [String])
  }

  /// A line above the picture; may be empty.
  public var title: String
  /// Coordinates, point by point, `dimension` numbers each.
  public var points: [Double]
  /// 2 or 3.
  public var dimension: Int
  /// Three point numbers for each triangle; turned either way.
  public var triangles: [Int32]
  /// The colours.
  public var content: Content
  /// Whether the edges of all triangles are drawn.
  public var showsMesh = false
  /// For each triangle the cell or side it is a part of, where such are cut into triangles: the cuts
  /// are not drawn. Empty where every triangle stands for itself.
  public var owners: [Int32] = []
  /// How many lines of equal value are drawn (fields only).
  public var contourCount = 0
  /// Where the eye is (surfaces in space only).
  public var camera = Camera()
  /// Length of the longer side of the picture, in pixels of the page.
  public var size = 340.0
  /// Image pixels for each pixel of the page.
  public var sharpness = 2.0

  /// A picture of `triangles` over `points`.
  ///
  /// - Parameters:
  ///   - title: A line above it.
  ///   - points: Coordinates, `dimension` numbers for each point, any length unit.
  ///   - dimension: 2 or 3.
  ///   - triangles: Point numbers from 0, three for each triangle.
  ///   - content: A value per point or a region per triangle.
  public init(
    title: String, points: [Double], dimension: Int, triangles: [Int32], content: Content
  ) {
    precondition(dimension == 2 || dimension == 3, "a picture of dimension \(dimension)")
    precondition(
      points.count.isMultiple(of: dimension) && triangles.count.isMultiple(of: 3),
      "\(points.count) coordinates of dimension \(dimension), \(triangles.count) corners")
    let count = points.count / dimension
    precondition(
      triangles.allSatisfy { $0 >= 0 && Int($0) < count },
      "a triangle names a point outside of 0..<\(count)")
    switch content {
    case .field(let values, _, _, _):
      precondition(values.count == count, "\(values.count) values for \(count) points")
    case .regions(let indices, _):
      precondition(
        indices.count == triangles.count / 3,
        "\(indices.count) region numbers for \(triangles.count / 3) triangles")
    }
    self.title = title
    self.points = points
    self.dimension = dimension
    self.triangles = triangles
    self.content = content
  }

  /// How many triangles are left out or grey because a number is not finite.
  public var skippedCount: Int { Drawing(of: self).skippedCount }

  /// The image alone, without title and key.
  public func image() -> PixelImage { Drawing(of: self).image() }

  /// The picture as one SVG element; the same picture gives the same text.
  public func svg() -> String {
    let drawing = Drawing(of: self)
    let w = Double(drawing.width) / sharpness
    let h = Double(drawing.height) / sharpness
    let top = title.isEmpty ? 6.0 : 28
    let key = Key(of: self, drawing: drawing, height: max(h, 120))
    let bodyHeight = max(h, key.height)
    let note = drawing.skippedCount > 0 ? 16.0 : 0
    let titleWidth = Markup.width(of: title, size: 13.5) + 12
    var canvas = SVGCanvas(
      width: max(8 + w + 18 + key.width, min(titleWidth, 1.5 * size)),
      height: top + bodyHeight + 8 + note)
    if !title.isEmpty {
      canvas.text(
        Markup.fitted(title, into: canvas.width - 8, size: 13.5), 4, 17, size: 13, weight: "600")
    }
    let left = 4.0
    let above = top + (bodyHeight - h) / 2
    canvas.image(left, above, w, h, png: drawing.image().png())
    if drawing.isEmpty {
      canvas.text(
        "no data", left + w / 2, above + h / 2, size: ChartFrame.normal, anchor: .middle,
        colour: SVGCanvas.quiet)
    }
    for label in drawing.regionLabels {
      let room = label.room / sharpness
      let width = Markup.width(of: label.text, size: 11)
      guard width < room else { continue }
      canvas.text(
        label.text, left + label.x / sharpness, above + label.y / sharpness + 4, size: 11,
        anchor: .middle, halo: true)
    }
    key.draw(in: &canvas, x: left + w + 18, y: top)
    if dimension == 3 { drawTriad(in: &canvas, x: left + 24, y: above + h - 22) }
    if drawing.skippedCount > 0 {
      let what =
        drawing.skippedCount == 1 ? "1 triangle has" : "\(drawing.skippedCount) triangles have"
      canvas.text(
        "\(what) numbers that are not finite.", 4, canvas.height - 5, size: ChartFrame.small,
        colour: SVGCanvas.quiet)
    }
    return canvas.document(title: title, otherwise: subject)
  }

  /// What the picture shows, for readers who cannot see it.
  private var subject: String {
    switch content {
    case .field(_, _, _, let label): label.isEmpty ? "a field on a mesh" : label
    case .regions(_, let names): "regions " + names.joined(separator: ", ")
    }
  }

  /// Small axes that say how the surface is turned.
  private func drawTriad(in canvas: inout SVGCanvas, x: Double, y: Double) {
    let names: [(String, SIMD3<Double>)] = [
      ("x", [1, 0, 0]), ("y", [0, 1, 0]), ("z", [0, 0, 1]),
    ]
    for (name, axis) in names {
      let v = camera.view(axis)
      guard v.x.isFinite, v.y.isFinite else { continue }
      canvas.line(x, y, x + 16 * v.x, y - 16 * v.y, stroke: SVGCanvas.quiet, width: 1.2)
      canvas.text(
        name, x + 22 * v.x, y - 22 * v.y + 3, size: 9.5, anchor: .middle,
        colour: SVGCanvas.quiet)
    }
  }
}
