import Cases
import Plots
import RealModule
import TestSupport

/// A report with every section, its numbers invented but shaped as a thermal block gives them.
enum SampleReport {
  static let parameterCount = 9

  static func content() -> ReportContent { sample }

  private static let sample = make()

  private static func make() -> ReportContent {
    var content = ReportContent(title: "Thermal block, 3 × 3", caseName: "thermal-block.toml")
    content.unknownCount = 10_201
    content.facts = [
      .init("Mesh", "20 000 triangles, 10 201 points, two dimensions"),
      .init("Physics", "diffusion, Lagrange degree 1"),
      .init("Unknowns", "10 201, of which 10 100 are free"), .init("Method", "weak greedy"),
      .init("Norm", "energy at the reference parameter"),
      .init("Tolerance", "largest relative bound ≤ 10⁻³"),
      .init("Training", "2000 points, log-random, seed 1"), .init("Units", "m-kg-s-K"),
    ]
    content.regions = (1...9).map {
      .init(name: "block\($0)", dimension: 2, cellCount: 2222, measure: 1.0 / 9, unit: "m²")
    }
    content.regions.append(.init(name: "top", dimension: 1, cellCount: 100, measure: 1, unit: "m"))
    content.parameters = [
      .init(
        name: "k", size: 9, range: 0.1...10, scale: .log, reference: 1, unit: "W/(m K)")
    ]
    content.conditions = [
      .init(kind: "material", on: "block1", text: "conductivity = k[0]"),
      .init(kind: "boundary", on: "top", text: "value = 0"),
      .init(kind: "boundary", on: "bottom", text: "flux = 1"),
      .init(kind: "output", on: "bottom", text: "mean-bottom = integral of u"),
    ]
    content.notes = [
      .init("The mesh holds 3 points no cell uses; they are ignored."),
      .init("Region block5 lists 2 cells twice; each is counted once.", isWarning: true),
    ]
    addPictures(to: &content)
    addAccuracy(to: &content)
    addAnswers(to: &content)
    return content
  }

  private static func addPictures(to content: inout ReportContent) {
    let n = 60
    var points: [Double] = []
    var triangles: [Int32] = []
    var regions: [Int32] = []
    var random = SeededRandom(seed: 3)
    for j in 0...n {
      for i in 0...n {
        let isInner = i % 20 != 0 && j % 20 != 0
        let shift = isInner ? 0.28 / Double(n) : 0
        points.append(Double(i) / Double(n) + random.uniform() * shift)
        points.append(Double(j) / Double(n) + random.uniform() * shift)
      }
    }
    for j in 0..<n {
      for i in 0..<n {
        let a = Int32(j * (n + 1) + i)
        let above = a + Int32(n) + 1
        triangles +=
          (i + j) % 2 == 0
          ? [a, a + 1, above + 1, a, above + 1, above] : [a, a + 1, above, a + 1, above + 1, above]
        let region = Int32(3 * i / n + 3 * (3 * j / n))
        regions += [region, region]
      }
    }
    var mesh = FieldPicture(
      title: "", points: points, dimension: 2, triangles: triangles,
      content: .regions(regions, names: (1...9).map { "block\($0)" }))
    mesh.showsMesh = true
    mesh.size = 400
    content.meshPictures = [
      .init(
        svg: mesh.svg(),
        caption: "The mesh and its regions: nine blocks, each with a conductivity of its own.")
    ]
    func field(_ title: String, _ map: ColourMap, _ label: String, _ f: (Double, Double) -> Double)
      -> String
    {
      var picture = FieldPicture(
        title: title, points: points, dimension: 2, triangles: triangles,
        content: .field(
          (0..<points.count / 2).map { f(points[2 * $0], points[2 * $0 + 1]) }, map: map,
          range: nil, label: label))
      picture.contourCount = map == .sequential ? 9 : 0
      picture.size = 250
      return picture.svg()
    }
    content.solutions = [
      .init(
        svg: field("k = 1 everywhere", .sequential, "T in K") { 1 - $1 + 0 * $0 },
        caption: "At the reference parameter the heat runs straight up."),
      .init(
        svg: field("k[4] = 0.1", .sequential, "T in K") { x, y in
          1 - y + 0.8 * .sin(.pi * x) * .sin(.pi * y) * (0.5 - y)
        }, caption: "A poor conductor in the middle: the isotherms crowd together inside it."),
    ]
    content.modes = (1...4).map { k in
      .init(
        svg: field("Basis vector \(k)", .diverging, "") { x, y in
          .sin(Double(k) * .pi * x) * .cos((Double(k) - 0.5) * .pi * y)
        }, caption: "Orthonormal in the energy product; its sign has no meaning.")
    }
  }

