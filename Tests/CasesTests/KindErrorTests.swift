import Cases
import Testing

@Suite struct `Errors in the keys of each physics` {
  @Test(arguments: [
    ("young = \"210 GPa\"", "young = \"210 W\"", "\"210 W\" is power, expected is pressure"),
    ("young = \"210 GPa\"", "young = -1", "'young' in [[material]] must be a number > 0"),
    ("young = \"210 GPa\"\n", "", "give 'young' and 'poisson', or 'stiffness'"),
    ("poisson = 0.3", "poisson = 0.5", "strictly between -1 and 0.5"),
    ("poisson = 0.3", "poisson = \"0.3 m\"", "is length, expected is a pure number"),
    ("density = 7800", "density = \"7800 kg\"", "is mass, expected is density"),
    ("expansion = \"12e-6 K^-1\"", "expansion = \"12e-6 K\"", "expected is thermal expansion"),
    ("thickness = \"10 cm\"", "thickness = \"10 s\"", "is time, expected is length"),
    (
      "density = 7800", "conductivity = 4",
      "'conductivity' in [[material]] belongs to diffusion, heat, advection-diffusion; this case is "
        + "'elasticity'"
    ),
    ("traction = [\"1 MPa\", 0]", "flux = 1", "'flux' in [[boundary]] belongs to"),
    ("value = [0, \"free\"]", "value = 0", "'value' in [[boundary]] must be a list of"),
    ("value = [0, \"free\"]", "value = [0, \"fre\"]", "there is no 'fre'"),
    ("value = [0, \"free\"]", "value = [0, 0, 0]", "has 3 components; the mesh has 2 dimensions"),
    ("traction = [\"1 MPa\", 0]", "traction = [\"1 m\", 0]", "is length, expected is pressure"),
    ("mean = \"u.x\"", "mean = \"u.z\"", "'u.z'"),
    ("mean = \"u.x\"", "mean = \"stress.xx + sterss.yy\"", "there is no 'sterss'"),
    ("reaction = \"x\"", "reaction = \"q\"", "must be one of \"x\", \"y\", \"z\""),
    ("on = \"left\"", "on = \"lefft\"", "unknown region 'lefft'; did you mean 'left'?"),
    (
      "assumption = \"plane-stress\"", "assumption = \"plane-stres\"",
      "did you mean \"plane-stress\"?"
    ),
  ])
  func `of elasticity say what is wrong`(piece: String, replacement: String, message: String) {
    let found = objections(bent(KindTexts.elastic, piece, replacement))
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test(arguments: [
    ("density = 2", "density = \"2 kg\"", "is mass, expected is density"),
    ("specific-heat = 3", "specific-heat = \"3 J\"", "is energy, expected is specific heat"),
    ("specific-heat = 3\n", "", "specific-heat"),
    ("end = 2\n", "", "'step' in [time] needs 'end'"),
    ("step = 0.25\n", "", "give 'step', 'steps' or 'times-file'"),
    ("step = 0.25", "step = \"3 m\"", "is length, expected is time"),
    ("step = 0.25", "step = 0", "must be a number > 0"),
    ("step = 0.25", "steps = [0.5, 0.5]", "'end' in [time] belongs to 'step'"),
    ("step = 0.25", "step = 0.25\nsteps = [1]", "'steps' and 'step' exclude each other"),
    ("end = 2\nstep = 0.25", "times-file = \"none.csv\"", "No such file"),
    (
      "scheme = \"crank-nicolson\"", "scheme = \"crank-nicholson\"",
      "did you mean \"crank-nicolson\"?"
    ),
    ("10*t", "10*tt", "there is no 'tt'"),
    ("[time]\nscheme = \"crank-nicolson\"\nend = 2\nstep = 0.25\n", "", "there is no 't'"),
    (
      "conductivity = 4", "young = 4",
      "'young' in [[material]] belongs to elasticity, elastoviscoplasticity; this case is 'heat'"
    ),
  ])
  func `of heat say what is wrong`(piece: String, replacement: String, message: String) {
    let found = objections(bent(KindTexts.heat, piece, replacement))
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test(arguments: [
    ("emissivity = 0.9", "emissivity = 1.9", "from 0 to 1"),
    ("ambient = \"300 K\"", "ambient = \"300 J\"", "is energy, expected is temperature"),
    ("emissivity = 0.9, ", "", "missing key 'emissivity' in [boundary.radiation]"),
    ("iterations = 20", "iterations = 0", "an integer from 1 to 1000"),
    ("tolerance = 1e-11", "tolerance = 2", "strictly between 0 and 1"),
    ("40 + 0.01*u", "40 + 0.01*v", "there is no 'v'"),
  ])
  func `of nonlinear heat say what is wrong`(piece: String, replacement: String, message: String) {
    let found = objections(bent(KindTexts.radiating, piece, replacement))
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }
}
