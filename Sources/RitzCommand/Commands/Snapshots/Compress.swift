internal import ArgumentParser
internal import Cases
internal import Files
internal import ModelReduction

/// `ritz compress`: snapshots in fewer bytes, within a bound.
struct Compress: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Pack snapshots into fewer bytes, each within a bound of its error.",
    discussion: """
      Examples:
        ritz compress snapshots.npy --tolerance 1e-4 -o snapshots.rtz
        ritz compress fields.npy --grid 513x513 --entry-error 1e-3 -o fields.rtz
        ritz reduce snapshots.rtz -o basis.h5

      The tolerance is that of a decomposition, √(discarded / total energy): a tenth of it is spent,
      and what is left to ask for is told. On a grid neighbours foretell each other, which saves most.
      """)

  @OptionGroup var snapshots: SnapshotOptions

  @Option(help: "What a decomposition of the snapshots shall keep to.")
  var tolerance: Double?

  @Option(help: "Instead: the largest error of any entry.")
  var entryError: Double?

  @Option(
    help: ArgumentHelp(
      "Nodes along each axis, the first running fastest.", valueName: "513x513"))
  var grid: String?

  @Option(name: .shortAndLong, help: "The packed file.")
  var output: String

  func validate() throws {
    guard (tolerance == nil) != (entryError == nil) else {
      throw ValidationError("Either --tolerance or --entry-error is needed, and only one of them.")
    }
    for value in [tolerance, entryError].compactMap({ $0 }) where !(value > 0 && value.isFinite) {
      throw ValidationError("\(value): a tolerance above zero is needed.")
    }
    _ = try shape()
  }

  func run() throws {
    let bound: SnapshotCompression.Bound =
      tolerance.map { .pod($0) } ?? .entry(entryError ?? 0)
    let compression = try SnapshotCompression(snapshots.input, bound: bound, grid: try shape())
    try compression.packed.write(to: output)
    let bytes = try ReadableFile(output).size
    try snapshots.place.write(
      json: compression.json(packedBytes: bytes),
      text: compression.text(packedBytes: bytes) + "\(output) written\n")
  }

  private func shape() throws -> [Int]? {
    try grid.map { text in
      let axes = text.split(separator: "x").map { Int($0) }
      let sizes = axes.compactMap { $0 }
      guard sizes.count == axes.count, (1...3).contains(sizes.count), sizes.allSatisfy({ $0 > 0 })
      else { throw ValidationError("--grid \(text): sizes such as 513x513 are needed.") }
      return sizes
    }
  }
}
