internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// u = g on some regions.
struct EssentialValue {
  let regions: [String]
  let value: Expression
  let subject: PhysicsError.Subject

  /// The essential conditions among those on the boundary.
  static func all(_ problem: DiffusionProblem) -> [EssentialValue] {
    problem.boundaries.enumerated().compactMap { b, boundary in
      boundary.value.map {
        EssentialValue(regions: boundary.regions, value: $0, subject: .boundary(b))
      }
    }
  }
}

/// u = Σ θ_d(μ) g_d(x) on the essential regions: which unknowns are prescribed, and the lifts.
struct EssentialData {
  /// The prescribed and the free unknowns.
  let dofs: EssentialDofs
  /// w_d over all unknowns: g_d at the prescribed ones, zero elsewhere.
  let lifts: [[Double]]
  /// θ_d.
  let coefficients: [Expression]

  /// The unknowns left free, ascending.
  var freeDofs: [Int32] { dofs.free }

  init(
    _ given: [EssentialValue], _ space: FunctionSpace, _ parameters: ParameterSpace,
    positive: Set<Symbol>
  ) throws(PhysicsError) {
    let mesh = space.mesh
    var conditions: [DirichletCondition] = []
    var claimed = ClaimedFacets()
    var thetas = CoefficientTerms()
    var parts: [[Expression?]] = []
    for (place, entry) in given.enumerated() {
      let (value, subject) = (entry.value, entry.subject)
      let region = try mesh.held(entry.regions, subject: subject)
      try claimed.claim(region, of: mesh, for: value, subject: subject)
      let atReference = value.substituting { symbol in
        switch symbol {
        case .parameter(let index): Expression(parameters.reference[index])
        case .time: Expression(0)
        default: nil
        }
      }
      for (theta, g) in try separated(value, of: subject, as: "value", positive: positive) {
        try checkFinite(theta, in: parameters, of: subject, as: "value")
        let q = thetas.place(of: theta)
        if q == parts.count {
          parts.append([Expression?](repeating: nil, count: given.count))
        }
        parts[q][place] = parts[q][place].map { ($0 + g).simplified() } ?? g
      }
      do throws(FiniteElements.CoefficientError) {
        conditions.append(
          DirichletCondition(try Coefficient(atReference.simplified()), on: region))
      } catch { throw PhysicsError(subject, "\(error)") }
    }
    var functions: [[Coefficient?]] = []
    do throws(FiniteElements.CoefficientError) {
      for row in parts {
        var coefficients: [Coefficient?] = []
        for part in row {
          guard let part else {
            coefficients.append(nil)
            continue
          }
          coefficients.append(try Coefficient(part))
        }
        functions.append(coefficients)
      }
    } catch { throw PhysicsError(.problem, "\(error)") }
    do throws(DirichletError) {
      let dofs = try EssentialDofs(space, conditions)
      var lifts: [[Double]] = []
      for function in functions {
        lifts.append(
          dofs.assembled(
            free: [Double](repeating: 0, count: dofs.free.count),
            values: try dofs.values(of: function)))
      }
      (self.dofs, self.lifts, coefficients) = (dofs, lifts, thetas.coefficients)
    } catch {
      let region =
        switch error {
        case .noDofs(let region), .notFinite(let region, _): region
        }
      let culprit = given.last { $0.regions.joined(separator: ", ") == region }
      throw PhysicsError(culprit?.subject ?? .problem, "\(error)")
    }
  }

  /// What a reader should know of contradictory data.
  var notes: [String] {
    dofs.contradictionCount == 0
      ? []
      : [
        "\(dofs.contradictionCount) points have two different essential values; the later "
          + "condition holds there"
      ]
  }
}
