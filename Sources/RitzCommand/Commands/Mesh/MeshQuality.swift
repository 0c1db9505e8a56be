internal import ArgumentParser
internal import Cases
internal import Meshes

/// `ritz mesh quality`: how well shaped the cells are.
struct MeshQuality: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quality",
    abstract: "Say how well shaped the cells of a mesh are.",
    discussion: """
      The quality of a cell is 1 if it is regular and 0 if it is flat: of triangles and tetrahedra
      the ratio of the radii of the inscribed and the circumscribed sphere, of other shapes the least
      determinant at a corner.

      Examples:
        ritz mesh quality plate.msh
        ritz mesh quality plate.msh --at-least 0.1     exit code 11 if a cell is worse
        ritz mesh quality plate.msh --to quality.vtu
      """)

  @Argument(help: "The mesh.")
  var file: String

  @Option(help: "The quality that no cell may fall below.")
  var atLeast: Double?

  @Option(help: "A .vtu file for the mesh with the quality of each cell.")
  var to: String?

  @Flag(help: "One JSON object on standard output.")
  var json = false

  func run() throws {
    let mesh = try MeshCommand.read(file)
    let quality = Quality(mesh)
    if let to {
      guard to.lowercased().hasSuffix(".vtu") else {
        throw Failure(.usage, "error: \(to): qualities are written as .vtu")
      }
      var picture = VTUFile(mesh)
      picture.addCellField("quality", quality.ratios)
      try picture.write(to: to)
    }
    try StandardStream.output.write(
      json ? object(mesh, quality).text() + "\n" : text(mesh, quality))
    if let atLeast, quality.lowest < atLeast {
      throw Failure(
        .expectationMissed,
        "error: \(quality.ratios.count { $0 < atLeast }) cells have a quality below \(atLeast)")
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }

  /// The number of cells in each tenth of the range from 0 to 1.
  private func tenths(_ ratios: some Sequence<Double>) -> [Int] {
    var counts = [Int](repeating: 0, count: 10)
    for ratio in ratios { counts[max(0, min(9, Int(ratio * 10)))] += 1 }
    return counts
  }

  private func blocks(
    _ mesh: Mesh, _ quality: Quality
  ) -> [(shape: CellShape, ratios: ArraySlice<Double>)] {
    var first = 0
    return mesh.cellBlocks(ofDimension: mesh.dimension).map { block in
      defer { first += block.cellCount }
      return (block.shape, quality.ratios[first..<first + block.cellCount])
    }
  }

  /// The mean of the corners of the worst cell.
  private func worstPlace(_ mesh: Mesh, _ quality: Quality) -> [Double] {
    var cell = quality.worstCell
    for block in mesh.cellBlocks(ofDimension: mesh.dimension) {
      if cell < block.cellCount {
        let corners = block.vertices(of: cell).map { Array(mesh.point(Int($0))) }
        return (0..<mesh.dimension).map { axis in
          corners.reduce(0) { $0 + $1[axis] } / Double(corners.count)
        }
      }
      cell -= block.cellCount
    }
    return []
  }

  private func text(_ mesh: Mesh, _ quality: Quality) -> String {
    var lines = ["\(file): \(mesh.cellCount) cells"]
    for (shape, ratios) in blocks(mesh, quality) where !ratios.isEmpty {
      let mean = ratios.reduce(0, +) / Double(ratios.count)
      lines.append(
        "  \(ratios.count) \(shape.plural): quality at least \(rounded(ratios.min() ?? 0)), mean "
          + "\(rounded(mean))")
    }
    for (tenth, count) in tenths(quality.ratios).enumerated() where count > 0 {
      lines.append("  from 0.\(tenth): \(count) cells")
    }
    lines.append("  the worst near \(worstPlace(mesh, quality))")
    lines.append("  smallest angle \(rounded(quality.smallestAngle))°")
    lines.append("  edges \(quality.shortestEdge) … \(quality.longestEdge)")
    if let to { lines.append("\(to) written") }
    return lines.joined(separator: "\n") + "\n"
  }

  private func object(_ mesh: Mesh, _ quality: Quality) -> JSONValue {
    .object([
      ("cells", .integer(mesh.cellCount)), ("lowest", .number(quality.lowest)),
      ("mean", .number(quality.mean)), ("smallestAngle", .number(quality.smallestAngle)),
      ("shortestEdge", .number(quality.shortestEdge)),
      ("longestEdge", .number(quality.longestEdge)),
      ("worst", .numbers(worstPlace(mesh, quality))),
      ("tenths", .array(tenths(quality.ratios).map { .integer($0) })),
    ])
  }
}
