import Plots
import TestSupport
import Testing

@Suite struct `Typography` {
  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1, "1"), (-2.5, "−2.5"), (1234, "1234"), (12345, "1.235×10⁴"),
    (0.001, "0.001"), (0.00099996, "0.001"), (0.00012, "1.2×10⁻⁴"), (1e-300, "10⁻³⁰⁰"),
    (9.9996, "10"), (-1e22, "−1×10²²"), (.leastNonzeroMagnitude, "5×10⁻³²⁴"),
    (1.7976931348623157e308, "1.798×10³⁰⁸"), (.nan, "NaN"), (.infinity, "∞"), (-.infinity, "−∞"),
  ])
  func `a number is set in few digits with a true minus sign`(value: Double, text: String) {
    #expect(NumberText(value).plain == text)
  }

  @Test func `kept zeros line the numbers of a column up`() {
    #expect(NumberText(1.5, digits: 4, keepsZeros: true).plain == "1.500")
    #expect(NumberText(2e-7, digits: 3, keepsZeros: true).html == "2.00×10<sup>−7</sup>")
    #expect(NumberText(12.5, digits: 4, keepsZeros: true).plain == "12.50")
  }

  @Test func `rounding to 17 digits loses nothing`() throws {
    var random = SeededRandom(seed: 11)
    for _ in 0..<2000 {
      let value = Double.random(in: -1...1, using: &random) * 1e3
      let text = NumberText(value, digits: 17)
      let written = text.mantissa.replacing("−", with: "-") + "e\(text.exponent ?? 0)"
      #expect(Double(written) == value)
    }
  }

  @Test func `counts above ten thousand have their thousands set apart`() {
    #expect(NumberText(count: 9999).plain == "9999")
    #expect(NumberText(count: 20134).plain == "20\u{202F}134")
    #expect(NumberText(count: -1_234_567).plain == "−1\u{202F}234\u{202F}567")
  }

  @Test func `markup characters are escaped and control characters dropped`() {
    #expect(Markup.escaped("a<b>&\"c'\u{0}\u{7}d") == "a&lt;b&gt;&amp;&quot;c&#39;d")
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"),
  ])
  func `base 64 gives the vectors of RFC 4648`(plain: String, coded: String) {
    #expect(Base64.text(of: Array(plain.utf8)) == coded)
  }
}
