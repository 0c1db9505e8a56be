internal import ArgumentParser
internal import Cases
internal import ModelReduction

/// `ritz cluster`: snapshots in clusters, a basis for each.
struct Cluster: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Divide snapshots into clusters, give each a basis, and say whether that pays.",
    discussion: """
      Examples:
        ritz cluster snapshots.npy -k 4 --dissimilarity sine -o clusters.out
        ritz cluster snapshots.h5:/u -k 2:8 --parameters points.csv -o clusters.out
        ritz cluster run-*.npy -k 3 --dissimilarity grassmann --modes 5 --json

      With a range of k the clusters with the largest mean silhouette are taken. The folder of -o
      gets labels.csv, basis-0.npz …, results.json and report.html.
      """)

  /// The names of the dissimilarities.
  enum Dissimilarity: String, ExpressibleByArgument, CaseIterable {
    case sine, cosine, euclidean, grassmann
  }

  @OptionGroup var snapshots: SnapshotOptions

  @Option(
    name: .short, help: ArgumentHelp("How many clusters, or a range.", valueName: "4 | 2:8"))
  var k: String

  @Option(help: "How unlike snapshots are; grassmann compares files as trajectories.")
  var dissimilarity = Dissimilarity.sine

  @Option(help: "For grassmann: leading modes of each trajectory.")
  var modes = 5

  @Flag(name: [.customLong("centre"), .customLong("center")], help: "Subtract the mean snapshot.")
  var centre = false

  @Option(help: "A table of parameters, a row for each snapshot, to train a classifier on.")
  var parameters: String?

  @Option(help: "Of the local bases: √(discarded / total energy).")
  var tolerance = 1e-3

  @Option(help: "The most modes of a local basis.")
  var rank: Int?

  @Option(help: "How far clusters reach into their neighbours.")
  var overlap = 0.0

  @Option(help: "How often the search starts. (default: 10, among more than 2000 objects 3)")
  var starts: Int?

  @Option(help: "Of random numbers.")
  var seed: UInt64 = 1

  @Option(name: .shortAndLong, help: "A folder for labels, bases, results and report.")
  var output: String?

  @OptionGroup var page: PageOptions

  func validate() throws {
    _ = try counts()
    guard tolerance >= 0, tolerance.isFinite, overlap >= 0, overlap.isFinite else {
      throw ValidationError("--tolerance and --overlap are numbers of zero or more.")
    }
    guard starts.map({ $0 >= 1 }) ?? true, modes >= 1, rank.map({ $0 >= 1 }) ?? true else {
      throw ValidationError("--starts, --modes and --rank are at least 1.")
    }
  }

  func run() throws {
    let measure: Clustering.Measure =
      switch dissimilarity {
      case .sine: .snapshots(.sine)
      case .cosine: .snapshots(.cosine)
      case .euclidean: .snapshots(.euclidean)
      case .grassmann: .trajectories(modes: modes, .meanSine)
      }
    let clustering = try Clustering(
      Clustering.Request(
        snapshots.input, counts: try counts(), measure: measure,
        centring: centre ? .mean : .none, starts: starts, seed: seed, tolerance: tolerance,
        size: rank ?? .max, overlap: overlap, parameterFile: parameters))
    var written = try output.map { try clustering.write(to: $0) } ?? []
    if let page = try page.write(clustering.page(), beside: nil) { written.append(page) }
    try snapshots.place.write(
      json: clustering.json,
      text: clustering.text + written.map { "\($0) written\n" }.joined())
  }

  private func counts() throws -> [Int] {
    let ends = k.split(separator: ":").map { Int($0) }
    switch (ends.first ?? nil, ends.last ?? nil, ends.count) {
    case (let first?, _, 1) where first >= 1: return [first]
    case (let first?, let last?, 2) where first >= 1 && last >= first && last - first < 100:
      return Array(first...last)
    default:
      throw ValidationError("-k \(k): a number such as 4, or a range such as 2:8, is needed.")
    }
  }
}
