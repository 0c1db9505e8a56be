import Cases
import Foundation

/// A case that uses every table, for tests to bend.
let wholeCase = """
  schema = 1
  title = "Block"
  units = "m-kg-s-K"

  [mesh]
  box = { size = [1, 1], cells = [4, 4] }

  [physics]
  kind = "diffusion"
  degree = 2

  [[parameter]]
  name = "k"
  size = 2
  range = [0.1, 10]
  scale = "log"

  [[parameter]]
  name = "h"
  range = [1, 3]

  [[material]]
  on = ["left half", "right half"]
  conductivity = "k[0]"
  reaction = 2

  [[boundary]]
  on = "top"
  value = "20 degC"
  [[boundary]]
  on = "bottom"
  flux = "1 + 0.2*x"
  exchange = { coefficient = "h", ambient = 293.15 }

  [[source]]
  on = "*"
  value = 0

  [[output]]
  name = "mean.bottom"
  mean = "u"
  on = "bottom"
  [[output]]
  name = "centre"
  at = [0.5, "50 cm"]

  [training]
  sampling = "halton"
  count = 50

  [reduction]
  method = "greedy"
  tolerance = 1e-3
  size = 10

  [validation]
  count = 5
  sizes = [2, 4]

  [query]
  points = [[1, 2, 3]]

  [[expect]]
  quantity = "query[0].outputs.'mean.bottom'"
  value = 1.0
  relative = 1e-6
  source = "analytic"
  """

/// Reads a text as the file `case.toml`.
func read(_ text: String, _ overrides: [String] = []) throws(CaseDiagnostics) -> CaseFile {
  try CaseFile(parsing: Array(text.utf8), path: "case.toml", overrides: overrides)
}

/// What is wrong with a text: `line:column: message` for each diagnostic, or an empty list.
func complaints(_ text: String, _ overrides: [String] = []) -> [String] {
  do throws(CaseDiagnostics) {
    _ = try read(text, overrides)
    return []
  } catch {
    return error.diagnostics.map { "\($0.location.line):\($0.location.column): \($0.message)" }
  }
}

/// The whole case with one piece replaced.
func bent(_ piece: String, _ replacement: String) -> String {
  precondition(wholeCase.contains(piece), "the whole case has no '\(piece)'")
  return wholeCase.replacing(piece, with: replacement, maxReplacements: 1)
}

/// Where a piece of the whole case stands, as `line:column`.
func place(of piece: String, in text: String = wholeCase) -> String {
  for (i, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
    if let range = line.range(of: piece) {
      return "\(i + 1):\(line.distance(from: line.startIndex, to: range.lowerBound) + 1)"
    }
  }
  preconditionFailure("no '\(piece)'")
}

/// A folder that goes when the body ends.
func withFolder<Answer>(_ body: (String) throws -> Answer) throws -> Answer {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("cases-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
