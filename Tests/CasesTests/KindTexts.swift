import Cases
import Foundation

/// A small case of each kind of physics, for tests to bend.
enum KindTexts {
  static let box = "box = { size = [2, 1], cells = [8, 4], shape = \"quadrilateral\" }"

  static let heat = """
    schema = 1
    units = "m-kg-s-K"
    [mesh]
    \(box)
    [physics]
    kind = "heat"
    [time]
    scheme = "crank-nicolson"
    end = 2
    step = 0.25
    [[initial]]
    value = "20 degC"
    [[material]]
    on = "*"
    conductivity = 4
    density = 2
    specific-heat = 3
    [[boundary]]
    on = "left"
    value = "293.15 + 10*t"
    [[boundary]]
    on = "right"
    exchange = { coefficient = 5, ambient = "20 degC" }
    [[output]]
    name = "warm"
    mean = "u"
    on = "right"
    """

  static let radiating = """
    schema = 1
    units = "m-kg-s-K"
    [mesh]
    \(box)
    [physics]
    kind = "heat"
    [newton]
    tolerance = 1e-11
    iterations = 20
    [[material]]
    on = "*"
    conductivity = "40 + 0.01*u"
    [[boundary]]
    on = "left"
    value = "1000 K"
    [[boundary]]
    on = "right"
    radiation = { emissivity = 0.9, ambient = "300 K" }
    [[output]]
    name = "end"
    mean = "u"
    on = "right"
    """

  static let elastic = """
    schema = 1
    units = "m-kg-s-K"
    [mesh]
    \(box)
    [physics]
    kind = "elasticity"
    assumption = "plane-stress"
    thickness = "10 cm"
    [[material]]
    on = "*"
    young = "210 GPa"
    poisson = 0.3
    density = 7800
    expansion = "12e-6 K^-1"
    [[boundary]]
    on = "left"
    value = [0, "free"]
    [[boundary]]
    on = "bottom"
    value = ["free", 0]
    [[boundary]]
    on = "right"
    traction = ["1 MPa", 0]
    [[output]]
    name = "stretch"
    mean = "u.x"
    on = "right"
    [[output]]
    name = "hold"
    reaction = "x"
    on = "left"
    """

  static let stream = """
    schema = 1
    [mesh]
    \(box)
    [physics]
    kind = "advection-diffusion"
    stabilization = "supg"
    [[material]]
    on = "*"
    conductivity = 0.01
    velocity = [1, 0]
    [[boundary]]
    on = "left"
    value = 1
    [[boundary]]
    on = "right"
    value = 0
    [[output]]
    name = "mean"
    mean = "u"
    """

  static let wave = """
    schema = 1
    [mesh]
    \(box)
    [physics]
    kind = "helmholtz"
    wavenumber = "k"
    [[parameter]]
    name = "k"
    range = [1, 4]
    [[material]]
    on = "*"
    index = 1
    [[boundary]]
    on = "left"
    value = [1, 0]
    [[boundary]]
    on = "right"
    absorbing = true
    [[output]]
    name = "far"
    mean = "u"
    on = "right"
    [query]
    points = [[1], [2.5]]
    """
}

/// One piece of a text replaced.
func bent(_ text: String, _ piece: String, _ replacement: String) -> String {
  precondition(text.contains(piece), "the text has no '\(piece)'")
  return text.replacing(piece, with: replacement, maxReplacements: 1)
}

/// What is wrong with a text, its mesh and its expressions included.
func objections(_ text: String) -> [String] {
  do {
    _ = try Study(parsing: Array(text.utf8), path: "case.toml").plan()
    return []
  } catch let error as CaseDiagnostics {
    return error.diagnostics.map { "\($0.location.line):\($0.location.column): \($0.message)" }
  } catch { return ["\(error)"] }
}

/// Writes a case into a folder of its own, runs it and gives the folder away with the outcome.
func run(_ text: String, _ body: (StudyOutcome) throws -> Void) throws {
  try withFolder { folder in
    let file = folder + "/case.toml"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    try body(try Study(reading: file).run(into: folder + "/out", loudness: .quiet))
  }
}
