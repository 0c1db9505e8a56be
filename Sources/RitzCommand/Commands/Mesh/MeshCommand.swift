internal import ArgumentParser
internal import Cases
internal import Meshes

/// `ritz mesh`: what can be done with a mesh alone.
struct MeshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mesh",
    abstract: "Convert, judge, divide or refine a mesh.",
    discussion: """
      Examples:
        ritz mesh convert bracket.inp bracket.msh
        ritz mesh quality my-mesh.msh
        ritz mesh refine my-mesh.msh finer.msh
        ritz mesh partition my-mesh.msh --parts 8 --to parts.vtu
        ritz mesh partition my-mesh.msh --parts 8 --to my-mesh.pvtu
      """,
    subcommands: [MeshConvert.self, MeshQuality.self, MeshRefine.self, MeshPartition.self])

  /// Reads a mesh; what is noted is said on standard error.
  static func read(_ path: String) throws -> Mesh {
    var notes: [String] = []
    let mesh = try Mesh(reading: path, notes: &notes)
    for note in notes { StandardStream.error.tryToWrite("note: \(note)\n") }
    return mesh
  }

  /// Writes a mesh in the format that the end of a name tells; what the format cannot hold is said
  /// on standard error.
  static func write(_ mesh: Mesh, to path: String, as output: Mesh.Output? = nil) throws {
    guard let output = output ?? Mesh.Output(of: path) else {
      throw Failure(
        .usage,
        "error: \(path): meshes are written as .msh (Gmsh), .vtu (ParaView) or .inp (Abaqus)")
    }
    for loss in try mesh.write(to: path, as: output) {
      StandardStream.error.tryToWrite("warning: \(path): \(loss)\n")
    }
  }
}
