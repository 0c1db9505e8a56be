internal import ArgumentParser
internal import Cases

/// `ritz info`: what is in a file.
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is in a mesh, field, case, model, matrix, point or result file.",
    discussion: """
      Formats: .msh (Gmsh 2 and 4), .inp (Abaqus, CalculiX), .vtu, .pvtu and .pvd (VTK), .xdmf (meshio,
      DOLFINx), .toml (cases), .ritz (reduced models), .csv (points, histories), .json (results.json
      of a run), .mtx (MatrixMarket), .npy (numpy).

      Examples:
        ritz info meshes/thermal-block.msh
        ritz info thermal-block-greedy.out/model.ritz
      """)

  @Argument(help: "The file.")
  var file: String

  @Flag(help: "One JSON object on standard output.")
  var json = false

  func run() throws {
    let report = try FileReport(of: file)
    if json {
      try StandardStream.output.write(report.json)
    } else {
      try StandardStream.output.write(report.text + "\n")
    }
  }
}
