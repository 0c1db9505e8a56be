/// The decimal digits of a finite number: ±d₁.d₂d₃… × 10^exponent, with d₁ ≠ 0 unless the number is 0.
///
/// Taken from Swift's shortest round-trip description, so no locale and no binary logarithm can
/// shift a digit or an exponent.
struct DecimalDigits: Hashable {
  var isNegative: Bool
  /// d₁, d₂, …, each in 0…9, without trailing zeros; empty for zero.
  var digits: [Int]
  var exponent: Int

  /// `nil` for NaN and the infinities.
  init?(_ value: Double) {
    guard value.isFinite else { return nil }
    isNegative = value < 0
    digits = []
    exponent = 0
    guard value != 0 else { return }
    var written = 0
    var point: Int?
    var seen = 0
    var text = value.magnitude.description[...]
    if let e = text.firstIndex(of: "e") {
      written = Int(text[text.index(after: e)...].drop { $0 == "+" }) ?? 0
      text = text[..<e]
    }
    for character in text {
      if let digit = character.wholeNumberValue {
        digits.append(digit)
        seen += 1
      } else {
        point = seen
      }
    }
    let leadingZeros = digits.prefix { $0 == 0 }.count
    exponent = written + (point ?? seen) - 1 - leadingZeros
    digits.removeFirst(leadingZeros)
    trim()
  }

  private mutating func trim() {
    while digits.last == 0 { digits.removeLast() }
  }

  /// The same number with at most `count` digits, halves away from zero; `count` ≤ 0 rounds to
  /// 0 or to one unit of the digit before the first.
  func rounded(to count: Int) -> DecimalDigits {
    guard digits.count > count else { return self }
    var result = self
    guard count >= 0 else {
      result.digits = []
      result.exponent = 0
      return result
    }
    let roundsUp = digits[count] >= 5
    result.digits.removeLast(digits.count - count)
    if roundsUp {
      var i = count - 1
      while i >= 0, result.digits[i] == 9 {
        result.digits[i] = 0
        i -= 1
      }
      if i >= 0 {
        result.digits[i] += 1
      } else {
        result.digits.insert(1, at: 0)
        result.exponent += 1
      }
    }
    result.trim()
    if result.digits.isEmpty { result.exponent = 0 }
    return result
  }

  /// Digits with a point, at least `decimals` of them behind it: "0.0125", "340.0".
  func positional(decimals: Int = 0) -> String {
    var text = ""
    for position in stride(from: max(exponent, 0), through: 0, by: -1) {
      text += digit(at: position)
    }
    let behind = max(decimals, digits.count - 1 - exponent)
    if behind > 0 {
      text += "."
      for place in 1...behind { text += digit(at: -place) }
    }
    return text
  }

  /// "1.25": the digits of the mantissa.
  var mantissa: String {
    guard let first = digits.first else { return "0" }
    let rest = digits.dropFirst().map(String.init).joined()
    return rest.isEmpty ? "\(first)" : "\(first).\(rest)"
  }

  /// The digit that counts 10^power.
  private func digit(at power: Int) -> String {
    let index = exponent - power
    return digits.indices.contains(index) ? String(digits[index]) : "0"
  }
}
