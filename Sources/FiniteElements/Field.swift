public import Meshes

/// A function of a space: one value for each dof.
public struct Field: Sendable {
  /// The space.
  public let space: FunctionSpace
  /// One value for each dof.
  public let values: [Double]

  /// The function with the given values at the dofs.
  public init(_ space: FunctionSpace, _ values: [Double]) {
    precondition(
      values.count == space.dofCount, "\(values.count) values for \(space.dofCount) dofs")
    self.space = space
    self.values = values
  }

  /// The largest value at the dofs of a region. A quadratic may exceed it between its nodes.
  ///
  /// - Returns: nil if no dof lies on the region.
  public func maximum(over region: Region) -> Double? {
    space.dofs(on: region).lazy.map { values[Int($0)] }.max()
  }

  /// The smallest value at the dofs of a region. A quadratic may go below it between its nodes.
  ///
  /// - Returns: nil if no dof lies on the region.
  public func minimum(over region: Region) -> Double? {
    space.dofs(on: region).lazy.map { values[Int($0)] }.min()
  }

  /// ∫ u over a region of any dimension; over points the sum of the values.
  public func integral(over region: Region) throws(FieldError) -> Double {
    try sum(over: region, degree: 2 * space.degree) { $0.value }
  }

  /// ∫ u / ∫ 1.
  public func mean(over region: Region) throws(FieldError) -> Double {
    let measure = try sum(over: region, degree: 2 * space.degree) { _ in 1 }
    guard measure > 0 else { throw .noMeasure(region: region.name) }
    return try integral(over: region) / measure
  }

  /// √∫ u².
  public func normL2(over region: Region) throws(FieldError) -> Double {
    try sum(over: region, degree: 2 * space.degree + 1) { $0.value * $0.value }.squareRoot()
  }

  /// √∫ |∇u|².
  public func seminormH1(over region: Region) throws(FieldError) -> Double {
    try sum(over: region, degree: 2 * space.degree, gradients: true) {
      ($0.gradient * $0.gradient).sum()
    }.squareRoot()
  }

  /// √∫ (u² + |∇u|²).
  public func normH1(over region: Region) throws(FieldError) -> Double {
    try sum(over: region, degree: 2 * space.degree + 1, gradients: true) {
      $0.value * $0.value + ($0.gradient * $0.gradient).sum()
    }.squareRoot()
  }

  /// √∫ (u − `exact`)².
  public func errorL2(
    _ exact: @Sendable (Point) -> Double, over region: Region, quadratureDegree: Int = 8
  ) throws(FieldError) -> Double {
    try sum(over: region, degree: quadratureDegree) {
      let e = $0.value - exact($0.point)
      return e * e
    }.squareRoot()
  }

  /// √∫ |∇u − `exactGradient`|².
  public func errorH1(
    _ exactGradient: @Sendable (Point) -> Point, over region: Region, quadratureDegree: Int = 8
  ) throws(FieldError) -> Double {
    try sum(over: region, degree: quadratureDegree, gradients: true) {
      let e = $0.gradient - exactGradient($0.point)
      return (e * e).sum()
    }.squareRoot()
  }
}

/// Why a quantity of a field cannot be computed.
public enum FieldError: Error, Equatable, CustomStringConvertible {
  /// The point lies in no cell of the domain.
  case outside(point: [Double])
  /// Gradients are known on cells of the domain and on their facets, not on smaller regions.
  case noGradient(region: String, dimension: Int)
  /// The region has no length, area or volume.
  case noMeasure(region: String)
  /// Some cells of the region touch no cell of the domain.
  case looseCells(region: String, count: Int)
  /// The integrand is infinite or not a number at a point.
  case notFinite(region: String, point: [Double])

  /// What is wrong, and the cure where there is one.
  public var description: String {
    switch self {
    case .outside(let point): "the point \(point) lies outside the domain"
    case .noGradient(let region, let dimension):
      "the field has no gradient on region '\(region)' of dimension \(dimension)"
    case .noMeasure(let region): "region '\(region)' has measure zero"
    case .looseCells(let region, let count):
      "\(count) cells of region '\(region)' touch points that no cell of the domain uses"
    case .notFinite(let region, let point):
      "the integrand on region '\(region)' is not a finite number at \(point)"
    }
  }
}
