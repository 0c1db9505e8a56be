internal import Files

/// Numbers rounded to multiples of bins, with those kept exactly that are too large for their bin.
struct QuantisedNumbers: Equatable {
  /// One per number: the multiple; `outlier` for those that follow exactly.
  private(set) var symbols: [Int64] = []
  /// The others, in their order.
  private(set) var outliers: [Double] = []

  static let outlier = Int64.min
  /// Multiples below this are exact in a Double and far from the ends of Int64.
  private static let limit = 0x1p51

  /// Room for some numbers.
  init(capacity: Int) { symbols.reserveCapacity(capacity) }

  var count: Int { symbols.count }
  var isZero: Bool { outliers.isEmpty && symbols.allSatisfy { $0 == 0 } }

  /// Takes a number in and says what will be read: the nearest multiple of the bin.
  mutating func append(_ number: Double, bin: Double) -> Double {
    let multiple = (number / bin).rounded()
    guard multiple.magnitude < QuantisedNumbers.limit else {
      symbols.append(QuantisedNumbers.outlier)
      outliers.append(number)
      return number
    }
    symbols.append(Int64(multiple))
    return multiple * bin
  }

  /// What was said when the numbers were taken in, bit by bit.
  func values(_ range: Range<Int>, bin: (Int) -> Double) -> [Double] {
    var next =
      outliers.isEmpty
      ? 0 : symbols[..<range.lowerBound].count { $0 == QuantisedNumbers.outlier }
    return range.map { i in
      if symbols[i] == QuantisedNumbers.outlier {
        next += 1
        return outliers[next - 1]
      }
      return Double(symbols[i]) * bin(i)
    }
  }
}

extension QuantisedNumbers {
  /// Zero for an outlier, else one more than the zig-zag number 0, −1, 1, −2, … of a multiple.
  private static func code(_ symbol: Int64) -> UInt64 {
    symbol == outlier ? 0 : UInt64(bitPattern: (symbol << 1) ^ (symbol >> 63)) + 1
  }

  private static func symbol(_ code: UInt64) -> Int64? {
    guard code > 0 else { return outlier }
    let zigzag = code - 1
    let symbol = Int64(zigzag >> 1) ^ -Int64(zigzag & 1)
    return Double(symbol).magnitude < limit ? symbol : nil
  }

  /// Appends the numbers, packed.
  func write(into bytes: inout ByteWriter) {
    var codes = ByteWriter()
    for symbol in symbols { codes.append(varint: QuantisedNumbers.code(symbol)) }
    bytes.append(varint: UInt64(outliers.count))
    for number in outliers { bytes.append(number) }
    bytes.append(varint: UInt64(codes.bytes.count))
    bytes.append(Deflate.compressed(codes.bytes[...], level: 9))
  }

  /// Reads `count` numbers up to the end of the bytes; nil where they are damaged.
  init?(_ reader: inout ByteReader, count: Int) {
    // Each outlier takes eight bytes, each symbol one to ten: no claim beyond that is believed.
    guard let outlierCount = reader.varint(), outlierCount <= UInt64(reader.remaining.count / 8)
    else { return nil }
    for _ in 0..<Int(outlierCount) {
      guard let number = reader.number(), number.isFinite else { return nil }
      outliers.append(number)
    }
    guard let length = reader.varint(), let size = Int(exactly: length), size / 10 <= count,
      size >= count, let codes = Deflate.decompressed(reader.remaining, count: size)
    else { return nil }
    var reader = ByteReader(codes[...])
    symbols.reserveCapacity(count)
    var found = 0
    for _ in 0..<count {
      guard let code = reader.varint(), let symbol = QuantisedNumbers.symbol(code) else {
        return nil
      }
      if symbol == QuantisedNumbers.outlier { found += 1 }
      symbols.append(symbol)
    }
    guard found == outliers.count, reader.remaining.isEmpty else { return nil }
  }
}
