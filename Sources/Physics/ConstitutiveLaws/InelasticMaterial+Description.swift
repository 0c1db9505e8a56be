internal import Expressions

extension InelasticMaterial: DescribedLaw {
  /// The law that was described.
  public init(
    _ description: LawDescription, subject: PhysicsError.Subject = .problem
  ) throws(PhysicsError) {
    let read = DescriptionReader(description: description, subject: subject)
    let backstresses = try read.expressions("backstresses")
    guard backstresses.count.isMultiple(of: 2) else {
      throw read.error(
        "has \(backstresses.count) values of 'backstresses'; they are pairs of C and D")
    }
    try self.init(
      elasticity: Elasticity(
        young: try read.expression("young"), poisson: try read.expression("poisson"),
        expansion: try read.expression("expansion"),
        referenceTemperature: try read.number("referenceTemperature")),
      yieldStress: try InelasticMaterial.yieldStress(read),
      backstresses: stride(from: 0, to: backstresses.count, by: 2).map {
        Backstress(modulus: backstresses[$0], recall: backstresses[$0 + 1])
      },
      flow: try InelasticMaterial.flow(read), subject: subject)
  }

  /// What describes it.
  public var description: LawDescription {
    var entries: [String: [String]] = [
      "young": texts([elasticity.young]), "poisson": texts([elasticity.poisson]),
      "expansion": texts([elasticity.expansion]),
      "referenceTemperature": texts(elasticity.referenceTemperature),
      "yieldStress": yieldStressTexts,
      "backstresses": backstresses.flatMap { texts([$0.modulus, $0.recall]) },
      "flow": flowTexts,
    ]
    if case .table(let strains, _) = yieldStress {
      entries["plasticStrain"] = strains.flatMap { texts($0) }
    }
    return LawDescription(kind: "inelastic", entries: entries)
  }

  private var yieldStressTexts: [String] {
    switch yieldStress {
    case .constant(let stress): ["constant"] + texts([stress])
    case .linear(let initial, let modulus): ["linear"] + texts([initial, modulus])
    case .voce(let initial, let saturation, let rate, let modulus):
      ["voce"] + texts([initial, saturation, rate, modulus])
    case .table(_, let stresses): ["table"] + texts(stresses)
    }
  }

  private var flowTexts: [String] {
    switch flow {
    case .rateIndependent: ["rateIndependent"]
    case .norton(let coefficient, let exponent): ["norton"] + texts([coefficient, exponent])
    case .perzyna(let rate, let stress, let exponent):
      ["perzyna"] + texts([rate, stress, exponent])
    case .chaboche(let resistance, let exponent): ["chaboche"] + texts([resistance, exponent])
    }
  }

  private static func yieldStress(_ read: DescriptionReader) throws(PhysicsError) -> YieldStress {
    let name = "yieldStress"
    func values(_ count: Int) throws(PhysicsError) -> [Expression] {
      try read.expressions(name, from: 1, count: count)
    }
    switch try read.word(name) {
    case "constant": return .constant(try values(1)[0])
    case "linear":
      let c = try values(2)
      return .linear(initial: c[0], modulus: c[1])
    case "voce":
      let c = try values(4)
      return .voce(initial: c[0], saturation: c[1], rate: c[2], modulus: c[3])
    case "table":
      return .table(
        plasticStrain: try read.expressions("plasticStrain").map { $0.constantValue ?? .nan },
        stress: try read.expressions(name, from: 1))
    case let other:
      throw read.error("has '\(other)' for '\(name)': constant, linear, voce or table")
    }
  }

  private static func flow(_ read: DescriptionReader) throws(PhysicsError) -> Flow {
    func values(_ count: Int) throws(PhysicsError) -> [Expression] {
      try read.expressions("flow", from: 1, count: count)
    }
    switch try read.word("flow") {
    case "rateIndependent": return .rateIndependent
    case "norton":
      let c = try values(2)
      return .norton(coefficient: c[0], exponent: c[1])
    case "perzyna":
      let c = try values(3)
      return .perzyna(rate: c[0], stress: c[1], exponent: c[2])
    case "chaboche":
      let c = try values(2)
      return .chaboche(resistance: c[0], exponent: c[1])
    case let other:
      throw read.error(
        "has '\(other)' for 'flow': rateIndependent, norton, perzyna or chaboche")
    }
  }
}
