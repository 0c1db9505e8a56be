/// The tables of a case file, each declared once.
public enum CaseSchema {
  /// The version of the case file this build reads.
  public static let version = 1

  /// The top level.
  public static let root = TableSchema(
    "case", "A whole study: mesh, physics, parameters, what to compute, how to reduce and judge",
    fields: [
      Field(
        "schema", .integer(version...version), required: true, example: "\(version)",
        "the version of this file format"),
      Field("title", .string, example: "\"A heated plate\"", "a title for reports"),
      Field(
        "units", .units, example: "\"m-kg-s-K\"",
        "the consistent system that numbers are in and units are converted to"),
      Field(
        "include", .either([.path, .list(.path, count: 0...100)]), example: "[\"materials.toml\"]",
        "files laid under this one: tables merge, the later wins, arrays of tables append"),
      Field("mesh", .table(mesh), required: true, mesh.meaning),
      Field("physics", .table(physics), required: true, physics.meaning),
      Field("parameter", .tables(parameter), parameter.meaning),
      Field("material", .tables(material), required: true, material.meaning),
      Field("boundary", .tables(boundary), boundary.meaning),
      Field("source", .tables(source), source.meaning),
      Field("output", .tables(output), output.meaning),
      Field("training", .table(training), training.meaning),
      Field("reduction", .table(reduction), reduction.meaning),
      Field("validation", .table(validation), validation.meaning),
      Field("query", .table(query), query.meaning),
      Field("expect", .tables(expect), expect.meaning),
    ],
    template: [
      [
        ("schema", "\(version)"), ("title", "\"A heated plate\""),
        ("units", "\"m-kg-s-K\""),
      ]
    ])

  static let mesh = TableSchema(
    "mesh", "Where the mesh comes from",
    fields: [
      Field("file", .path, example: "\"plate.msh\"", "a Gmsh file (.msh 2.2 or 4.1)"),
      Field("box", .table(box), example: "{ size = [1, 1], cells = [20, 20] }", box.meaning),
      Field(
        "partitions", .integer(1...100_000), default: "1", "how many subdomains METIS cuts it into"),
    ],
    exactlyOneOf: [["file", "box"]],
    template: [[("box", "{ size = [1, 1], cells = [20, 20], shape = \"triangle\" }")]])

  static let box = TableSchema(
    "box", "A generated rectangle or cuboid",
    fields: [
      Field(
        "size", .list(.quantity(.length, .positive), count: 2...3), required: true,
        example: "[1, 1]", "the lengths of its edges"),
      Field(
        "cells", .list(.integer(1...100_000), count: 2...3), required: true, example: "[20, 20]",
        "how many cells along each edge"),
      Field(
        "origin", .list(.quantity(.length, .none), count: 2...3), example: "[0, 0]",
        "its corner with the smallest coordinates; without it the origin"),
      Field(
        "shape", .choice(["triangle", "tetrahedron"]), example: "\"triangle\"",
        "the shape of the cells; without it triangle in 2D, tetrahedron in 3D"),
    ])

  static let physics = TableSchema(
    "physics", "Which equation is solved, and with which elements",
    fields: [
      Field("kind", .choice(["diffusion"]), required: true, "the equation"),
      Field("degree", .integer(1...2), default: "1", "the degree of the Lagrange elements"),
    ],
    template: [[("kind", "\"diffusion\""), ("degree", "1")]])

  static let parameter = TableSchema(
    "parameter", "A number, or several, that may vary from solution to solution",
    fields: [
      Field("name", .string, required: true, "its name in expressions"),
      Field(
        "size", .integer(1...10_000),
        "the number of components name[0], name[1], …; without it a scalar"),
      Field(
        "range",
        .either([
          .list(.quantity(nil, .none), count: 2...2),
          .list(.list(.quantity(nil, .none), count: 2...2), count: 1...10_000),
        ]), required: true, "smallest and largest value, or one such pair per component"),
      Field(
        "scale", .choice(["linear", "log"]), default: "\"linear\"", "how sampling spreads"),
      Field(
        "default",
        .either([.quantity(nil, .none), .list(.quantity(nil, .none), count: 1...10_000)]),
        "the reference value; without it the middle of the range in its scale"),
      Field(
        "unit", .string, example: "\"W/(m K)\"",
        "its unit for reports, which must be the one of the unit system"),
    ],
    template: [
      [("name", "\"k\""), ("range", "[0.1, 10.0]"), ("scale", "\"log\""), ("unit", "\"W/(m K)\"")]
    ])

  static let material = TableSchema(
    "material", "A law in the volume: -div(k grad u) + r u = source",
    fields: [
      Field("on", .regions, required: true, "where it holds"),
      Field(
        "conductivity",
        .either([
          .coefficient(.conductivity), .list(.coefficient(.conductivity), count: 2...3),
          .list(.list(.coefficient(.conductivity), count: 2...3), count: 2...3),
        ]), required: true,
        "k: one for all directions, [kx, ky] along the axes, or a full symmetric tensor by rows"),
      Field(
        "reaction", .coefficient(.heatReaction), default: "0", "r, the loss in the volume per u"),
    ],
    template: [[("on", "\"*\""), ("conductivity", "\"k\"")]])

  static let boundary = TableSchema(
    "boundary", "A condition on the boundary; where there is none, nothing flows through",
    fields: [
      Field("on", .regions, required: true, "where it holds"),
      Field("value", .coefficient(.temperature), example: "0", "u itself"),
      Field("flux", .coefficient(.heatFlux), example: "1", "the inflow k grad u . n"),
      Field(
        "exchange", .table(exchange), example: "{ coefficient = 5, ambient = \"20 degC\" }",
        exchange.meaning),
    ],
    atLeastOneOf: [["value", "flux", "exchange"]],
    template: [
      [("on", "\"top\""), ("value", "\"20 degC\"")],
      [("on", "\"bottom\""), ("flux", "\"1 kW/m^2\"")],
    ])

  static let exchange = TableSchema(
    "exchange", "Robin data: the outflow is coefficient (u - ambient)",
    fields: [
      Field("coefficient", .coefficient(.heatExchange), required: true, "the exchange coefficient"),
      Field("ambient", .coefficient(.temperature), required: true, "the value far outside"),
    ])

  static let source = TableSchema(
    "source", "A source in the volume",
    fields: [
      Field("on", .regions, required: true, "where it acts"),
      Field("value", .coefficient(.heatSource), required: true, "its density"),
    ],
    template: [[("on", "\"*\""), ("value", "0")]])

  static let output = TableSchema(
    "output", "A quantity of interest",
    fields: [
      Field("name", .string, required: true, "its name in the results"),
      Field("integral", .expression, example: "\"u\"", "the integral of an expression in u"),
      Field("mean", .expression, example: "\"u\"", "its mean value"),
      Field(
        "at", .list(.quantity(.length, .none), count: 2...3), example: "[0.5, 0.5]",
        "a point whose value is taken"),
      Field("max", .expression, example: "\"u\"", "the largest value of an expression in u"),
      Field("min", .expression, example: "\"u\"", "the smallest value"),
      Field("norm", .choice(["L2", "H1"]), example: "\"L2\"", "a norm of u"),
      Field("value", .expression, default: "\"u\"", "with `at`: the expression to be taken"),
      Field("on", .regions, default: "\"*\"", "where; not with `at`"),
    ],
    exactlyOneOf: [["integral", "mean", "at", "max", "min", "norm"]],
    template: [[("name", "\"mean-bottom\""), ("mean", "\"u\""), ("on", "\"bottom\"")]])
}
