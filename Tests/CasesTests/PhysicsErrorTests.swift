import Cases
import Foundation
import Testing

/// What is wrong with a case, up to and including its run: each complaint, and the exit code.
private func refusals(_ text: String) -> (messages: [String], exitCode: Int32) {
  do {
    try run(text) { _ in }
    return ([], 0)
  } catch let error as CaseDiagnostics {
    return (error.diagnostics.map(\.message), error.exitCode)
  } catch let error as StudyError {
    return ([error.description], error.exitCode)
  } catch { return (["\(error)"], 65) }
}

private func expect(_ text: String, _ message: String) {
  let (found, exitCode) = refusals(text)
  #expect(found.contains { $0.contains(message) }, "\(found)")
  #expect(exitCode == 65)
}

@Suite struct `Data that make no problem` {
  @Test(arguments: [
    (
      "young = \"210 GPa\"\npoisson = 0.3", "stiffness = [[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]",
      "a stiffness of 4 rows; here it has 3 (xx, yy, xy)"
    ),
    (
      "young = \"210 GPa\"\npoisson = 0.3", "stiffness = [[1,0,0],[0,1,0],[0,0,0,0]]",
      "a stiffness of 3 rows has a row of 4 entries"
    ),
    (
      "young = \"210 GPa\"\npoisson = 0.3", "stiffness = [[0,0,0],[0,0,0],[0,0,0]]",
      "the stiffness is zero"
    ),
    (
      "young = \"210 GPa\"\npoisson = 0.3",
      "axes = [[1,0,0],[0,1,0]]\nstiffness = [[1,0,0],[0,1,0],[0,0,1]]",
      "axes are 3 directions of 3 components, or in the plane 2 of 2 components"
    ),
    (
      "thickness = \"10 cm\"", "locking = \"b-bar\"",
      "plane stress does not lock: leave out locking = \"b-bar\""
    ),
    (
      "traction = [\"1 MPa\", 0]", "foundation = { stiffness = [1, 1, 1] }",
      "'stiffness' has 3 components; the mesh has 2 dimensions"
    ),
    (
      "on = \"left\"", "on = \"*\"\nvalue = [0, 0]\n[[boundary]]\non = \"left\"",
      "nothing is unknown"
    ),
    (
      "mean = \"u.x\"\non = \"right\"", "at = [9, 9]\nvalue = \"u.x\"",
      "the point [9.0, 9.0] lies outside"
    ),
    (
      "value = [0, \"free\"]",
      "value = [1, \"free\"]\n[[boundary]]\non = \"left\"\nsymmetry = true",
      "ask for different displacements"
    ),
    (
      "value = [0, \"free\"]",
      "value = [1, \"free\"]\n[[boundary]]\non = \"left\"\nvalue = [0, \"free\"]",
      "share 4 facets but ask for different values of u.x there"
    ),
    (
      "reaction = \"x\"\non = \"left\"", "energy = \"strain\"\non = \"left\"",
      "strain energy is a quantity of the domain's cells"
    ),
    ("mean = \"u.x\"\non = \"right\"", "norm = \"H1\"", "the norm of a displacement is \"L2\""),
    ("reaction = \"x\"", "frequency = 1", "'frequency' in [[output]] needs [modes]"),
    ("reaction = \"x\"", "reaction = \"z\"", "there is no reaction along z"),
    ("mean = \"u.x\"", "at = [1, 1]", "'at' needs a 'value' that is a number here"),
    (
      "[[boundary]]\non = \"right\"", "[modes]\ncount = 2\n[[boundary]]\non = \"right\"",
      "with [modes] the outputs are frequencies: give 'frequency' = 1, 2, …"
    ),
    (
      "assumption = \"plane-stress\"\nthickness = \"10 cm\"",
      "assumption = \"axisymmetric\"\nthickness = \"10 cm\"",
      "'thickness' in [physics] has no meaning for a body of revolution"
    ),
    ("young = \"210 GPa\"", "young = [1, 2, 3]", "'poisson' has one"),
    ("poisson = 0.3", "poisson = 0.3\naxes = [[1, 0], [0, 1]]", "'axes' in [[material]] turn"),
    (
      "on = \"right\"\ntraction", "on = \"domain\"\ntraction",
      "here a region of dimension 1 is needed"
    ),
  ])
  func `of elasticity are refused`(piece: String, replacement: String, message: String) {
    expect(bent(KindTexts.elastic, piece, replacement), message)
  }

  @Test func `of frequencies are refused`() {
    let text = bent(
      KindTexts.elastic.replacing("mean = \"u.x\"\non = \"right\"", with: "frequency = 1")
        .replacing("reaction = \"x\"\non = \"left\"", with: "frequency = 5"),
      "[[material]]", "[modes]\ncount = 4\n[[material]]")
    expect(text, "frequency 5 is asked for, but 'count' in [modes] is 4")
    let sound = bent(text, "frequency = 5", "frequency = 2")
    expect(bent(sound, "density = 7800\n", ""), "frequencies need the mass")
    expect(
      bent(sound, "on = \"left\"", "on = \"*\"\nvalue = [0, 0]\n[[boundary]]\non = \"left\""),
      "nothing vibrates")
  }

