internal import Physics

extension CaseSchema {
  private static let samplings = CaseFile.Sampling.allCases.map(\.rawValue)
  private static let seeds = 0...Int.max

  static let training = TableSchema(
    "training", "The points of the parameter domain that the reduced model learns from",
    fields: [
      Field("sampling", .choice(samplings), default: "\"random\"", "how the points are chosen"),
      Field(
        "count", .integer(1...1_000_000), example: "500",
        "how many; for a grid at most that many in all"),
      Field("seed", .integer(seeds), default: "1", "the seed of the random numbers"),
      Field(
        "adaptive", .integer(1...1_000_000), example: "1000", of: steadyCoercive,
        "greedy: once the tolerance is met, so many fresh points are looked at and those above it "
          + "join the training, until there are none; without it the training is as it is"),
      Field(
        "file", .path, example: "\"train.csv\"",
        "a CSV file of points, with a header of component names or without"),
      Field(
        "until", .number(.positive), example: "2", of: inelastic,
        "when the training runs end, a time of [time]; without it at its end"),
      Field(
        "store", .path, example: "\"runs.store\"", of: inelastic,
        "a store of runs (ritz import) whose displacements teach the model: the laws are driven "
          + "through them, and nothing is solved; its nodes and times are those of the case"),
      Field(
        "field", .string, example: "\"DISP\"", of: inelastic,
        "the displacement in the store; without it its only field"),
    ],
    atLeastOneOf: [["count", "file", "store"]])

  static let reduction = TableSchema(
    "reduction", "How the reduced model is built; without this table the full model is solved",
    fields: [
      Field(
        "method", .choice(CaseFile.Reduction.Method.allCases.map(\.rawValue)), required: true,
        of: notInelastic, "the way to a basis: weak greedy or proper orthogonal decomposition"),
      Field(
        "method", .choice(["pod"]), required: true, of: inelastic,
        "proper orthogonal decomposition of displacements, with an empirical cubature of few points"
      ),
      Field(
        "product", .choice(CaseFile.Reduction.Product.allCases.map(\.rawValue)),
        default: "\"energy\"", "the inner product of basis and errors"),
      Field(
        "tolerance", .number(Limits(lower: 0, upper: 1e6, excludesEnds: true)), required: true,
        "where to stop: greedy: the largest bound over the training set; "
          + "POD: the root of discarded over total energy; material with a history: the part of the "
          + "first singular value below which modes of the displacement are left out"),
      Field(
        "cubature", .number(Limits(lower: 0, upper: 1, excludesEnds: true)), default: "1e-5",
        of: inelastic, "the relative residual of the integrals over few points"),
      Field(
        "cubature-unit", .choice(CubatureUnit.allCases.map(\.rawValue)), default: "\"point\"",
        of: inelastic,
        "whether single integration points are selected or whole cells, whose points keep the ratios "
          + "of their weights"),
      Field(
        "subdomains", .integer(1...100_000), default: "1", of: inelastic,
        "parts of the mesh that get a cubature each, for their share of the integrals and with no "
          + "data exchanged: learnt sooner on large meshes, with more points"),
      Field(
        "dual", .number(Limits(lower: 0, upper: 1, excludesEnds: true)), example: "1e-6",
        of: inelastic,
        "as tolerance, for stresses and internal variables; without it the same"),
      Field(
        "enrich", .number(.nonnegative), example: "5e-3", of: inelastic,
        "where the error indicator of a step exceeds this, the full model computes the step and the "
          + "reduced one learns from it; without it the reduced model is taken as it is"),
      Field(
        "reconstruction", .choice(CaseFile.Reduction.Reconstruction.allCases.map(\.rawValue)),
        default: "\"gappy\"", of: inelastic,
        "where stresses and internal variables of the whole body come from: from the selected points by "
          + "the fit of gappy POD, or by a regression that has learnt what the fit misses from the "
          + "reduced model's own answers in training; or from the laws at every integration point, "
          + "driven through the reduced displacements, at a cost that grows with the mesh; the last two "
          + "not with 'enrich'"),
      Field(
        "sweeps", .integer(0...1000), default: "1", of: inelastic,
        "reconstruction = \"laws\": how often each increment is brought nearer to the equilibrium of the "
          + "whole body, each time by one more evaluation of the laws and one solution with the tangent "
          + "at rest, which is factorized once"),
      Field(
        "full-steps", .integer(0...1_000_000), default: "1000", of: inelastic,
        "at most so many such steps in one run"),
      Field(
        "error", .choice(CaseFile.Reduction.ErrorMeasure.allCases.map(\.rawValue)),
        default: "\"relative\"", "what the greedy algorithm selects by and stops on"),
      Field(
        "parts", .integer(2...100_000), example: "32", of: steadyCoercive,
        "greedy: where 'size' vectors do not meet the tolerance the domain is halved, and each half gets "
          + "a basis of its own, and dual ones for its linear outputs, up to so many parts; without it "
          + "there is one part"),
      Field(
        "goal", .string, example: "\"mean\"", of: steadyCoercive,
        "greedy: the linear output whose error is selected by and stopped on, with a dual problem of "
          + "its own; without it the error of the field"),
      Field(
        "stability", .choice(CaseFile.Reduction.Stability.allCases.map(\.rawValue)),
        default: "\"coefficients\"", of: notInelastic,
        "where the stability constant of bounds comes from: the coefficients, where they prove one; "
          + "the same from several parameters, for coefficients that spread; or eigenproblems at some "
          + "parameters, by which steady waves and advection are certified too"),
      Field("size", .integer(1...10_000), default: "100", "the most basis vectors"),
      Field(
        "start", .integer(0...100_000_000), example: "0",
        "greedy: the first training row; without it the row nearest the reference"),
    ])

