internal import ArgumentParser
internal import Cases
internal import ModelReduction

/// `ritz compare`: bases, methods of decomposition, of updating, of interpolation.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two bases, or all methods on the same snapshots.",
    discussion: """
      Examples:
        ritz compare bases old.npz new.npz
        ritz compare methods snapshots.npy --rank 50
        ritz compare updates snapshots.npy --rank 50 --block 5
        ritz compare interpolations snapshots.npy --rank 30
      """, subcommands: [Bases.self, Methods.self, Updates.self, Interpolations.self])

  struct Bases: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The principal angles between the spaces of two bases.")

    @Argument(help: "A basis: .npy, .npz or .h5.")
    var first: String

    @Argument(help: "Another.")
    var second: String

    @OptionGroup var place: SnapshotPlace
    @OptionGroup var page: PageOptions

    func run() throws {
      try Compare.tell(
        try BasisComparison(first, second, in: place.input([])), place, page)
    }
  }

  struct Methods: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All methods of proper orthogonal decomposition on the same snapshots.")

    @OptionGroup var snapshots: SnapshotOptions

    @Option(help: "√(discarded / total energy) that may be lost.")
    var tolerance = 1e-6

    @Option(help: "The most modes.")
    var rank: Int?

    @OptionGroup var page: PageOptions

    func validate() throws {
      guard tolerance >= 0, tolerance.isFinite, rank.map({ $0 >= 1 }) ?? true else {
        throw ValidationError("--tolerance is zero or more, --rank at least 1.")
      }
    }

    func run() throws {
      try Compare.tell(
        try MethodComparison(
          snapshots.input, options: PODOptions(tolerance: .energy(tolerance), size: rank ?? .max)),
        snapshots.place, page)
    }
  }

  struct Updates: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All methods of updating a truncated singular value decomposition.")

    @OptionGroup var snapshots: SnapshotOptions

    @Option(help: "The singular values kept.")
    var rank = 20

    @Option(help: "Snapshots appended at a time.")
    var block = 5

    @OptionGroup var page: PageOptions

    func validate() throws {
      guard rank >= 1, block >= 1 else {
        throw ValidationError("--rank and --block are at least 1.")
      }
    }

    func run() throws {
      try Compare.tell(
        try UpdateComparison(snapshots.input, rank: rank, block: block), snapshots.place, page)
    }
  }

  struct Interpolations: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All methods of interpolation from points, judged on snapshots held out.")

    @OptionGroup var snapshots: SnapshotOptions

    @Option(
      help: """
        What may be lost: of the maximum norm by EIM, of the root of energy by the other methods.
        """)
    var tolerance = 1e-6

    @Option(help: "The most modes.")
    var rank: Int?

    @Option(help: "Each snapshot of this number is held out.")
    var holdOut = 4

    @Option(help: "Points for each mode in a second round; 1 for none.")
    var oversampling = 1.5

    @OptionGroup var page: PageOptions

    func validate() throws {
      guard tolerance >= 0, tolerance.isFinite, rank.map({ $0 >= 1 }) ?? true else {
        throw ValidationError("--tolerance is zero or more, --rank at least 1.")
      }
      guard holdOut >= 2, oversampling >= 1, oversampling <= 1000 else {
        throw ValidationError("--hold-out is at least 2, --oversampling from 1 to 1000.")
      }
    }

    func run() throws {
      try Compare.tell(
        try PointComparison(
          snapshots.input,
          options: InterpolationOptions(tolerance: tolerance, size: rank ?? .max),
          every: holdOut, oversampling: oversampling), snapshots.place, page)
    }
  }

  fileprivate static func tell(
    _ comparison: some SnapshotComparison, _ place: SnapshotPlace, _ page: PageOptions
  ) throws {
    let written = try page.write(comparison.page(), beside: nil).map { "\($0) written\n" } ?? ""
    try place.write(json: comparison.json, text: comparison.text + written)
  }
}
