/// An amount of memory as people write it: "2GB", "512 MiB", "800M", or plain bytes.
public enum MemorySize {
  private static let units: [(name: String, bytes: Double)] = [
    ("", 1), ("B", 1), ("K", 1e3), ("KB", 1e3), ("M", 1e6), ("MB", 1e6), ("G", 1e9), ("GB", 1e9),
    ("T", 1e12), ("TB", 1e12), ("KIB", 1024), ("MIB", 1_048_576), ("GIB", 1_073_741_824),
    ("TIB", 1_099_511_627_776),
  ]

  /// The bytes; nil where the text is no amount between 1 byte and 2⁵³ bytes.
  public static func bytes(_ text: String) -> Int? {
    let trimmed = text.trimmingBlanks
    let digits = trimmed.prefix { $0.isNumber || $0 == "." }
    let unit = String(trimmed.dropFirst(digits.count)).trimmingBlanks.uppercased()
    guard let number = Double(digits), let size = units.first(where: { $0.name == unit })
    else { return nil }
    let bytes = number * size.bytes
    return bytes >= 1 && bytes < 9e15 ? Int(bytes) : nil
  }

  /// "1.5 GB", three digits.
  public static func text(_ bytes: Int) -> String {
    let (size, unit) =
      bytes >= 1_000_000_000
      ? (1e9, "GB") : bytes >= 1_000_000 ? (1e6, "MB") : bytes >= 1000 ? (1e3, "kB") : (1, "bytes")
    let value = Double(bytes) / size
    return "\(value >= 100 ? value.rounded() : (value * 100).rounded() / 100) \(unit)"
  }
}
