internal import ArgumentParser
internal import Cases
internal import LinearAlgebra
internal import Meshes

/// `ritz mesh partition`: parts of nearly equal size with few facets between them.
struct MeshPartition: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "partition",
    abstract: "Divide a mesh in parts of nearly equal size with short boundaries.",
    discussion: """
      A .vtu shows the mesh with the part of each cell. A .pvtu is an index of
      pieces, one for each part, in a folder of its name: each has cells of every
      dimension, all regions, and the numbers of its points and cells in the whole.
      The index is read as one mesh wherever a mesh is read.

      Examples:
        ritz mesh partition plate.msh --parts 4
        ritz mesh partition plate.msh --parts 4 --to parts.vtu
        ritz mesh partition plate.msh --parts 4 --to plate.pvtu
      """)

  @Argument(help: "The mesh.")
  var file: String

  @Option(help: "The number of parts.")
  var parts: Int

  @Option(help: "The same seed gives the same parts.")
  var seed = 1

  @Option(help: "A .vtu file for the part of each cell, or a .pvtu file for the mesh in pieces.")
  var to: String?

  @Flag(help: "One JSON object on standard output.")
  var json = false

  func validate() throws {
    guard let to else { return }
    let ending = to.lowercased()
    guard ending.hasSuffix(".vtu") || ending.hasSuffix(".pvtu") else {
      throw ValidationError("'\(to)': parts are written as .vtu, a mesh in parts as .pvtu")
    }
    // Its pieces go before new ones are written.
    guard MeshPartition.plain(to) != MeshPartition.plain(file) || ending.hasSuffix(".vtu") else {
      throw ValidationError("'\(to)' is the mesh that is read; name another file")
    }
  }

  func run() throws {
    let mesh = try MeshCommand.read(file)
    guard (1...max(1, mesh.cellCount)).contains(parts) else {
      throw Failure(
        .usage,
        "error: --parts \(parts): a number from 1 to \(mesh.cellCount), the cells, is needed")
    }
    let partition: Partition
    do { partition = try Partition(mesh, parts: parts, seed: seed) } catch {
      throw Failure(.usage, "error: \(error)")
    }
    let sizes = (0..<parts).map { partition.cells(of: $0).count }
    let facets = FacetNumbering(mesh.topology)
    let cut = (0..<facets.count).filter { facet in
      let (a, b) = (facets.cells[2 * facet], facets.cells[2 * facet + 1])
      return b >= 0 && partition.part[Int(a)] != partition.part[Int(b)]
    }
    if let to {
      if to.lowercased().hasSuffix(".pvtu") {
        for loss in try mesh.write(to: to, in: partition) {
          StandardStream.error.tryToWrite("warning: \(to): \(loss)\n")
        }
      } else {
        var picture = VTUFile(mesh)
        picture.addCellField("part", partition.part.map(Double.init))
        try picture.write(to: to)
      }
    }
    if json {
      try StandardStream.output.write(
        JSONValue.object([
          ("cells", .array(sizes.map { .integer($0) })), ("cutFacets", .integer(cut.count)),
          ("facets", .integer(facets.count)),
        ]))
    } else {
      var lines = sizes.enumerated().map { "part \($0): \($1) cells" }
      lines.append("\(cut.count) of \(facets.count) facets are cut")
      if let to { lines.append("\(to) written") }
      try StandardStream.output.write(lines.joined(separator: "\n") + "\n")
    }
  }

  /// A path without "./" before it.
  private static func plain(_ path: String) -> Substring {
    var rest = path[...]
    while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
    return rest
  }
}
