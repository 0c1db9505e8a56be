import Cases
import Foundation

/// Small cases of material that remembers, for tests to bend.
enum InelasticTexts {
  static let plate = """
    schema = 1
    units = "mm-t-s-K"
    [mesh]
    \(KindTexts.box)
    [physics]
    kind = "elastoviscoplasticity"
    assumption = "plane-strain"
    locking = "b-bar"
    [time]
    end = 2
    step = 0.25
    [newton]
    tolerance = 1e-10
    iterations = 20
    cuts = 4
    [[material]]
    on = "*"
    young = "200 GPa"
    poisson = 0.3
    expansion = "1e-5 K^-1"
    reference-temperature = 20
    law = { kind = "plastic", yield = 250, hardening = 1000 }
    [[boundary]]
    on = "left"
    value = [0, "free"]
    [[boundary]]
    on = "bottom"
    value = ["free", 0]
    [[boundary]]
    on = "right"
    traction = ["350*min(t, 2 - t)", 0]
    [[output]]
    name = "stretch"
    mean = "u.x"
    on = "right"
    [[output]]
    name = "hold"
    reaction = "x"
    on = "left"
    [[output]]
    name = "largest p"
    max = "p"
    [[output]]
    name = "mises"
    at = [1, 0.5]
    value = "stress.von-mises + 0*plasticStrain.xx + 0*temperature"
    """

  /// The plate pulled by a parameter q.
  ///
  /// - Parameters:
  ///   - range: Of q, as a case has it.
  ///   - more: What else the case says.
  static func loaded(_ range: String, _ more: String) -> String {
    bent(plate, "350*min", "q*min") + """

      [[parameter]]
      name = "q"
      range = \(range)
      \(more)
      """
  }

  /// How a reduced model is taught.
  ///
  /// - Parameters:
  ///   - sampling: Of the training, as a case has it.
  ///   - count: Of training runs.
  ///   - modes: The tolerance of the modes, as a case has it.
  ///   - cubature: The same of the cubature.
  static func taught(
    _ sampling: String, _ count: Int, modes: String, cubature: String
  ) -> String {
    """
    [training]
    sampling = "\(sampling)"
    count = \(count)
    [reduction]
    method = "pod"
    product = "L2"
    tolerance = \(modes)
    cubature = \(cubature)
    """
  }

  static let law = "{ kind = \"plastic\", yield = 250, hardening = 1000 }"

  /// The plate with another law.
  static func plate(law other: String, _ material: String = "") -> String {
    bent(plate, "law = \(law)", "law = \(other)\n\(material)")
  }
}

/// The outputs of a case at all its times, with files beside it.
func histories(
  of text: String, files: [String: String] = [:], in given: String? = nil
) throws -> [[Double]] {
  func run(_ folder: String) throws -> [[Double]] {
    for (name, content) in files {
      try content.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }
    let file = folder + "/case.toml"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    let outcome = try Study(reading: file).run(into: folder + "/out", loudness: .quiet)
    if let failure = outcome.failure { throw failure }
    return outcome.results.query[0].steps.map { $0.outputs.map(\.value) }
  }
  return try given.map(run) ?? withFolder(run)
}

/// The largest distance of two lists of histories over the largest number.
func distance(_ a: [[Double]], _ b: [[Double]]) -> Double {
  guard a.count == b.count, zip(a, b).allSatisfy({ $0.count == $1.count }) else { return .infinity }
  let width = a.first?.count ?? 0
  return (0..<width).map { k in
    let size = a.map { abs($0[k]) }.max() ?? 0
    let gap = zip(a, b).map { abs($0[k] - $1[k]) }.max() ?? 0
    return size > 0 ? gap / size : gap
  }.max() ?? .infinity
}
