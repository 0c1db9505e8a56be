import Plots
import Testing

@Suite struct `Field pictures` {
  private func square(_ content: FieldPicture.Content) -> FieldPicture {
    var picture = FieldPicture(
      title: "square", points: [0, 0, 1, 0, 1, 1, 0, 1], dimension: 2,
      triangles: [0, 1, 2, 0, 2, 3], content: content)
    picture.size = 104
    picture.sharpness = 1
    return picture
  }

  private func distance(_ a: Colour, _ b: Colour) -> Int {
    let red = abs(Int(a.red) - Int(b.red))
    return max(red, abs(Int(a.green) - Int(b.green)), abs(Int(a.blue) - Int(b.blue)))
  }

  @Test func `every inner pixel has the colour of its interpolated value`() throws {
    // u = 0.3 x + 0.7 y on two triangles.
    let map = ColourMap.sequential
    let picture = square(.field([0, 0.3, 1, 0.7], map: map, range: 0...1, label: "u"))
    let png = try PNGReading(picture.image().png())
    try #require(png.width == 104 && png.height == 104)
    #expect(png.chunks == ["IHDR", "IDAT", "IEND"])
    var wrong: [String] = []
    for y in 5..<99 {
      for x in 5..<99 {
        let u = 0.3 * (Double(x) + 0.5 - 2) / 100 + 0.7 * (102 - Double(y) - 0.5) / 100
        if distance(png[x, y], map.colour(at: u)) > 3 { wrong.append("pixel \(x), \(y)") }
      }
    }
    #expect(wrong.isEmpty)
    #expect(png[0, 0] == Colour(hex: 0xFFFFFF))
  }

  @Test func `a PNG holds the pixels of its image exactly`() throws {
    let image = square(.field([0, 1, 0, 1], map: .diverging, range: nil, label: "")).image()
    #expect(try PNGReading(image.png()).bytes == image.bytes)
  }

  @Test func `regions have the colours of their palette and their names`() {
    let picture = square(.regions([0, 1], names: ["lower <1>", "upper"]))
    let image = picture.image()
    #expect(image[80, 70] == Palette.area(0))
    #expect(image[30, 20] == Palette.area(1))
    let svg = picture.svg()
    #expect(svg.contains("lower &lt;1&gt;") && svg.contains(">upper<"))
  }

  @Test func `a triangle turned clockwise looks as one turned the other way`() {
    let content = FieldPicture.Content.field([0, 1, 2, 3], map: .sequential, range: nil, label: "")
    let first = square(content)
    var second = square(content)
    second.triangles = [0, 2, 1, 3, 2, 0]
    #expect(first.image() == second.image())
  }

  @Test func `triangles that share edges leave no gap and no seam`() {
    // A fan of thin triangles around an inner point, one value throughout.
    var points: [Double] = [0.37, 0.59]
    var triangles: [Int32] = []
    let rim = 64
    for i in 0..<rim {
      let t = Double(i) / Double(rim / 4)
      let side = Int(t)
      let s = t - Double(side)
      points += side == 0 ? [s, 0] : side == 1 ? [1, s] : side == 2 ? [1 - s, 1] : [0, 1 - s]
      triangles += [0, Int32(1 + i), Int32(1 + (i + 1) % rim)]
    }
    var picture = FieldPicture(
      title: "", points: points, dimension: 2, triangles: triangles,
      content: .field(
        [Double](repeating: 0.5, count: rim + 1), map: .sequential, range: 0...1, label: ""))
    picture.size = 104
    picture.sharpness = 1
    let image = picture.image()
    let wanted = ColourMap.sequential.colour(at: 0.5)
    let colours = Set((5..<99).flatMap { y in (5..<99).map { x in image[x, y] } })
    #expect(colours == [wanted])
  }

  @Test(arguments: [[0, 1, 2, 3, 4, 5], [3, 4, 5, 0, 1, 2]] as [[Int32]])
  func `the nearer triangle hides the farther one whatever the order`(triangles: [Int32]) {
    // Two equal triangles, one above the other, seen from above.
    let flat: [Double] = [0, 0, 1, 0, 0, 1]
    var points: [Double] = []
    for z in [0.0, 1.0] {
      for k in 0..<3 { points += [flat[2 * k], flat[2 * k + 1], z] }
    }
    var picture = FieldPicture(
      title: "", points: points, dimension: 3, triangles: triangles,
      content: .field([0, 0, 0, 1, 1, 1], map: .sequential, range: 0...1, label: ""))
    picture.camera = Camera(azimuth: -90, elevation: 90)
    picture.size = 104
    picture.sharpness = 1
    let image = picture.image()
    let top = ColourMap.sequential.colour(at: 1)
    let pixel = image[30, 70]
    // Shading darkens; the hue is that of the upper triangle.
    let scale = Double(pixel.red) / Double(top.red)
    #expect(scale > 0.6 && scale <= 1)
    #expect(abs(Double(pixel.green) - scale * Double(top.green)) < 2)
    #expect(abs(Double(pixel.blue) - scale * Double(top.blue)) < 2)
  }

