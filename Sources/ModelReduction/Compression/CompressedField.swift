internal import Files
internal import LinearAlgebra

/// One snapshot, packed, and what is known of its error.
public struct CompressedField: Sendable {
  /// What was asked for, in the norm of the codec.
  public let tolerance: Double
  /// What is certainly not less than the error, in the norm of the codec; at most the tolerance.
  public let error: Double
  /// √Σ uᵢ² of the snapshot.
  public let size: Double
  /// √Σ (uᵢ − ũᵢ)².
  public let distance: Double
  let payload: [UInt8]
  let form: FieldForm

  /// N.
  public var dimension: Int { form.dimension }
  /// The bytes it takes.
  public var byteCount: Int { payload.count }
  /// The bytes of the numbers over those of the packed ones.
  public var ratio: Double { 8 * Double(dimension) / Double(max(1, byteCount)) }

  init(
    payload: [UInt8], form: FieldForm, tolerance: Double, error: Double, of wanted: [Double],
    _ found: [Double]
  ) {
    (self.payload, self.form, self.tolerance, self.error) = (payload, form, tolerance, error)
    size = rootOfSquares(wanted)
    distance = rootOfSquares(wanted.indices.map { wanted[$0] - found[$0] })
  }

  init(payload: [UInt8], form: FieldForm, record: CompressedRecord) {
    (self.payload, self.form) = (payload, form)
    (tolerance, error) = (record.tolerance, record.error)
    (size, distance) = (record.size, record.distance)
  }

  /// The N numbers that stand for the snapshot: the same bits on every machine.
  ///
  /// - Throws: `SnapshotError.refused` where the bytes are damaged.
  public func values() throws(SnapshotError) -> [Double] {
    guard let values = form.values(of: payload[...]) else {
      throw .refused("the bytes of a compressed snapshot are damaged")
    }
    return values
  }
}

/// What a file says of one snapshot.
struct CompressedRecord: Sendable, Equatable {
  static let size = 48
  let length: Int
  let checksum: UInt64
  let tolerance: Double
  let error: Double
  let size: Double
  let distance: Double

  init(_ field: CompressedField) {
    (length, checksum) = (field.payload.count, Checksum.of(field.payload))
    (tolerance, error) = (field.tolerance, field.error)
    (size, distance) = (field.size, field.distance)
  }

  init?(_ reader: inout ByteReader, limit: Int) {
    guard let length = reader.count(atMost: limit), let checksum = reader.word(),
      let tolerance = reader.number(), let error = reader.number(), let size = reader.number(),
      let distance = reader.number(), error <= tolerance, tolerance.isFinite, size >= 0,
      distance >= 0
    else { return nil }
    (self.length, self.checksum, self.tolerance) = (length, checksum, tolerance)
    (self.error, self.size, self.distance) = (error, size, distance)
  }

  func write(into bytes: inout ByteWriter) {
    bytes.append(length)
    bytes.append(checksum)
    for number in [tolerance, error, size, distance] { bytes.append(number) }
  }
}

extension [CompressedRecord] {
  /// ‖S − S̃‖ / ‖S‖ in the norm of Frobenius, never less than the rounding of a Double.
  var precision: Double {
    let (error, size) = (rootOfSquares(map(\.distance)), rootOfSquares(map(\.size)))
    let ratio = size > 0 ? error / size : 0
    return ratio.isFinite ? Swift.max(0x1p-53, ratio) : 0x1p-53
  }
}

/// √Σ xᵢ², without overflow and in a fixed order of sums.
func rootOfSquares(_ x: [Double]) -> Double {
  let largest = x.reduce(0) { max($0, $1.magnitude) }
  guard largest > 0, largest.isFinite else { return largest }
  return largest * x.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
}
