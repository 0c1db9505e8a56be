public import Meshes

/// u = g on a region: an essential condition.
public struct DirichletCondition: Sendable {
  /// Where, of any dimension; every dof on its cells and on their boundary is prescribed.
  public let region: Region
  /// g, with one component.
  public let value: Coefficient

  /// The condition u = `value` on `region`.
  public init(_ value: Coefficient, on region: Region) {
    precondition(
      value.componentCount == 1, "an essential value has 1 component, not \(value.componentCount)")
    self.region = region
    self.value = value
  }
}

/// Why essential conditions cannot be imposed.
public enum DirichletError: Error, Equatable, CustomStringConvertible {
  /// No dof of the space lies on the region, on a mesh that is no piece.
  case noDofs(region: String)
  /// The value is infinite or not a number.
  case notFinite(region: String, point: [Double])

  /// What is wrong.
  public var description: String {
    switch self {
    case .noDofs(let region): "no degree of freedom lies on region '\(region)'"
    case .notFinite(let region, let point):
      "the essential value on '\(region)' is not a finite number at \(point)"
    }
  }
}

/// The dofs that essential conditions prescribe, with their values, and the free ones.
///
/// Where the regions of two conditions meet, the later condition of the list wins;
/// `contradictionCount` says on how many dofs the values then differed.
public struct EssentialDofs: Sendable {
  /// The number of all dofs.
  public let dofCount: Int
  /// The prescribed dofs, ascending.
  public let constrained: [Int32]
  /// The free dofs, ascending.
  public let free: [Int32]
  /// The value of each prescribed dof.
  public let values: [Double]
  /// For each prescribed dof the condition that won there.
  public let condition: [Int32]
  /// The number of dofs for which two conditions gave values that differ by more than rounding.
  public let contradictionCount: Int
  private let space: FunctionSpace
  private let regions: [String]

  /// Imposes the conditions on a space.
  public init(_ space: FunctionSpace, _ conditions: [DirichletCondition]) throws(DirichletError) {
    self.space = space
    dofCount = space.dofCount
    regions = conditions.map(\.region.name)
    var owner = [Int32](repeating: -1, count: space.dofCount)
    var value = [Double](repeating: 0, count: space.dofCount)
    var contradictions = Set<Int32>()
    var scale = 0.0
    for (index, condition) in conditions.enumerated() {
      let dofs = space.dofs(on: condition.region)
      guard !dofs.isEmpty || space.mesh.isPiece else {
        throw .noDofs(region: condition.region.name)
      }
      let mine = try EssentialDofs.evaluate(
        condition.value, at: dofs, space, region: condition.region.name)
      // sin(π) beside 0 is no contradiction: values are compared on the scale of them all.
      for g in mine { scale = max(scale, abs(g)) }
      for (dof, g) in zip(dofs, mine) {
        let old = value[Int(dof)]
        if owner[Int(dof)] >= 0, abs(old - g) > 1e-12 * scale {
          contradictions.insert(dof)
        }
        owner[Int(dof)] = Int32(index)
        value[Int(dof)] = g
      }
    }
    let all = 0..<Int32(truncatingIfNeeded: space.dofCount)
    let constrained = all.filter { owner[Int($0)] >= 0 }
    self.constrained = constrained
    free = all.filter { owner[Int($0)] < 0 }
    values = constrained.map { value[Int($0)] }
    condition = constrained.map { owner[Int($0)] }
    contradictionCount = contradictions.count
  }

  /// Values for the same dofs from other functions, one for each condition: a term of an affine
  /// family of essential values.
  ///
  /// - Parameter functions: One for each condition; nil means zero.
  /// - Returns: One value for each prescribed dof.
  public func values(of functions: [Coefficient?]) throws(DirichletError) -> [Double] {
    precondition(
      functions.count == regions.count, "\(functions.count) values, \(regions.count) conditions")
    var result = [Double](repeating: 0, count: constrained.count)
    for (index, function) in functions.enumerated() {
      guard let function else { continue }
      let places = constrained.indices.filter { condition[$0] == Int32(index) }
      let mine = try EssentialDofs.evaluate(
        function, at: places.map { constrained[$0] }, space, region: regions[index])
      for (place, g) in zip(places, mine) { result[place] = g }
    }
    return result
  }

  /// The vector of all dofs from its free part and the prescribed values.
  ///
  /// - Parameters:
  ///   - free: One value for each free dof.
  ///   - values: One value for each prescribed dof; nil takes those of the conditions.
  public func assembled(free freeValues: [Double], values: [Double]? = nil) -> [Double] {
    let prescribed = values ?? self.values
    precondition(
      freeValues.count == free.count && prescribed.count == constrained.count,
      "\(freeValues.count) and \(prescribed.count) values for \(free.count) free and "
        + "\(constrained.count) prescribed dofs")
    var full = [Double](repeating: 0, count: dofCount)
    for (dof, value) in zip(free, freeValues) { full[Int(dof)] = value }
    for (dof, value) in zip(constrained, prescribed) { full[Int(dof)] = value }
    return full
  }

  /// The entries of the free dofs.
  public func free(of vector: [Double]) -> [Double] {
    precondition(vector.count == dofCount, "\(vector.count) values for \(dofCount) dofs")
    return free.map { vector[Int($0)] }
  }

  private static func evaluate(
    _ function: Coefficient, at dofs: [Int32], _ space: FunctionSpace, region: String
  ) throws(DirichletError) -> [Double] {
    if dofs.isEmpty { return [] }
    let places = dofs.map { space.place(ofDof: Int($0)) }
    let values = function.values(
      atColumns: [places.map(\.x), places.map(\.y), places.map(\.z)])[0]
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(
        region: region, point: (0..<space.mesh.dimension).map { places[bad][$0] })
    }
    return values
  }
}
