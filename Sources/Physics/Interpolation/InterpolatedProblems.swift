internal import Expressions
internal import FiniteElements
public import Meshes

/// A problem whose coefficients can be made to separate.
public protocol InterpolatedProblem {
  /// Replaces each coefficient that does not separate into functions of the parameters and of the
  /// point by one that does.
  ///
  /// - Throws: `PhysicsError` where the mesh lacks a region, or an entry cannot be interpolated.
  mutating func interpolate(
    _ interpolation: inout CoefficientInterpolation, on mesh: Mesh
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

  /// The points of integrals over regions of some dimension.
  func integral(
    _ regions: [String], _ dimension: Int, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [[Double]] {
    let region = try mesh.union(
      of: regions, dimensions: dimension...dimension, subject: subject)
    return space.quadraturePoints(on: region, degree: 2 * space.degree + 1)
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

extension CoefficientInterpolation {
  fileprivate mutating func replace(
    _ entry: inout Expression, of subject: PhysicsError.Subject, as name: String,
    at points: [[Double]]
  ) throws(PhysicsError) {
    entry = try affine([entry], of: subject, as: name) { points }[0]
  }

  fileprivate mutating func replace(
    _ entry: inout Expression?, of subject: PhysicsError.Subject, as name: String,
    at points: [[Double]]
  ) throws(PhysicsError) {
    guard let given = entry else { return }
    entry = try affine([given], of: subject, as: name) { points }[0]
  }
}

extension DiffusionProblem: InterpolatedProblem {
  /// Conductivities, reactions, sources, fluxes, exchanges and prescribed values.
  public mutating func interpolate(
    _ interpolation: inout CoefficientInterpolation, on mesh: Mesh
  ) throws(PhysicsError) {
    try interpolateMaterials(&interpolation, on: mesh)
    try interpolateData(&interpolation, on: mesh)
  }

  fileprivate mutating func interpolateMaterials(
    _ interpolation: inout CoefficientInterpolation, on mesh: Mesh
  ) throws(PhysicsError) {
    let places = try CoefficientPlaces(mesh, degree: degree)
    let d = mesh.dimension
    for m in materials.indices {
      let subject = PhysicsError.Subject.material(m)
      let points = try places.integral(materials[m].regions, d, subject)
      switch materials[m].conductivity {
      case .scalar(let kappa):
        materials[m].conductivity = .scalar(
          try interpolation.affine([kappa], of: subject, as: "conductivity") { points }[0])
      case .tensor(let entries):
        materials[m].conductivity = .tensor(
          try interpolation.affine(entries, of: subject, as: "conductivity") { points })
      }
      try interpolation.replace(
        &materials[m].reaction, of: subject, as: "reaction", at: points)
    }
  }

  fileprivate mutating func interpolateData(
    _ interpolation: inout CoefficientInterpolation, on mesh: Mesh
  ) throws(PhysicsError) {
    let places = try CoefficientPlaces(mesh, degree: degree)
    let d = mesh.dimension
    for s in sources.indices {
      try interpolation.replace(
        &sources[s].value, of: .source(s), as: "source",
        at: places.integral(sources[s].regions, d, .source(s)))
    }
    for b in boundaries.indices {
      let (regions, subject) = (boundaries[b].regions, PhysicsError.Subject.boundary(b))
      if boundaries[b].value != nil {
        try interpolation.replace(
          &boundaries[b].value, of: subject, as: "value", at: places.nodes(regions, subject))
      }
      guard boundaries[b].flux != nil || boundaries[b].exchange != nil else { continue }
      let points = try places.integral(regions, d - 1, subject)
      try interpolation.replace(&boundaries[b].flux, of: subject, as: "flux", at: points)
      guard var exchange = boundaries[b].exchange else { continue }
      try interpolation.replace(
        &exchange.coefficient, of: subject, as: "exchange coefficient", at: points)
      try interpolation.replace(
        &exchange.ambient, of: subject, as: "ambient value", at: points)
      boundaries[b].exchange = exchange
    }
  }
}

extension HeatProblem: InterpolatedProblem {
  /// Those of the conduction, capacities and initial values.
  public mutating func interpolate(
    _ interpolation: inout CoefficientInterpolation, on mesh: Mesh
  ) throws(PhysicsError) {
    try conduction.interpolate(&interpolation, on: mesh)
    let places = try CoefficientPlaces(mesh, degree: conduction.degree)
    for m in capacities.indices {
      try interpolation.replace(
        &capacities[m], of: .material(m), as: "capacity",
        at: places.integral(conduction.materials[m].regions, mesh.dimension, .material(m)))
    }
    for k in initials.indices {
      try interpolation.replace(
        &initials[k].value, of: .initial(k), as: "initial value",
        at: places.nodes(initials[k].regions, .initial(k)))
    }
  }
}

extension AdvectionDiffusionProblem: InterpolatedProblem {
  /// Those of the diffusion, velocities, capacities and initial values. With SUPG velocities and
  /// conductivities are left alone: its weights are no affine sum of theirs.
  public mutating func interpolate(
    _ interpolation: inout CoefficientInterpolation, on mesh: Mesh
  ) throws(PhysicsError) {
    if stabilization != .supg { try diffusion.interpolateMaterials(&interpolation, on: mesh) }
    try diffusion.interpolateData(&interpolation, on: mesh)
    let places = try CoefficientPlaces(mesh, degree: diffusion.degree)
    for m in velocities.indices where stabilization != .supg {
      let points = try places.integral(
        diffusion.materials[m].regions, mesh.dimension, .material(m))
      velocities[m] = try interpolation.affine(
        velocities[m], of: .material(m), as: "velocity"
      ) { points }
      guard capacities.indices.contains(m) else { continue }
      try interpolation.replace(&capacities[m], of: .material(m), as: "capacity", at: points)
    }
    for k in initials.indices {
      try interpolation.replace(
        &initials[k].value, of: .initial(k), as: "initial value",
        at: places.nodes(initials[k].regions, .initial(k)))
    }
  }
}

extension ElasticityProblem: InterpolatedProblem {
  /// Body forces, tractions, pressures, prescribed displacements and temperatures.
  public mutating func interpolate(
    _ interpolation: inout CoefficientInterpolation, on mesh: Mesh
  ) throws(PhysicsError) {
    let places = try CoefficientPlaces(mesh, degree: degree)
    let d = mesh.dimension
    for s in sources.indices {
      let points = try places.integral(sources[s].regions, d, .source(s))
      sources[s].value = try interpolation.affine(
        sources[s].value, of: .source(s), as: "force"
      ) { points }
    }
    for b in boundaries.indices {
      let (regions, subject) = (boundaries[b].regions, PhysicsError.Subject.boundary(b))
      if boundaries[b].traction != nil || boundaries[b].pressure != nil {
        let points = try places.integral(regions, d - 1, subject)
        if let traction = boundaries[b].traction {
          boundaries[b].traction = try interpolation.affine(
            traction, of: subject, as: "traction"
          ) { points }
        }
        try interpolation.replace(&boundaries[b].pressure, of: subject, as: "pressure", at: points)
      }
      guard var value = boundaries[b].value else { continue }
      let points = try places.nodes(regions, subject)
      for k in value.indices {
        try interpolation.replace(&value[k], of: subject, as: "value", at: points)
      }
      boundaries[b].value = value
    }
    for t in temperatures.indices {
      try interpolation.replace(
        &temperatures[t].value, of: .problem, as: "temperature",
        at: places.integral(temperatures[t].regions, d, .problem))
    }
  }
}
