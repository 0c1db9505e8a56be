/// Numbers of a file as doubles, in loops that the compiler turns into vector instructions.
extension NumpyType {
  /// Turns the bytes of numbers into doubles; of complex numbers both parts, one after the other.
  ///
  /// - Parameters:
  ///   - source: `target.count` numbers (or parts of complex ones).
  ///   - target: Where they go.
  /// - Returns: The place of the first NaN or infinity, nil if all are finite.
  @unsafe func decode(
    _ source: UnsafeRawPointer, into target: UnsafeMutableBufferPointer<Double>
  ) -> Int? {
    guard let result = target.baseAddress else { return nil }
    let count = target.count
    // Safe, here and below: `source` holds `count` numbers of the width, `target` as many doubles.
    switch (kind, kind == .complex ? width / 2 : width) {
    case (.real, 8), (.complex, 8):
      unsafe words(source, count, UInt64.self) { unsafe result[$0] = Double(bitPattern: $1) }
    case (.real, 4), (.complex, 4):
      unsafe words(source, count, UInt32.self) {
        unsafe result[$0] = Double(Float(bitPattern: $1))
      }
    case (.real, _), (.complex, _):
      unsafe words(source, count, UInt16.self) {
        unsafe result[$0] = NumpyType.double(ofHalf: $1)
      }
    case (.signed, 1): unsafe words(source, count, Int8.self) { unsafe result[$0] = Double($1) }
    case (.signed, 2): unsafe words(source, count, Int16.self) { unsafe result[$0] = Double($1) }
    case (.signed, 4): unsafe words(source, count, Int32.self) { unsafe result[$0] = Double($1) }
    case (.signed, _): unsafe words(source, count, Int64.self) { unsafe result[$0] = Double($1) }
    case (.unsigned, 1):
      unsafe words(source, count, UInt8.self) { unsafe result[$0] = Double($1) }
    case (.unsigned, 2):
      unsafe words(source, count, UInt16.self) { unsafe result[$0] = Double($1) }
    case (.unsigned, 4):
      unsafe words(source, count, UInt32.self) { unsafe result[$0] = Double($1) }
    case (.unsigned, _):
      unsafe words(source, count, UInt64.self) { unsafe result[$0] = Double($1) }
    case (.truth, _):
      unsafe words(source, count, UInt8.self) { unsafe result[$0] = $1 == 0 ? 0 : 1 }
    }
    guard kind == .real || kind == .complex else { return nil }
    return unsafe firstNotFinite(UnsafeBufferPointer(target))
  }

  @inline(always)
  private func words<Word: FixedWidthInteger>(
    _ source: UnsafeRawPointer, _ count: Int, _: Word.Type, _ body: (Int, Word) -> Void
  ) {
    let width = MemoryLayout<Word>.size
    if isBigEndian {
      for index in 0..<count {
        body(
          index,
          Word(bigEndian: unsafe source.loadUnaligned(fromByteOffset: index * width, as: Word.self))
        )
      }
    } else {
      for index in 0..<count {
        body(
          index,
          Word(
            littleEndian: unsafe source.loadUnaligned(fromByteOffset: index * width, as: Word.self)
          ))
      }
    }
  }

  /// A number of 16 bits: sign, 5 bits of exponent, 10 of fraction.
  /// - Source: IEEE 754-2019, binary16.
  static func double(ofHalf bits: UInt16) -> Double {
    let fraction = Double(bits & 0x3FF)
    let magnitude: Double
    switch bits >> 10 & 0x1F {
    case 0: magnitude = fraction * 0x1p-24
    case 31: magnitude = fraction == 0 ? .infinity : .nan
    case let exponent:
      magnitude =
        (1 + fraction * 0x1p-10)
        * Double(sign: .plus, exponent: Int(exponent) - 15, significand: 1)
    }
    return bits >> 15 == 1 ? -magnitude : magnitude
  }
}

/// The place of the first NaN or infinity.
///
/// Exponents of eleven ones carry into the sign when one is added to them: no branch, so that a
/// pass over numbers in memory runs at its speed.
func firstNotFinite(_ numbers: UnsafeBufferPointer<Double>) -> Int? {
  let exponent: UInt64 = 0x7FF0_0000_0000_0000
  let block = 4096
  var start = 0
  while start < numbers.count {
    let end = min(start + block, numbers.count)
    var carried: UInt64 = 0
    for index in start..<end {
      // Safe: end ≤ count.
      let bits = unsafe numbers[index].bitPattern
      carried |= (bits & exponent) &+ 0x0010_0000_0000_0000
    }
    if carried >> 63 == 1 {
      return (start..<end).first { unsafe !numbers[$0].isFinite }
    }
    start = end
  }
  return nil
}

extension [Double] {
  /// The place of the first NaN or infinity; nil if all numbers are finite.
  public var firstNotFinite: Int? {
    unsafe withUnsafeBufferPointer { unsafe LinearAlgebra.firstNotFinite($0) }
  }
}
