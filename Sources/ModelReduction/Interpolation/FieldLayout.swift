internal import LinearAlgebra

/// How the components of a vector-valued field stand in a snapshot.
public struct FieldLayout: Sendable, Equatable {
  /// The order of the entries.
  public enum Arrangement: String, Sendable, CaseIterable {
    /// All components of a point side by side: x₁ y₁ z₁ x₂ y₂ z₂ ….
    case byPoint
    /// One component after the other: x₁ x₂ … y₁ y₂ ….
    case byComponent
  }

  /// Components at a point.
  public let componentCount: Int
  /// Points.
  public let pointCount: Int
  /// Their order.
  public let arrangement: Arrangement

  /// A layout.
  ///
  /// - Precondition: Neither number is negative; at least one component.
  public init(componentCount: Int, pointCount: Int, arrangement: Arrangement = .byPoint) {
    precondition(
      componentCount > 0 && pointCount >= 0, "\(componentCount) components at \(pointCount) points")
    (self.componentCount, self.pointCount) = (componentCount, pointCount)
    self.arrangement = arrangement
  }

  /// The numbers in a snapshot.
  public var rowCount: Int { componentCount * pointCount }

  /// The point an entry belongs to.
  public func point(of row: Int) -> Int {
    arrangement == .byPoint ? row / componentCount : row % pointCount
  }

  /// The entries of a point.
  public func rows(of point: Int) -> [Int] {
    (0..<componentCount).map {
      arrangement == .byPoint ? point * componentCount + $0 : point + $0 * pointCount
    }
  }

  /// The points of some entries, each once, in the order of their first entry.
  public func points(of rows: [Int]) -> [Int] {
    var seen: Set<Int> = []
    return rows.map { point(of: $0) }.filter { seen.insert($0).inserted }
  }
}

extension EmpiricalInterpolation {
  /// The same modes fitted to all components at the points: where one component is sampled the others
  /// cost nothing, and calm the fit.
  ///
  /// - Parameter layout: Of the fields.
  /// - Throws: `mismatch` for a layout of another size.
  public func samplingWholePoints(
    of layout: FieldLayout
  ) throws(HyperReductionError) -> EmpiricalInterpolation {
    guard layout.rowCount == modes.rowCount else {
      throw .mismatch(
        what: "layout of a field", found: "\(layout.rowCount) numbers",
        expected: "\(modes.rowCount), as the modes have")
    }
    return try EmpiricalInterpolation(
      method, modes, eim, points: layout.points(of: points).flatMap { layout.rows(of: $0) })
  }
}
