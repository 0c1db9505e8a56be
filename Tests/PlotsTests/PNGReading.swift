import CZlib
import Plots

/// The pixels of a PNG file as Plots writes it, read back with zlib and the rules of the format.
struct PNGReading {
  var width = 0
  var height = 0
  var bytes: [UInt8] = []
  var chunks: [String] = []

  enum Failure: Error { case notPNG, badChecksum(String), badData(Int32), badFilter(UInt8) }

  init(_ file: [UInt8]) throws {
    guard file.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] else {
      throw Failure.notPNG
    }
    func word(_ i: Int) -> Int { file[i..<i + 4].reduce(0) { $0 << 8 | Int($1) } }
    var at = 8
    var data: [UInt8] = []
    while at + 12 <= file.count {
      let count = word(at)
      let body = Array(file[at + 4..<at + 8 + count])
      let name = String(decoding: body.prefix(4), as: UTF8.self)
      let sum = unsafe body.withUnsafeBufferPointer {
        unsafe crc32(0, $0.baseAddress, uInt($0.count))
      }
      guard Int(sum) == word(at + 8 + count) else { throw Failure.badChecksum(name) }
      chunks.append(name)
      if name == "IHDR" {
        width = word(at + 8)
        height = word(at + 12)
      } else if name == "IDAT" {
        data += body.dropFirst(4)
      }
      at += 12 + count
    }
    try unfilter(try PNGReading.inflated(data, count: (3 * width + 1) * height))
  }

  private static func inflated(_ data: [UInt8], count: Int) throws -> [UInt8] {
    var length = uLongf(count)
    var out = [UInt8](repeating: 0, count: count)
    let status = unsafe out.withUnsafeMutableBufferPointer { target in
      unsafe data.withUnsafeBufferPointer { source in
        unsafe uncompress(target.baseAddress, &length, source.baseAddress, uLong(source.count))
      }
    }
    guard status == Z_OK, Int(length) == count else { throw Failure.badData(status) }
    return out
  }

  private mutating func unfilter(_ raw: [UInt8]) throws {
    let stride = 3 * width
    bytes = [UInt8](repeating: 0, count: stride * height)
    for row in 0..<height {
      let filter = raw[row * (stride + 1)]
      guard filter <= 2 else { throw Failure.badFilter(filter) }
      for i in 0..<stride {
        let here = row * stride + i
        var value = raw[row * (stride + 1) + 1 + i]
        if filter == 1, i >= 3 { value &+= bytes[here - 3] }
        if filter == 2, row > 0 { value &+= bytes[here - stride] }
        bytes[here] = value
      }
    }
  }

  subscript(x: Int, y: Int) -> Colour {
    let i = 3 * (y * width + x)
    return Colour(red: bytes[i], green: bytes[i + 1], blue: bytes[i + 2])
  }
}
