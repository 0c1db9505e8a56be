public import Meshes

/// One integral that is linear in the solution u and in the test function v.
public struct BilinearTerm: Sendable {
  /// What is integrated.
  public enum Form: Sendable, Hashable {
    /// ∫ κ ∇u · ∇v over cells of the domain; κ is a scalar or a symmetric tensor.
    case stiffness
    /// ∫ c u v over cells of the domain or its boundary.
    case mass
    /// ∫ (b · ∇u) v over cells of the domain; b has a component for each axis.
    case advection
    /// ∫ u b · ∇v over cells of the domain, the adjoint of `advection`.
    case conservativeAdvection
    /// ∫ (a · ∇u) (b · ∇v) over cells of the domain; the coefficient holds the components of a, then
    /// those of b.
    case directional
    /// ∫ (κ : ∇∇u) ∂v/∂x_axis over cells of the domain that are no pyramids, each cell by itself; κ is
    /// a scalar, then κ : ∇∇u is κ Δu, or a symmetric tensor.
    case curvature(axis: Int)
  }
  /// What is integrated.
  public let form: Form
  /// κ, c or the components of vectors.
  public let coefficient: Coefficient
  /// Where.
  public let region: Region
  /// The degree of the quadrature; nil leaves the choice to the assembly: exact for a constant
  /// coefficient on straight cells, and with the full order of the element elsewhere.
  public let quadratureDegree: Int?

  /// A term.
  public init(
    _ form: Form, _ coefficient: Coefficient, on region: Region, quadratureDegree: Int? = nil
  ) {
    self.form = form
    self.coefficient = coefficient
    self.region = region
    self.quadratureDegree = quadratureDegree
  }

  /// ∫ κ ∇u · ∇v.
  public static func stiffness(_ kappa: Coefficient, on region: Region) -> BilinearTerm {
    BilinearTerm(.stiffness, kappa, on: region)
  }

  /// ∫ c u v; on a boundary region this is the exchange of a Robin condition.
  public static func mass(_ c: Coefficient, on region: Region) -> BilinearTerm {
    BilinearTerm(.mass, c, on: region)
  }

  /// ∫ (b · ∇u) v.
  public static func advection(_ b: Coefficient, on region: Region) -> BilinearTerm {
    BilinearTerm(.advection, b, on: region)
  }

  /// ∫ u b · ∇v.
  public static func conservativeAdvection(_ b: Coefficient, on region: Region) -> BilinearTerm {
    BilinearTerm(.conservativeAdvection, b, on: region)
  }

  /// ∫ (κ : ∇∇u) ∂v/∂x_axis, cell by cell, as the strong residual of streamline upwinding has it.
  public static func curvature(
    _ kappa: Coefficient, testedAlong axis: Int, on region: Region
  ) -> BilinearTerm { BilinearTerm(.curvature(axis: axis), kappa, on: region) }

  /// ∫ (a · ∇u) (b · ∇v), as streamline diffusion has it.
  public static func directional(_ aAndB: Coefficient, on region: Region) -> BilinearTerm {
    BilinearTerm(.directional, aAndB, on: region)
  }
}

/// One integral ∫ (a v + b · ∇v) that is linear in the test function v: a load, or a linear output.
public struct LinearTerm: Sendable {
  /// What is integrated.
  public enum Form: Sendable, Hashable {
    /// ∫ a v over cells of any dimension; over point cells the value times a.
    case value
    /// ∫ b · ∇v over cells of the domain.
    case gradient
  }
  /// What is integrated.
  public let form: Form
  /// a, or the components of b.
  public let coefficient: Coefficient
  /// Where.
  public let region: Region
  /// The degree of the quadrature; nil leaves the choice to the assembly.
  public let quadratureDegree: Int?

  /// A term.
  public init(
    _ form: Form, _ coefficient: Coefficient, on region: Region, quadratureDegree: Int? = nil
  ) {
    self.form = form
    self.coefficient = coefficient
    self.region = region
    self.quadratureDegree = quadratureDegree
  }

  /// ∫ f v: a source on the domain, a flux on its boundary, an integral as an output.
  public static func value(_ f: Coefficient, on region: Region) -> LinearTerm {
    LinearTerm(.value, f, on: region)
  }

  /// ∫ b · ∇v.
  public static func gradient(_ b: Coefficient, on region: Region) -> LinearTerm {
    LinearTerm(.gradient, b, on: region)
  }
}

/// Why integrals cannot be assembled.
public enum AssemblyError: Error, Equatable, CustomStringConvertible {
  /// The integral needs cells of another dimension.
  case wrongDimension(region: String, dimension: Int, allowed: ClosedRange<Int>)
  /// The coefficient has a wrong number of components.
  case wrongComponentCount(region: String, count: Int, allowed: [Int])
  /// Some cells of the region touch no cell of the domain.
  case looseCells(region: String, count: Int)
  /// Some facets of the region lie inside the domain, where no side is the outer one.
  case innerFacets(region: String, count: Int)
  /// The coefficient is infinite or not a number at a point.
  case notFinite(region: String, point: [Double])
  /// The coefficient depends on something that does not exist on the region, as a normal inside the
  /// domain.
  case undefined(quantity: String, region: String)
  /// A cell is flat or turned inside out.
  case degenerateCell(block: Int, cell: Int)

  /// What is wrong, and the cure where there is one.
  public var description: String {
    switch self {
    case .wrongDimension(let region, let dimension, let allowed):
      "region '\(region)' has dimension \(dimension); the integral needs "
        + (allowed.count == 1
          ? "\(allowed.lowerBound)" : "\(allowed.lowerBound) to \(allowed.upperBound)")
    case .wrongComponentCount(let region, let count, let allowed):
      "the coefficient on '\(region)' has \(count) components; the integral needs "
        + allowed.map(String.init).joined(separator: " or ")
    case .looseCells(let region, let count):
      "\(count) cells of region '\(region)' touch points that no cell of the domain uses"
    case .innerFacets(let region, let count):
      "\(count) facets of region '\(region)' lie between two cells: a pressure needs the boundary "
        + "of the domain"
    case .notFinite(let region, let point):
      "the coefficient on '\(region)' is not a finite number at \(point)"
    case .undefined(let quantity, let region):
      "'\(quantity)' has no meaning on region '\(region)': normals exist on sides of the domain's "
        + "cells, derivatives there and inside"
    case .degenerateCell(let block, let cell):
      "cell \(cell) of block \(block) is flat or turned inside out"
    }
  }
}
