internal import ModelReduction

/// What holds inside and on the boundary.
extension CaseSchema {
  private static let diffusive = ["diffusion", "heat"]
  private static let scalar = diffusive + ["advection-diffusion"]
  private static let moving = ["heat", "advection-diffusion"] + inelastic
  private static let vector = solid
  private static let wave = ["helmholtz"]

  /// [re, im], or a real number.
  static func complex(_ dimension: Dimension?) -> FieldType {
    let part = FieldType.coefficient(dimension, .none)
    return .either([part, .list(part, count: 2...2)])
  }

  private static func components(_ dimension: Dimension) -> FieldType {
    .list(.coefficient(dimension, .none), count: 2...3)
  }

  /// A factor over time from a file.
  ///
  /// - Parameter what: What it multiplies, with its verb.
  private static func history(_ kinds: [String], _ what: String) -> [Field] {
    [
      Field(
        "history", .path, example: "\"ramp.csv\"", of: kinds,
        "a CSV file of times and values, linear between its lines and constant outside: h(t), by "
          + "which \(what) multiplied; needs [time]"),
      Field(
        "history-column", .either([.string, .integer(2...10_000)]), example: "\"load\"", of: kinds,
        "which column of the file has the values, by name or number; needed where it has more than "
          + "two"),
    ]
  }

  static let material = TableSchema(
    "material", "A law in the volume; where two meet on a cell the later one holds",
    fields: [
      Field("on", .regions, required: true, "where it holds"),
      Field(
        "conductivity", .tensor(.conductivity), required: true, of: diffusive,
        "k in -div(k grad u) + r u = source: one for all directions, [kx, ky] along the axes, or a "
          + "full symmetric tensor by rows; for heat it may depend on u"),
      Field(
        "conductivity", .tensor(nil), required: true, of: ["advection-diffusion"],
        "the diffusivity k in -div(k grad u) + b . grad u + r u = source"),
      Field(
        "reaction", .coefficient(.heatReaction, .none), default: "0", of: diffusive,
        "r, the loss in the volume per u"),
      Field(
        "reaction", .coefficient(nil, .none), default: "0", of: ["advection-diffusion"],
        "r, the loss in the volume per u"),
      Field(
        "velocity", components(.velocity), example: "[1, 0]",
        of: ["advection-diffusion"], "b, by components"),
      Field(
        "density", .coefficient(.density, .positive), example: "7800", of: ["heat", "elasticity"],
        "the mass per volume; needed in time and for frequencies"),
      Field(
        "specific-heat", .coefficient(.specificHeat, .positive), example: "500", of: ["heat"],
        "the heat per mass and temperature; needed in time"),
      Field(
        "young",
        .either([
          .coefficient(.pressure, .positive),
          .list(.coefficient(.pressure, .positive), count: 3...3),
        ]), example: "\"210 GPa\"", of: vector, "Young's modulus, or three along the axes"),
      Field(
        "poisson",
        .either([
          .coefficient(Dimension.none, Limits(lower: -1, upper: 0.5, excludesEnds: true)),
          .list(.coefficient(Dimension.none, .none), count: 3...3),
        ]), example: "0.3", of: vector,
        "Poisson's ratio, or nu12, nu13, nu23: the strain along 2 when pulled along 1 is -nu12/E1"),
      Field(
        "shear", .list(.coefficient(.pressure, .positive), count: 3...3),
        example: "[\"5 GPa\", \"5 GPa\", \"4 GPa\"]", of: vector,
        "G12, G13, G23 of three-way matter"),
      Field(
        "axes", .list(.list(.number(.none), count: 2...3), count: 2...3),
        example: "[[1, 0], [0, 1]]", of: vector, "the directions 1, 2 (, 3), by rows"),
      Field(
        "stiffness", .list(.list(.coefficient(.pressure, .none), count: 3...6), count: 3...6),
        example: "[[3, 1, 0], [1, 3, 0], [0, 0, 1]]", of: vector,
        "the whole elasticity matrix in Voigt's order xx, yy, (zz, yz, xz,) xy, instead of young"),
      Field(
        "expansion",
        .either([
          .coefficient(.thermalExpansion, .none),
          .list(.coefficient(.thermalExpansion, .none), count: 2...3),
        ]), default: "0", of: vector, "the thermal strain per degree"),
      Field(
        "temperature", .coefficient(.temperature, .none), example: "\"100 + x\"", of: vector,
        "the temperature that strains it; [temperature] gives one for the whole body"),
      Field(
        "reference-temperature", .coefficient(.temperature, .none), default: "0",
        of: ["elasticity"], "the temperature without strain"),
      Field(
        "reference-temperature", .quantity(.temperature, .none), default: "0", of: inelastic,
        "the temperature without strain; it holds where no other is given"),
      Field(
        "law", .table(law), example: "{ kind = \"plastic\", yield = \"250 MPa\" }", of: inelastic,
        law.meaning),
      Field(
        "index", complex(nil), default: "1", of: wave,
        "n^2, the square of the refractive index, [re, im]"),
      Field(
        "density", complex(nil), default: "1", of: wave,
        "the density d of -div(grad u / d) - k^2 n^2 u / d = f, relative to the reference"),
    ])

