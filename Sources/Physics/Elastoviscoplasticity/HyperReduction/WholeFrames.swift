internal import FiniteElements
public import LinearAlgebra
public import ModelReduction

extension QuasiStaticModel {
  /// The whole body of a reduced frame: displacement from the modes, stresses and history from those
  /// at the selected points.
  ///
  /// - Complexity: Grows with the mesh; meant for frames that are looked at.
  public func whole(
    _ frame: HyperReducedModel.Frame, of reduction: HyperReduction, at mu: Parameter
  ) throws(ModelError) -> Frame {
    let displacement = try displacement(
      of: frame.coordinates, in: reduction.basis, at: mu, time: frame.time)
    var state = body.materials.rest(
      temperature: try body.temperatures.values(at: mu, time: frame.time))
    body.points.strains(of: displacement, into: &state.strain)
    let materials = body.materials.restricted(to: reduction.points)
    for dual in reduction.duals {
      let sampled = dual.sampled
      let z = sampled.coordinates(of: sampled.values(frame.state, materials))
      dual.field.write(
        dual.modes * z, stress: &state.stress, variables: &state.variables, body.materials)
    }
    var reaction = body.points.force(of: state.stress)
    axpy(-1, try body.external(at: mu, time: frame.time), into: &reaction)
    return Frame(
      time: frame.time, displacement: displacement, state: state, reaction: atSupports(reaction),
      reports: frame.reports, increments: frame.increments,
      next: StepStart(length: frame.next.length))
  }

  /// V γ with what is prescribed, at all degrees of freedom.
  func displacement(
    of coordinates: ReducedState<Double>, in basis: ReducedBasis<Double>, at mu: Parameter,
    time: Double
  ) throws(ModelError) -> [Double] {
    var displacement = body.constraints.field(free: basis.state(coordinates))
    axpy(1, try body.prescribed(at: mu, time: time), into: &displacement)
    return displacement
  }

  /// Forces without those at free unknowns, which are what stresses of a reduced run leave unbalanced
  /// and no reactions.
  func atSupports(_ forces: [Double]) -> [Double] {
    guard body.constraints.isRestriction else { return forces }
    var forces = forces
    for dof in body.constraints.free { forces[Int(dof)] = 0 }
    return forces
  }

  /// The displacement modes at all degrees of freedom: what draws a reduced frame without the mesh.
  public func field(of reduction: HyperReduction) -> ReducedField {
    let (basis, constraints) = (reduction.basis, body.constraints)
    return ReducedField(
      vectors: DenseMatrix(
        rowCount: space.dofCount,
        columns: (0..<basis.size).map { constraints.field(free: basis.vectors.column($0)) }),
      lifts: AffineSum(constraints.lifts), liftCoefficients: body.liftCoefficients)
  }

  /// The modes of a dual field recovered to the nodes, `width` rows for each node.
  public func nodalModes(of dual: HyperReduction.DualModes) -> DenseMatrix<Double> {
    let (width, recovery) = (dual.field.width, NodalRecovery(body))
    let carriers =
      dual.field.group.map { body.materials.groups[$0].points.map(Int.init) }
      ?? Array(0..<points.count)
    var result = DenseMatrix<Double>(
      rowCount: width * space.scalar.dofCount, columnCount: dual.modes.columnCount)
    for k in 0..<dual.modes.columnCount {
      for c in 0..<width {
        var column = [Double](repeating: 0, count: points.count)
        for (place, p) in carriers.enumerated() { column[p] = dual.modes[width * place + c, k] }
        for (node, value) in recovery.nodal(column).enumerated() {
          result[width * node + c, k] = value.isNaN ? 0 : value
        }
      }
    }
    return result
  }

  /// A full frame as a reduced model sees it: its projection, and its state at the selected points.
  func projected(_ frame: Frame, onto reduction: HyperReduction) -> HyperReducedModel.Frame {
    let free = body.constraints.free.map { frame.displacement[Int($0)] }
    let coordinates = reduction.basis.projection(of: free)
    return HyperReducedModel.Frame(
      time: frame.time, coordinates: coordinates,
      state: body.materials.state(frame.state, at: reduction.points), reports: frame.reports,
      indicator: 0, increments: frame.increments, next: StepStart(length: frame.next.length),
      path: [.init(time: frame.time, coordinates: coordinates)])
  }
}

extension MaterialAssignment {
  /// A state at some of the points, in the numbering of ``restricted(to:)``.
  func state(_ state: MaterialState, at points: [Int]) -> MaterialState {
    let places = places
    var variables = [[Double]](repeating: [], count: groups.count)
    for p in points {
      let (g, place) = places[p]
      let s = groups[g].law.stateCount
      variables[g] += state.variables[g][s * place..<s * (place + 1)]
    }
    return MaterialState(
      strain: points.flatMap { state.strain[6 * $0..<6 * $0 + 6] },
      stress: points.flatMap { state.stress[6 * $0..<6 * $0 + 6] },
      temperature: points.map { state.temperature[$0] }, variables: variables)
  }
}
