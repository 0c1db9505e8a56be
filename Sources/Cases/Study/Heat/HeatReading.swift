internal import Expressions
internal import ModelReduction
internal import Physics

extension ProblemReading {
  /// Heat conduction as a case states it: steady or in time, linear or not.
  mutating func heatProblem() -> HeatStudyProblem {
    let time = timeStepping()
    let conduction = diffusionProblem(laws: lawScope)
    var problem = HeatProblem(conduction: conduction, initials: initials())
    if caseFile.entry("time") != nil { problem.capacities = capacities() }
    problem.radiations = caseFile.boundaries.enumerated().compactMap { i, boundary in
      radiation(boundary).map {
        HeatProblem.Radiation(
          boundary: i, emissivity: $0.emissivity, ambient: $0.ambient, constant: $0.constant)
      }
    }
    let newton = caseFile.entry("newton")
    if let newton, !problem.isNonlinear {
      report(
        newton.location,
        "[newton] has no meaning here: no law depends on u and nothing radiates")
    }
    return HeatStudyProblem(
      problem: problem, time: time,
      newton: NewtonSettings(
        tolerance: newton?["tolerance"]?.number ?? 1e-10,
        iterations: newton?["iterations"]?.integer ?? 25, linearSolver: caseFile.solver))
  }

  /// u at the beginning.
  mutating func initials() -> [HeatProblem.Initial] {
    caseFile.entries("initial").compactMap { entry in
      let regions = regions(entry.on, 0...dimension)
      if let value = coefficient(entry, "value") {
        return HeatProblem.Initial(regions: regions, value: value)
      }
      return nodalField(entry).map { HeatProblem.Initial(regions: regions, field: $0) }
    }
  }

  /// Density times specific heat of each material.
  private mutating func capacities() -> [Expression] {
    caseFile.materials.map { material in
      for key in ["density", "specific-heat"] where material[key] == nil {
        report(
          material.location,
          "missing key '\(key)' in [[material]]: heat in time is stored by 'density' and "
            + "'specific-heat'")
      }
      let density = coefficient(material, "density", lawScope) ?? Expression(1)
      let heat = coefficient(material, "specific-heat", lawScope) ?? Expression(1)
      return (density * heat).simplified()
    }
  }

  private mutating func radiation(
    _ boundary: CaseFile.Entry
  ) -> (emissivity: Expression, ambient: Expression, constant: Expression)? {
    guard let table = boundary["radiation"]?.table,
      let emissivity = coefficient(table, "emissivity"),
      let ambient = coefficient(table, "ambient")?.times(history(boundary))
    else { return nil }
    if let constant = coefficient(table, "constant") { return (emissivity, ambient, constant) }
    guard let units = caseFile.units else {
      report(
        table.location,
        "missing key 'constant' in [boundary.radiation]: without 'units' at the top of the case the "
          + "constant of Stefan and Boltzmann has no number")
      return nil
    }
    let si = Unit(.radiationConstant, scale: 1)
    return (
      emissivity, ambient,
      Expression(units.value(of: HeatProblem.Radiation.stefanBoltzmann, in: si))
    )
  }
}
