/// What a coefficient may depend on.
public enum Symbol: Hashable, Sendable, CustomStringConvertible {
  /// x, y, z are 0, 1, 2; unit of length.
  case coordinate(Int)
  /// The time t.
  case time
  /// A parameter by its place in the flat list of all parameters, vectors laid out entry by entry.
  case parameter(Int)
  /// The unknown or one of its derivatives, written as in a case file: "u", "u.x", "dx(u)".
  case field(String)

  /// The spelling used where no scope has given the symbol a name of its own.
  public var description: String {
    switch self {
    case .coordinate(let axis): axis < 3 ? ["x", "y", "z"][axis] : "coordinate[\(axis)]"
    case .time: "t"
    case .parameter(let index): "parameter[\(index)]"
    case .field(let name): name
    }
  }

  /// The same on every run and machine, unlike `hashValue`.
  var fingerprint: UInt64 {
    switch self {
    case .coordinate(let axis): mixed(1, UInt64(truncatingIfNeeded: axis))
    case .time: mixed(2, 0)
    case .parameter(let index): mixed(3, UInt64(truncatingIfNeeded: index))
    case .field(let name): name.utf8.reduce(4) { mixed($0, UInt64($1)) }
    }
  }
}

/// Folds `value` into the running fingerprint `seed`.
@inline(__always)
func mixed(_ seed: UInt64, _ value: UInt64) -> UInt64 {
  var z = (seed ^ value) &* 0x9FB2_1C65_1E98_DF25 &+ 0xD6E8_FEB8_6659_FD93
  z ^= z >> 32
  z = z &* 0x9FB2_1C65_1E98_DF25
  return z ^ (z >> 29)
}