  private static func addAccuracy(to content: inout ReportContent) {
    var random = SeededRandom(seed: 7)
    let steps = (1...64).map { n in
      ReportContent.Greedy.Step(
        size: n, row: Int(random.next() % 2000),
        parameter: (0..<parameterCount).map { _ in .exp10(random.uniform()) },
        estimate: 2.1 * .exp(-0.12 * Double(n)) * (1 + 0.12 * random.uniform()))
    }
    content.greedy = .init(
      steps: steps, measure: "relative bound", tolerance: 1e-3, floor: 3e-13,
      trainingCount: 2000,
      comparisons: [
        .init(
          "true error, largest", sizes: [4, 8, 16, 32, 48, 64],
          values: [4, 8, 16, 32, 48, 64].map { 0.5 * .exp(-0.12 * $0) })
      ])
    let sizes = [4, 8, 16, 24, 32, 48, 64].map { n in
      let errors = (0..<100).map { _ in
        0.5 * .exp(-0.12 * Double(n)) * .exp(-0.8 + 0.8 * random.uniform())
      }
      let effectivities = errors.map { _ in 3.2 + 2 * random.uniform() }
      return ReportContent.Validation.Size(
        size: n, errors: errors, estimates: zip(errors, effectivities).map(*),
        effectivities: effectivities)
    }
    content.validation = .init(
      sizes: sizes, measure: "relative error in the energy norm",
      points: "100 points, log-random, seed 2", floor: 3e-13)
  }

  private static func addAnswers(to content: inout ReportContent) {
    var random = SeededRandom(seed: 9)
    content.queries = [
      .init(
        point: "k = (1, 1, 1, 1, 1, 1, 1, 1, 1)", output: "mean-bottom", unit: "K m",
        reduced: 1.000_000_002, full: 1, bound: 3.1e-8, guarantee: .upperBound),
      .init(
        point: "k = (0.1, 1, 10, 1, 0.1, 1, 10, 1, 1)", output: "mean-bottom", unit: "K m",
        reduced: 1.373_645_1, full: 1.373_645_6, bound: 2.4e-6, guarantee: .upperBound),
      .init(
        point: "k = (10, 10, 10, 10, 10, 10, 10, 10, 10)", output: "mean-bottom", unit: "K m",
        reduced: 0.1, full: 0.1, bound: 1.2e-13, guarantee: .notCertified),
    ]
    content.outputErrors = [16, 64].map { n in
      let errors = (0..<100).map { _ in
        Double.exp(-0.24 * Double(n)) * .exp(-2 + 1.8 * random.uniform())
      }
      return .init(
        output: "mean-bottom", size: n, errors: errors,
        bounds: errors.map { $0 * (6 + 4 * random.uniform()) })
    }
    content.ledger = .init(
      fullSolves: 64,
      offline: [
        ("mesh", 0.021), ("assembly", 0.064), ("factorization", 1.32), ("solve", 0.21),
        ("reduction", 0.92),
      ], secondsFull: 0.0312, secondsReduced: 16.2e-6, secondsEstimate: 9.8e-6,
      breakEvenQueries: 82, peakMemoryBytes: 312_000_000)
    content.expectations = [
      .init(
        quantity: "query[0].outputs.mean-bottom", expected: "1 ± 10⁻⁶ relative",
        found: 1.000_000_002, isMet: true, source: "analytic: heat through one dimension"),
      .init(
        quantity: "reduction.size", expected: "60 ± 2", found: 64, isMet: false,
        source: "an earlier run"),
    ]
    content.reproducibility = [
      .init("Ritz", "0.1.0"), .init("Case hash", "5b2f9a1c77e04d31"),
      .init("Mesh hash", "c0ffee12ab34cd56"), .init("Threads", "2"),
      .init("BLAS kernel", "OpenBLAS 0.3.21, SkylakeX"),
    ]
  }
}
