internal import ArgumentParser
internal import Cases
internal import Files
internal import ModelReduction

/// `ritz reduce`: a basis of snapshots from anywhere.
struct Reduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a basis of snapshots of any origin, by proper orthogonal decomposition.",
    discussion: """
      Examples:
        ritz reduce snapshots.npy --tolerance 1e-4 -o basis.h5
        ritz reduce run-*.frd --centre --rank 20 -o basis.npz
        ritz reduce snapshots.h5:/velocity --product mass.mtx --folds 5 --report velocity.html
        ritz reduce huge.npy --memory 1GB --tolerance 0 --json
        ritz reduce forces.npy --rank 30 --interpolate qdeim -o forces.npz

      The tolerance is √(discarded / total energy); 0 keeps every mode above round-off. A .npy file
      holds the modes alone; .npz and .h5 hold singular values, coordinates and the mean as well.
      """)

  /// What the tolerance bounds.
  enum Measure: String, ExpressibleByArgument, CaseIterable {
    case energy, absolute
    case singularValue = "singular-value"
    case worst
  }

  /// The names of the methods.
  enum Method: String, ExpressibleByArgument, CaseIterable {
    case automatic
    case tallSkinnyQR = "tall-skinny-qr"
    case snapshots, randomized, streaming, hierarchical

    var method: PODMethod {
      switch self {
      case .automatic: .automatic
      case .tallSkinnyQR: .tallSkinnyQR
      case .snapshots: .snapshots
      case .randomized: .randomized
      case .streaming: .streaming
      case .hierarchical: .hierarchical
      }
    }
  }

  /// The names of the ways to choose points.
  enum Points: String, ExpressibleByArgument, CaseIterable {
    case eim, deim, qdeim, sopt

    var method: InterpolationMethod {
      switch self {
      case .eim: .eim
      case .deim: .deim
      case .qdeim: .qdeim
      case .sopt: .sopt
      }
    }
  }

  @OptionGroup var snapshots: SnapshotOptions

  @Option(help: "How much may be lost. (default: 1e-6, or 0 with --rank)")
  var tolerance: Double?

  @Option(
    help: """
      What the tolerance bounds: the root of discarded over total energy, the absolute error of all \
      snapshots, the last singular value, or the relative error of the worst snapshot.
      """)
  var measure = Measure.energy

  @Option(help: "The most modes.")
  var rank: Int?

  @Option(help: "How to decompose; automatic takes the fastest that is right.")
  var method = Method.automatic

  @Flag(name: [.customLong("centre"), .customLong("center")], help: "Subtract the mean snapshot.")
  var centre = false

  @Option(
    name: .customLong("field"),
    help: ArgumentHelp(
      "A range of entries that is a field of its own, scaled by norm, max, none or a number.",
      valueName: "name=0..<500:norm"))
  var fields: [String] = []

  @Option(help: "Leave parts out in turn to see errors of unseen snapshots.")
  var folds: Int?

  @Option(
    help: """
      A table of parameters, a row for each snapshot: with --folds it is said where the next \
      snapshot is worth most.
      """)
  var parameters: String?

  @Option(
    help: """
      Choose entries from whose values a field can be interpolated: greedily with modes of its own \
      (eim, the tolerance then also that of the maximum norm), or for the modes of the basis.
      """)
  var interpolate: Points?

  @Option(help: "With --interpolate: more points than modes, fitted by least squares.")
  var points: Int?

  @Option(help: "Of random numbers.")
  var seed: UInt64 = 1

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The basis: .npy, .npz or .h5.", valueName: "basis.h5"))
  var output: String?

  @OptionGroup var page: PageOptions

  func validate() throws {
    if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("--tolerance \(tolerance): a number of zero or more is needed.")
    }
    if let rank, rank < 1 { throw ValidationError("--rank \(rank): at least one is needed.") }
    if let folds, folds < 2 { throw ValidationError("--folds \(folds): at least two are needed.") }
    if let points, points < 1 || interpolate == nil {
      throw ValidationError("--points \(points): at least one, and only with --interpolate.")
    }
    if interpolate == .eim, centre {
      throw ValidationError("--interpolate eim takes snapshots as they are; leave out --centre.")
    }
    if let output, BasisFile.Format(of: output) == nil {
      throw ValidationError("\(output): a basis is written as .npy, .npz or .h5.")
    }
    _ = try fields.map(FieldOption.init)
  }

  func run() throws {
    let reduction = try BasisReduction(
      BasisReduction.Request(
        snapshots.input, options: options(), folds: folds,
        wantsCoefficients: output.flatMap { BasisFile.Format(of: $0) }.map { $0 != .npy } ?? false,
        parameterFile: parameters,
        interpolation: interpolate.map {
          SnapshotInterpolation.Request(
            $0.method, pointCount: points,
            options: InterpolationOptions(tolerance: wantedTolerance, size: rank ?? .max))
        }))
    if let output { try reduction.write(to: output) }
    let page = try page.write(reduction.page(), beside: output)
    let written = [output, page].compactMap { $0 }.map { "\($0) written\n" }.joined()
    try snapshots.place.write(json: reduction.json, text: reduction.text + written)
  }

  private var wantedTolerance: Double { tolerance ?? (rank == nil ? 1e-6 : 0) }

  private func options() throws -> PODOptions {
    let value = wantedTolerance
    let bound: PODTolerance =
      switch measure {
      case .energy: .energy(value)
      case .absolute: .frobenius(value)
      case .singularValue: .singularValue(value)
      case .worst: .worstCase(value)
      }
    return PODOptions(
      method: method.method, tolerance: bound, size: rank ?? .max,
      centring: centre ? .mean : .none,
      fields: try fields.map { try FieldOption($0).field }, sketch: RandomSketch(seed: seed))
  }
}

/// `temperature=0..<500:norm`.
struct FieldOption {
  let field: SnapshotField

  init(_ text: String) throws {
    let mistake = ValidationError(
      "--field \(text): expected name=0..<500, with :norm, :max, :none or :number behind it.")
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw mistake }
    let (place, scaling) = (
      parts[1].split(separator: ":").first.map(String.init) ?? "",
      parts[1].split(separator: ":").dropFirst().first.map(String.init) ?? "norm"
    )
    let ends = place.split(separator: "<").map { $0.replacing("..", with: "") }
      .compactMap { Int($0) }
    guard ends.count == 2, ends[0] >= 0, ends[0] < ends[1] else { throw mistake }
    let kind: SnapshotField.Scaling
    switch scaling {
    case "norm": kind = .norm
    case "max": kind = .max
    case "none": kind = .none
    default:
      guard let number = Double(scaling), number > 0, number.isFinite else { throw mistake }
      kind = .given(number)
    }
    field = SnapshotField(parts[0], rows: ends[0]..<ends[1], scaling: kind)
  }
}
