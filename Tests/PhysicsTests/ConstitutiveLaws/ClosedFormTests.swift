import Expressions
import Physics
import RealModule
import TestSupport
import Testing

@Suite struct ClosedFormTests {
  @Test func `a perfectly plastic bar carries its yield stress and no more`() throws {
    var bar = Specimen(try LawSamples.law("perfect"))
    for strain in [5e-4, 2e-3, 1e-2] { try bar.pull(to: strain) }
    #expect((bar.stress[0] - 150).magnitude < 1e-10)
    #expect((bar.state[6] - (1e-2 - 150 / 2e5)).magnitude < 1e-15)
    // Plastic flow keeps the volume: the bar narrows by ν of the elastic and half of the plastic.
    #expect((bar.strain[1] + 0.3 * 150 / 2e5 + 0.5 * bar.state[6]).magnitude < 1e-14)
  }

  @Test func `linear hardening raises the stress with slope E H over E plus H`() throws {
    let law = try LawSamples.law("linear")
    var bar = Specimen(law)
    try bar.pull(to: 2e-3)
    let first = bar.stress[0]
    try bar.pull(to: 7e-3)
    let slope = (bar.stress[0] - first) / 5e-3
    #expect((slope / (2e5 * 1e4 / 2.1e5) - 1).magnitude < 1e-12)
  }

  @Test func `Voce hardening saturates as written`() throws {
    var bar = Specimen(
      try LawSamples.inelastic(
        .voce(initial: number(150), saturation: number(80), rate: number(300), modulus: number(0))))
    for strain in [1e-3, 3e-3, 8e-3] {
      try bar.pull(to: strain)
      let plastic = strain - bar.stress[0] / 2e5
      #expect((bar.stress[0] - 230 + 80 * Double.exp(-300 * plastic)).magnitude < 1e-10)
    }
    try bar.pull(to: 0.5)
    #expect((bar.stress[0] - 230).magnitude < 1e-10)
  }

  @Test func `a hardening table is followed between and beyond its points`() throws {
    var bar = Specimen(try LawSamples.law("table"), temperature: 100)
    try bar.pull(to: 1.5e-3 + 0.5 * 350 / 2e5)
    // R lies on the second piece: 200 + 1e4 (p − 1e-3).
    #expect((bar.stress[0] - 200 - 1e4 * (bar.state[6] - 1e-3)).magnitude < 1e-10)
    try bar.pull(to: 0.1)
    #expect((bar.stress[0] - 259).magnitude < 1e-10)
  }

  @Test func `an Armstrong-Frederick backstress saturates at C over D`() throws {
    var bar = Specimen(
      try LawSamples.inelastic(
        .constant(number(100)), [.init(modulus: number(5e4), recall: number(500))]))
    for k in 1...300 { try bar.pull(to: 1e-3 * Double(k)) }
    #expect((bar.stress[0] - 200).magnitude < 1e-9)
    // Uniaxial: the backstress is deviatoric with J(X) = C/D.
    #expect((bar.state[7] - 2.0 / 3 * 100).magnitude < 1e-9)
  }

  /// The stress at the top of the stabilised loop of plastic amplitude `amplitude`.
  private func loopTop(_ steps: Int, _ range: Double) throws -> (stress: Double, plastic: Double) {
    var bar = Specimen(
      try LawSamples.inelastic(
        .constant(number(100)), [.init(modulus: number(5e4), recall: number(500))]))
    var (top, bottom) = ([Double](), [Double]())
    for _ in 0..<12 {
      for k in 1...steps {
        try bar.pull(to: range * (2 * Double(k) / Double(steps) - 1))
      }
      top = [bar.stress[0], bar.state[0]]
      for k in 1...steps {
        try bar.pull(to: range * (1 - 2 * Double(k) / Double(steps)))
      }
      bottom = [bar.stress[0], bar.state[0]]
    }
    #expect((top[0] + bottom[0]).magnitude < 1e-6 * top[0], "the loop is closed and symmetric")
    return (top[0], top[1] - bottom[1])
  }

