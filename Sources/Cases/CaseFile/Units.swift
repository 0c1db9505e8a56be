/// A physical dimension: exponents of length, mass, time, temperature and electric current.
public struct Dimension: Hashable, Sendable, CustomStringConvertible {
  /// The exponent of length.
  public var length: Int
  /// The exponent of mass.
  public var mass: Int
  /// The exponent of time.
  public var time: Int
  /// The exponent of temperature.
  public var temperature: Int
  /// The exponent of electric current.
  public var current: Int

  /// A product of powers.
  public init(
    length: Int = 0, mass: Int = 0, time: Int = 0, temperature: Int = 0, current: Int = 0
  ) {
    self.length = length
    self.mass = mass
    self.time = time
    self.temperature = temperature
    self.current = current
  }

  /// No dimension.
  public static let none = Dimension()
  /// A length.
  public static let length = Dimension(length: 1)
  /// A temperature.
  public static let temperature = Dimension(temperature: 1)
  /// A power.
  public static let power = Dimension(length: 2, mass: 1, time: -3)
  /// Heat conductivity: power / (length temperature).
  public static let conductivity = Dimension(length: 1, mass: 1, time: -3, temperature: -1)
  /// Heat flux: power / area.
  public static let heatFlux = Dimension(mass: 1, time: -3)
  /// Heat exchange: power / (area temperature).
  public static let heatExchange = Dimension(mass: 1, time: -3, temperature: -1)
  /// Heat source: power / volume.
  public static let heatSource = Dimension(length: -1, mass: 1, time: -3)
  /// Heat loss in the volume: power / (volume temperature).
  public static let heatReaction = Dimension(length: -1, mass: 1, time: -3, temperature: -1)

  /// A time.
  public static let time = Dimension(time: 1)
  /// A frequency.
  public static let frequency = Dimension(time: -1)
  /// A velocity.
  public static let velocity = Dimension(length: 1, time: -1)
  /// Mass per volume.
  public static let density = Dimension(length: -3, mass: 1)
  /// Heat per mass and temperature.
  public static let specificHeat = Dimension(length: 2, time: -2, temperature: -1)
  /// Radiated power per area and fourth power of temperature.
  public static let radiationConstant = Dimension(mass: 1, time: -3, temperature: -4)
  /// A pressure, a stress, an elastic modulus.
  public static let pressure = Dimension(length: -1, mass: 1, time: -2)
  /// Force per volume.
  public static let bodyForce = Dimension(length: -2, mass: 1, time: -2)
  /// Pressure per displacement.
  public static let foundation = Dimension(length: -2, mass: 1, time: -2)
  /// Strain per temperature.
  public static let thermalExpansion = Dimension(temperature: -1)

  /// The product with the `power`-th power of `other`; nil where an exponent leaves ±99.
  func multiplied(by other: Dimension, power: Int) -> Dimension? {
    let pairs = [
      (length, other.length), (mass, other.mass), (time, other.time),
      (temperature, other.temperature), (current, other.current),
    ]
    let sums = pairs.map { $0.0 + $0.1 * power }
    guard sums.allSatisfy({ abs($0) < 100 }) else { return nil }
    return Dimension(
      length: sums[0], mass: sums[1], time: sums[2], temperature: sums[3], current: sums[4])
  }

  /// The name where it has one, otherwise the product of powers.
  public var description: String {
    if let name = Dimension.names[self] { return name }
    let parts = [
      ("length", length), ("mass", mass), ("time", time), ("temperature", temperature),
      ("current", current),
    ].filter { $0.1 != 0 }.map { $0.1 == 1 ? $0.0 : "\($0.0)^\($0.1)" }
    return parts.joined(separator: " ")
  }