  static let boundary = TableSchema(
    "boundary", "A condition on the boundary; where there is none, nothing acts from outside",
    fields: [
      Field("on", .regions, required: true, "where it holds"),
      Field("value", .coefficient(.temperature, .none), example: "0", of: diffusive, "u itself"),
      Field(
        "value", .coefficient(nil, .none), example: "0", of: ["advection-diffusion"], "u itself"),
      Field(
        "value",
        .list(.either([.choice(["free"]), .coefficient(.length, .none)]), count: 2...3),
        example: "[0, \"free\"]", of: vector, "the displacement, \"free\" where it is not held"),
      Field("value", complex(nil), example: "[1, 0]", of: wave, "u itself, [re, im]"),
      Field(
        "flux", .coefficient(.heatFlux, .none), example: "1", of: diffusive,
        "the inflow k grad u . n"),
      Field(
        "flux", .coefficient(nil, .none), example: "1", of: ["advection-diffusion"],
        "the inflow k grad u . n"),
      Field("flux", complex(nil), example: "[1, 0]", of: wave, "grad u . n / d, [re, im]"),
      Field(
        "exchange", .table(exchange), example: "{ coefficient = 5, ambient = \"20 degC\" }",
        of: scalar, exchange.meaning),
      Field(
        "radiation", .table(radiation), example: "{ emissivity = 0.9, ambient = 300 }",
        of: ["heat"], radiation.meaning),
      Field(
        "traction", components(.pressure), example: "[0, -1]", of: vector, "the force per area"),
      Field(
        "pressure", .coefficient(.pressure, .none), example: "1", of: vector,
        "the force per area against the outward normal"),
      Field(
        "foundation", .table(foundation), example: "{ normal = 1e6 }", of: ["elasticity"],
        foundation.meaning),
      Field(
        "symmetry", .boolean, example: "true", of: vector,
        "u . n = 0: a plane of symmetry, at any angle"),
      Field("absorbing", .boolean, example: "true", of: wave, "grad u . n = i k u: waves leave"),
      Field(
        "robin", .table(robin), example: "{ coefficient = [0, 1], value = [0, 0] }", of: wave,
        robin.meaning),
      Field(
        "incident", complex(nil), example: "[\"cos(k*x)\", \"sin(k*x)\"]", of: wave,
        "a wave that comes in through an absorbing boundary, e^(-i omega t)"),
    ]
      + history(
        moving, "value, flux, traction, pressure and the ambient of exchange and radiation are"),
    atLeastOneOf: [
      [
        "value", "flux", "exchange", "radiation", "traction", "pressure", "foundation", "symmetry",
        "absorbing", "robin",
      ]
    ],
    exclusions: [
      TableSchema.Exclusion(
        key: "value", others: ["flux", "exchange", "radiation", "absorbing", "robin", "incident"],
        reason: "'value' fixes u", place: "on the same boundary", kinds: scalar + wave)
    ])

  static let exchange = TableSchema(
    "exchange", "Robin data: the outflow is coefficient (u - ambient)",
    fields: [
      Field(
        "coefficient", .coefficient(.heatExchange, .nonnegative), required: true,
        "the exchange coefficient"),
      Field(
        "ambient", .coefficient(.temperature, .none), required: true, "the value far outside"),
    ])

  static let radiation = TableSchema(
    "radiation",
    "Radiation to black surroundings: the outflow is e s (u^4 - ambient^4), u absolute",
    fields: [
      Field(
        "emissivity", .coefficient(Dimension.none, Limits(lower: 0, upper: 1)), required: true,
        "e"),
      Field(
        "ambient", .coefficient(.temperature, .nonnegative), required: true,
        "the absolute temperature far outside"),
      Field(
        "constant", .coefficient(.radiationConstant, .positive),
        example: "\"5.670374419e-8 W/(m^2 K^4)\"",
        "s; without it the constant of Stefan and Boltzmann in the system of `units`"),
    ])

  static let foundation = TableSchema(
    "foundation", "An elastic foundation: the traction is -k u",
    fields: [
      Field(
        "normal", .coefficient(.foundation, .nonnegative), example: "1e6",
        "k along the normal alone"),
      Field(
        "stiffness", .list(.coefficient(.foundation, .nonnegative), count: 2...3),
        example: "[1e6, 0]", "k along the axes"),
    ], exactlyOneOf: [["normal", "stiffness"]])

  static let robin = TableSchema(
    "robin", "grad u . n / d = coefficient u + value, both [re, im]",
    fields: [
      Field("coefficient", complex(nil), required: true, "the factor of u"),
      Field("value", complex(nil), default: "0", "what is added"),
    ])

