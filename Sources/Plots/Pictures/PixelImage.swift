internal import Files

/// A rectangle of pixels, rows from top to bottom, three bytes each.
public struct PixelImage: Sendable, Hashable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Red, green, blue of each pixel: 3 · width · height bytes.
  public internal(set) var bytes: [UInt8]

  /// A white image.
  public init(width: Int, height: Int) {
    precondition(width > 0 && height > 0, "an image of \(width) × \(height) pixels")
    self.width = width
    self.height = height
    bytes = [UInt8](repeating: 255, count: 3 * width * height)
  }

  /// The colour in column `x` of row `y`, both counted from 0 at the upper left.
  public subscript(x: Int, y: Int) -> Colour {
    let i = 3 * (y * width + x)
    return Colour(red: bytes[i], green: bytes[i + 1], blue: bytes[i + 2])
  }

  /// The image as a PNG file: 8-bit RGB, no interlace.
  /// - Source: W3C, Portable Network Graphics Specification, 2nd edition.
  public func png() -> [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let header = PixelImage.word(width) + PixelImage.word(height) + [8, 2, 0, 0, 0]
    PixelImage.append(chunk: "IHDR", header, to: &file)
    PixelImage.append(chunk: "IDAT", Deflate.compressed(filtered()[...], level: 6), to: &file)
    PixelImage.append(chunk: "IEND", [], to: &file)
    return file
  }

  /// Each row led by its filter: the differences to the left (1) or to the row above (2),
  /// whichever has the smaller sum.
  private func filtered() -> [UInt8] {
    let stride = 3 * width
    var out = [UInt8](repeating: 0, count: (stride + 1) * height)
    for row in 0..<height {
      let start = row * stride
      let target = row * (stride + 1)
      var leftSum = 0
      var aboveSum = 0
      for i in 0..<stride {
        let here = bytes[start + i]
        let left = i >= 3 ? bytes[start + i - 3] : 0
        let above = row > 0 ? bytes[start + i - stride] : 0
        leftSum += Int(Int8(bitPattern: here &- left).magnitude)
        aboveSum += Int(Int8(bitPattern: here &- above).magnitude)
      }
      let usesLeft = leftSum < aboveSum
      out[target] = usesLeft ? 1 : 2
      for i in 0..<stride {
        let left = i >= 3 ? bytes[start + i - 3] : 0
        let above = row > 0 ? bytes[start + i - stride] : 0
        out[target + 1 + i] = bytes[start + i] &- (usesLeft ? left : above)
      }
    }
    return out
  }

  private static func word(_ n: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: n >> $0) }
  }

  private static func append(chunk name: String, _ data: [UInt8], to file: inout [UInt8]) {
    let body = Array(name.utf8) + data
    file += word(data.count) + body + word(Int(Deflate.checksum(body)))
  }
}