  @Test func `a stabilised loop reaches the hyperbolic tangent of its plastic range`() throws {
    let errors = try [50, 100, 200].map { steps in
      let (stress, plastic) = try loopTop(steps, 2e-3)
      return stress - 100 - 100 * Double.tanh(500 * plastic / 2)
    }
    #expect(errors[2].magnitude < 0.5)
    let order = Double.log(errors[1] / errors[2]) / Double.log(2)
    #expect((order - 1).magnitude < 0.1, "\(errors)")
  }

  @Test func `a stretched bar relaxes as Norton's law integrates, at first order`() throws {
    let (n, a, young, total) = (5.0, 1e-14, 2e5, 1e4)
    let start = 200.0
    let exact = Double.pow(
      Double.pow(start, 1 - n) + (n - 1) * young * a * total, 1 / (1 - n))
    let errors = try [100, 200, 400].map { steps in
      var bar = Specimen(try LawSamples.law("norton"))
      try bar.pull(to: start / young)
      for _ in 0..<steps { try bar.pull(to: start / young, in: total / Double(steps)) }
      return bar.stress[0] - exact
    }
    #expect(errors[2].magnitude < 0.01 * exact)
    let order = Double.log(errors[1] / errors[2]) / Double.log(2)
    #expect((order - 1).magnitude < 0.1, "\(errors)")
  }

  @Test func `a bar under constant stress creeps at Norton's rate whatever the step`() throws {
    var bar = Specimen(try LawSamples.law("norton"))
    try bar.load(to: 100)
    var before = bar.strain[0]
    #expect((before - 100 / 2e5).magnitude < 1e-16, "without time nothing flows")
    for length in [1e-2, 1.0, 1e3] {
      try bar.load(to: 100, in: length)
      let rate = (bar.strain[0] - before) / length
      // The last places of the strain over the length are what can be seen.
      #expect((rate - 1e-14 * 1e10).magnitude < 1e-11 * 1e-4 + 8 * bar.strain[0].ulp / length)
      before = bar.strain[0]
    }
  }

  @Test func `at constant rate Perzyna's bar carries the yield stress and its overstress`() throws {
    let law = try LawSamples.inelastic(
      .constant(number(150)), [],
      .perzyna(rate: number(1e-3), stress: number(100), exponent: number(4)))
    for rate in [1e-6, 1e-3, 1e-1] {
      var bar = Specimen(law)
      for k in 1...200 { try bar.pull(to: 2e-4 * Double(k), in: 2e-4 / rate) }
      let expected = 150 + 100 * Double.pow(rate / 1e-3, 0.25)
      #expect((bar.stress[0] / expected - 1).magnitude < 1e-9)
    }
  }

  @Test func `Chaboche and Norton say the same where there is no threshold`() throws {
    let norton = try LawSamples.law("norton")
    let chaboche = try LawSamples.inelastic(
      .constant(number(0)), [],
      .chaboche(resistance: number(Double.pow(1e-14, -0.2)), exponent: number(5)))
    var random = SeededRandom(seed: 5)
    var (a, b) = (Specimen(norton), Specimen(chaboche))
    for _ in 0..<20 {
      let strain = randomStrain(2e-3, &random)
      try a.advance(to: strain, in: 10)
      try b.advance(to: strain, in: 10)
      #expect(zip(a.stress, b.stress).allSatisfy { ($0 - $1).magnitude < 1e-11 * 400 })
    }
  }

  @Test(arguments: [0, 1e-9])
  func `without resistance viscoplasticity is plasticity`(_ resistance: Double) throws {
    let backstress = InelasticMaterial.Backstress(modulus: number(1e5), recall: number(1000))
    let curve = InelasticMaterial.YieldStress.linear(initial: number(100), modulus: number(2e3))
    let plastic = try LawSamples.inelastic(curve, [backstress])
    let viscous = try LawSamples.inelastic(
      curve, [backstress], .chaboche(resistance: number(resistance), exponent: number(30)))
    var random = SeededRandom(seed: 6)
    var (a, b) = (Specimen(plastic), Specimen(viscous))
    for _ in 0..<40 {
      let strain = randomStrain(3e-3, &random)
      try a.advance(to: strain, in: 1)
      try b.advance(to: strain, in: 1)
      let scale = 1e-11 * 600 + 2 * resistance
      #expect(zip(a.stress, b.stress).allSatisfy { ($0 - $1).magnitude < scale })
    }
  }
}
