internal import Expressions

/// The coefficients of a law, those that are numbers apart from those that follow the temperature.
///
/// What varies is compiled into one program and evaluated column by column over a batch; a law
/// without temperature dependence evaluates and allocates nothing.
struct CoefficientTable: Sendable {
  /// A coefficient: what users call it, its value, and what values make sense.
  struct Entry: Sendable {
    let name: String
    let value: Expression
    let range: CoefficientRange

    init(_ name: String, _ value: Expression, _ range: CoefficientRange) {
      (self.name, self.value, self.range) = (name, value.simplified(), range)
    }
  }

  let entries: [Entry]
  /// The values; zero where they vary.
  let constants: [Double]
  /// Places of the entries that vary.
  let varying: [Int]
  private let program: Program?

  /// - Throws: Where a constant is out of its range or something else than T occurs.
  init(_ entries: [Entry], _ subject: PhysicsError.Subject) throws(PhysicsError) {
    self.entries = entries
    let temperature = Symbol.field("T")
    var constants = [Double](repeating: 0, count: entries.count)
    var varying: [Int] = []
    for (i, entry) in entries.enumerated() {
      let symbols = entry.value.symbols
      if let other = symbols.first(where: { $0 != temperature }) {
        throw PhysicsError(
          subject,
          "\(entry.name) = \(entry.value) depends on \(other); a coefficient of a constitutive law "
            + "may depend on the temperature T only")
      }
      guard symbols.isEmpty else {
        varying.append(i)
        continue
      }
      let value = entry.value.constantValue ?? .nan
      guard entry.range.contains(value) else {
        throw PhysicsError(subject, "\(entry.name) is \(value); it must be \(entry.range)")
      }
      constants[i] = value
    }
    (self.constants, self.varying) = (constants, varying)
    program =
      varying.isEmpty ? nil : Program(varying.map { entries[$0].value }, inputs: [temperature])
  }

  /// For each varying entry its values at the first `count` temperatures.
  func columns(at temperatures: [Double], count: Int) -> [[Double]] {
    program?.evaluate(columns: [temperatures], points: 0..<count) ?? []
  }

  /// What is wrong with entry `i` at a temperature where its value left the range.
  func objection(to i: Int, value: Double, temperature: Double) -> String {
    "\(entries[i].name) = \(entries[i].value) is \(value) at T = \(temperature); it must be "
      + "\(entries[i].range)"
  }
}

/// Which values of a coefficient make sense.
enum CoefficientRange: Sendable, CustomStringConvertible {
  case finite, positive, nonnegative, poisson

  @inline(__always)
  func contains(_ value: Double) -> Bool {
    switch self {
    case .finite: value.isFinite
    case .positive: value > 0 && value.isFinite
    case .nonnegative: value >= 0 && value.isFinite
    case .poisson: value > -1 && value < 0.5
    }
  }

  var description: String {
    switch self {
    case .finite: "finite"
    case .positive: "positive"
    case .nonnegative: "zero or positive"
    case .poisson: "between -1 and 1/2, both excluded"
    }
  }
}
