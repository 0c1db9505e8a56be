extension CellShape {
  /// How deep a reference point lies in the cell: the least of the linear functions that vanish on
  /// one facet and are 1 on what is farthest from it; negative outside.
  public func depth(of point: SIMD3<Double>) -> Double {
    let (x, y, z) = (point.x, point.y, point.z)
    return switch self {
    case .point: 1
    case .line: min(x, 1 - x)
    case .triangle: min(x, y, 1 - x - y)
    case .quadrilateral: min(x, 1 - x, y, 1 - y)
    case .tetrahedron: min(x, y, z, 1 - x - y - z)
    case .hexahedron: min(min(x, 1 - x, y, 1 - y), z, 1 - z)
    case .wedge: min(min(x, y, 1 - x - y), z, 1 - z)
    case .pyramid: min(min(x, 1 - z - x, y, 1 - z - y), z)
    }
  }
}
