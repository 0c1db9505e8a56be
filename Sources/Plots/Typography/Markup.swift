/// Text made safe for XML and HTML.
public enum Markup {
  /// Escapes the five characters of XML and drops the control characters XML 1.0 does not allow.
  public static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      default:
        if scalar.value >= 0x20, scalar.value != 0x7F, scalar.value & 0xFFFE != 0xFFFE {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  /// Estimated width of a line of sans-serif text, in the unit of `size`; a few per cent off.
  static func width(of text: String, size: Double) -> Double {
    var sum = 0.0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "i", "j", "l", "I", "|", "!", "'", ".", ",", ":", ";": sum += 0.26
      case " ", "f", "t", "r", "(", ")", "[", "]", "/", "-": sum += 0.32
      case "m", "w", "M", "W", "%", "@": sum += 0.86
      case "\u{202F}", "\u{2009}": sum += 0.2
      default:
        if scalar.properties.isUppercase {
          sum += 0.69
        } else {
          sum += scalar.value >= 0x2E80 ? 1 : 0.56
        }
      }
    }
    return sum * size
  }

  /// `text` cut to fit `width`, an ellipsis at its end if anything was cut.
  static func fitted(_ text: String, into width: Double, size: Double) -> String {
    guard Markup.width(of: text, size: size) > width else { return text }
    var kept = ""
    var sum = size * 0.8
    for character in text {
      sum += Markup.width(of: String(character), size: size)
      if sum > width { break }
      kept.append(character)
    }
    return kept + "…"
  }
}
