/// The tables of a case file, each declared once.
///
/// A key may belong to some kinds of physics only; one name may have different meanings in
/// different kinds. The tables of the problem itself stand in ProblemSchema.swift, those of
/// outputs and methods in files of their own.
public enum CaseSchema {
  /// The version of the case file this build reads.
  public static let version = 1

  /// The kinds of physics, as `physics.kind` names them.
  public static var kinds: [String] { PhysicsKinds.all.map { $0.kind } }

  /// Kinds whose unknown is a field on a mesh.
  static let onMeshes = [
    "diffusion", "heat", "advection-diffusion", "elasticity", "elastoviscoplasticity", "helmholtz",
  ]
  /// Kinds that may run in time, from an initial value of their own.
  static let inTime = ["heat", "advection-diffusion"]
  /// Kinds of solids.
  static let solid = ["elasticity", "elastoviscoplasticity"]
  /// Kinds whose material remembers.
  static let inelastic = ["elastoviscoplasticity"]
  static let interpolated = [
    "diffusion", "heat", "advection-diffusion", "elasticity", "matrices",
  ]
  /// Kinds with a model that is symmetric, coercive and steady.
  static let steadyCoercive = ["diffusion", "heat", "elasticity", "matrices"]
  static let notInelastic = kinds.filter { !inelastic.contains($0) }

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
      Field("mesh", .table(mesh), required: true, of: onMeshes, mesh.meaning),
      Field("physics", .table(physics), required: true, physics.meaning),
      Field("time", .table(time), of: inTime, time.meaning),
      Field(
        "time", .table(time), required: true, of: inelastic,
        "The times at which the body is computed, from t = 0 on"),
      Field("newton", .table(newton), of: ["heat"] + inelastic, newton.meaning),
      Field("solver", .table(solver), solver.meaning),
      Field("modes", .table(modes), of: ["elasticity"], modes.meaning),
      Field("interpolation", .table(interpolation), of: interpolated, interpolation.meaning),
      Field("parameter", .tables(parameter), parameter.meaning),
      Field("material", .tables(material), required: true, of: onMeshes, material.meaning),
      Field("temperature", .table(temperature), of: solid, temperature.meaning),
      Field("boundary", .tables(boundary), of: onMeshes, boundary.meaning),
      Field("source", .tables(source), of: onMeshes, source.meaning),
      Field("initial", .tables(initial), of: inTime, initial.meaning),
      Field("operator", .tables(operators), required: true, of: ["matrices"], operators.meaning),
      Field("load", .tables(load), required: true, of: ["matrices"], load.meaning),
      Field("product", .table(product), of: ["matrices"], product.meaning),
      Field("output", .tables(output), output.meaning),
      Field("training", .table(training), training.meaning),
      Field("reduction", .table(reduction), reduction.meaning),
      Field("validation", .table(validation), validation.meaning),
      Field("query", .table(query), query.meaning),
      Field("expect", .tables(expect), expect.meaning),
    ])

  static let mesh = TableSchema(
    "mesh", "Where the mesh comes from",
    fields: [
      Field("file", .path, example: "\"plate.msh\"", "a mesh: .msh, .inp, .vtu, .pvtu or .xdmf"),
      Field("box", .table(box), example: "{ size = [1, 1], cells = [20, 20] }", box.meaning),
      Field(
        "partitions", .integer(1...100_000), default: "1", "how many subdomains METIS cuts it into"),
      Field(
        "in-pieces", .boolean, default: "false",
        "whether each of several ranks holds only a piece of the mesh, and of all that is computed on "
          + "it; steady diffusion, heat and static elasticity"),
    ],
    exactlyOneOf: [["file", "box"]])

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
        "shape", .choice(BoxShapes.all), example: "\"triangle\"",
        "the shape of the cells; without it triangle in 2D, tetrahedron in 3D"),
    ])

  static let physics = TableSchema(
    "physics", "Which equation is solved, and with which elements",
    fields: [
      Field("kind", .choice(kinds), required: true, "the equation"),
      Field(
        "degree", .integer(1...2), default: "1", of: onMeshes,
        "the degree of the Lagrange elements"),
      Field(
        "stabilization", .choice(["none", "supg"]), default: "\"none\"",
        of: ["advection-diffusion"], "streamline upwinding where the velocity rules"),
      Field(
        "assumption", .choice(["plane-strain", "plane-stress", "axisymmetric"]),
        default: "\"plane-strain\"", of: ["elasticity"],
        "what holds across the plane; axisymmetric: x is the radius, y the axis; not in space"),
      Field(
        "assumption", .choice(["plane-strain", "axisymmetric"]), default: "\"plane-strain\"",
        of: inelastic,
        "what holds across the plane; axisymmetric: x is the radius, y the axis; not in space"),
      Field(
        "locking", .choice(["none", "b-bar"]), default: "\"none\"", of: solid,
        "b-bar: the dilatation is integrated with fewer points, for nearly incompressible matter"),
      Field(
        "quadrature", .integer(1...20), example: "3", of: inelastic,
        "polynomials of this degree are integrated exactly; without it the cells choose"),
      Field(
        "thickness", .quantity(.length, .positive), default: "1", of: ["elasticity"],
        "the thickness of a plane body"),
      Field(
        "wavenumber", .coefficient(Dimension(length: -1), .positive), required: true,
        example: "\"k\"", of: ["helmholtz"],
        "k in -div(grad u / d) - k^2 n^2 u / d = f, an expression of the parameters alone"),
    ])

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
        "scale", .choice(CaseFile.Parameter.Scale.allCases.map(\.rawValue)),
        default: "\"linear\"",
        "how sampling spreads; normal: as a standard normal number, of mean 0 and deviation 1, that is "
          + "cut off at the ends of the range"),
      Field(
        "default",
        .either([.quantity(nil, .none), .list(.quantity(nil, .none), count: 1...10_000)]),
        "the reference value; without it the middle of the range in its scale, or of a normal one 0"
      ),
      Field(
        "unit", .string, example: "\"W/(m K)\"",
        "its unit for reports, which must be the one of the unit system"),
    ])
}

/// The shapes a box can be filled with.
enum BoxShapes {
  static let plane = ["triangle", "quadrilateral"]
  static let solid = ["tetrahedron", "hexahedron", "wedge"]
  static var all: [String] { plane + solid }
}
