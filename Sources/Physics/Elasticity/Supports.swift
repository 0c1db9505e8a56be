internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// What holds an elastic body: prescribed components, planes of symmetry, the axis of a body of
/// revolution, all as linear conditions on its dofs.
struct Supports {
  /// The conditions, resolved: u = T u_free + Σ θ_d w_d.
  let constraints: Constraints
  /// θ_d.
  let coefficients: [Expression]
  /// The equations as they were asked for, without right sides, for the count of rigid motions.
  let equations: [ConstraintEquation]
  /// What a reader should know.
  private(set) var notes: [String] = []

  init(
    _ problem: ElasticityProblem, _ space: VectorSpace, _ parameters: ParameterSpace,
    positive: Set<Symbol>
  ) throws(PhysicsError) {
    let mesh = space.scalar.mesh
    let (d, c) = (mesh.dimension, space.components)
    var thetas = CoefficientTerms()
    // Prescribed components: for each dof the condition that holds and its parts.
    var prescribed: [Int32: Prescribed] = [:]
    var claimed = ClaimedFacets()
    var contested = 0
    for (b, boundary) in problem.boundaries.enumerated() {
      guard let value = boundary.value else { continue }
      guard value.count == c else {
        throw PhysicsError(
          .boundary(b), "value has \(value.count) components; the displacement has \(c)")
      }
      let region = try mesh.held(boundary.regions, subject: .boundary(b))
      let nodes = space.scalar.dofs(on: region)
      guard !nodes.isEmpty || mesh.isPiece else {
        throw PhysicsError(.boundary(b), "no cell of the domain touches region '\(region.name)'")
      }
      let places = nodes.map { space.scalar.place(ofDof: Int($0)) }
      let columns = [places.map(\.x), places.map(\.y), places.map(\.z)]
      for (k, component) in value.enumerated() {
        guard let component else { continue }
        try claimed.claim(
          region, of: mesh, for: component, component: k, named: "u.\(["x", "y", "z"][k])",
          subject: .boundary(b))
        var parts: [(lift: Int, values: [Double])] = []
        for (theta, g) in try separated(
          component, of: .boundary(b), as: "value", positive: positive)
        {
          let values: [Double]
          do throws(FiniteElements.CoefficientError) {
            values = try Coefficient(g).values(atColumns: columns)[0]
          } catch { throw PhysicsError(.boundary(b), "\(error)") }
          if let bad = values.firstIndex(where: { !$0.isFinite }) {
            throw PhysicsError(.boundary(b), "value is not a finite number at \(places[bad])")
          }
          parts.append((thetas.place(of: theta), values))
        }
        for (place, node) in nodes.enumerated() {
          let new = Prescribed(source: b, parts: parts.map { ($0.lift, $0.values[place]) })
          if let old = prescribed[Int32(c) * node + Int32(k)], !old.agrees(with: new) {
            contested += 1
          }
          prescribed[Int32(c) * node + Int32(k)] = new
        }
      }
    }
    var equations: [ConstraintEquation] = []
    let liftCount = thetas.coefficients.count
    for dof in prescribed.keys.sorted() {
      guard let condition = prescribed[dof] else { continue }
      var values = [Double](repeating: 0, count: liftCount)
      for (lift, value) in condition.parts { values[lift] += value }
      equations.append(
        ConstraintEquation([(dof, 1)], values: values, source: condition.source))
    }
    for (b, boundary) in problem.boundaries.enumerated() where boundary.symmetry != nil {
      guard !mesh.isPiece else {
        throw PhysicsError(
          .boundary(b),
          "the normals of a plane of symmetry need the whole mesh; in pieces, give the component "
            + "across an axis as a value of 0")
      }
      let region = try mesh.union(
        of: boundary.regions, dimensions: d - 1...d - 1, subject: .boundary(b))
      do throws(AssemblyError) {
        equations += try NodeNormals(space.scalar, on: region).equations(
          components: c, liftCount: liftCount, source: b)
      } catch { throw PhysicsError(.boundary(b), "\(error)") }
    }
    let onAxis = Supports.axisDofs(space)
    equations += onAxis.map { dof in
      ConstraintEquation(
        [(dof, 1)], values: [Double](repeating: 0, count: liftCount), source: -1)
    }
    do throws(ConstraintError) {
      constraints = try Constraints(
        dofCount: space.dofCount, equations, liftCount: liftCount
      ) { dof in
        let place = space.scalar.place(ofDof: Int(dof) / c)
        return (0..<d).map { place[$0] }
      }
    } catch {
      guard case .contradiction(let sources, let place) = error else {
        throw PhysicsError(.problem, "\(error)")
      }
      let names = sources.filter { $0 >= 0 }.map { b in
        "'" + problem.boundaries[b].regions.joined(separator: ", ") + "'"
      }
      throw PhysicsError(
        sources.last.map { $0 >= 0 ? .boundary($0) : .problem } ?? .problem,
        "the conditions on \(names.joined(separator: " and "))"
          + (sources.contains(-1) ? " and the axis of revolution, where u.x = 0," : "")
          + " ask for different displacements at (\(place.map { "\($0)" }.joined(separator: ", ")))"
      )
    }
    coefficients = thetas.coefficients
    self.equations = equations
    if contested > 0 {
      notes.append(
        "\(contested) components of the displacement have two different values; the later "
          + "condition holds there")
    }
    if !onAxis.isEmpty {
      notes.append("\(onAxis.count) points lie on the axis of revolution and do not move radially")
    }
  }

  private struct Prescribed {
    let source: Int
    let parts: [(lift: Int, value: Double)]

    func agrees(with other: Prescribed) -> Bool {
      parts.count == other.parts.count
        && zip(parts, other.parts).allSatisfy { a, b in
          a.lift == b.lift && abs(a.value - b.value) <= 1e-12 * max(abs(a.value), abs(b.value))
        }
    }
  }

  /// The radial dofs of points on the axis of revolution.
  private static func axisDofs(_ space: VectorSpace) -> [Int32] {
    guard space.geometry == .axisymmetric else { return [] }
    let radii = (0..<space.scalar.dofCount).map { space.scalar.place(ofDof: $0).x }
    let size = radii.reduce(0) { max($0, $1.magnitude) }
    return radii.indices.filter { radii[$0].magnitude <= 1e-12 * size }.map { Int32(2 * $0) }
  }
}
