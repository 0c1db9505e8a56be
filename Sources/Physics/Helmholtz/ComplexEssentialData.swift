internal import ComplexModule
internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import RealModule

/// u = Σ θ_d(μ) g_d(x) on the essential regions with complex g_d: the real parts and the imaginary
/// parts are essential data of their own.
struct ComplexEssentialData {
  private let real: EssentialData
  private let imaginary: EssentialData
  /// w_d over all unknowns.
  let lifts: [[Complex<Double>]]
  /// θ_d.
  let coefficients: [Expression]
  /// What a reader should know.
  let notes: [String]
  /// The largest error of interpolated data, relative to their size.
  let interpolationError: Double

  /// The prescribed and the free unknowns.
  var dofs: EssentialDofs { real.dofs }

  init(
    _ problem: HelmholtzProblem, _ space: FunctionSpace, _ parameters: ParameterSpace,
    positive: Set<Symbol>
  ) throws(PhysicsError) {
    var values: [[Expression]?] = []
    var notes: [String] = []
    var error = 0.0
    for (b, boundary) in problem.boundaries.enumerated() {
      guard let value = boundary.value else {
        values.append(nil)
        continue
      }
      let region = try space.mesh.held(boundary.regions, subject: .boundary(b))
      let split = try JointSplit(
        [value.real, value.imaginary], in: parameters,
        checkedAt: region.dimension == 0
          ? [[], [], []] : space.quadraturePoints(on: region, degree: 2 * space.degree),
        positive: positive, of: .boundary(b), as: "value")
      split.note.map { notes.append($0) }
      error = max(error, split.error)
      values.append(split.terms.isEmpty ? [Expression(0), Expression(0)] : split.functions)
    }
    func part(_ place: Int) throws(PhysicsError) -> EssentialData {
      try EssentialData(
        problem.boundaries.indices.compactMap { b in
          values[b].map {
            EssentialValue(
              regions: problem.boundaries[b].regions, value: $0[place], subject: .boundary(b))
          }
        }, space, parameters, positive: positive)
    }
    (real, imaginary) = (try part(0), try part(1))
    var terms = CoefficientTerms()
    var lifts: [[Complex<Double>]] = []
    for (data, unit) in [(real, Complex<Double>(1, 0)), (imaginary, Complex<Double>(0, 1))] {
      for (lift, theta) in zip(data.lifts, data.coefficients) {
        let place = terms.place(of: theta)
        if place == lifts.count {
          lifts.append([Complex<Double>](repeating: .zero, count: space.dofCount))
        }
        axpy(unit, lift.map { Complex($0, 0) }, into: &lifts[place])
      }
    }
    interpolationError = error
    (self.lifts, coefficients, self.notes) = (lifts, terms.coefficients, notes + real.notes)
  }

  /// The outputs of a problem: their functionals are real, the parts of the lifts are not.
  ///
  /// - Throws: For an output that is not linear.
  func outputs(
    of problem: HelmholtzProblem, _ plan: AssemblyPlan, _ parameters: ParameterSpace,
    positive: Set<Symbol>
  ) throws(PhysicsError) -> [SystemOutput<Complex<Double>>] {
    for (o, output) in problem.outputs.enumerated() {
      switch output.kind {
      case .integral, .mean, .value: continue
      case .maximum, .minimum, .normL2, .normH1, .inflow:
        throw PhysicsError(
          .output(o),
          "output '\(output.name)' is not linear in u; outputs of waves are integrals, means and "
            + "values at points, and results hold their real and imaginary parts and magnitude")
      }
    }
    func forms(_ data: EssentialData) throws(PhysicsError) -> [LinearOutput] {
      let forms = try OutputForms(
        problem.outputs, plan, data, parameters, positive: positive, inflows: .refused)
      let linear = forms.outputs.compactMap { output -> LinearOutput? in
        if case .linear(let linear) = output { linear } else { nil }
      }
      guard linear.count == problem.outputs.count else {
        let names = Set(linear.map(\.name))
        let place = problem.outputs.firstIndex { !names.contains($0.name) } ?? 0
        throw PhysicsError(
          .output(place),
          "output '\(problem.outputs[place].name)' is not linear in u; outputs of waves are "
            + "integrals, means and values of expressions linear in u")
      }
      return linear
    }
    guard !problem.outputs.isEmpty else { return [] }
    // Without lifts only constants remain, which the second run must not count again.
    let bare = try EssentialData([], plan.space, parameters, positive: positive)
    let (a, b) = (try forms(real), try forms(imaginary))
    let c = try forms(bare)
    var outputs: [SystemOutput<Complex<Double>>] = []
    for ((first, second), third) in zip(zip(a, b), c) {
      let parts = [
        (first.offset, Complex<Double>(1, 0)), (second.offset, Complex<Double>(0, 1)),
        (third.offset, Complex<Double>(0, -1)),
      ]
      let coefficients: CoefficientFamily
      do throws(ModelReduction.CoefficientError) {
        coefficients = try CoefficientFamily(
          parts.flatMap { $0.0.coefficients.expressions }, in: parameters)
      } catch { throw PhysicsError(.problem, "\(error)") }
      outputs.append(
        .linear(
          LinearFunctional(
            name: first.name,
            functional: AffineSum(first.functional.terms.map { $0.map { Complex($0, 0) } }),
            coefficients: first.coefficients,
            offset: AffineScalar(
              parts.flatMap { part in part.0.values.map { part.1 * Complex($0, 0) } },
              coefficients: coefficients))))
    }
    return outputs
  }
}
