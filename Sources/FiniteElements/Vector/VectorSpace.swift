public import Meshes

/// Vector fields whose components are functions of one scalar space: displacements, velocities.
///
/// The dofs of one node follow each other: dof = components · (scalar dof) + component.
public struct VectorSpace: Sendable {
  /// What the two coordinates of a plane mesh mean.
  public enum Geometry: String, Sendable {
    /// Cartesian coordinates, in the plane per unit of thickness.
    case cartesian
    /// x is the radius and y the axis of a body of revolution. Integrals go around the full circle,
    /// with the weight 2πr, so that loads per area and per volume keep their meaning; the strain has
    /// the hoop component u_r / r.
    case axisymmetric
  }

  /// The space of each component.
  public let scalar: FunctionSpace
  /// The number of components.
  public let components: Int
  /// Cartesian or axisymmetric.
  public let geometry: Geometry

  /// The number of degrees of freedom.
  public var dofCount: Int { components * scalar.dofCount }

  /// The number of components of a strain or a stress: xx, yy, xy in the plane; xx, yy, zz, xy for
  /// bodies of revolution, zz being the hoop direction; xx, yy, zz, yz, xz, xy in space.
  ///
  /// Shear strains are engineering strains, twice the tensor's component.
  public var strainCount: Int {
    scalar.mesh.dimension == 3 ? 6 : geometry == .axisymmetric ? 4 : 3
  }

  /// Vector fields of some components over a scalar space.
  ///
  /// - Precondition: 1 to 3 components; axisymmetric fields are plane with two components.
  public init(_ scalar: FunctionSpace, components: Int, geometry: Geometry = .cartesian) {
    precondition((1...3).contains(components), "a vector space of \(components) components")
    precondition(
      geometry == .cartesian || (scalar.mesh.dimension == 2 && components == 2),
      "axisymmetric fields have two components over a plane mesh")
    self.scalar = scalar
    self.components = components
    self.geometry = geometry
  }

  /// The dofs of all components on the cells of a region and on their boundary, ascending.
  public func dofs(on region: Region) -> [Int32] {
    scalar.dofs(on: region).flatMap { dof in
      (0..<components).map { Int32(components) * dof + Int32($0) }
    }
  }

  /// One component of a vector of dofs, as a vector of the scalar space.
  public func component(_ component: Int, of values: [Double]) -> [Double] {
    precondition(values.count == dofCount, "\(values.count) values for \(dofCount) dofs")
    return stride(from: component, to: values.count, by: components).map { values[$0] }
  }

  /// The values of a function at the nodes, which are its dofs.
  public func interpolate(_ function: (Point) -> Point) -> [Double] {
    (0..<scalar.dofCount).flatMap { dof in
      let value = function(scalar.place(ofDof: dof))
      return (0..<components).map { value[$0] }
    }
  }
}
