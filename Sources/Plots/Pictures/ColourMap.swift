import RealModule

/// A scale of 256 colours from 0 to 1, made in a perceptual space so that equal steps in value
/// look like equal steps in colour.
public struct ColourMap: Sendable, Hashable {
  /// The 256 colours, from value 0 to value 1.
  public let colours: [Colour]
  /// Whether the middle stands for zero: a field drawn without a range gets one around zero.
  public let isCentred: Bool

  /// A map from control points in OKLCh, joined by straight lines.
  ///
  /// - Parameter stops: Lightness, chroma and hue (degrees, may leave 0…360 so that the path turns
  ///   the way it should), equally spaced from 0 to 1; at least two.
  public init(stops: [(lightness: Double, chroma: Double, hue: Double)]) {
    precondition(stops.count >= 2, "a colour map needs two stops, \(stops.count) given")
    isCentred = false
    colours = (0..<256).map { i in
      let position = Double(i) / 255 * Double(stops.count - 1)
      let first = min(Int(position), stops.count - 2)
      let t = position - Double(first)
      let a = stops[first]
      let b = stops[first + 1]
      return Colour(
        lightness: a.lightness + t * (b.lightness - a.lightness),
        chroma: a.chroma + t * (b.chroma - a.chroma), hue: a.hue + t * (b.hue - a.hue))
    }
  }

  /// The colour at `t` in 0…1; values outside are held at the ends, NaN is `missing`.
  public func colour(at t: Double) -> Colour {
    guard !t.isNaN else { return ColourMap.missing }
    return colours[Int((min(max(t, 0), 1) * 255).rounded())]
  }

  /// The grey of a place without a value.
  public static let missing = Colour(hex: 0xC9CCD1)

  /// Dark violet through blue and green to yellow; lightness rises all the way, so it also reads
  /// in grey print and with any colour vision.
  public static let sequential = ColourMap(stops: [
    (0.26, 0.12, 305), (0.385, 0.125, 279), (0.51, 0.10, 236), (0.635, 0.115, 176),
    (0.76, 0.165, 143), (0.91, 0.185, 106),
  ])

  /// Blue through near-white to red, for values that have a natural middle.
  public static let diverging = ColourMap(
    below: ColourMap(stops: [
      (0.36, 0.13, 260), (0.56, 0.135, 252), (0.77, 0.085, 242), (0.97, 0, 235),
    ]),
    above: ColourMap(stops: [(0.97, 0, 60), (0.78, 0.095, 50), (0.57, 0.16, 35), (0.39, 0.15, 25)])
  )

  /// Two maps end to end, each with half of the values.
  private init(below: ColourMap, above: ColourMap) {
    isCentred = true
    colours = (0..<256).map { i in
      let t = Double(i) / 255 * 2
      return t < 1 ? below.colour(at: t) : above.colour(at: t - 1)
    }
  }
}

/// Colours that tell things apart, with a lightness that differs between neighbours in the list
/// so that no pair rests on hue alone.
public enum Palette {
  /// Strong colours for lines and marks on white; repeats after eight.
  public static func line(_ i: Int) -> Colour { lines[((i % 8) + 8) % 8] }

  /// Pale colours for areas that carry dark text and mesh lines; repeats after twelve.
  public static func area(_ i: Int) -> Colour { areas[((i % 12) + 12) % 12] }

  private static let lines = [
    Colour(hex: 0x1F5FA8), Colour(hex: 0xC4511B), Colour(hex: 0x12826A), Colour(hex: 0x7A3E8E),
    Colour(hex: 0xB07D00), Colour(hex: 0x3F9BD1), Colour(hex: 0x9C2F45), Colour(hex: 0x59626C),
  ]

  private static let areas: [Colour] = [
    (0.80, 0.090, 245), (0.90, 0.085, 85), (0.77, 0.095, 165), (0.83, 0.085, 25),
    (0.92, 0.050, 200), (0.75, 0.080, 300), (0.86, 0.120, 120), (0.77, 0.095, 55),
    (0.88, 0.055, 320), (0.70, 0.080, 225), (0.94, 0.060, 105), (0.72, 0.070, 15),
  ].map { Colour(lightness: $0.0, chroma: $0.1, hue: $0.2) }
}