  static let validation = TableSchema(
    "validation", "Unseen points at which full and reduced model are compared",
    fields: [
      Field("file", .path, example: "\"test.csv\"", "a CSV file of points"),
      Field("count", .integer(1...1_000_000), example: "50", "how many points to sample"),
      Field("seed", .integer(seeds), default: "2", "the seed of the random numbers"),
      Field(
        "sampling", .choice(samplings),
        "how the points are chosen; without it as for training, or random where that lists or "
          + "grids its points"),
      Field(
        "sizes", .list(.integer(1...10_000), count: 1...10_000), example: "[2, 4, 8]",
        "the basis sizes to judge; without it the final one"),
      Field(
        "estimators",
        .list(.choice(CaseFile.Validation.Estimator.allCases.map(\.rawValue)), count: 0...3),
        default: "[\"classical\"]", of: steadyCoercive,
        "other ways to estimate the error, drawn beside the bound: by the expanded square of the "
          + "residual, by empirical interpolation of its coefficients (small models), by the "
          + "distance to the next larger size"),
      Field(
        "against", .choice(CaseFile.Validation.Truth.allCases.map(\.rawValue)),
        default: "\"commands\"", of: ["matrices"],
        "what the full model is where matrices are sums of samples: the matrices that the commands make at "
          + "these points, at the price of a call for each, or the sums themselves"),
    ],
    exactlyOneOf: [["file", "count"]])

  static let query = TableSchema(
    "query", "The points to be answered by the reduced model and checked by the full one",
    fields: [
      Field(
        "points", .list(.list(.quantity(nil, .none), count: 0...100_000), count: 1...100_000),
        example: "[[1.0]]", "each a list of all components in order"),
      Field("file", .path, example: "\"query.csv\"", "a CSV file of points"),
    ],
    exactlyOneOf: [["points", "file"]])

  static let expect = TableSchema(
    "expect", "A number that `ritz test` holds the results against",
    fields: [
      Field(
        "quantity", .string, required: true, example: "\"query[0].outputs.mean-bottom\"",
        "its path in results.json; keys with dots stand in single quotes"),
      Field("value", .scalar, example: "1.0", "what it should be"),
      Field(
        "relative", .number(.nonnegative), example: "1e-6", "the allowed distance over |value|"),
      Field("absolute", .number(.nonnegative), example: "1e-9", "the allowed distance"),
      Field("atLeast", .number(.none), example: "0", "the smallest allowed"),
      Field("atMost", .number(.none), example: "1", "the largest allowed"),
      Field("source", .string, example: "\"analytic\"", "where the value comes from"),
    ],
    atLeastOneOf: [["value", "atLeast", "atMost"]])

  static let output = TableSchema(
    "output", "A quantity of interest",
    fields: [
      Field("name", .string, required: true, "its name in the results"),
      Field(
        "integral", .expression, example: "\"u\"", of: onMeshes,
        "the integral of an expression in u; of solids: u.x, strain.xx, stress.xx, …"),
      Field("mean", .expression, example: "\"u\"", of: onMeshes, "its mean value"),
      Field(
        "at", .list(.quantity(.length, .none), count: 2...3), example: "[0.5, 0.5]", of: onMeshes,
        "a point whose value is taken"),
      Field(
        "max", .expression, example: "\"u\"", of: onMeshes,
        "the largest value of an expression in u"),
      Field("min", .expression, example: "\"u\"", of: onMeshes, "the smallest value"),
      Field(
        "norm", .choice(["L2", "H1"]), example: "\"L2\"", of: onMeshes, "a norm of u"),
      Field(
        "reaction", .choice(["x", "y", "z"]), example: "\"x\"", of: solid,
        "the force with which the supports `on` hold the body"),
      Field(
        "reaction", .choice(["flux"]), example: "\"flux\"",
        of: ["diffusion", "heat", "advection-diffusion"],
        "what flows in where u is held `on` some regions, by the balance of the discrete system; in "
          + "time that of each step: its mean for crank-nicolson, that at its end else, 0 at the start"
      ),
      Field("energy", .choice(["strain"]), example: "\"strain\"", of: ["elasticity"], "an energy"),
      Field(
        "frequency", .integer(1...1000), example: "1", of: ["elasticity"],
        "a natural frequency by its number from 1, where the case has [modes]"),
      Field(
        "vector", .path, example: "\"l.npy\"", of: ["matrices"],
        "the product of the solution with a vector from a MatrixMarket or .npy file"),
      Field(
        "value", .expression, default: "\"u\"", of: onMeshes,
        "with `at`: the expression to be taken"),
      Field("on", .regions, default: "\"*\"", of: onMeshes, "where; not with `at`"),
    ] + samples(of: "vector"),
    exactlyOneOf: [
      ["integral", "mean", "at", "max", "min", "norm", "reaction", "energy", "frequency"],
      ["vector"] + sources,
    ])
}
