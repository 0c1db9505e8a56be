internal import Files

/// The bytes of a state file as they are made: a head, then whole numbers, texts and numbers, each
/// list with its length in front, eight bytes per number with the lowest first, and a checksum at the
/// end.
struct StateBytes {
  /// "RITZSTAT" and the version of the format.
  static let head: [UInt8] = Array("RITZSTAT".utf8) + [2, 0, 0, 0, 0, 0, 0, 0]

  private var bytes = StateBytes.head

  mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }

  mutating func add(_ text: String) {
    let utf8 = Array(text.utf8)
    add(utf8.count)
    bytes += utf8
  }

  mutating func add(_ numbers: [Double]) {
    add(numbers.count)
    bytes.reserveCapacity(bytes.count + 8 * numbers.count)
    for number in numbers { add(number.bitPattern) }
  }

  private mutating func add(_ word: UInt64) {
    for k in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * k))) }
  }

  /// Everything with its checksum.
  consuming func sealed() -> [UInt8] {
    add(Checksum.of(bytes))
    return bytes
  }
}

/// Reads what `StateBytes` has made, and trusts nothing.
struct StateReader {
  private let path: String
  private let bytes: [UInt8]
  private var place = StateBytes.head.count
  private let end: Int

  /// - Throws: `StudyError.notSolvable` where the file is none of this kind or damaged, or why it
  ///   cannot be read.
  init(_ path: String) throws(StudyError) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileBytes.read(path, limit: .max) } catch {
      throw .file(error)
    }
    let head = StateBytes.head
    (self.path, self.bytes, end) = (path, bytes, bytes.count - 8)
    guard bytes.count >= head.count + 8, bytes.starts(with: head.prefix(8)) else {
      throw .notSolvable("\(path) is no state file of Ritz, or was cut short; run without --resume")
    }
    guard bytes.prefix(head.count).elementsEqual(head) else {
      throw .notSolvable(
        "\(path) was written by another version of Ritz; run without --resume")
    }
    var sum: UInt64 = 0
    for k in 0..<8 { sum |= UInt64(bytes[end + k]) << UInt64(8 * k) }
    guard Checksum.of(bytes[..<end]) == sum else {
      throw .notSolvable("\(path) is damaged: its checksum is wrong; run without --resume")
    }
  }

  var damaged: StudyError {
    .notSolvable("\(path) holds what cannot be understood; run without --resume")
  }

  private mutating func word() throws(StudyError) -> UInt64 {
    guard place + 8 <= end else { throw damaged }
    var word: UInt64 = 0
    for k in 0..<8 { word |= UInt64(bytes[place + k]) << UInt64(8 * k) }
    place += 8
    return word
  }

  mutating func integer() throws(StudyError) -> Int { Int(Int64(bitPattern: try word())) }

  /// A count of things that take at least `size` bytes each.
  mutating func count(of size: Int = 1) throws(StudyError) -> Int {
    let count = try integer()
    guard count >= 0, count <= (end - place) / size else { throw damaged }
    return count
  }

  mutating func text() throws(StudyError) -> String {
    let count = try count()
    defer { place += count }
    guard let text = String(validating: bytes[place..<place + count], as: UTF8.self) else {
      throw damaged
    }
    return text
  }

  mutating func numbers() throws(StudyError) -> [Double] {
    let count = try count(of: 8)
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count { numbers.append(Double(bitPattern: try word())) }
    return numbers
  }
}
