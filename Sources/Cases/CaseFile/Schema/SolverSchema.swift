internal import Krylov
internal import LinearSolvers

/// How linear systems are solved.
extension CaseSchema {
  static let solver = TableSchema(
    "solver",
    "How the linear systems of the full model are solved: in training, queries, time steps and "
      + "Newton's method; without it every matrix is factorized",
    fields: [
      Field(
        "method", .choice(SolverMethod.allCases.map(\.rawValue)), default: "\"auto\"",
        "the method; auto chooses by size, symmetry, dimension and the number of systems, and says "
          + "why"),
      Field(
        "preconditioner", .choice(PreconditionerKind.allCases.map(\.rawValue)),
        default: "\"auto\"", "what approximates the inverse"),
      Field(
        "tolerance", .number(Limits(lower: 0, upper: 1, excludesEnds: true)), default: "1e-10",
        "the relative residual at which an iteration ends"),
      Field("iterations", .integer(1...1_000_000), default: "10000", "the most of a system"),
      Field(
        "restart", .integer(2...10_000), default: "30", "steps after which GMRES starts again"),
      Field(
        "recycle", .integer(0...1000), example: "20",
        "vectors carried from system to system; without it what suits the method"),
      Field(
        "order", .choice(SequenceOrder.allCases.map(\.rawValue)), default: "\"given\"",
        "the order in which a list of parameters is solved"),
      Field(
        "guess", .choice(InitialGuess.allCases.map(\.rawValue)), default: "\"zero\"",
        "where an iteration starts; time steps start from the extrapolated state"),
      Field(
        "subdomains", .integer(1...100_000), example: "8",
        "of Schwarz methods; without it one for 2500 unknowns"),
      Field(
        "relaxation", .number(Limits(lower: 0, upper: 2, excludesEnds: true)), default: "1",
        "ω of over-relaxation"),
      Field(
        "learn-relaxation", .boolean, default: "false",
        "whether ω is learnt along the sequence instead, from iteration counts"),
    ])
}
