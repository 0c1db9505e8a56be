import Expressions
import Physics
import RealModule
import TestSupport
import Testing

/// The matrix of a stress, or of a strain whose shears are halved first.
private func matrix(_ v: [Double], shear: Double = 1) -> [[Double]] {
  [
    [v[0], shear * v[5], shear * v[4]], [shear * v[5], v[1], shear * v[3]],
    [shear * v[4], shear * v[3], v[2]],
  ]
}

/// Q a Qᵀ.
private func rotated(_ a: [[Double]], _ q: [[Double]]) -> [[Double]] {
  (0..<3).map { i in
    (0..<3).map { j in
      var sum = 0.0
      for k in 0..<3 { for l in 0..<3 { sum += q[i][k] * a[k][l] * q[j][l] } }
      return sum
    }
  }
}

private func six(_ a: [[Double]], shear: Double = 1) -> [Double] {
  [a[0][0], a[1][1], a[2][2], shear * a[1][2], shear * a[0][2], shear * a[0][1]]
}

/// A rotation from a random quaternion.
private func randomRotation(_ random: inout SeededRandom) -> [[Double]] {
  var q = (0..<4).map { _ in random.uniform() }
  let length = q.reduce(0) { $0 + $1 * $1 }.squareRoot()
  q = q.map { $0 / length }
  let (w, x, y, z) = (q[0], q[1], q[2], q[3])
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ]
}

private let inelastic = LawSamples.names.filter { $0 != "elastic" && $0 != "orthotropic" }

@Suite struct ThermodynamicTests {
  @Test(arguments: inelastic)
  func `plastic strain keeps the volume, grows in length and costs energy`(_ name: String) throws {
    let law = try #require(try LawSamples.law(name) as? InelasticMaterial)
    var random = SeededRandom(seed: 21)
    var specimen = Specimen(law, temperature: 300)
    var flowed = 0
    for _ in 0..<200 {
      let before = specimen.state
      let size = 1e-3 * Double.pow(10, random.uniform(-1...1))
      try specimen.advance(to: randomStrain(size, &random), in: 1)
      let after = specimen.state
      #expect((after[0] + after[1] + after[2]).magnitude < 1e-15)
      #expect(after[6] >= before[6])
      if after[6] > before[6] { flowed += 1 }
      // σ : Δε_p, less what the backstresses store; ε_p and α with engineering shears.
      var work = (0..<6).reduce(0.0) { $0 + specimen.stress[$1] * (after[$1] - before[$1]) }
      for (k, backstress) in law.backstresses.enumerated() {
        let modulus = backstress.modulus.substituting { _ in number(300) }.simplified()
        let c = try #require(modulus.constantValue)
        let x = 7 + 6 * k
        #expect((after[x] + after[x + 1] + after[x + 2]).magnitude < 1e-10)
        for i in 0..<6 {
          work -=
            (i < 3 ? 1.5 : 3) / c * after[x + i] * (after[x + i] - before[x + i])
        }
      }
      #expect(work >= -1e-12)
    }
    #expect(flowed > 50, "\(flowed) of 200 steps flowed")
  }

  @Test(arguments: inelastic + ["elastic"])
  func `turning the history turns the stress`(_ name: String) throws {
    let law = try LawSamples.law(name)
    var random = SeededRandom(seed: 22)
    let q = randomRotation(&random)
    var (straight, turned) = (Specimen(law, temperature: 50), Specimen(law, temperature: 50))
    for _ in 0..<30 {
      let strain = randomStrain(3e-3, &random)
      let image = six(rotated(matrix(strain, shear: 0.5), q), shear: 2)
      let temperature = random.uniform(20...500)
      try straight.advance(to: strain, in: 1, temperature: temperature)
      try turned.advance(to: image, in: 1, temperature: temperature)
      let expected = six(rotated(matrix(straight.stress), q))
      let scale = expected.reduce(100) { max($0, $1.magnitude) }
      #expect(zip(turned.stress, expected).allSatisfy { ($0 - $1).magnitude < 1e-11 * scale })
    }
  }

  @Test(arguments: LawSamples.names)
  func `how points are split into batches changes no bit`(_ name: String) throws {
    let law = try LawSamples.law(name)
    var random = SeededRandom(seed: 23)
    var whole = MaterialPoints(capacity: 601, stateCount: law.stateCount)
    whole.strain = (0..<6 * 601).map { _ in 3e-3 * random.uniform() }
    whole.startTemperature = (0..<601).map { _ in random.uniform(0...600) }
    whole.temperature = (0..<601).map { _ in random.uniform(0...600) }
    for p in 0..<601 where law.stateCount > 0 {
      whole.startState[law.stateCount * p + 6] = random.uniform(0...0.01)
    }
    let step = TimeIncrement(start: 1, length: 0.1)
    var part = MaterialPoints(capacity: 64, stateCount: law.stateCount)
    let input = whole
    try law.advance(&whole, over: step)
    for start in stride(from: 0, to: 601, by: 64) {
      part.count = min(64, 601 - start)
      for p in 0..<part.count {
        for i in 0..<6 { part.strain[6 * p + i] = input.strain[6 * (start + p) + i] }
        part.startTemperature[p] = input.startTemperature[start + p]
        part.temperature[p] = input.temperature[start + p]
        for i in 0..<law.stateCount {
          part.startState[law.stateCount * p + i] =
            input.startState[law.stateCount * (start + p) + i]
        }
      }
      try law.advance(&part, over: step)
      let (n, s) = (part.count, law.stateCount)
      #expect(part.stress[..<(6 * n)] == whole.stress[(6 * start)..<(6 * (start + n))])
      #expect(part.tangent[..<(36 * n)] == whole.tangent[(36 * start)..<(36 * (start + n))])
      #expect(part.state[..<(s * n)] == whole.state[(s * start)..<(s * (start + n))])
    }
  }

  @Test(arguments: LawSamples.names)
  func `a free body only expands and a held one is pressed`(_ name: String) throws {
    let law = try LawSamples.law(name)
    guard name == "elastic" || name == "warm" else { return }
    var free = Specimen(law, temperature: 20)
    let rise = name == "elastic" ? 1e-5 * 80 : 1e-5 * (1 + 100.0 / 2000) * 80
    try free.advance(to: [rise, rise, rise, 0, 0, 0], in: 1, temperature: 100)
    #expect(free.stress.allSatisfy { $0.magnitude < 1e-10 })
    var held = Specimen(law, temperature: 20)
    try held.advance(to: [0, 0, 0, 0, 0, 0], in: 1, temperature: 100)
    #expect(held.stress[0] < -100 && held.stress[0] == held.stress[2])
  }

  @Test func `a backstress follows its modulus when only the temperature changes`() throws {
    let law = try LawSamples.inelastic(
      .constant(number(100)),
      [.init(modulus: ofTemperature("1e5 - 100*T"), recall: number(2000))])
    var specimen = Specimen(law, temperature: 0)
    try specimen.advance(to: [0.01, -0.005, -0.005, 0, 0, 0], temperature: 0)
    let plastic = Array(specimen.state[0..<6])
    let hot = Array(specimen.state[7..<13])
    try specimen.advance(to: plastic, temperature: 500)
    #expect(zip(specimen.state[7...], hot).allSatisfy { ($0 - 0.5 * $1).magnitude < 1e-12 * 200 })
  }
}
