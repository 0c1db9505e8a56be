internal import ArgumentParser
internal import Cases
internal import Meshes

/// `ritz mesh convert`: a mesh in another format.
struct MeshConvert: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a mesh in another format and say what could not be carried.",
    discussion: """
      Read are .msh (Gmsh), .inp (Abaqus, CalculiX), .vtu, .pvtu and .xdmf; written are .msh, .inp and .vtu,
      told by the ends of the names. The file written is read again, and every group compared.

      Examples:
        ritz mesh convert bracket.inp bracket.msh
        ritz mesh convert --msh-version 2.2 plate.vtu plate.msh
      """)

  @Argument(help: "The mesh to read.")
  var input: String

  @Argument(help: "The file to write: .msh, .inp or .vtu.")
  var output: String

  @Option(help: "The version of a .msh file: 4.1 or 2.2.")
  var mshVersion = "4.1"

  func validate() throws {
    guard MSHFile.Version(rawValue: mshVersion) != nil else {
      throw ValidationError("MSH version '\(mshVersion)' cannot be written; 4.1 and 2.2 can")
    }
    guard Mesh.Output(of: output) != nil else {
      throw ValidationError("'\(output)' names no format that is written: .msh, .inp, .vtu")
    }
  }

  func run() throws {
    var format = Mesh.Output(of: output)
    if case .gmsh? = format, let version = MSHFile.Version(rawValue: mshVersion) {
      format = .gmsh(version)
    }
    let mesh = try MeshCommand.read(input)
    try MeshCommand.write(mesh, to: output, as: format)
    var ignored: [String] = []
    let written = try Mesh(reading: output, notes: &ignored)
    for difference in MeshConvert.differences(mesh, written) {
      StandardStream.error.tryToWrite("warning: \(output): \(difference)\n")
    }
    try StandardStream.output.write(
      "\(output): \(written.dimension)D mesh, \(written.pointCount) points, "
        + "\(written.cellCount) cells, \(written.regions.count) regions\n")
  }

  /// The regions that a written mesh lacks or holds with other cells, one sentence each.
  private static func differences(_ mesh: Mesh, _ written: Mesh) -> [String] {
    mesh.regions.compactMap { region in
      let kind = ["points", "lines", "surfaces", "volumes"][region.dimension]
      guard let kept = written.region(named: region.name, dimension: region.dimension) else {
        return "The region '\(region.name)' of \(kind) is not kept."
      }
      guard kept.cellCount == region.cellCount else {
        return "The region '\(region.name)' of \(kind) has \(kept.cellCount) cells instead of "
          + "\(region.cellCount)."
      }
      return nil
    }
  }
}
