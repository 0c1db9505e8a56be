internal import Expressions

/// What a coefficient may depend on at a quadrature point, besides its coordinates.
enum PointQuantity: Sendable {
  /// The value of a field, by its place in the coefficient's list.
  case value(Int)
  /// The derivative of a field along an axis.
  case slope(Int, axis: Int)
  /// The longest edge of the cell.
  case cellSize
  /// A component of the outward normal.
  case normal(axis: Int)

  /// nil if the symbol means none of these.
  ///
  /// - Parameter fields: The names of the fields.
  init?(_ symbol: Symbol, fields: [String]) {
    guard case .field(let name) = symbol else { return nil }
    if let field = fields.firstIndex(of: name) {
      self = .value(field)
      return
    }
    for (axis, letter) in ["x", "y", "z"].enumerated() {
      for (field, other) in fields.enumerated() where name == "d\(letter)(\(other))" {
        self = .slope(field, axis: axis)
        return
      }
      if name == "n\(letter)" {
        self = .normal(axis: axis)
        return
      }
    }
    guard name == "h" else { return nil }
    self = .cellSize
  }

  /// In words.
  var name: String {
    switch self {
    case .value: "u"
    case .slope(_, let axis): "d" + ["x", "y", "z"][axis]
    case .cellSize: "h"
    case .normal(let axis): "n" + ["x", "y", "z"][axis]
    }
  }
}