  @Test(arguments: [
    (
      "mean = \"u\"\non = \"right\"", "at = [0.5, 0.5]\nvalue = \"2*u\"",
      "only \"u\" itself can be taken here, not '2*u'"
    ),
    ("mean = \"u\"\non = \"right\"", "at = [9, 9]", "the point [9.0, 9.0] lies outside the domain"),
    ("mean = \"u\"", "mean = \"log(x - 5)*u\"", "not a finite number"),
    (
      "293.15 + 10*t", "log(t - 1)",
      "value: its factor 'log(t - 1)' is not a finite number at t = 0"
    ),
    (
      "ambient = \"20 degC\"", "ambient = \"sqrt(1 - t)\"",
      "exchange: its factor 'sqrt(1 - t)' is not a finite number at t = 1.25"
    ),
    (
      "[[initial]]\nvalue = \"20 degC\"", "[[initial]]\nvalue = \"log(x - 1)\"",
      "initial value is not"
    ),
    (
      "step = 0.25", "step = 1e-12", "[time] cannot be stepped: 2000000000000.0 time steps are more"
    ),
    ("conductivity = 4", "conductivity = [1, 2, 3]", "a conductivity of 3 axes in a mesh of 2"),
    (
      "on = \"right\"\nexchange = { coefficient = 5, ambient = \"20 degC\" }",
      "on = [\"left\", \"domain\"]\nvalue = 1", "regions of different dimensions in one entry"
    ),
    (
      "[[material]]\non = \"*\"", "[[material]]\non = \"left\"",
      "here a region of dimension 2 is needed"
    ),
  ])
  func `of heat are refused`(piece: String, replacement: String, message: String) {
    expect(bent(KindTexts.heat, piece, replacement), message)
  }

  @Test func `of bodies of revolution and of space have other stiffnesses`() {
    let matrix = "stiffness = [[1,0,0],[0,1,0],[0,0,1]]"
    let plane = bent(KindTexts.elastic, "young = \"210 GPa\"\npoisson = 0.3", matrix)
    expect(
      bent(
        plane, "assumption = \"plane-stress\"\nthickness = \"10 cm\"",
        "assumption = \"axisymmetric\""),
      "here it has 4 (xx, yy, zz, xy) or 6")
    let solid = """
      schema = 1
      [mesh]
      box = { size = [1, 1, 1], cells = [1, 1, 1] }
      [physics]
      kind = "elasticity"
      [[material]]
      on = "*"
      \(matrix)
      [[boundary]]
      on = "left"
      value = [0, 0, 0]
      """
    expect(solid, "here it has 6 (xx, yy, zz, yz, xz, xy)")
  }

  @Test func `of too many parts are refused`() {
    expect(
      bent(KindTexts.stream, KindTexts.box, KindTexts.box + "\npartitions = 500"),
      "the mesh cannot be cut into 500 parts")
  }

