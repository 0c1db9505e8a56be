/// Damages files as disks, transfers and editors do: flipped bits, lost, doubled and foreign bytes,
/// a lost end.
public enum ByteMutation {
  /// One to three damages.
  public static func damaged(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<7, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(bytes[place], at: place)
      case 4: bytes.insert(contentsOf: Array("9999999999".utf8), at: place)
      case 5:
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
        bytes.insert(contentsOf: bytes[place..<end], at: place)
      default: if Int.random(in: 0..<3, using: &random) == 0 { bytes.removeSubrange(place...) }
      }
    }
    return bytes
  }
}
