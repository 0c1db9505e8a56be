internal import Files
internal import LinearAlgebra

/// What the numbers of a compressed snapshot are the coefficients of; all that reading needs.
///
/// The way back uses plain sums in a fixed order instead of BLAS, whose order depends on the
/// processor: what was checked on one machine is, bit by bit, what any other reads.
enum FieldForm: Sendable {
  /// Entries, each by itself.
  case entries(dimension: Int)
  /// Fields on a grid, one after the other.
  case grid(MultilevelTransform, fieldCount: Int)
  /// The coordinates in vectors, then what these leave over, if anything.
  case vectors(DenseMatrix<Double>)

  /// N.
  var dimension: Int {
    switch self {
    case .entries(let dimension): dimension
    case .grid(let transform, let count): transform.grid.nodeCount * count
    case .vectors(let vectors): vectors.rowCount
    }
  }

  /// The number of coordinates before the entries.
  var coordinateCount: Int {
    if case .vectors(let vectors) = self { vectors.columnCount } else { 0 }
  }

  /// How a payload begins.
  enum Kind: UInt8 {
    /// One number for all entries.
    case constant = 0
    /// All bits of all entries.
    case exact = 1
    /// Quantised numbers, one per entry after the coordinates.
    case entries = 2
    /// Quantised coordinates alone.
    case coordinates = 3
  }

  /// A constant field says nothing about its length; longer ones are written out, so that a damaged
  /// file cannot claim them.
  static let longestConstant = 1 << 22

  /// What multiplies the bins: in units of 2^exponent.
  struct Bins: Equatable {
    /// Of entries or of the finest level.
    var entry: Double
    /// Of a level over that of the next finer one.
    var decay = 1.0
    /// Of coordinates.
    var coordinate = 0.0
  }

  /// The snapshot of quantised numbers.
  func values(of numbers: QuantisedNumbers, kind: Kind, bins: Bins, exponent: Int) -> [Double] {
    var result: [Double]
    switch self {
    case .entries(let dimension):
      result = numbers.values(0..<dimension) { _ in bins.entry }
    case .grid(let transform, let count):
      let size = transform.grid.nodeCount
      let widths = FieldForm.widths(transform, bins)
      result = []
      for field in 0..<count {
        let start = field * size
        result += transform.recomposed(
          numbers.values(start..<start + size) { widths[$0 - start] })
      }
    case .vectors(let vectors):
      let k = vectors.columnCount
      result = vectors.combined(numbers.values(0..<k) { _ in bins.coordinate })
      if kind == .entries {
        let rest = numbers.values(k..<k + vectors.rowCount) { _ in bins.entry }
        for i in rest.indices { result[i] += rest[i] }
      }
    }
    FieldForm.multiply(&result, byPowerOfTwo: exponent)
    return result
  }

  /// The bins of the coefficients of a grid.
  static func widths(_ transform: MultilevelTransform, _ bins: Bins) -> [Double] {
    var widths = [Double](repeating: 0, count: transform.grid.nodeCount)
    var width = bins.entry
    for range in transform.levels.reversed() {
      for i in range { widths[i] = width }
      width *= bins.decay
    }
    return widths
  }

  /// x ← 2ᵉ x in two steps, since 2ᵉ itself may lie outside of the numbers there are.
  static func multiply(_ x: inout [Double], byPowerOfTwo exponent: Int) {
    let half = exponent / 2
    let first = Double(sign: .plus, exponent: half, significand: 1)
    let second = Double(sign: .plus, exponent: exponent - half, significand: 1)
    for i in x.indices { x[i] = x[i] * first * second }
  }

  /// The snapshot in a payload, nil where it is damaged.
  func values(of payload: ArraySlice<UInt8>) -> [Double]? {
    var reader = ByteReader(payload)
    guard let kind = reader.byte().flatMap(Kind.init) else { return nil }
    switch kind {
    case .constant:
      guard let value = reader.number(), value.isFinite, reader.remaining.isEmpty,
        dimension <= FieldForm.longestConstant
      else { return nil }
      return [Double](repeating: value, count: dimension)
    case .exact:
      return ExactBits.values(of: reader.remaining, count: dimension)
    case .entries, .coordinates:
      guard let shifted = reader.varint(), shifted <= 4096, let entry = reader.number(),
        let decay = reader.number(), let coordinate = reader.number(),
        [entry, decay, coordinate].allSatisfy(\.isFinite),
        kind == .entries || coordinateCount > 0,
        let numbers = QuantisedNumbers(
          &reader, count: coordinateCount + (kind == .entries ? dimension : 0))
      else { return nil }
      let bins = Bins(entry: entry, decay: decay, coordinate: coordinate)
      let values = values(of: numbers, kind: kind, bins: bins, exponent: Int(shifted) - 2048)
      return values.allSatisfy(\.isFinite) ? values : nil
    }
  }

  /// The payload of quantised numbers.
  static func payload(
    _ numbers: QuantisedNumbers, kind: Kind, bins: Bins, exponent: Int
  ) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(kind.rawValue)
    writer.append(varint: UInt64(exponent + 2048))
    for number in [bins.entry, bins.decay, bins.coordinate] { writer.append(number) }
    numbers.write(into: &writer)
    return writer.bytes
  }
}

extension DenseMatrix where S == Double {
  /// V c, summed column by column whatever the machine.
  func combined(_ coordinates: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: rowCount)
    for (j, coordinate) in coordinates.enumerated() where coordinate != 0 {
      let start = j * rowCount
      for i in 0..<rowCount { result[i] += coordinate * values[start + i] }
    }
    return result
  }
}

/// Doubles as they are: the first bytes of all, then the second, and so on, since neighbours share
/// signs and exponents; then packed.
enum ExactBits {
  static func payload(_ values: [Double]) -> [UInt8] {
    var planes = [UInt8](repeating: 0, count: 8 * values.count)
    for (i, value) in values.enumerated() {
      for plane in 0..<8 {
        planes[plane * values.count + i] = UInt8(
          truncatingIfNeeded: value.bitPattern >> UInt64(8 * plane))
      }
    }
    return [FieldForm.Kind.exact.rawValue] + Deflate.compressed(planes[...], level: 9)
  }

  static func values(of packed: ArraySlice<UInt8>, count: Int) -> [Double]? {
    guard let planes = Deflate.decompressed(packed, count: 8 * count) else { return nil }
    let values = (0..<count).map { i in
      Double(
        bitPattern: (0..<8).reduce(0) {
          $0 | UInt64(planes[$1 * count + i]) << UInt64(8 * $1)
        })
    }
    return values.allSatisfy(\.isFinite) ? values : nil
  }
}