  @Test func `on points of a mesh know no derivatives`() throws {
    let mesh = """
      $MeshFormat
      2.2 0 8
      $EndMeshFormat
      $PhysicalNames
      2
      0 1 "corner"
      2 3 "all"
      $EndPhysicalNames
      $Nodes
      4
      1 0 0 0
      2 1 0 0
      3 1 1 0
      4 0 1 0
      $EndNodes
      $Elements
      3
      1 15 2 1 1 1
      2 2 2 3 3 1 2 3
      3 2 2 3 3 1 3 4
      $EndElements

      """
    let text = """
      schema = 1
      [mesh]
      file = "square.msh"
      [physics]
      kind = "diffusion"
      [[material]]
      on = "all"
      conductivity = 1
      [[boundary]]
      on = "corner"
      value = 0
      [[output]]
      name = "a"
      mean = "dx(u)"
      on = "corner"
      """
    try withFolder { folder in
      try mesh.write(toFile: folder + "/square.msh", atomically: true, encoding: .utf8)
      let file = folder + "/case.toml"
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let error = #expect(throws: CaseDiagnostics.self) { try Study(reading: file).plan() }
      #expect(
        error?.description.contains("derivatives of u are not defined on 'corner' alone") == true,
        "\(String(describing: error))")
    }
  }

  @Test func `over time that no one would write by hand are refused`() throws {
    let text = bent(KindTexts.heat, "value = \"293.15 + 10*t\"", "value = 1\nhistory = \"h.csv\"")
    try withFolder { folder in
      for (lines, message) in [
        ((0...5000).map { "\($0),1" }, "the history has 5001 lines; at most 5000 fit"),
        (["0,-1e308", "1e-300,1e308"], "the history rises too fast for numbers between 0.0 and"),
      ] {
        let content = lines.joined(separator: "\n") + "\n"
        try content.write(toFile: folder + "/h.csv", atomically: true, encoding: .utf8)
        let file = folder + "/case.toml"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: CaseDiagnostics.self) { try Study(reading: file) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
      }
    }
  }

  @Test func `of nonlinear heat are refused before the first step`() {
    let text = bent(KindTexts.heat, "conductivity = 4", "conductivity = \"4 + 0.01*u\"")
    expect(
      text + "\n[[source]]\non = \"*\"\nvalue = \"log(1.5 - t)\"",
      "log(1.5 - t)' is not a finite number at t = 1.5")
  }

  @Test func `that contradict each other on a facet are refused`() {
    expect(
      bent(
        KindTexts.heat, "exchange = { coefficient = 5, ambient = \"20 degC\" }",
        "value = 1\n[[boundary]]\non = \"right\"\nvalue = 2"),
      "share 4 facets but ask for different values there, '2' and '1'; keep one of the two")
  }

  @Test func `of upwinding without second derivatives are refused`() throws {
    let text = bent(KindTexts.stream, "\"supg\"", "\"supg\"\ndegree = 2")
    #expect(objections(text).isEmpty)
  }

  @Test(arguments: [
    ("index = 1", "index = \"log(2 - k)\"", "index: its factor"),
    (
      "index = 1", "index = 1\n[[source]]\non = \"*\"\nvalue = \"log(k - 2)\"",
      "source: its factor 'log(k - 2)' is not a finite number at k = 1.0"
    ),
    (
      "index = 1", "index = 1\n[[source]]\non = \"*\"\nvalue = \"log(k*x - 3)\"",
      "source is not a finite number at"
    ),
    ("value = [1, 0]", "value = [\"sqrt(k - 2)\", 0]", "value: its factor 'sqrt(k - 2)'"),
    ("absorbing = true", "flux = [0, \"1/(k - 1)\"]", "flux: its factor"),
    ("absorbing = true", "incident = [1, 0]\nflux = [0, 0]", "add absorbing = true"),
    ("wavenumber = \"k\"", "wavenumber = \"k*x\"", "wavenumber 'k * x' depends on x"),
    ("mean = \"u\"", "max = \"u\"", "is not linear in u"),
    ("mean = \"u\"", "mean = \"u^2\"", "is not linear in u"),
    ("index = 1", "density = 0", "1/density is not a finite number"),
  ])
  func `of waves are refused`(piece: String, replacement: String, message: String) {
    expect(bent(KindTexts.wave, piece, replacement), message)
  }
}

@Suite struct `Everything wrong with a case` {
  @Test func `is told at once, regions and expressions along with keys`() {
    let text = bent(
      bent(
        bent(
          bent(KindTexts.heat, "specific-heat = 3", "specific-heet = 3"), "\"right\"", "\"rihgt\""),
        "10*t", "10*tt"), "step = 0.25", "step = true")
    let found = objections(text)
    #expect(found.contains { $0.contains("did you mean 'specific-heat'?") }, "\(found)")
    #expect(found.contains { $0.contains("unknown region 'rihgt'; did you mean 'right'?") })
    #expect(found.contains { $0.contains("there is no 'tt'") })
    #expect(found.contains { $0.contains("'step' in [time] must be") })
    // A misspelt key is no missing key as well, and a wrong one is given.
    #expect(found.count == 4, "\(found)")
  }

  @Test func `holds names back that a broken declaration may have meant`() {
    let text = KindTexts.wave
    for broken in ["range = [1]", "rang = [1, 4]", "range = [4, 1]"] {
      let found = objections(bent(bent(text, "range = [1, 4]", broken), "\"left\"", "\"lfet\""))
      #expect(found.contains { $0.contains("unknown region 'lfet'") }, "\(found)")
      #expect(!found.contains { $0.contains("there is no 'k'") }, "\(found)")
    }
    let time = objections(bent(KindTexts.heat, "[time]", "[tiem]"))
    #expect(time.contains { $0.contains("did you mean 'time'?") })
    #expect(!time.contains { $0.contains("there is no 't'") }, "\(time)")
  }

  @Test func `is what the keys say where there is no mesh to read`() {
    let text = bent(KindTexts.heat, "on = \"right\"", "on = \"rihgt\"")
    let missing = objections(
      bent(bent(text, KindTexts.box, "file = \"none.msh\""), "step = 0.25", "step = -1"))
    #expect(missing.count == 2, "\(missing)")
    #expect(missing.contains { $0.contains("none.msh") })
    let kind = objections(bent(text, "kind = \"heat\"", "kind = \"plasma\""))
    #expect(!kind.contains { $0.contains("rihgt") }, "\(kind)")
  }
}
