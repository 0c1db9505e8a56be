internal import Files

/// A snapshot of a store: where it comes from and what it belongs to. One line of the journal.
public struct StoreEntry: Sendable, Hashable {
  /// One number per parameter of the store.
  public let parameters: [Double]
  /// The time, where it has one.
  public let time: Double?
  /// The source as the manifest names it.
  public let source: String
  /// The SHA-256 of the source.
  public let sourceHash: String
  /// Which snapshot of the source it is, from 0.
  public let step: Int
  /// How many the source has.
  public let stepCount: Int
  /// For each field the CRC-64 of its column.
  public internal(set) var checksums: [UInt64] = []

  /// A snapshot to be stored.
  public init(
    parameters: [Double] = [], time: Double? = nil, source: String = "", sourceHash: String = "",
    step: Int = 0, stepCount: Int = 1
  ) {
    (self.parameters, self.time) = (parameters, time)
    (self.source, self.sourceHash) = (source, sourceHash)
    (self.step, self.stepCount) = (step, stepCount)
  }

  /// The line, with a checksum of its own and an end.
  func line(_ number: Int) -> [UInt8] {
    let parts = [
      "\(number)", time.map { "\($0)" } ?? "-",
      parameters.map { "\($0)" }.joined(separator: " "), sourceHash,
      "\(step)/\(stepCount)", checksums.map { String($0, radix: 16) }.joined(separator: " "),
      StoreEntry.escaped(source),
    ]
    let text = Array(parts.joined(separator: "\t").utf8)
    return text + [9] + Array(String(Deflate.checksum(text), radix: 16).utf8) + [10]
  }

  /// What a line says, without its end; nil for anything but a line of such a journal.
  init?(_ line: ArraySlice<UInt8>, parameters: Int, fields: Int) {
    guard let tab = line.lastIndex(of: 9) else { return nil }
    let text = Array(line[..<tab])
    guard
      String(decoding: line[(tab + 1)...], as: UTF8.self)
        == String(Deflate.checksum(text), radix: 16)
    else { return nil }
    let parts = String(decoding: text, as: UTF8.self)
      .split(separator: "\t", omittingEmptySubsequences: false)
    guard parts.count == 7 else { return nil }
    let values = parts[2].split(separator: " ").compactMap { Double($0) }
    let steps = parts[4].split(separator: "/").compactMap { Int($0) }
    let sums = parts[5].split(separator: " ").compactMap { UInt64($0, radix: 16) }
    guard values.count == parameters, steps.count == 2, sums.count == fields else { return nil }
    self.init(
      parameters: values, time: Double(parts[1]), source: StoreEntry.unescaped(parts[6]),
      sourceHash: String(parts[3]), step: steps[0], stepCount: steps[1])
    checksums = sums
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  private static func unescaped(_ text: Substring) -> String {
    var result = ""
    var isEscape = false
    for character in text.unicodeScalars {
      if isEscape {
        result.unicodeScalars.append(
          character == "t" ? "\t" : character == "n" ? "\n" : character)
        isEscape = false
      } else if character == "\\" {
        isEscape = true
      } else {
        result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
