internal import ArgumentParser
internal import Cases
internal import Files
internal import ModelReduction

/// Which snapshots.
struct SnapshotOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Snapshots: .npy .npz .h5 .mtx .csv .vtu .pvd .frd .dat, stores and results folders.",
      discussion: """
        The part of a file that is meant stands behind a colon: runs.h5:/u, runs.npz:a, \
        plate.frd:STRESS.
        """,
      valueName: "files"))
  var files: [String]

  @OptionGroup var place: SnapshotPlace

  var input: SnapshotInput { place.input(files) }
}

/// How snapshots are read, in which product, within which memory, and how results are told.
struct SnapshotPlace: ParsableArguments {
  @Flag(help: "The rows of matrices are snapshots, not the columns.")
  var rows = false

  @Option(
    help: ArgumentHelp(
      "A symmetric positive definite matrix: the product of modes.", valueName: "X.mtx"))
  var product: String?

  @Option(
    help: ArgumentHelp("Positive weights of the numbers of a snapshot.", valueName: "w.npy"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "How much memory snapshots may take at a time; more is read in parts. (default: 2GB)",
      valueName: "size"))
  var memory: String?

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "One JSON object on standard output.")
  var json = false

  func validate() throws {
    if product != nil, weights != nil {
      throw ValidationError("--product and --weights exclude each other.")
    }
    if let memory, MemorySize.bytes(memory) == nil {
      throw ValidationError("--memory \(memory): an amount such as 512MB or 2GB is needed.")
    }
  }

  /// Files with how they are read; sets the number of threads.
  func input(_ files: [String]) -> SnapshotInput {
    threads.apply()
    return SnapshotInput(
      files: files, orientation: rows ? .rows : .columns, productFile: product,
      weightsFile: weights, memory: memory.flatMap(MemorySize.bytes) ?? 2_000_000_000)
  }

  /// Writes what is asked for to standard output.
  func write(json value: JSONValue, text: String) throws {
    if json {
      try StandardStream.output.write(value)
    } else {
      try StandardStream.output.write(text)
    }
  }
}

/// Where the report page goes.
struct PageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the report page here. (default: beside the output, .html)", valueName: "page.html"))
  var report: String?

  /// Writes a page where it is asked for, or else beside `output`.
  ///
  /// - Returns: Where it is.
  func write(_ page: @autoclosure () -> String, beside output: String?) throws -> String? {
    guard let path = report ?? output.map({ PageOptions.stem($0) + ".html" }) else { return nil }
    try FileBytes.write(page(), to: path)
    return path
  }

  private static func stem(_ path: String) -> String {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return path }
    return String(path[..<dot])
  }
}
