import CZlib
import Files
import TestSupport
import Testing

@Suite struct `Packed bytes` {
  @Test(arguments: [1, 3, 6, 9], [0, 1, 70_000])
  func `what is packed unpacks to the same bytes`(level: Int, count: Int) {
    var random = SeededRandom(seed: 11)
    let bytes = (0..<count).map { _ in UInt8.random(in: 0..<7, using: &random) }
    let packed = Deflate.compressed(bytes[...], level: level)
    if count > 1 { #expect(packed.count < count / 2) }
    var unpacked = [UInt8](repeating: 0xFF, count: max(1, count))
    var length = uLongf(unpacked.count)
    let status = unsafe uncompress(&unpacked, &length, packed, uLong(packed.count))
    #expect(status == Z_OK)
    #expect(Array(unpacked.prefix(Int(length))) == bytes)
  }

  /// - Source: check value of CRC-32/ISO-HDLC, ITU-T V.42.
  @Test func `the checksum is CRC-32`() {
    #expect(Deflate.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(Deflate.checksum([]) == 0)
  }
}
