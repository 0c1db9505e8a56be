internal import ArgumentParser
internal import Cases
internal import Meshes
internal import ModelReduction

/// `ritz check`: everything but the computation.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read a case and its mesh, check all names, print sizes and the plan.",
    discussion: """
      All errors are told at once, each with file, line and column.

      Examples:
        ritz check heat.toml
        ritz check heat.toml --set parameter.range=[0.1,1]
      """)

  @Argument(help: "The case file.")
  var file: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Override a key of the case; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  @Flag(help: "One JSON object on standard output.")
  var json = false

  func run() throws {
    let study = try Study(reading: file, overrides: overrides)
    let plan = try study.plan()
    for warning in study.caseFile.warnings {
      StandardStream.error.tryToWrite("\(warning)\n")
    }
    guard json else { return try StandardStream.output.write(plan.endingInNewline) }
    try StandardStream.output.write(
      JSONValue.object([
        ("case", .string(study.caseFile.path)), ("title", .string(study.caseFile.title)),
        ("dimension", study.mesh.map { .integer($0.dimension) } ?? .null),
        ("points", study.mesh.map { .integer($0.pointCount) } ?? .null),
        ("cells", study.mesh.map { .integer($0.cellCount) } ?? .null),
        ("regions", .array((study.mesh?.regionNames ?? []).map { .string($0) })),
        ("meshHash", study.meshReport.map { .string($0.hash) } ?? .null),
        ("parameters", .array(study.parameterSpace.names.map { .string($0) })),
        ("outputs", .array(study.caseFile.outputs.map { .string($0.name) })),
        ("plan", .string(plan)),
      ]))
  }
}
