internal import ArgumentParser
internal import Cases
internal import Meshes
internal import ModelReduction
internal import SnapshotStore

/// `ritz import`: the runs of a manifest in one store.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Gather the runs of another program in a store of snapshots.",
    discussion: """
      The manifest is a table with a row for each run: a column 'path', and a column for each
      parameter. Paths are relative to the manifest.

      Examples:
        ritz import runs.csv -o runs.store
        ritz import runs.csv --field DISP --field STRESS --mesh plate.msh -o plate.store
        ritz import runs.csv --mesh plate.inp --match coordinates    nodes in any order
        ritz reduce runs.store:DISP --tolerance 1e-5 -o basis.h5

      An import that was interrupted goes on where it stopped when it is called again; runs that are
      in the store already are skipped, and refused by name where their files have changed.
      """)

  /// How nodes are brought together.
  enum Match: String, ExpressibleByArgument, CaseIterable {
    case order
    case coordinates

    var matching: NodeMatching { self == .order ? .order : .coordinates }
  }

  @Argument(help: "The manifest.")
  var manifest: String

  @Option(name: .customLong("field"), help: "A field to be taken; may be repeated.")
  var fields: [String] = []

  @Option(help: "The mesh with its regions, where the runs bring none.")
  var mesh: String?

  @Option(
    help:
      "Whether the nodes of all runs stand in one order, or are matched by their coordinates.")
  var match = Match.order

  @Option(
    name: .shortAndLong, help: "The store. (default: the manifest's name with .store)")
  var output: String?

  @Flag(help: "One JSON object on standard output.")
  var json = false

  @OptionGroup var loudness: LoudnessOptions

  func run() throws {
    let path = output ?? manifest.replacing(/\.[^.\/]*$/, with: "") + ".store"
    let mesh = try mesh.map { try MeshCommand.read($0) }
    var line: ProgressLine?
    let done = try SnapshotImport(
      manifest: manifest, into: path, fields: fields, mesh: mesh, matching: match.matching
    ) { progress in
      var shown =
        line
        ?? ProgressLine("import", total: progress.runCount, loudness: loudness.loudness)
      shown.advance(to: progress.run, progress.source)
      line = shown
    }
    line?.finish()
    let store = done.store
    let fields = store.description.fields
    if json {
      try StandardStream.output.write(
        JSONValue.object([
          ("store", .string(path)), ("snapshots", .integer(store.count)),
          ("importedRuns", .integer(done.importedRuns)),
          ("skippedRuns", .integer(done.skippedRuns)),
          ("addedSnapshots", .integer(done.addedSnapshots)),
          (
            "fields",
            .array(
              fields.map {
                .object([("name", .string($0.name)), ("dimension", .integer($0.dimension))])
              })
          ),
          ("parameters", .array(store.description.parameterNames.map { .string($0) })),
          ("notes", .array(done.notes.map { .string($0) })),
        ]))
    } else {
      var text =
        "\(path): \(store.count) snapshots of "
        + fields.map { "\($0.name) (\($0.dimension) numbers)" }.joined(separator: ", ")
        + "\n\(done.importedRuns) runs imported, \(done.skippedRuns) were there already\n"
      for note in done.notes { text += "note: \(note)\n" }
      try StandardStream.output.write(text)
    }
  }
}
