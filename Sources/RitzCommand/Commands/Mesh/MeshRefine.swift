internal import ArgumentParser
internal import Cases
internal import Meshes

/// `ritz mesh refine`: every edge halved.
struct MeshRefine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refine",
    abstract: "Halve every edge of a mesh; regions keep their names.",
    discussion: """
      A plane cell becomes 4, a body 8, a pyramid 6 pyramids and 4 tetrahedra. Curved cells stay on
      the curve that their nodes describe.

      Examples:
        ritz mesh refine plate.msh finer.msh
        ritz mesh refine plate.msh much-finer.msh --times 3
      """)

  @Argument(help: "The mesh.")
  var file: String

  @Argument(help: "The file to write: .msh, .inp or .vtu.")
  var to: String

  @Option(help: "How often edges are halved.")
  var times = 1

  func validate() throws {
    guard (1...10).contains(times) else {
      throw ValidationError("--times \(times): a number from 1 to 10 is needed.")
    }
  }

  func run() throws {
    var mesh = try MeshCommand.read(file)
    for _ in 0..<times {
      // A body becomes 8, a pyramid 10; points are at most about as many as cells.
      guard mesh.cellCount < 100_000_000 / 10 else {
        throw Failure(
          .usage,
          "error: refining \(mesh.cellCount) cells once more makes too many; lower --times")
      }
      mesh = mesh.refined()
    }
    try MeshCommand.write(mesh, to: to)
    try StandardStream.output.write(
      "\(to): \(mesh.cellCount) cells, \(mesh.pointCount) points\n")
  }
}
