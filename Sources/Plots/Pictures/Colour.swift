import RealModule

/// A colour in sRGB, eight bits a channel.
public struct Colour: Sendable, Hashable {
  /// Red, 0…255.
  public var red: UInt8
  /// Green, 0…255.
  public var green: UInt8
  /// Blue, 0…255.
  public var blue: UInt8

  /// A colour from its three channels.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour from 0xRRGGBB; higher bits are ignored.
  public init(hex: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
      blue: UInt8(truncatingIfNeeded: hex))
  }

  /// A colour from the perceptual space OKLCh, its chroma reduced until sRGB can show it.
  ///
  /// - Parameters:
  ///   - lightness: Perceived lightness, 0 (black) … 1 (white).
  ///   - chroma: Colourfulness; sRGB reaches about 0.1 to 0.3.
  ///   - hue: Angle in degrees: 30 red, 110 yellow, 145 green, 250 blue, 300 violet.
  /// - Source: B. Ottosson, *A perceptual color space for image processing* (2020).
  public init(lightness: Double, chroma: Double, hue: Double) {
    let angle = hue * .pi / 180
    var c = chroma
    var rgb = Colour.linear(lightness, c * .cos(angle), c * .sin(angle))
    while c > 0, rgb.contains(where: { $0 < -1e-4 || $0 > 1.0001 }) {
      c = max(0, c - 0.002)
      rgb = Colour.linear(lightness, c * .cos(angle), c * .sin(angle))
    }
    let bytes = rgb.map { UInt8((Colour.encoded(min(max($0, 0), 1)) * 255).rounded()) }
    self.init(red: bytes[0], green: bytes[1], blue: bytes[2])
  }

  /// "#rrggbb".
  public var css: String {
    let hex = Array("0123456789abcdef")
    return [red, green, blue].reduce(into: "#") {
      $0.append(hex[Int($1 >> 4)])
      $0.append(hex[Int($1 & 15)])
    }
  }

  /// The colour mixed with white: 0 leaves it, 1 gives white.
  public func tinted(_ amount: Double) -> Colour {
    func mix(_ c: UInt8) -> UInt8 { UInt8((Double(c) + (255 - Double(c)) * amount).rounded()) }
    return Colour(red: mix(red), green: mix(green), blue: mix(blue))
  }

  /// Relative luminance, 0 (black) … 1 (white).
  /// - Source: W3C, Web Content Accessibility Guidelines 2.1.
  public var luminance: Double {
    func decoded(_ c: UInt8) -> Double {
      let x = Double(c) / 255
      return x <= 0.04045 ? x / 12.92 : .pow((x + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * decoded(red) + 0.7152 * decoded(green) + 0.0722 * decoded(blue)
  }

  private static func linear(_ l: Double, _ a: Double, _ b: Double) -> [Double] {
    func cube(_ x: Double) -> Double { x * x * x }
    let long = cube(l + 0.3963377774 * a + 0.2158037573 * b)
    let middle = cube(l - 0.1055613458 * a - 0.0638541728 * b)
    let short = cube(l - 0.0894841775 * a - 1.2914855480 * b)
    return [
      4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
      -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
      -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    ]
  }

  private static func encoded(_ x: Double) -> Double {
    x <= 0.0031308 ? 12.92 * x : 1.055 * .pow(x, 1 / 2.4) - 0.055
  }
}
