internal import Expressions

extension ElasticMaterial: DescribedLaw {
  /// The law that was described.
  public init(
    _ description: LawDescription, subject: PhysicsError.Subject = .problem
  ) throws(PhysicsError) {
    let read = DescriptionReader(description: description, subject: subject)
    let axes: [[Double]]?
    if description.entries["axes"] == nil {
      axes = nil
    } else {
      let numbers = try read.expressions("axes", count: 9).map { $0.constantValue ?? .nan }
      axes = (0..<3).map { Array(numbers[3 * $0..<3 * $0 + 3]) }
    }
    let form: ElasticLaw.Form
    switch try read.word("form") {
    case "isotropic":
      form = .isotropic(
        young: try read.expression("young"), poisson: try read.expression("poisson"))
    case "lame":
      form = .lame(lambda: try read.expression("lambda"), mu: try read.expression("mu"))
    case "orthotropic":
      form = .orthotropic(
        young: try read.expressions("young", count: 3),
        poisson: try read.expressions("poisson", count: 3),
        shear: try read.expressions("shear", count: 3))
    case "stiffness":
      let c = try read.expressions("stiffness", count: 36)
      form = .stiffness((0..<6).map { Array(c[6 * $0..<6 * $0 + 6]) })
    case let other:
      throw read.error("has '\(other)' for 'form': isotropic, lame, orthotropic or stiffness")
    }
    try self.init(
      ElasticLaw(form, axes: axes), expansion: try read.expressions("expansion"),
      referenceTemperature: try read.number("referenceTemperature"), subject: subject)
  }

  /// What describes it.
  public var description: LawDescription {
    var entries: [String: [String]] = [
      "expansion": texts(expansion), "referenceTemperature": texts(referenceTemperature),
    ]
    if let axes = stiffness.axes {
      entries["axes"] = axes.flatMap { $0.flatMap { texts($0) } }
    }
    switch stiffness.form {
    case .isotropic(let young, let poisson):
      entries["form"] = ["isotropic"]
      (entries["young"], entries["poisson"]) = (texts([young]), texts([poisson]))
    case .lame(let lambda, let mu):
      entries["form"] = ["lame"]
      (entries["lambda"], entries["mu"]) = (texts([lambda]), texts([mu]))
    case .orthotropic(let young, let poisson, let shear):
      entries["form"] = ["orthotropic"]
      (entries["young"], entries["poisson"]) = (texts(young), texts(poisson))
      entries["shear"] = texts(shear)
    case .stiffness(let rows):
      entries["form"] = ["stiffness"]
      entries["stiffness"] = texts(rows.flatMap { $0 })
    }
    return LawDescription(kind: "elastic", entries: entries)
  }
}