  private static let names: [Dimension: String] = [
    .none: "a pure number", .length: "length", .temperature: "temperature", .power: "power",
    .conductivity: "conductivity [W/(m K)]", .heatFlux: "flux [W/m^2]",
    .heatExchange: "exchange coefficient [W/(m^2 K)]", .heatSource: "source [W/m^3]",
    .heatReaction: "reaction [W/(m^3 K)]",
    .pressure: "pressure", .specificHeat: "specific heat [J/(kg K)]",
    .radiationConstant: "radiation constant [W/(m^2 K^4)]",
    .bodyForce: "force per volume [N/m^3]", .thermalExpansion: "thermal expansion [1/K]",
    .frequency: "frequency", Dimension(length: -1): "wavenumber [1/m]",
    Dimension(length: 1, mass: 1, time: -2): "force",
    Dimension(length: 2, mass: 1, time: -2): "energy", Dimension(mass: 1): "mass",
    Dimension(time: 1): "time", Dimension(length: -3, mass: 1): "density",
    Dimension(length: 1, time: -1): "velocity", Dimension(length: 2): "area",
    Dimension(length: 3): "volume",
  ]
}

/// A unit: `scale` of it make one SI unit's worth, with an offset for temperatures on a scale.
///
/// A number `x` of this unit is `scale · x + offset` in SI base units.
public struct Unit: Hashable, Sendable {
  /// Its dimension.
  public let dimension: Dimension
  /// Its size in SI base units.
  public let scale: Double
  /// Where its zero lies in SI base units; not 0 for degrees Celsius and Fahrenheit only.
  public let offset: Double

  /// A unit of a dimension.
  public init(_ dimension: Dimension, scale: Double, offset: Double = 0) {
    self.dimension = dimension
    self.scale = scale
    self.offset = offset
  }
}

/// A consistent system of units, named as `m-kg-s-K` or `mm-t-s-K`: numbers without a unit are
/// in it, and numbers with one are converted to it.
public struct UnitSystem: Hashable, Sendable, CustomStringConvertible {
  /// The name, as written.
  public let name: String
  /// The size of its length, mass, time, temperature and current in SI base units.
  private let sizes: [Double]

  /// Reads a name: the units of length, mass and time in any order, then, where wanted, of
  /// temperature (K) and current (A), joined by hyphens.
  ///
  /// - Throws: Which part is wrong and what is allowed.
  public init(named name: String) throws(UnitError) {
    self.name = name
    var sizes: [Double?] = [nil, nil, nil, nil, nil]
    let bases = [
      Dimension.length, Dimension(mass: 1), Dimension(time: 1), .temperature, Dimension(current: 1),
    ]
    let examples = "write length-mass-time-temperature, such as 'm-kg-s-K' or 'mm-t-s-K'"
    for part in name.split(separator: "-", omittingEmptySubsequences: false) {
      guard let unit = Unit.named(String(part)), unit.offset == 0,
        let base = bases.firstIndex(of: unit.dimension)
      else {
        throw UnitError("'\(part)' in the unit system '\(name)' is no basic unit; \(examples)")
      }
      guard sizes[base] == nil else {
        throw UnitError("the unit system '\(name)' names \(bases[base]) twice; \(examples)")
      }
      sizes[base] = unit.scale
    }
    guard sizes[0] != nil, sizes[1] != nil, sizes[2] != nil else {
      throw UnitError("the unit system '\(name)' lacks length, mass or time; \(examples)")
    }
    self.sizes = sizes.map { $0 ?? 1 }
  }

  /// The size of this system's own unit of `dimension` in SI base units.
  public func scale(of dimension: Dimension) -> Double {
    let exponents = [
      dimension.length, dimension.mass, dimension.time, dimension.temperature, dimension.current,
    ]
    var product = 1.0
    var divisor = 1.0
    for (size, exponent) in zip(sizes, exponents) {
      for _ in 0..<abs(exponent) {
        if exponent > 0 { product *= size } else { divisor *= size }
      }
    }
    return product / divisor
  }

  /// A number of `unit` as a number of this system.
  public func value(of number: Double, in unit: Unit) -> Double {
    (number * unit.scale + unit.offset) / scale(of: unit.dimension)
  }

  /// The name.
  public var description: String { name }
}

/// What is wrong with a unit.
public struct UnitError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reason in words.
  public let description: String

  init(_ description: String) { self.description = description }
}