  static let source = TableSchema(
    "source", "A source in the volume",
    fields: [
      Field("on", .regions, required: true, "where it acts"),
      Field(
        "value", .coefficient(.heatSource, .none), required: true, of: diffusive, "its density"),
      Field(
        "value", .coefficient(nil, .none), required: true, of: ["advection-diffusion"],
        "its density"),
      Field(
        "value", components(.bodyForce), required: true, of: ["elasticity"],
        "the force per volume"),
      Field(
        "value", components(.bodyForce), example: "[0, \"-77 kN/m^3\"]", of: inelastic,
        "the force per volume"),
      Field(
        "centrifugal", .table(centrifugal), example: "{ density = 7800, speed = \"100*t\" }",
        of: inelastic, centrifugal.meaning),
      Field("value", complex(nil), required: true, of: wave, "its density, [re, im]"),
    ] + history(moving, "the source is"), exactlyOneOf: [["value", "centrifugal"]])

  static let temperature = TableSchema(
    "temperature", "The temperature of the whole body, for its thermal strain",
    fields: [
      Field("value", .coefficient(.temperature, .none), example: "\"100 + x\"", "an expression")
    ] + nodalField + [
      Field(
        "random", .table(randomTemperature),
        example: "{ parameter = \"xi\", deviation = 20, length = 0.3 }", randomTemperature.meaning)
    ] + history(inelastic, "the temperature is"), atLeastOneOf: [["value", "file", "random"]],
    exclusions: [
      TableSchema.Exclusion(
        key: "value", others: ["file"], reason: "'value' gives the temperature",
        place: "in the same table", kinds: solid)
    ])

  static let randomTemperature = TableSchema(
    "random",
    "Deviates the temperature by a random field: the sum over i of sqrt(lambda_i) phi_i(x) xi_i, its "
      + "modes from a covariance or from given fields",
    fields: [
      Field(
        "parameter", .string, required: true, example: "\"xi\"",
        "the [[parameter]] with scale = \"normal\" whose components are the xi_i, one for each mode"
      ),
      Field(
        "deviation", .number(.positive), example: "20",
        "the standard deviation of the temperature, in its unit"),
      Field(
        "length",
        .either([
          .quantity(.length, .positive), .list(.quantity(.length, .positive), count: 2...3),
        ]), example: "0.3", "the correlation length, or one along each axis"),
      Field(
        "kernel", .choice(CovarianceKernel.Family.allCases.map(\.rawValue)),
        default: "\"squared-exponential\"",
        "how the correlation falls with the distance r over the length: exp(-r^2/2), a Matern kernel, "
          + "or exp(-r), the roughest"),
      Field(
        "fields", .list(.path, count: 1...100_000), example: "[\"a.npy\", \"b.npy\"]",
        "instead of a covariance: files of sample fields, as for `file`; a .npy file, or a .csv file "
          + "without `field`, may hold one in each column. Their mean is taken where there is neither "
          + "'value' nor 'file'"),
      Field("field", .string, default: "\"u\"", "the name of the field in the files"),
      Field(
        "factor", .coefficient(Dimension.none, .none), default: "1",
        "multiplies the deviation: an expression of x, y, z, t and the parameters"),
    ],
    exactlyOneOf: [["deviation", "fields"]])

  /// A file with a number for each point of the mesh.
  private static let nodalField = [
    Field(
      "file", .path, example: "\"heat.out/fields/query-0.vtu\"",
      "or a file with a field: .vtu, .pvtu or .xdmf at the points of this mesh, .npy or .csv with a number "
        + "for each of them in their order"),
    Field(
      "field", .string, default: "\"u\"",
      "the name of the field in the file, or of the column; not needed where there is only one "
        + "column"),
  ]

  static let initial = TableSchema(
    "initial", "u at the beginning; zero where nothing is said",
    fields: [
      Field("on", .regions, default: "\"*\"", "where it holds"),
      Field("value", .coefficient(nil, .none), example: "\"20 + x\"", "u at t = 0"),
    ] + nodalField, exactlyOneOf: [["value", "file"]])

  static let operators = TableSchema(
    "operator", "A term of the operator A(mu) = sum of coefficient times matrix",
    fields: [
      Field("file", .path, example: "\"A1.mtx\"", "a MatrixMarket or .npy file"),
      Field("coefficient", complex(nil), default: "1", "theta, or [re, im]"),
    ] + samples(of: "matrix"), exactlyOneOf: [["file"] + sources])

  static let load = TableSchema(
    "load", "A term of the right-hand side f(mu) = sum of coefficient times vector",
    fields: [
      Field("file", .path, example: "\"f.npy\"", "a MatrixMarket or .npy file"),
      Field("coefficient", complex(nil), default: "1", "theta, or [re, im]"),
    ] + samples(of: "vector"), exactlyOneOf: [["file"] + sources])

  static let product = TableSchema(
    "product", "The inner product of errors and bases, symmetric positive definite",
    fields: [
      Field("file", .path, required: true, example: "\"X.mtx\"", "a MatrixMarket or .npy file")
    ])
}
