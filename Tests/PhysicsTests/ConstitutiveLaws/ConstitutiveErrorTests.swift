import Expressions
import Physics
import TestSupport
import Testing

@Suite struct ConstitutiveErrorTests {
  @Test(arguments: LawSamples.names)
  func `a strain that is no number is named with its point`(_ name: String) throws {
    let law = try LawSamples.law(name)
    for bad in [Double.nan, .infinity, 1e308] {
      var points = MaterialPoints(capacity: 5, stateCount: law.stateCount)
      points.strain[6 * 3 + 4] = bad
      points.strain[6 * 3] = bad
      do {
        try law.advance(&points, over: TimeIncrement(start: 0, length: 1))
        Issue.record("\(name) took \(bad)")
      } catch {
        #expect(error.point == 3 && error.message.contains("stress"), "\(error)")
      }
      #expect(points.stress.count == 30 && points.state.count == 5 * law.stateCount)
    }
  }

  @Test func `a coefficient that leaves its range is named with its temperature`() throws {
    let law = try LawSamples.inelastic(.constant(ofTemperature("100 - T")))
    var points = MaterialPoints(capacity: 4, stateCount: law.stateCount)
    points.temperature = [0, 50, 120, 130]
    let error = try #require(throws: ConstitutiveError.self) {
      try law.advance(&points, over: TimeIncrement(start: 0, length: 1))
    }
    #expect(error.point == 2)
    #expect(error.message == "yield stress = 100 - T is -20.0 at T = 120.0; it must be positive")
  }

  @Test func `a stiffness that loses its energy with the temperature is named`() throws {
    let law = try ElasticMaterial(
      .isotropic(young: ofTemperature("2e5 - 500*T"), poisson: number(0.3)))
    var points = MaterialPoints(capacity: 3, stateCount: 0)
    points.temperature = [0, 399, 401]
    let error = try #require(throws: ConstitutiveError.self) {
      try law.advance(&points, over: TimeIncrement(start: 0, length: 1))
    }
    #expect(error.point == 2)
    #expect(error.message.hasPrefix("at T = 401.0 the stiffness is not positive definite"))
  }

  @Test func `softening is followed to its end and refused beyond`() throws {
    let law = try LawSamples.inelastic(.linear(initial: number(150), modulus: number(-1e4)))
    var bar = Specimen(law)
    // The bar sheds stress with slope E H/(E + H).
    try bar.pull(to: 150 / 2e5)
    try bar.pull(to: 150 / 2e5 + 5e-3)
    #expect((bar.stress[0] - 150 + 5e-3 * 2e9 / 1.9e5).magnitude < 1e-9)
    let error = try #require(throws: ConstitutiveError.self) {
      try bar.advance(to: [0.1, -0.05, -0.05, 0, 0, 0])
    }
    #expect(error.remedy == .shorterStep(factor: 0.5) && error.message.contains("soften"))
  }

  @Test func `laws without sense are refused with the entry`() throws {
    func message(_ make: () throws -> Void) -> String {
      do { try make() } catch { return "\(error)" }
      return "no error"
    }
    let flow = InelasticMaterial.Flow.norton(coefficient: number(1e-9), exponent: number(3))
    let cases: [(String, () throws -> Void)] = [
      ("yield stress is 0.0", { _ = try LawSamples.inelastic(.constant(number(0))) }),
      ("no threshold", { _ = try LawSamples.inelastic(.constant(number(1)), [], flow) }),
      (
        "Poisson's ratio is 0.5",
        {
          _ = try ElasticMaterial(.isotropic(young: number(1), poisson: number(0.5)))
        }
      ),
      (
        "ascend strictly",
        {
          _ = try LawSamples.inelastic(
            .table(plasticStrain: [0, 0.1, 0.1], stress: [number(1), number(2), number(3)]))
        }
      ),
      (
        "depends on x",
        {
          _ = try LawSamples.inelastic(.constant(Expression(.coordinate(0))))
        }
      ),
      (
        "positive definite",
        {
          _ = try ElasticMaterial(
            ElasticLaw(
              .orthotropic(
                young: [number(1), number(1), number(1)],
                poisson: [number(0.9), number(0.9), number(0.9)],
                shear: [number(1), number(1), number(1)])))
        }
      ),
      (
        "2 coefficients of thermal",
        {
          _ = try ElasticMaterial(
            .isotropic(young: number(1), poisson: number(0.3)), expansion: [number(1), number(1)])
        }
      ),
    ]
    for (words, make) in cases {
      let found = message(make)
      #expect(found.contains(words), "\(found)")
    }
  }

  @Test(arguments: LawSamples.names)
  func `a described law is the same law to the last bit`(_ name: String) throws {
    let law = try LawSamples.law(name)
    let again = try law.description.law()
    #expect(again.description == law.description)
    #expect(again.variables == law.variables && again.tangentSymmetry == law.tangentSymmetry)
    var random = SeededRandom(seed: 31)
    var (a, b) = (Specimen(law, temperature: 20), Specimen(again, temperature: 20))
    for _ in 0..<10 {
      let strain = randomStrain(3e-3, &random)
      let temperature = random.uniform(20...500)
      try a.advance(to: strain, in: 0.3, temperature: temperature)
      try b.advance(to: strain, in: 0.3, temperature: temperature)
      #expect(a.stress == b.stress && a.state == b.state && a.tangent == b.tangent)
    }
  }

  @Test func `a damaged description is refused with the entry`() throws {
    let whole = try LawSamples.law("warm").description
    for name in whole.entries.keys where name != "plasticStrain" {
      var damaged = whole
      damaged.entries[name] = nil
      let error = try #require(throws: PhysicsError.self) { _ = try damaged.law() }
      #expect(error.message.contains("'\(name)'"), "\(error)")
      damaged.entries[name] = ["1 +"]
      #expect(throws: PhysicsError.self) { _ = try damaged.law() }
    }
    #expect(throws: PhysicsError.self) {
      _ = try LawDescription(kind: "magic", entries: [:]).law()
    }
  }
}
