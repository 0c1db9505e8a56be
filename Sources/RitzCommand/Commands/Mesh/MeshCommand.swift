internal import ArgumentParser
internal import Cases
internal import Files
internal import Meshes

/// `ritz mesh`: what can be done with a mesh alone.
struct MeshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mesh",
    abstract: "Judge, divide or refine a mesh.",
    discussion: """
      Examples:
        ritz mesh quality my-mesh.msh
        ritz mesh refine my-mesh.msh finer.msh
        ritz mesh partition my-mesh.msh --parts 8 --to parts.vtu
      """,
    subcommands: [MeshQuality.self, MeshRefine.self, MeshPartition.self])

  /// Reads a mesh; what is noted is said on standard error.
  static func read(_ path: String) throws -> Mesh {
    var notes: [String] = []
    let mesh = try Mesh(reading: path, notes: &notes)
    for note in notes { StandardStream.error.tryToWrite("note: \(note)\n") }
    return mesh
  }

  /// Writes a mesh in the format that the end of a name tells.
  static func write(_ mesh: Mesh, to path: String) throws {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    switch ending {
    case "msh": try MSHFile(mesh).write(to: path)
    case "vtu": try VTUFile(mesh).write(to: path)
    default:
      throw Failure(
        .usage, "error: \(path): meshes are written as .msh (Gmsh) or .vtu (ParaView)")
    }
  }
}
