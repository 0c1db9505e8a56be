import Cases
import Foundation
import Meshes
import Testing

@Suite struct `Studies of material that remembers` {
  @Test func `answer at every step, with the iterations and the fields of each`() throws {
    try run(InelasticTexts.plate) { (outcome) throws in
      #expect(outcome.failure == nil)
      let query = outcome.results.query[0]
      #expect(query.steps.map(\.time) == (0...8).map { 0.25 * Double($0) })
      #expect(query.steps[0].iterations == 0 && query.steps[1].iterations == 1)
      let plastic = query.steps[4].iterations ?? 0
      #expect((2...8).contains(plastic), "\(plastic)")
      #expect(query.iteration?.converged == true)
      // Plane strain of a homogeneous plate: the reaction balances the traction.
      #expect(abs((query.steps[4].outputs[1].value) + 350) < 1e-6)
      let p = query.steps.map { $0.outputs[2].value }
      #expect(p[2] == 0 && p[4] > 1e-3)
      #expect(zip(p, p.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(query.outputs[2].value == p[8])
      let json = outcome.results.json
      #expect(try json.value(at: "query[0].steps[1].iterations").number == 1)
      let last = outcome.directory + "/fields/query-0-8.vtu"
      let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: last)), as: UTF8.self)
      for name in ["displacement", "von Mises stress", "stress", "p", "plasticStrain"] {
        #expect(text.contains("Name=\"\(name)\""), "\(name)")
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: outcome.directory)
      #expect(!files.contains { $0.hasSuffix(".ritzstate") }, "\(files)")
      let report = try String(
        contentsOfFile: outcome.directory + "/report.html", encoding: .utf8)
      #expect(report.contains("elastoviscoplasticity, plane strain"))
    }
  }

  /// Each pair says the same in two ways.
  @Test(arguments: [
    // A table of hardening, numbers with units, expressions in T.
    ("{ kind = \"plastic\", yield = [[0, 250], [1, \"1250 MPa\"]] }", ""),
    ("{ kind = \"plastic\", yield = \"0.25 GPa\", hardening = \"1e3 + 0*T\" }", ""),
    // Voce's hardening, almost linear.
    ("{ kind = \"plastic\", yield = 250, saturation = 1e7, rate = 1e-4 }", ""),
    // Fast viscoplasticity is plasticity.
    (
      "{ kind = \"perzyna\", yield = 250, hardening = 1000, rate = 1e9, stress = 250, exponent = 1 }",
      ""
    ),
    ("{ kind = \"chaboche\", yield = 250, hardening = 1000, resistance = 1e-7, exponent = 1 }", ""),
  ])
  func `laws are read as they are written`(law: String, material: String) throws {
    let expected = try histories(of: InelasticTexts.plate)
    let found = try histories(of: InelasticTexts.plate(law: law, material))
    #expect(distance(expected, found) < 1e-5, "\(distance(expected, found))")
  }

  @Test func `backstresses, creep and elasticity are laws of their own`() throws {
    let plastic = try histories(of: InelasticTexts.plate)
    let single = try histories(
      of: InelasticTexts.plate(
        law: "{ kind = \"plastic\", yield = 250, backstress = [{ modulus = 1000 }] }"))
    let double = try histories(
      of: InelasticTexts.plate(
        law: "{ kind = \"plastic\", yield = 250, backstress = [{ modulus = 600 }, { modulus = 400, "
          + "recall = 0 }] }"))
    #expect(distance(single, double) < 1e-9)
    // In one increment from the virgin state the modulus alone counts.
    #expect(distance(plastic, single) < 1e-9)
    let recalled = try histories(
      of: InelasticTexts.plate(
        law: "{ kind = \"plastic\", yield = 250, backstress = [{ modulus = 1000, recall = 2 }] }"))
    #expect(recalled[4][2] > 1.001 * plastic[4][2])
    let creep = try histories(
      of: InelasticTexts.plate(law: "{ kind = \"creep\", coefficient = 1e-13, exponent = 4 }"))
    #expect(creep[8][2] > 0 && creep[1][2] > 0)
    let elastic = InelasticTexts.plate.replacing("mean = \"u.x\"", with: "mean = \"strain.xx\"")
      .replacing("on = \"right\"\n[[output]]", with: "[[output]]")
      .replacing("max = \"p\"", with: "max = \"stress.p1\"")
      .replacing("0*plasticStrain.xx", with: "0*x")
    let none = try histories(of: bent(elastic, "law = \(InelasticTexts.law)\n", ""))
    // Plane strain: ε = σ (1 − ν²) / E.
    #expect(abs(none[4][0] / (350 * 0.91 / 2e5) - 1) < 1e-9)
    let named = try histories(
      of: bent(elastic, "law = \(InelasticTexts.law)", "law = { kind = \"elastic\" }"))
    #expect(none == named)
    let orthotropic = bent(
      bent(elastic, "law = \(InelasticTexts.law)", "shear = [7.6e4, 7.6e4, 7.6e4]"),
      "young = \"200 GPa\"\npoisson = 0.3", "young = [2e5, 2e5, 2e5]\npoisson = [0.3, 0.3, 0.3]")
    #expect(abs(try histories(of: orthotropic)[4][0] / none[4][0] - 1) < 1e-9)
  }

  @Test func `histories multiply loads, sources and temperatures`() throws {
    let h = "min(t, 2 - t)"
    let ramp = ["ramp.csv": "t,load\n0,0\n1,1\n2,0\n"]
    func text(_ traction: String, _ source: String, _ temperature: String, _ end: String) -> String
    {
      bent(
        InelasticTexts.plate, "traction = [\"350*min(t, 2 - t)\", 0]",
        """
        pressure = \(traction)
        \(end)
        [[boundary]]
        on = "right"
        traction = [0, 3]
        [[source]]
        on = "*"
        value = [\(source), 1]
        \(end)
        [temperature]
        value = \(temperature)
        \(end)
        """)
    }
    let written = text("\"-250*\(h)\"", "\"9*\(h)\"", "\"(20 + 10*x)*\(h)\"", "")
      .replacing(", 1]\n", with: ", \"\(h)\"]\n")
    let read = text("-250", "9", "\"20 + 10*x\"", "history = \"ramp.csv\"")
    let a = try histories(of: written)
    let b = try histories(of: read, files: ramp)
    #expect(distance(a, b) < 1e-8, "\(distance(a, b))")
    #expect(a[4][0] != a[3][0])
  }

  @Test func `temperatures come from expressions, nodes of a file, or the material`() throws {
    func text(_ temperature: String, material: String = "", law: String) -> String {
      bent(
        InelasticTexts.plate(law: law, material), "[newton]", "\(temperature)\n[newton]")
    }
    let law = "{ kind = \"plastic\", yield = \"300 - 0.5*T\", hardening = \"1200 - 2*T\" }"
    let written = try histories(
      of: text("[temperature]\nvalue = \"(60 + 40*x)*min(t, 2 - t)\"", law: law))
    let mesh = Box(size: [2, 1], cells: [8, 4], shape: .quadrilateral).mesh()
    let nodes = (0..<mesh.pointCount).map { "\(60 + 40 * mesh.coordinates[2 * $0])\n" }.joined()
    let read = try histories(
      of: text(
        "[temperature]\nfile = \"T.csv\"\nfield = \"T\"\nhistory = \"ramp.csv\"", law: law),
      files: ["T.csv": "T\n" + nodes, "ramp.csv": "t,h\n0,0\n1,1\n2,0\n"])
    #expect(distance(written, read) < 1e-8, "\(distance(written, read))")
    let own = try histories(
      of: text("", material: "temperature = \"(60 + 40*x)*min(t, 2 - t)\"", law: law))
    #expect(own == written)
    // At an even temperature the coefficients are numbers.
    let even = try histories(
      of: text("[temperature]\nvalue = 100", law: law).replacing(
        "reference-temperature = 20", with: "reference-temperature = 100"))
    #expect(distance(even, try histories(of: InelasticTexts.plate)) < 1e-12)
  }

  @Test func `centrifugal forces are density times speed squared times the distance`() throws {
    func text(_ source: String, _ shape: String = "") -> String {
      bent(
        InelasticTexts.plate, "[[output]]\nname = \"stretch\"",
        "[[source]]\non = \"*\"\n\(source)\n\(shape)[[output]]\nname = \"stretch\"")
    }
    let a = try histories(of: text("value = [\"10*t^2*(x + 1)\", \"10*t^2*(y - 0.5)\"]"))
    let b = try histories(
      of: text(
        "centrifugal = { density = 0.4, speed = \"5*t\", axis = [0, 0, 2], through = [-1, 0.5] }"))
    #expect(distance(a, b) < 1e-9)
    let round = text("value = [\"5*x\", 0]").replacing("plane-strain", with: "axisymmetric")
    let spun = text("centrifugal = { density = 0.05, speed = \"10 rad/s\" }")
      .replacing("plane-strain", with: "axisymmetric")
    let moved = "origin = [1, 0], shape"
    #expect(
      distance(
        try histories(of: bent(round, "shape", moved)),
        try histories(of: bent(spun, "shape", moved))) < 1e-9)
  }

  @Test func `a parameter may scale the load, and each point is a run of its own`() throws {
    let text = InelasticTexts.loaded("[200, 400]", "[query]\npoints = [[240], [350]]")
    try run(text) { (outcome) throws in
      let answers = outcome.results.query
      #expect(answers.count == 2)
      #expect(answers[0].outputs[2].value == 0 && answers[1].outputs[2].value > 1e-3)
      #expect(answers[1].steps.count == 9)
      #expect(FileManager.default.fileExists(atPath: outcome.directory + "/fields/query-1-8.vtu"))
    }
  }

  @Test func `beyond the limit load, everything up to the last equilibrium is kept`() throws {
    let text = bent(
      InelasticTexts.plate(law: "{ kind = \"plastic\", yield = 250 }"), "350*min(t, 2 - t)", "400*t"
    )
    try run(text) { (outcome) throws in
      let failure = try #require(outcome.failure)
      #expect(failure.exitCode == 10)
      let words = failure.description
      #expect(
        words.contains("the last equilibrium is that of t = 0.5, 0.25 of the whole"), "\(words)")
      let query = outcome.results.query[0]
      #expect(query.iteration?.converged == false)
      #expect(query.steps.map(\.time) == [0, 0.25, 0.5])
      #expect(try outcome.results.json.value(at: "query[0].iteration.reason").string != nil)
      #expect(FileManager.default.fileExists(atPath: outcome.directory + "/fields/query-0-2.vtu"))
    }
  }

  @Test(.enabled(if: Neighbour.gcc.isThere))
  func `a user material of Abaqus is called for what the case says`() throws {
    try withFolder { folder in
      let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Samples/Umat/plastic.c").path
      try Neighbour.gcc.run(
        ["-shared", "-fPIC", "-O1", "-o", folder + "/libplastic.so", source, "-lm"], in: folder)
      let text = bent(
        InelasticTexts.plate(
          law: "{ umat = \"libplastic.so\", properties = [2e5, 0.3, 250, 1e3], states = 7, name = "
            + "\"STEEL\", concurrent = true, symmetric = true }"),
        "young = \"200 GPa\"\npoisson = 0.3\n", ""
      ).replacing("max = \"p\"", with: "max = \"state_7\"")
        .replacing("plasticStrain.xx", with: "state_1")
      let found = try histories(of: text, in: folder)
      let expected = try histories(of: InelasticTexts.plate)
      #expect(distance(expected, found) < 1e-8, "\(distance(expected, found))")
    }
  }
}
