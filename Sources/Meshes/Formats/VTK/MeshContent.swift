internal import Files

/// A mesh and the fields that its file holds: from .vtu, .pvtu and .xdmf.
///
/// What the mesh cannot use (points of no cell, cells that touch the domain nowhere) is left out of
/// the fields, too, so that values belong to the points and cells of `mesh` in their order.
public struct MeshContent: Sendable {
  /// A field with one value, or a vector, at each point or in each cell.
  public struct Field: Sendable, Hashable {
    /// The name in the file.
    public let name: String
    /// 1 for a scalar; vectors of plane meshes usually have a third component that is zero.
    public let components: Int
    /// Point after point or cell after cell, `components` numbers each. May contain NaN where the
    /// file says so.
    public let values: [Double]

    /// The smallest and largest number among the finite ones; nil if there is none.
    public var range: ClosedRange<Double>? {
      var (lower, upper) = (Double.infinity, -Double.infinity)
      for value in values where value.isFinite {
        lower = min(lower, value)
        upper = max(upper, value)
      }
      return lower <= upper ? lower...upper : nil
    }
  }

  /// The mesh.
  public let mesh: Mesh
  /// The fields on the points of the mesh.
  public let pointFields: [Field]
  /// The fields on the cells of the domain, through all blocks of its dimension.
  public let cellFields: [Field]
  /// One sentence for each kind of repair or omission.
  public let notes: [String]

  /// The times of the steps of a series; empty where the file holds none.
  public let times: [Double]
  /// For each point of the mesh its place among those of the file.
  public let pointPlaces: [Int32]

  /// Reads a .vtu, .pvtu or .xdmf file with its fields.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - step: Of a series the step whose fields are read, from 0.
  /// - Throws: `MeshError` with the line, or `unsuitable` for a format that holds no fields.
  public init(reading path: String, step: Int = 0) throws(MeshError) {
    try self.init(bytes: MeshError.reading(path), file: path, step: step)
  }

  /// Reads the bytes of a file called `file`.
  public init(bytes: [UInt8], file: String, step: Int = 0) throws(MeshError) {
    switch MeshFormat(of: file, bytes) {
    case .vtu:
      var reader = try VTUReader(file: file, bytes: bytes)
      self = try reader.read()
    case .pvtu: self = try PVTUReader(file: file, bytes: bytes).read()
    case .xdmf:
      var reader = try XDMFReader(file: file, bytes: bytes)
      self = try reader.read(step: step)
    case .gmsh, .abaqus:
      throw .unsuitable(path: file, reason: "fields are read from .vtu, .pvtu and .xdmf files only")
    }
  }

  /// The field of a name on the points.
  public func pointField(_ name: String) -> Field? { pointFields.first { $0.name == name } }

  init(
    _ lists: CellLists, _ tags: CellTags, pointFields: [VTKArray], cellFields: [VTKArray],
    times: [Double] = [], notes: [String] = [], file: String
  ) throws(MeshError) {
    var assembly = MeshAssembly(
      lists.raw(with: tags), MeshScanner(file: file, bytes: []))
    mesh = try assembly.mesh()
    self.notes = notes + assembly.notes
    self.times = times
    let points = assembly.keptNodes
    pointPlaces = points
    self.pointFields = pointFields.map { field in
      Field(
        name: field.name, components: field.components,
        values: MeshContent.selected(field.values.reals, points, field.components))
    }
    // Cells of the domain, block by block, as cells of the file.
    var cells: [Int32] = []
    for (list, elements) in assembly.keptElements
    where assembly.raw.elements[list].shape.dimension
      == mesh.dimension
    {
      cells += elements.map { Int32(assembly.raw.elements[list].numbers[Int($0)]) }
    }
    self.cellFields = cellFields.filter { !tags.isOwn($0.name) }.map { field in
      Field(
        name: field.name, components: field.components,
        values: MeshContent.selected(field.values.reals, cells, field.components))
    }
  }

  private static func selected(
    _ values: [Double], _ places: [Int32], _ components: Int
  ) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(places.count * components)
    for place in places {
      result += values[Int(place) * components..<(Int(place) + 1) * components]
    }
    return result
  }
}
