internal import Expressions
internal import LinearAlgebra
public import ModelReduction

extension HyperReducedModel {
  /// The kind under which `.ritz` files hold such models.
  public static let kind = "elastoviscoplasticity"

  /// The model in named numbers and texts, for a `.ritz` file; nil where a law cannot be written
  /// down (see ``DescribedLaw``).
  public var parts: ModelParts? {
    var parts = ModelParts(
      kind: HyperReducedModel.kind, parameterSpace: parameterSpace, size: size,
      productName: productName, outputNames: outputNames, grid: grid)
    let newton = settings.newton
    parts.put(
      [
        newton.tolerance, Double(newton.iterations), Double(newton.halvings), Double(settings.cuts),
        settings.timeTolerance ?? 0,
      ],
      as: "settings")
    parts.put(calibration?.numbers ?? [], as: "calibration")
    parts.put(places, as: "points/places")
    parts.put(weights, as: "points/weights")
    parts.put(strains, as: "strains")
    parts.put(liftStrains, as: "lifts/strains")
    parts.put(liftCoefficients.texts, as: "lifts/coefficients")
    parts.put(loads, as: "loads/values")
    parts.put(loadCoefficients.texts, as: "loads/coefficients")
    parts.put([materials.groups.count], as: "laws/count")
    for (g, group) in materials.groups.enumerated() {
      guard let law = group.law as? any DescribedLaw else { return nil }
      law.description.write(to: &parts, as: "laws/\(g)")
      parts.put(group.points.map(Int.init), as: "laws/\(g)/points")
    }
    materials.writeSites(to: &parts, as: "laws/sites")
    temperatures.write(to: &parts, as: "temperatures")
    parts.put([duals.count], as: "duals/count")
    for (d, dual) in duals.enumerated() { dual.write(to: &parts, as: "duals/\(d)") }
    for (k, output) in outputs.enumerated() { output.write(to: &parts, as: "outputs/\(k)") }
    return parts
  }

  /// The model that ``parts`` was made of, to the last bit.
  ///
  /// - Throws: `ModelFileError` where parts are missing or contradict each other, or a law cannot be
  ///   built: an external one needs its library.
  public init(_ parts: ModelParts) throws(ModelFileError) {
    guard parts.kind == HyperReducedModel.kind, let grid = parts.grid else {
      throw parts.malformed("times", "belongs to a model of kind '\(parts.kind)'")
    }
    let space = parts.parameterSpace
    let timeSpace: ParameterSpace
    do throws(ParameterSpaceError) { timeSpace = try space.withTime(over: grid) } catch {
      throw parts.malformed("times", "does not fit the parameters: \(error)")
    }
    // Files from before there was a tolerance in time have four.
    let numbers = try parts.numbers("settings")
    guard 4...5 ~= numbers.count, numbers[0] > 0, numbers.dropFirst().allSatisfy({ 0..<1e6 ~= $0 }),
      numbers[1] >= 1
    else {
      throw parts.malformed("settings", "holds impossible settings")
    }
    let settings = QuasiStaticModel.Settings(
      newton: NewtonSettings(
        tolerance: numbers[0], iterations: Int(numbers[1]), halvings: Int(numbers[2])),
      cuts: Int(numbers[3]), timeTolerance: numbers.count > 4 && numbers[4] > 0 ? numbers[4] : nil)
    let learnt = try parts.numbers("calibration")
    let calibration = ErrorCalibration(numbers: learnt)
    guard learnt.isEmpty || calibration != nil else {
      throw parts.malformed("calibration", "is no calibration")
    }
    let weights = try parts.numbers("points/weights")
    let (m, n) = (weights.count, parts.size)
    let lifts = try parts.coefficients("lifts/coefficients", in: timeSpace)
    let loads = try parts.coefficients("loads/coefficients", in: timeSpace)
    let materials = try MaterialAssignment(parts, "laws", points: m)
    let duals = try (0..<(try parts.integers("duals/count", count: 1, in: 0..<1000)[0])).map {
      d throws(ModelFileError) in
      try SampledField(parts, "duals/\(d)", materials)
    }
    let strains = try parts.matrix("strains", rows: 6 * m, columns: n)
    let layout = ReducedLayout(
      modes: n, lifts: lifts.count, loads: loads.count, duals: duals.map(\.modes.columnCount))
    self.init(
      space, grid, settings, calibration: calibration, productName: parts.productName,
      places: try parts.texts("points/places", count: m), weights: weights, materials: materials,
      temperatures: try TemperatureHistory(parts, "temperatures", points: m), strains: strains,
      lifts: (try parts.matrix("lifts/strains", rows: 6 * m, columns: lifts.count), lifts),
      loads: (try parts.matrix("loads/values", rows: n, columns: loads.count), loads),
      timeSpace: timeSpace, duals: duals,
      outputs: try parts.outputNames.enumerated().map { k, name throws(ModelFileError) in
        try HyperReducedOutput(parts, "outputs/\(k)", name, layout, points: m)
      })
  }
}
