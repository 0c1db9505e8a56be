import Cases
import Foundation
import Testing

@Suite struct `Errors in cases of material that remembers` {
  private static let law = InelasticTexts.law

  @Test(arguments: [
    (
      law, "{ kind = \"plasti\", yield = 250 }",
      "must be one of \"elastic\", \"plastic\", \"creep\", \"perzyna\", \"chaboche\"; found "
        + "\"plasti\"; did you mean \"plastic\"?"
    ),
    (
      law, "{ kind = \"plastic\", yeild = 250 }",
      "unknown key 'yeild' in [material.law]; did you mean 'yield'?"
    ),
    (
      law, "{ kind = \"plastic\" }",
      "missing key 'yield' in [material.law]: a law of kind 'plastic'"
    ),
    (law, "{ kind = \"creep\", exponent = 5 }", "missing key 'coefficient' in [material.law]"),
    (law, "{ kind = \"perzyna\", yield = 1, stress = 5, exponent = 5 }", "missing key 'rate'"),
    (law, "{ kind = \"chaboche\", yield = 1, exponent = 5 }", "missing key 'resistance'"),
    (
      law, "{ kind = \"plastic\", yield = 250, exponent = 5 }",
      "'exponent' in [material.law] belongs to creep, perzyna, chaboche; this law is 'plastic'"
    ),
    (
      law, "{ kind = \"creep\", coefficient = 1, exponent = 5, yield = 3 }",
      "'yield' in [material.law] belongs to plastic, perzyna, chaboche; this law is 'creep'"
    ),
    (law, "{ yield = 250 }", "'yield' in [material.law] belongs to"),
    (
      law, "{ kind = \"plastic\", yield = 250, states = 3 }",
      "'states' in [material.law] belongs to umat"
    ),
    (law, "{ kind = \"plastic\", umat = \"./a.so\" }", "'kind' and 'umat' exclude each other"),
    (law, "{ umat = \"./none.so\", yield = 3 }", "'yield' in [material.law] belongs to"),
    (law, "{ umat = \"./none.so\" }", "none.so"),
    (law, "{ umat = \"./none.so\" }", "'young' in [[material]] has no meaning beside 'umat'"),
    (law, "{ kind = \"plastic\", yield = \"250 K\" }", "is temperature, expected is pressure"),
    (law, "{ kind = \"plastic\", yield = -1 }", "'yield' in [material.law] must be"),
    (law, "{ kind = \"plastic\", yield = 0 }", "yield stress is 0.0; it must be positive"),
    (law, "{ kind = \"plastic\", yield = \"250 - TT\" }", "there is no 'TT'"),
    (law, "{ kind = \"plastic\", yield = \"250 - x\" }", "may depend on the temperature T only"),
    (law, "{ kind = \"plastic\", yield = [[0, 1], [0, 2]] }", "ascend strictly"),
    (law, "{ kind = \"plastic\", yield = [[0, 1], [\"T\", 2]] }", "row of 'yield' is a number"),
    (law, "{ kind = \"plastic\", yield = [[0, 1]], hardening = 3 }", "beside a table of 'yield'"),
    (
      law, "{ kind = \"plastic\", yield = 1, saturation = 3 }",
      "'saturation' in [material.law] needs 'rate'"
    ),
    (
      law, "{ kind = \"plastic\", yield = 1, rate = 3 }",
      "'rate' in [material.law] belongs to 'saturation'"
    ),
    (
      law, "{ kind = \"plastic\", yield = 1, backstress = [{ modulos = 3 }] }",
      "unknown key 'modulos' in [[material.law.backstress]]; did you mean 'modulus'?"
    ),
    (
      law, "{ kind = \"plastic\", yield = 1, backstress = [{ recall = 3 }] }",
      "missing key 'modulus' in [[material.law.backstress]]"
    ),
    ("young = \"200 GPa\"\n", "", "missing key 'young' in [[material]]"),
    (
      "poisson = 0.3", "poisson = [0.3, 0.3, 0.3]",
      "is one number where the law is of kind 'plastic'"
    ),
    (
      "poisson = 0.3", "poisson = 0.3\nshear = [1, 1, 1]",
      "'shear' in [[material]] belongs to elastic laws"
    ),
    ("reference-temperature = 20", "reference-temperature = \"20*x\"", "'reference-temperature'"),
    ("expansion = \"1e-5 K^-1\"", "expansion = \"1e-5*x\"", "may depend on the temperature T only"),
    ("[time]\nend = 2\nstep = 0.25\n", "", "missing key 'time' at the top level"),
    ("step = 0.25", "scheme = \"bdf2\"\nstep = 0.25", "must be \"backward-euler\""),
    ("step = 0.25", "stpe = 0.25", "unknown key 'stpe' in [time]; did you mean 'step'?"),
    ("cuts = 4", "cuts = 99", "an integer from 0 to 30"),
    ("assumption = \"plane-strain\"", "assumption = \"plane-stress\"", "must be one of"),
    ("locking = \"b-bar\"", "locking = \"b-bra\"", "did you mean \"b-bar\"?"),
    ("locking = \"b-bar\"", "quadrature = 0", "an integer from 1 to 20"),
    ("locking = \"b-bar\"", "thickness = 3", "'thickness' in [physics] belongs to elasticity"),
    (
      "traction = [\"350*min(t, 2 - t)\", 0]", "foundation = { normal = 3 }",
      "belongs to elasticity"
    ),
    ("max = \"p\"", "max = \"q\"", "there is no 'q'"),
    ("max = \"p\"", "max = \"plasticStrain.xz + plasticStrian.xy\"", "did you mean 'plasticStrain"),
    ("max = \"p\"", "max = \"dx(u.x)\"", "dx"),
    ("max = \"p\"", "energy = \"strain\"", "'energy' in [[output]] belongs to elasticity"),
    (
      "[newton]", "[[source]]\non = \"*\"\n[newton]",
      "missing key in [[source]]: give 'value' or 'centrifugal'"
    ),
    (
      "[newton]", "[[source]]\ncentrifugal = { speed = 3 }\non = \"*\"\n[newton]",
      "missing key 'density' in [source.centrifugal]"
    ),
    (
      "[newton]",
      "[[source]]\ncentrifugal = { density = 1, speed = 3, axis = [1, 0, 0] }\non = \"*\"\n[newton]",
      "in plane strain the axis stands across the plane"
    ),
    (
      "[newton]", "[[source]]\nvalue = [0, 1]\nhistory = \"none.csv\"\non = \"*\"\n[newton]",
      "none.csv"
    ),
  ])
  func `say what is wrong`(piece: String, replacement: String, message: String) {
    let found = objections(bent(InelasticTexts.plate, piece, replacement))
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test func `come all at once`() {
    var text = InelasticTexts.plate
    for (piece, wrong) in [
      (Self.law, "{ kind = \"chaboche\", yield = 250, saturation = 3 }"),
      ("on = \"left\"", "on = \"lfet\""), ("max = \"p\"", "max = \"pp\""), ("cuts = 4", "cutz = 4"),
    ] {
      text = bent(text, piece, wrong)
    }
    let found = objections(text)
    for message in [
      "missing key 'resistance'", "missing key 'exponent'", "'saturation' in [material.law] needs",
      "unknown region 'lfet'", "there is no 'pp'", "unknown key 'cutz'",
    ] {
      #expect(found.count { $0.contains(message) } == 1, "\(message): \(found)")
    }
  }

  @Test func `a library that is not there is a missing file`() {
    let text = bent(
      InelasticTexts.plate(law: "{ umat = \"./none.so\" }"), "young = \"200 GPa\"\npoisson = 0.3\n",
      ""
    ).replacing("max = \"p\"", with: "max = \"u.x\"")
      .replacing("0*plasticStrain.xx", with: "0*x")
    do {
      _ = try Study(parsing: Array(text.utf8), path: "case.toml")
      Issue.record("it was read")
    } catch let error as CaseDiagnostics {
      #expect(error.diagnostics.count == 1)
      #expect(error.exitCode == 66)
    } catch { Issue.record("\(error)") }
  }

  @Test func `other kinds keep no checkpoints to go on from`() throws {
    try withFolder { folder in
      let study = try Study(parsing: Array(KindTexts.heat.utf8), path: folder + "/case.toml")
      let error = #expect(throws: StudyError.self) {
        try study.run(into: folder + "/out", loudness: .quiet, from: .checkpoint)
      }
      #expect(error?.exitCode == 65)
      #expect(error?.description.contains("only elastoviscoplasticity does") == true)
    }
  }
}
