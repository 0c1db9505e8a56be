/// How a problem is solved in time, by iteration, or for its frequencies.
extension CaseSchema {
  static let time = TableSchema(
    "time", "Makes the problem run in time from t = 0, in given steps",
    fields: [
      Field(
        "scheme", .choice(["backward-euler", "crank-nicolson", "bdf2"]),
        default: "\"backward-euler\"", of: inTime, "the method"),
      Field(
        "scheme", .choice(["backward-euler"]), default: "\"backward-euler\"", of: inelastic,
        "the method"),
      Field("end", .quantity(.time, .positive), example: "10", "when it ends; with `step`"),
      Field("step", .quantity(.time, .positive), example: "0.5", "the length of each step"),
      Field(
        "steps", .list(.quantity(.time, .positive), count: 1...1_000_000),
        example: "[0.1, 0.1, 0.2]", "the length of each step, one by one"),
      Field(
        "times-file", .path, example: "\"times.csv\"",
        "a CSV file of the times after t = 0, one per line"),
      Field(
        "tolerance", .number(Limits(lower: 0, upper: 1, excludesEnds: true)), example: "1e-3",
        of: inelastic,
        "how much strains and stresses may err by an increment, relative: each step is gone over in as "
          + "many increments as that takes"),
    ],
    exactlyOneOf: [["step", "steps", "times-file"]])

  static let newton = TableSchema(
    "newton", "How a law that depends on the solution is solved",
    fields: [
      Field(
        "tolerance", .number(Limits(lower: 0, upper: 1, excludesEnds: true)), default: "1e-10",
        "the residual over that of the first guess at which it has converged"),
      Field("iterations", .integer(1...1000), default: "25", "the most iterations"),
      Field(
        "cuts", .integer(0...30), default: "8", of: inelastic,
        "how often a step that does not converge may be halved; 20 with a tolerance in [time]"),
    ])

  static let interpolation = TableSchema(
    "interpolation",
    "How coefficients are interpolated that do not separate into functions of the parameters and of "
      + "the point, and matrices of which there are samples",
    fields: [
      Field(
        "tolerance", .number(Limits(lower: 0, upper: 1, excludesEnds: true)), default: "1e-8",
        "the largest error over the largest value, at parameters not learnt from"),
      Field(
        "weights", .number(Limits(lower: 0, upper: 1, excludesEnds: true)), default: "1e-4",
        of: ["advection-diffusion"],
        "the same for the weights of SUPG, where it is larger: the form stays consistent, whatever "
          + "weights test its residual"),
      Field("size", .integer(1...1000), default: "100", "the most terms of a coefficient"),
      Field(
        "training", .integer(1...1_000_000), default: "300", "how many parameters to learn from"),
      Field(
        "unseen", .integer(0...1000), default: "3", of: ["matrices"],
        "at how many other parameters the sum of samples is held against the matrix of a command"),
    ])

  static let modes = TableSchema(
    "modes", "Asks for natural frequencies and mode shapes instead of a static solution",
    fields: [
      Field("count", .integer(1...1000), default: "6", "how many"),
      Field(
        "shift", .quantity(.frequency, .nonnegative), default: "0",
        "those nearest to this frequency"),
    ])
}
