import Expressions
import Physics
import RealModule
import TestSupport
import Testing

/// The largest entry of the tangent's error against differences of sixth order, relative to the
/// largest entry of the tangent; the best of several spacings, as truncation and rounding pull
/// them apart differently in every state.
private func tangentError(
  _ law: any ConstitutiveLaw, _ specimen: Specimen, _ strain: [Double], _ temperature: Double,
  _ length: Double
) throws -> Double {
  var point = specimen
  try point.advance(to: strain, in: length, temperature: temperature)
  let tangent = point.tangent
  let size = tangent.reduce(0) { max($0, $1.magnitude) }
  var best = Double.infinity
  let weights = [(1.0, 45.0), (2, -9), (3, 1)]
  for spacing in [1e-5, 1e-6, 3e-7, 1e-7, 3e-8, 1e-8] {
    var worst = 0.0
    for j in 0..<6 {
      var slope = [Double](repeating: 0, count: 6)
      for (reach, weight) in weights {
        for sign in [1.0, -1] {
          var moved = strain
          moved[j] += sign * reach * spacing
          var copy = specimen
          try copy.advance(to: moved, in: length, temperature: temperature)
          for i in 0..<6 { slope[i] += sign * weight * copy.stress[i] / (60 * spacing) }
        }
      }
      for i in 0..<6 { worst = max(worst, (slope[i] - tangent[6 * i + j]).magnitude / size) }
    }
    best = min(best, worst)
  }
  return best
}

@Suite struct ConsistentTangentTests {
  @Test(arguments: LawSamples.names)
  func `the tangent is the derivative of the stress in every state`(_ name: String) throws {
    let law = try LawSamples.law(name)
    var random = SeededRandom(seed: 7)
    var worst = 0.0
    for _ in 0..<12 {
      var specimen = Specimen(law, temperature: 20)
      for _ in 0..<4 {
        // From small steps, many of them elastic or unloading, to a hundred yield strains.
        let size = 1e-3 * Double.pow(10, random.uniform(-0.7...2))
        let strain = randomStrain(size, &random)
        let temperature = random.uniform(20...600)
        let length = Double.pow(10, random.uniform(-3...4))
        worst = max(worst, try tangentError(law, specimen, strain, temperature, length))
        try specimen.advance(to: strain, in: length, temperature: temperature)
      }
    }
    #expect(worst < 1e-9, "\(name): \(worst)")
  }

  @Test(arguments: LawSamples.names)
  func `the tangent is symmetric where the law says so`(_ name: String) throws {
    let law = try LawSamples.law(name)
    var random = SeededRandom(seed: 11)
    var specimen = Specimen(law, temperature: 20)
    var skew = 0.0
    for _ in 0..<30 {
      try specimen.advance(to: randomStrain(4e-3, &random), in: 1, temperature: 100)
      let t = specimen.tangent
      for i in 0..<6 {
        for j in 0..<i {
          skew = max(skew, (t[6 * i + j] - t[6 * j + i]).magnitude / t[0].magnitude)
        }
      }
    }
    if law.tangentSymmetry == .symmetric {
      #expect(skew < 1e-14, "\(name): \(skew)")
    } else {
      #expect(skew > 1e-4, "\(name) could be called symmetric: \(skew)")
    }
  }

  @Test(arguments: [1e-8, 1e-3, 1, 1e4, 1e8], [1.0, 3, 30, 100])
  func `the flow equation is solved from microseconds to years at any exponent`(
    _ length: Double, _ exponent: Double
  ) throws {
    var random = SeededRandom(seed: 3)
    let law = try LawSamples.inelastic(
      .linear(initial: number(10), modulus: number(100)),
      [.init(modulus: number(1e5), recall: number(1000))],
      .chaboche(resistance: number(300), exponent: number(exponent)))
    for size in [1e-9, 5.1e-5, 1e-3, 1e-1, 10] {
      var specimen = Specimen(law)
      for _ in 0..<5 {
        let before = specimen.state
        try specimen.advance(to: randomStrain(size, &random), in: length)
        let increment = specimen.state[6] - before[6]
        guard increment > 0 else { continue }
        // The flow rule is satisfied by what comes out.
        let mean = (specimen.stress[0] + specimen.stress[1] + specimen.stress[2]) / 3
        let z = (0..<6).map { i in
          specimen.stress[i] - (i < 3 ? mean : 0) - specimen.state[7 + i]
        }
        let square = (0..<6).reduce(0.0) { $0 + ($1 < 3 ? 1.5 : 3) * z[$1] * z[$1] }
        let excess = square.squareRoot() - 10 - 100 * specimen.state[6]
        let overstress = 300 * Double.pow(increment / length, 1 / exponent)
        // What is left is the rounding of the trial stress, which size times 6e5 bounds, and that
        // of the increment as a difference of two sums.
        let scale = 300 + 6e5 * size + overstress
        let lost = specimen.state[6].ulp / increment * overstress / exponent
        #expect(
          (excess - overstress).magnitude < 1e-13 * scale + lost,
          "size \(size): \(excess) against \(overstress)")
      }
    }
  }
}
