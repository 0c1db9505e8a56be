internal import Expressions
internal import FiniteElements
public import Meshes

/// A problem whose coefficients can be made to separate.
public protocol InterpolatedProblem {
  /// Hands each coefficient to a transformation and takes what comes back.
  ///
  /// - Throws: `PhysicsError` where the mesh lacks a region, or an entry cannot be transformed.
  mutating func transformCoefficients(
    by transformation: inout some CoefficientTransformation, on mesh: Mesh
  ) throws(PhysicsError)
}

/// Where coefficients of a problem are evaluated.
private struct CoefficientPlaces {
  let mesh: Mesh
  let space: FunctionSpace

  init(_ mesh: Mesh, degree: Int) throws(PhysicsError) {
    self.mesh = mesh
    do throws(FunctionSpaceError) { space = try FunctionSpace(mesh, degree: degree) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
  }

  /// The points of integrals over regions of some dimension, with the sizes of their cells as a
  /// fourth coordinate where they are asked for.
  func integral(
    _ regions: [String], _ dimension: Int, _ subject: PhysicsError.Subject, sizes: Bool = false
  ) throws(PhysicsError) -> [[Double]] {
    let region = try mesh.union(
      of: regions, dimensions: dimension...dimension, subject: subject)
    let degree = 2 * space.degree + 1
    return space.quadraturePoints(on: region, degree: degree)
      + (sizes ? [space.cellSizes(on: region, degree: degree)] : [])
  }

  /// The nodes of regions where values are prescribed.
  func nodes(
    _ regions: [String], _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [[Double]] {
    let places = space.dofs(on: try mesh.held(regions, subject: subject)).map {
      space.place(ofDof: Int($0))
    }
    return [places.map(\.x), places.map(\.y), places.map(\.z)]
  }
}

extension CoefficientTransformation {
  fileprivate mutating func replace(
    _ entry: inout Expression, in use: CoefficientUse, at points: [[Double]]
  ) throws(PhysicsError) {
    entry = try affine([entry], in: use) { points }[0]
  }

  fileprivate mutating func replace(
    _ entry: inout Expression?, in use: CoefficientUse, at points: [[Double]]
  ) throws(PhysicsError) {
    guard let given = entry else { return }
    entry = try affine([given], in: use) { points }[0]
  }
}

extension DiffusionProblem: InterpolatedProblem {
  /// Conductivities, reactions, sources, fluxes, exchanges and prescribed values.
  public mutating func transformCoefficients(
    by transformation: inout some CoefficientTransformation, on mesh: Mesh
  ) throws(PhysicsError) {
    try transformMaterials(by: &transformation, on: mesh)
    try transformData(by: &transformation, on: mesh)
  }

  fileprivate mutating func transformMaterials(
    by transformation: inout some CoefficientTransformation, on mesh: Mesh
  ) throws(PhysicsError) {
    let places = try CoefficientPlaces(mesh, degree: degree)
    let d = mesh.dimension
    for m in materials.indices {
      let (subject, regions) = (PhysicsError.Subject.material(m), materials[m].regions)
      let points = try places.integral(regions, d, subject)
      let conductivity = CoefficientUse(
        subject, "conductivity", .stiffness, on: regions, dimension: d)
      switch materials[m].conductivity {
      case .scalar(let kappa):
        materials[m].conductivity = .scalar(
          try transformation.affine([kappa], in: conductivity) { points }[0])
      case .tensor(let entries):
        materials[m].conductivity = .tensor(
          try transformation.affine(entries, in: conductivity) { points })
      }
      try transformation.replace(
        &materials[m].reaction,
        in: CoefficientUse(subject, "reaction", .mass, on: regions, dimension: d), at: points)
    }
  }

  fileprivate mutating func transformData(
    by transformation: inout some CoefficientTransformation, on mesh: Mesh
  ) throws(PhysicsError) {
    let places = try CoefficientPlaces(mesh, degree: degree)
    let d = mesh.dimension
    for s in sources.indices {
      let regions = sources[s].regions
      try transformation.replace(
        &sources[s].value,
        in: CoefficientUse(.source(s), "source", .load, on: regions, dimension: d),
        at: places.integral(regions, d, .source(s)))
    }
    for b in boundaries.indices {
      let (regions, subject) = (boundaries[b].regions, PhysicsError.Subject.boundary(b))
      func use(_ name: String, _ role: CoefficientUse.Role) -> CoefficientUse {
        CoefficientUse(subject, name, role, on: regions, dimension: d - 1)
      }
      if boundaries[b].value != nil {
        try transformation.replace(
          &boundaries[b].value, in: use("value", .other), at: places.nodes(regions, subject))
      }
      guard boundaries[b].flux != nil || boundaries[b].exchange != nil else { continue }
      let points = try places.integral(regions, d - 1, subject)
      try transformation.replace(&boundaries[b].flux, in: use("flux", .load), at: points)
      guard var exchange = boundaries[b].exchange else { continue }
      // h stands on both sides: with an ambient value its error is multiplied by that.
      let role: CoefficientUse.Role = exchange.ambient.constantValue == 0 ? .mass : .other
      try transformation.replace(
        &exchange.coefficient, in: use("exchange coefficient", role), at: points)
      try transformation.replace(&exchange.ambient, in: use("ambient value", .other), at: points)
      boundaries[b].exchange = exchange
    }
  }
}

extension [Expression] {
  /// Each as a density over the material of the same place.
  fileprivate mutating func transformCapacities(
    by transformation: inout some CoefficientTransformation,
    of materials: [DiffusionProblem.Material], _ places: CoefficientPlaces
  ) throws(PhysicsError) {
    let d = places.mesh.dimension
    for m in indices {
      let regions = materials[m].regions
      try transformation.replace(
        &self[m],
        in: CoefficientUse(.material(m), "capacity", .other, on: regions, dimension: d),
        at: places.integral(regions, d, .material(m)))
    }
  }
}

extension [HeatProblem.Initial] {
  fileprivate mutating func transform(
    by transformation: inout some CoefficientTransformation, _ places: CoefficientPlaces
  ) throws(PhysicsError) {
    for k in indices {
      let regions = self[k].regions
      try transformation.replace(
        &self[k].value,
        in: CoefficientUse(
          .initial(k), "initial value", .other, on: regions, dimension: places.mesh.dimension),
        at: places.nodes(regions, .initial(k)))
    }
  }
}

extension HeatProblem: InterpolatedProblem {
  /// Those of the conduction, capacities and initial values.
  public mutating func transformCoefficients(
    by transformation: inout some CoefficientTransformation, on mesh: Mesh
  ) throws(PhysicsError) {
    try conduction.transformCoefficients(by: &transformation, on: mesh)
    let places = try CoefficientPlaces(mesh, degree: conduction.degree)
    try capacities.transformCapacities(by: &transformation, of: conduction.materials, places)
    try initials.transform(by: &transformation, places)
  }
}

extension AdvectionDiffusionProblem: InterpolatedProblem {
  /// Those of the diffusion, velocities, capacities and initial values, and the weights of SUPG.
  public mutating func transformCoefficients(
    by transformation: inout some CoefficientTransformation, on mesh: Mesh
  ) throws(PhysicsError) {
    let places = try CoefficientPlaces(mesh, degree: diffusion.degree)
    // The weights are those of the velocities and conductivities that were asked for.
    if stabilization == .supg, upwinding.isEmpty { upwinding = upwindingWeights }
    for m in upwinding.indices {
      let regions = diffusion.materials[m].regions
      let points = try places.integral(regions, mesh.dimension, .material(m), sizes: true)
      try transformation.replace(
        &upwinding[m],
        in: CoefficientUse(
          .material(m), "weight of SUPG", .weight, on: regions, dimension: mesh.dimension),
        at: points)
    }
    try diffusion.transformMaterials(by: &transformation, on: mesh)
    for m in velocities.indices {
      let regions = diffusion.materials[m].regions
      let points = try places.integral(regions, mesh.dimension, .material(m))
      velocities[m] = try transformation.affine(
        velocities[m],
        in: CoefficientUse(
          .material(m), "velocity", .other, on: regions, dimension: mesh.dimension)
      ) { points }
    }
    try capacities.transformCapacities(by: &transformation, of: diffusion.materials, places)
    try diffusion.transformData(by: &transformation, on: mesh)
    try initials.transform(by: &transformation, places)
  }
}

extension ElasticityProblem: InterpolatedProblem {
  /// Stiffnesses, body forces, tractions, pressures, prescribed displacements and
  /// temperatures.
  public mutating func transformCoefficients(
    by transformation: inout some CoefficientTransformation, on mesh: Mesh
  ) throws(PhysicsError) {
    let places = try CoefficientPlaces(mesh, degree: degree)
    let d = mesh.dimension
    try transformStiffness(by: &transformation, places)
    for s in sources.indices {
      let regions = sources[s].regions
      let points = try places.integral(regions, d, .source(s))
      sources[s].value = try transformation.affine(
        sources[s].value,
        in: CoefficientUse(.source(s), "force", .load, on: regions, dimension: d)
      ) { points }
    }
    for b in boundaries.indices {
      let (regions, subject) = (boundaries[b].regions, PhysicsError.Subject.boundary(b))
      func use(_ name: String, _ role: CoefficientUse.Role) -> CoefficientUse {
        CoefficientUse(subject, name, role, on: regions, dimension: d - 1)
      }
      if boundaries[b].traction != nil || boundaries[b].pressure != nil {
        let points = try places.integral(regions, d - 1, subject)
        if let traction = boundaries[b].traction {
          boundaries[b].traction = try transformation.affine(
            traction, in: use("traction", .load)
          ) { points }
        }
        try transformation.replace(
          &boundaries[b].pressure, in: use("pressure", .load), at: points)
      }
      guard var value = boundaries[b].value else { continue }
      let points = try places.nodes(regions, subject)
      for k in value.indices {
        try transformation.replace(&value[k], in: use("value", .other), at: points)
      }
      boundaries[b].value = value
    }
    for t in temperatures.indices {
      let regions = temperatures[t].regions
      try transformation.replace(
        &temperatures[t].value,
        in: CoefficientUse(.problem, "temperature", .other, on: regions, dimension: d),
        at: places.integral(regions, d, .problem))
    }
  }
}

extension ElasticityProblem {
  /// λ and μ of isotropic materials, together, and the entries of the stiffness of others along the axes
  /// of the material.
  fileprivate mutating func transformStiffness(
    by transformation: inout some CoefficientTransformation, _ places: CoefficientPlaces
  ) throws(PhysicsError) {
    let d = places.mesh.dimension
    let kinematics = ElasticKinematics(d, assumption)
    for m in materials.indices {
      let (subject, regions) = (PhysicsError.Subject.material(m), materials[m].regions)
      let law = materials[m].law
      let matrix = law.isIsotropic ? nil : try law.localStiffness(kinematics, subject)
      let entries: [Expression]
      if let matrix {
        entries = matrix.entries
      } else {
        entries = try law.modes(kinematics, subject).map(\.coefficient)
      }
      guard entries.contains(where: \.dependsOnPlace) else { continue }
      let points = try places.integral(regions, d, subject)
      // Stresses of a temperature contain the stiffness too, and are loads.
      let role: CoefficientUse.Role = temperatures.isEmpty ? .stiffness : .other
      let found = try transformation.affine(
        entries,
        in: CoefficientUse(
          subject, "stiffness", role, on: regions, dimension: d, matrixOrder: matrix?.order)
      ) { points }
      guard found != entries else { continue }
      materials[m].law =
        matrix.map { ElasticLaw(.stiffness($0.rows(with: found)), axes: law.axes) }
        ?? ElasticLaw(.lame(lambda: found[0], mu: found[1]))
    }
  }
}

extension Expression {
  /// Whether a coordinate occurs in it.
  fileprivate var dependsOnPlace: Bool {
    symbols.contains { if case .coordinate = $0 { true } else { false } }
  }
}
