internal import Files

/// Points and cells that another program lists, made into a mesh with the checks and repairs that
/// mesh files get.
public struct ListedMesh {
  private var lists = CellLists()
  private let file: String

  /// Nothing listed yet.
  ///
  /// - Parameter file: The name that stands in errors.
  public init(file: String) { self.file = file }

  /// Adds points, three coordinates each.
  ///
  /// - Throws: `MeshError.badNode` for NaN.
  public mutating func addPoints(_ coordinates: [Double]) throws(MeshError) {
    try lists.addPoints(coordinates, file: file)
  }

  /// Adds a cell.
  ///
  /// - Parameters:
  ///   - type: VTK's number of the kind of cell.
  ///   - points: Numbers of points from 0, in VTK's order.
  /// - Throws: `MeshError` for a kind that is not read or a point that was not listed.
  public mutating func addCell(_ type: Int, points: [Int]) throws(MeshError) {
    guard let kind = lists.kind(type, points.count) else {
      throw VTKCellType.refusal(
        type, nodeCount: points.count, at: MeshPlace(file: file, position: .file))
    }
    if let bad = points.first(where: { $0 < 0 || $0 >= lists.pointCount }) {
      throw .badElement(
        at: MeshPlace(file: file, position: .file), element: lists.cellCount,
        defect: .unknownNode(bad))
    }
    lists.add(kind) { points[$0] }
  }

  /// The mesh, for each of its points the place in the list, and a sentence for each repair.
  ///
  /// - Throws: `MeshError` for what cannot be repaired without doubt.
  public func assembled() throws(MeshError) -> (mesh: Mesh, places: [Int32], notes: [String]) {
    var assembly = MeshAssembly(lists.raw(with: CellTags()), MeshScanner(file: file, bytes: []))
    let mesh = try assembly.mesh()
    return (mesh, assembly.keptNodes, assembly.notes)
  }
}
