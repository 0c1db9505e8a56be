/// The laws of material that remembers, and the forces of rotation.
extension CaseSchema {
  static let law = TableSchema(
    "law",
    "How stress follows from the history of strain and temperature; each kind has keys of its own",
    fields: [
      Field(
        "kind", .choice(LawKind.allCases.map(\.rawValue)), default: "\"elastic\"",
        "the law; coefficients may be expressions in the temperature T"),
      Field(
        "yield",
        .either([
          .coefficient(.pressure, .nonnegative),
          .list(.list(.coefficient(nil, .none), count: 2...2), count: 1...10_000),
        ]), example: "\"250 MPa\"",
        "plastic, perzyna, chaboche: the yield stress, or a table of [plastic strain, stress]"),
      Field(
        "hardening", .coefficient(.pressure, .none), default: "0",
        "plastic, perzyna, chaboche: the linear modulus of isotropic hardening"),
      Field(
        "saturation", .coefficient(.pressure, .none), example: "\"50 MPa\"",
        "plastic, chaboche: what hardening after Voce adds in the end"),
      Field(
        "rate", .coefficient(nil, .nonnegative), example: "10",
        "plastic, chaboche: how fast Voce's hardening saturates, over plastic strain; perzyna: the "
          + "plastic strain per time where f = stress"),
      Field(
        "backstress", .tables(backstress), example: "[{ modulus = 1e5, recall = 1000 }]",
        "plastic, creep, perzyna, chaboche: kinematic hardening, " + backstress.meaning),
      Field(
        "coefficient", .coefficient(nil, .nonnegative), example: "1e-20",
        "creep: A of Norton's law, plastic strain per time = A stress^n"),
      Field(
        "exponent", .coefficient(Dimension.none, .positive), example: "5",
        "creep, perzyna, chaboche: n"),
      Field(
        "stress", .coefficient(.pressure, .positive), example: "\"100 MPa\"",
        "perzyna: the stress s of plastic strain per time = rate (f/s)^n"),
      Field(
        "resistance", .coefficient(nil, .nonnegative), example: "300",
        "chaboche: K of plastic strain per time = (f/K)^n, in stress times time^(1/n)"),
      Field(
        "umat", .path, example: "\"./libmylaw.so\"",
        "a shared library with a user material of Abaqus (UMAT), instead of a kind"),
      Field(
        "properties", .list(.number(.none), count: 0...100_000), example: "[210e3, 0.3]",
        "umat: its PROPS, as numbers in the consistent system"),
      Field("states", .integer(0...100_000), default: "0", "umat: how many numbers it remembers"),
      Field("name", .string, default: "\"MATERIAL\"", "umat: its CMNAME"),
      Field(
        "concurrent", .boolean, default: "false",
        "umat: whether several threads may call it at once"),
      Field(
        "symmetric", .boolean, default: "false",
        "umat: whether its DDSDDE is symmetric for every state"),
    ])

  static let backstress = TableSchema(
    "backstress", "backstresses after Armstrong and Frederick, which add up",
    fields: [
      Field(
        "modulus", .coefficient(.pressure, .nonnegative), required: true, example: "1e5",
        "C of dX = 2/3 C dep - D X dp"),
      Field(
        "recall", .coefficient(Dimension.none, .nonnegative), default: "0",
        "D; without it hardening is linear"),
    ])

  static let centrifugal = TableSchema(
    "centrifugal", "The force per volume of rotation, density speed^2 r away from the axis",
    fields: [
      Field(
        "density", .coefficient(.density, .positive), required: true, example: "7800",
        "the mass per volume"),
      Field(
        "speed", .coefficient(.frequency, .none), required: true, example: "\"100*t\"",
        "the angle per time, in radians"),
      Field(
        "axis", .list(.number(.none), count: 3...3), example: "[0, 0, 1]",
        "the direction of the axis; without it z, in a body of revolution y"),
      Field(
        "through", .list(.quantity(.length, .none), count: 2...3), example: "[0, 0, 0]",
        "a point of the axis; without it the origin"),
    ])
}

/// The laws that a case may name, and the keys that belong to each.
enum LawKind: String, CaseIterable {
  case elastic, plastic, creep, perzyna, chaboche

  /// Keys that must be given.
  var required: [String] {
    switch self {
    case .elastic: []
    case .plastic: ["yield"]
    case .creep: ["coefficient", "exponent"]
    case .perzyna: ["yield", "rate", "stress", "exponent"]
    case .chaboche: ["yield", "resistance", "exponent"]
    }
  }

  /// Keys that may be given.
  var optional: [String] {
    switch self {
    case .elastic: []
    case .plastic, .chaboche: ["hardening", "saturation", "rate", "backstress"]
    case .creep: ["backstress"]
    case .perzyna: ["hardening", "backstress"]
    }
  }

  /// Keys of a library instead of a kind.
  static let ofLibrary = ["umat", "properties", "states", "name", "concurrent", "symmetric"]

  /// The kinds that know a key.
  static func knowing(_ key: String) -> [String] {
    ofLibrary.contains(key)
      ? ["umat"]
      : allCases.filter { ($0.required + $0.optional).contains(key) }.map(\.rawValue)
  }
}
