internal import ArgumentParser
internal import Cases
internal import LinearAlgebra
internal import ModelReduction

/// `ritz update`: a basis follows new snapshots.
struct Update: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let a basis follow new snapshots, without the old ones.",
    discussion: """
      Examples:
        ritz update basis.h5 new-*.npy                        the basis file is replaced
        ritz update basis.npz week-12.h5:/u --decay 0.9 --rank 50 -o basis-12.npz
        ritz update basis.h5 --remove 3,17
        ritz update basis.h5 corrected.npy --replace 3,17
        ritz update basis.npz more.npy --method fast-sparse --json

      A centred basis stays centred: its mean moves to that of the snapshots it then stands for.
      The result is the decomposition of the updated approximation: what was cut off earlier does not
      come back, and 'errorBound' says how much that is at most.
      """)

  /// The names of the methods.
  enum Method: String, ExpressibleByArgument, CaseIterable {
    case streaming
    case zhaSimon = "zha-simon"
    case brand
    case vecharynskiSaad = "vecharynski-saad"
    case fastSparse = "fast-sparse"
    case coordinates

    var method: BasisUpdate.Method {
      switch self {
      case .streaming: .streaming
      case .zhaSimon: .decomposition(.zhaSimon)
      case .brand: .decomposition(.brand)
      case .vecharynskiSaad: .decomposition(.vecharynskiSaad(dimension: 10))
      case .fastSparse: .decomposition(.fastSparse)
      case .coordinates: .coordinates
      }
    }
  }

  @Argument(help: "The basis, .npz or .h5.")
  var basis: String

  @Argument(help: ArgumentHelp("New snapshots, as for 'ritz reduce'.", valueName: "files"))
  var files: [String] = []

  @OptionGroup var place: SnapshotPlace

  @Option(
    help:
      "How; coordinates can all. (default: streaming for new snapshots alone, else coordinates)")
  var method: Method?

  @Option(help: "Multiplies what is old, in (0, 1].")
  var decay = 1.0

  @Option(
    help: ArgumentHelp("Old snapshots to forget, counted from 0.", valueName: "3,17"))
  var remove: String?

  @Option(
    help: ArgumentHelp(
      "Old snapshots, counted from 0, in whose places the first new ones come.",
      valueName: "3,17"))
  var replace: String?

  @Option(help: "How much may be lost, as of 'ritz reduce'. (default: that of the basis)")
  var tolerance: Double?

  @Option(help: "The most modes.")
  var rank: Int?

  @Option(
    name: .shortAndLong, help: "Where the updated basis goes. (default: the basis is replaced)")
  var output: String?

  @OptionGroup var page: PageOptions

  func validate() throws {
    if files.isEmpty, remove == nil, decay == 1 {
      throw ValidationError("There is nothing to do: give files, --remove or --decay.")
    }
    if files.isEmpty, replace != nil {
      throw ValidationError("--replace: give files with the new snapshots.")
    }
    if let tolerance, !(tolerance >= 0 && tolerance < 1) {
      throw ValidationError("--tolerance \(tolerance): a number in [0, 1) is needed.")
    }
    if let rank, rank < 1 { throw ValidationError("--rank \(rank): at least one is needed.") }
    for path in [output ?? basis] where BasisFile.Format(of: path) == nil {
      throw ValidationError("\(path): a basis is written as .npy, .npz or .h5.")
    }
    _ = try places(remove, "--remove")
    _ = try places(replace, "--replace")
  }

  func run() throws {
    let update = try BasisUpdate(
      BasisUpdate.Request(
        basis: basis, input: place.input(files), method: method?.method, decay: decay,
        removed: places(remove, "--remove"), replaced: places(replace, "--replace"),
        rank: rank ?? .max, tolerance: tolerance))
    let output = output ?? basis
    let notes = try update.after.write(to: output)
    let page = try page.write(update.page(), beside: output)
    let written = [output, page].compactMap { $0 }.map { "\($0) written\n" }
    try place.write(
      json: update.json,
      text: update.text + notes.map { "note: \($0)\n" }.joined() + written.joined())
  }

  private func places(_ list: String?, _ option: String) throws -> [Int] {
    try (list ?? "").split(separator: ",").map { text in
      guard let index = Int(text.drop { $0 == " " }), index >= 0 else {
        throw ValidationError(
          "\(option) \(text): numbers of snapshots, counted from 0, are needed.")
      }
      return index
    }
  }
}
