internal import ArgumentParser
internal import Cases
internal import ModelReduction

/// `ritz query`: answers of a reduced model, with bounds.
struct Query: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a reduced model: outputs with bounds on their errors.",
    discussion: """
      Examples:
        ritz query block.out/model.ritz --at "k=1,2,3,4,5,6,7,8,9"
        ritz query sink.out/model.ritz --at "k[0]=200, k[1]=0.5, h=20, q=1e4"
        ritz query block.out/model.ritz --file points.csv --json
        ritz query block.out/model.ritz --at "k=1,1,1,1,1,1,1,1,1" --field u.vtu

      Answers outside the ranges the model was trained for, or with an error estimated above the
      tolerance, are given and marked; the exit status is then 11.
      """)

  @Argument(help: "The model, a .ritz file.")
  var model: String

  @Option(help: ArgumentHelp("The parameters, by name.", valueName: "k=1,2,…"))
  var at: String?

  @Option(name: .customLong("file"), help: "Points in a CSV file, a line each.")
  var points: String?

  @Option(help: "Write the field at the point as a VTU file.")
  var field: String?

  @Option(
    help: ArgumentHelp(
      "The largest error over the norm of the solution that is accepted. (default: what the model "
        + "was trained to, if it got there)"))
  var tolerance: Double?

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "One JSON object on standard output.")
  var json = false

  func validate() throws {
    if (at == nil) == (points == nil) {
      throw ValidationError("Either --at or --file is needed, and only one of them.")
    }
    if let tolerance, !(tolerance > 0) {
      throw ValidationError("--tolerance needs a positive number, not \(tolerance).")
    }
  }

  func run() throws {
    threads.apply()
    let saved = try SavedModel(reading: model)
    let asked =
      if let at {
        [try saved.parameter(parsing: at)]
      } else if let points {
        try saved.parameters(file: points)
      } else {
        [saved.parameterSpace.reference]
      }
    if field != nil, asked.count != 1 {
      throw Failure(
        .usage, "error: --field writes one field, but \(asked.count) points are asked for")
    }
    let answers = try saved.judgedAnswers(
      at: asked, tolerance.map { Acceptance(tolerance: $0) })
    if let field, let mu = asked.first {
      try saved.writeField(at: mu, to: field)
    }
    if json {
      try StandardStream.output.write(saved.json(answers))
    } else {
      try StandardStream.output.write(saved.text(answers).endingInNewline)
    }
    if let complaint = saved.complaint(about: answers) {
      throw Failure(.expectationMissed, "warning: " + complaint)
    }
  }
}