  @Test func `values that are not finite are grey and counted`() {
    let picture = square(.field([0, .nan, 1, 1], map: .sequential, range: nil, label: ""))
    #expect(picture.skippedCount == 1)
    #expect(picture.image()[80, 70] == ColourMap.missing)
    #expect(picture.svg().contains("1 triangle has numbers that are not finite."))
  }

  @Test func `a field that is the same but for rounding has one colour`() {
    let rounded = square(
      .field([67, 67 + 1e-12, 67 - 1e-12, 67], map: .sequential, range: nil, label: ""))
    let image = rounded.image()
    #expect(image[30, 20] == image[80, 70])
    #expect(
      image[30, 20]
        == square(
          .field([67, 67, 67, 67], map: .sequential, range: nil, label: "")
        ).image()[30, 20])
  }

  @Test func `points that are not finite take their triangles away and nothing else`() {
    var picture = square(.field([0, 1, 1, 0], map: .sequential, range: nil, label: ""))
    picture.points[2] = .infinity
    #expect(picture.skippedCount == 1)
    #expect(picture.image()[30, 20] != Colour(hex: 0xFFFFFF))
  }

  @Test(arguments: [2, 3])
  func `pictures of nothing, of a point and of a line are drawn without complaint`(d: Int) {
    for (count, triangles) in [(0, []), (1, [0, 0, 0]), (2, [0, 1, 0])] as [(Int, [Int32])] {
      let picture = FieldPicture(
        title: "", points: (0..<count * d).map { Double($0 / d) }, dimension: d,
        triangles: triangles,
        content: .field(
          [Double](repeating: 1, count: count), map: .sequential, range: nil, label: ""))
      #expect(picture.svg().contains("<svg"))
    }
  }

  @Test(arguments: [1e-300, 1e300, Double.leastNonzeroMagnitude * 3000])
  func `extreme lengths and values are drawn like ordinary ones`(unit: Double) {
    let picture = FieldPicture(
      title: "", points: [0, 0, unit, 0, unit, unit, 0, unit], dimension: 2,
      triangles: [0, 1, 2, 0, 2, 3],
      content: .field([-unit, unit, unit, -unit], map: .sequential, range: nil, label: "u"))
    let image = picture.image()
    let y = image.height / 2
    #expect(image[8, y].luminance < image[image.width - 8, y].luminance)
    #expect(!picture.svg().contains("nan"))
  }

  @Test func `a centred map has its middle at zero unless told otherwise`() {
    let map = ColourMap.diverging
    // u = 4 y, looked at in the middle of pixel row 90.
    let u = 4 * (102 - 90.5) / 100
    let centred = square(.field([0, 0, 4, 4], map: map, range: nil, label: "")).image()
    #expect(distance(centred[52, 90], map.colour(at: 0.5 + u / 8)) <= 3)
    let told = square(.field([0, 0, 4, 4], map: map, range: 0...4, label: "")).image()
    #expect(distance(told[52, 90], map.colour(at: u / 4)) <= 3)
  }

  @Test func `lines of the mesh and of equal value darken pixels`() {
    var picture = square(.field([0, 0, 1, 1], map: .sequential, range: nil, label: ""))
    let plain = picture.image()
    picture.contourCount = 1
    let lined = picture.image()
    #expect(lined[50, 51].luminance < plain[50, 51].luminance || lined[50, 52] != plain[50, 52])
    picture.contourCount = 0
    picture.showsMesh = true
    #expect(picture.image()[51, 52] != plain[51, 52])
  }

  @Test func `lightness rises along the sequential map and falls from the middle of the diverging`()
  {
    let sequential = ColourMap.sequential.colours.map(\.luminance)
    #expect(zip(sequential, sequential.dropFirst()).allSatisfy { $0 <= $1 + 2e-3 })
    let diverging = ColourMap.diverging.colours.map(\.luminance)
    #expect(diverging[0] < diverging[64] && diverging[64] < diverging[127])
    #expect(diverging[255] < diverging[191] && diverging[191] < diverging[128])
  }

  @Test func `neighbouring region colours differ also without hue`() {
    for i in 0..<11 {
      let a = Palette.area(i)
      let b = Palette.area(i + 1)
      #expect(a != b)
      #expect(abs(a.luminance - b.luminance) > 0.03, "\(i): \(a.css) \(b.css)")
    }
  }
}
