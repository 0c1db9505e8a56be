/// A point μ of a parameter space: one number per flat component, in the units of its axes.
public struct Parameter: Hashable, Sendable, CustomStringConvertible {
  /// The numbers, vector-valued axes laid out component by component.
  public var values: [Double]

  /// A point from its flat components.
  public init(_ values: [Double]) { self.values = values }

  /// The number of flat components.
  public var count: Int { values.count }

  /// Component i.
  public subscript(i: Int) -> Double {
    get { values[i] }
    set { values[i] = newValue }
  }

  /// The numbers in parentheses.
  public var description: String { "(" + values.map(\.description).joined(separator: ", ") + ")" }
}

extension Parameter: ExpressibleByArrayLiteral {
  /// A point written as a list.
  public init(arrayLiteral elements: Double...) { self.init(elements) }
}
