import RealModule

/// Coordinates as SVG text: two decimals, no exponent, no locale.
enum SVGNumber {
  /// `x` rounded to hundredths and held within ±10⁶; a NaN, which no caller should send, is 0.
  static func text(_ x: Double) -> String {
    guard !x.isNaN else { return "0" }
    let hundredths = Int((min(max(x, -1e6), 1e6) * 100).rounded())
    let whole = hundredths.magnitude / 100
    let rest = hundredths.magnitude % 100
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    if rest.isMultiple(of: 10) { return "\(sign)\(whole).\(rest / 10)" }
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }
}

/// Grows the text of one SVG picture, element by element; the y axis points down.
struct SVGCanvas {
  let width: Double
  let height: Double
  private(set) var body = ""

  static let family = "Helvetica Neue,Helvetica,Arial,Liberation Sans,sans-serif"
  /// Colour of text, of axes, of grid lines.
  static let ink = Colour(hex: 0x22262B)
  static let quiet = Colour(hex: 0x5A626B)
  static let grid = Colour(hex: 0xE4E7EB)

  enum Anchor: String { case start, middle, end }

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// The finished picture: `title`, or `subject` where there is none, names it for readers who
  /// cannot see it.
  func document(title: String, otherwise subject: String) -> String {
    let name = title.isEmpty ? subject : title
    let w = SVGNumber.text(width)
    let h = SVGNumber.text(height)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(w) \(h)" width="\(w)" height="\(h)" \
      role="img" aria-label="\(Markup.escaped(name))" \
      font-family="\(SVGCanvas.family)" fill="\(SVGCanvas.ink.css)">
      \(body)</svg>

      """
  }

  mutating func raw(_ text: String) { body += text + "\n" }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: Colour, width: Double = 1,
    dash: String? = nil
  ) {
    let n = SVGNumber.text
    raw(
      "<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\" "
        + "stroke=\"\(stroke.css)\" stroke-width=\"\(n(width))\"\(dashed(dash))/>")
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, _ w: Double, _ h: Double, fill: Colour?, stroke: Colour? = nil,
    strokeWidth: Double = 1
  ) {
    let n = SVGNumber.text
    let border =
      stroke.map { " stroke=\"\($0.css)\" stroke-width=\"\(n(strokeWidth))\"" } ?? ""
    raw(
      "<rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(w))\" height=\"\(n(h))\" "
        + "fill=\"\(fill?.css ?? "none")\"\(border)/>")
  }

  mutating func polyline(
    _ points: [(x: Double, y: Double)], stroke: Colour, width: Double, dash: String? = nil
  ) {
    guard points.count > 1 else { return }
    raw(
      "<polyline points=\"\(list(points))\" fill=\"none\" stroke=\"\(stroke.css)\" "
        + "stroke-width=\"\(SVGNumber.text(width))\" stroke-linejoin=\"round\" "
        + "stroke-linecap=\"round\"\(dashed(dash))/>")
  }

  mutating func polygon(
    _ points: [(x: Double, y: Double)], fill: Colour, opacity: Double = 1, stroke: Colour? = nil
  ) {
    guard points.count > 2 else { return }
    let veil = opacity < 1 ? " fill-opacity=\"\(SVGNumber.text(opacity))\"" : ""
    let border = stroke.map { " stroke=\"\($0.css)\"" } ?? ""
    raw("<polygon points=\"\(list(points))\" fill=\"\(fill.css)\"\(veil)\(border)/>")
  }

  mutating func circle(
    _ x: Double, _ y: Double, radius: Double, fill: Colour, stroke: Colour? = nil
  ) {
    let n = SVGNumber.text
    let border = stroke.map { " stroke=\"\($0.css)\" stroke-width=\"0.75\"" } ?? ""
    raw(
      "<circle cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\" fill=\"\(fill.css)\"\(border)/>")
  }

  /// Sets `text`, which is escaped here, with its baseline at (x, y).
  mutating func text(
    _ text: String, _ x: Double, _ y: Double, size: Double, anchor: Anchor = .start,
    colour: Colour = SVGCanvas.ink, weight: String? = nil, rotated: Bool = false,
    halo: Bool = false
  ) {
    self.text(
      markup: Markup.escaped(text), x, y, size: size, anchor: anchor, colour: colour,
      weight: weight, rotated: rotated, halo: halo)
  }

  /// Sets `markup`, already escaped, with its baseline at (x, y).
  mutating func text(
    markup: String, _ x: Double, _ y: Double, size: Double, anchor: Anchor = .start,
    colour: Colour = SVGCanvas.ink, weight: String? = nil, rotated: Bool = false,
    halo: Bool = false
  ) {
    let n = SVGNumber.text
    var attributes = "x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(size))\""
    if anchor != .start { attributes += " text-anchor=\"\(anchor.rawValue)\"" }
    if colour != SVGCanvas.ink { attributes += " fill=\"\(colour.css)\"" }
    if let weight { attributes += " font-weight=\"\(weight)\"" }
    if rotated { attributes += " transform=\"rotate(-90 \(n(x)) \(n(y)))\"" }
    if halo {
      attributes +=
        " stroke=\"#ffffff\" stroke-opacity=\"0.85\" stroke-width=\"3\" paint-order=\"stroke\""
        + " stroke-linejoin=\"round\""
    }
    raw("<text \(attributes)>\(markup)</text>")
  }

  mutating func image(_ x: Double, _ y: Double, _ w: Double, _ h: Double, png: [UInt8]) {
    let n = SVGNumber.text
    raw(
      "<image x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(w))\" height=\"\(n(h))\" "
        + "href=\"data:image/png;base64,\(Base64.text(of: png))\"/>")
  }

  private func list(_ points: [(x: Double, y: Double)]) -> String {
    points.map { "\(SVGNumber.text($0.x)),\(SVGNumber.text($0.y))" }.joined(separator: " ")
  }

  private func dashed(_ dash: String?) -> String {
    dash.map { " stroke-dasharray=\"\($0)\"" } ?? ""
  }
}
