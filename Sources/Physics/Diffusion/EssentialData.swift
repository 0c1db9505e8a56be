internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

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
    _ problem: DiffusionProblem, _ space: FunctionSpace, _ parameters: ParameterSpace,
    positive: Set<Symbol>
  ) throws(PhysicsError) {
    let mesh = space.mesh
    let given = problem.boundaries.indices.filter { problem.boundaries[$0].value != nil }
    var conditions: [DirichletCondition] = []
    var claimed = ClaimedFacets()
    var thetas = CoefficientTerms()
    var parts: [[Expression?]] = []
    for (place, b) in given.enumerated() {
      guard let value = problem.boundaries[b].value else { continue }
      let region = try mesh.union(
        of: problem.boundaries[b].regions, dimensions: 0...mesh.dimension, subject: .boundary(b))
      try claimed.claim(region, of: mesh, value, by: b, problem)
      let atReference = value.substituting { symbol in
        if case .parameter(let index) = symbol {
          Expression(parameters.reference[index])
        } else {
          nil
        }
      }
      for (theta, g) in try separated(value, of: .boundary(b), as: "value", positive: positive) {
        let q = thetas.place(of: theta)
        if q == parts.count {
          parts.append([Expression?](repeating: nil, count: given.count))
        }
        parts[q][place] = parts[q][place].map { ($0 + g).simplified() } ?? g
      }
      do throws(FiniteElements.CoefficientError) {
        conditions.append(
          DirichletCondition(try Coefficient(atReference.simplified()), on: region))
      } catch { throw PhysicsError(.boundary(b), "\(error)") }
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
      let culprit = given.last { problem.boundaries[$0].regions.joined(separator: ", ") == region }
      throw PhysicsError(culprit.map { .boundary($0) } ?? .problem, "\(error)")
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

/// The facets that essential conditions hold on: a facet has one value, only corners may be
/// contested.
private struct ClaimedFacets {
  /// For each block the condition that holds on each cell.
  private var owner: [Int: [Int32: Int]] = [:]

  /// Takes the facets of a region for condition `b`.
  ///
  /// - Throws: When another condition gives some of them another value.
  mutating func claim(
    _ region: Region, of mesh: Mesh, _ value: Expression, by b: Int, _ problem: DiffusionProblem
  ) throws(PhysicsError) {
    guard region.dimension == mesh.dimension - 1 else { return }
    var rivals: [Int: Int] = [:]
    for member in region.members {
      for cell in member.cells {
        if let earlier = owner[member.block]?[cell],
          problem.boundaries[earlier].value?.simplified() != value.simplified()
        {
          rivals[earlier, default: 0] += 1
        }
        owner[member.block, default: [:]][cell] = b
      }
    }
    guard let (earlier, count) = rivals.min(by: { $0.key < $1.key }),
      let other = problem.boundaries[earlier].value
    else { return }
    let names = problem.boundaries[earlier].regions.joined(separator: ", ")
    throw PhysicsError(
      .boundary(b),
      "'\(region.name)' and '\(names)' share \(count) facets but ask for different values there, "
        + "'\(value)' and '\(other)'; keep one of the two")
  }
}
