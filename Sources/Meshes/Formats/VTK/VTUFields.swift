internal import Files

/// The fields at the points of a .vtu file without its mesh: what a series over one mesh needs of
/// all files but the first.
public struct VTUFields: Sendable {
  /// A field and the number of its components.
  public struct Name: Sendable, Hashable {
    /// The name in the file.
    public let name: String
    /// 1 for a scalar.
    public let components: Int
  }

  private let xml: VTKXMLFile
  private let piece: XMLElement
  /// The number of points in the file.
  public let pointCount: Int

  /// Reads a file of one piece; nil for several.
  ///
  /// - Throws: `MeshError` with the line.
  public init?(reading path: String) throws(MeshError) {
    xml = try VTKXMLFile(file: path, bytes: MeshError.reading(path))
    guard xml.root["type"] == "UnstructuredGrid",
      let pieces = xml.root.first("UnstructuredGrid")?.children(named: "Piece"),
      pieces.count == 1
    else { return nil }
    piece = pieces[0]
    pointCount = try xml.count("NumberOfPoints", of: piece)
  }

  /// The fields at the points.
  public func names() throws(MeshError) -> [Name] {
    var names: [Name] = []
    for element in arrays where element["type"] != "String" {
      let components =
        element["NumberOfComponents"] == nil ? 1 : try xml.count("NumberOfComponents", of: element)
      names.append(Name(name: element["Name"] ?? "", components: components))
    }
    return names
  }

  private var arrays: [XMLElement] { piece.first("PointData")?.children(named: "DataArray") ?? [] }

  /// The values of a field, point after point of the file; nil where there is none of this name.
  public func values(of name: String) throws(MeshError) -> (components: Int, values: [Double])? {
    guard
      let element = arrays.first(where: { $0["Name"] ?? "" == name && $0["type"] != "String" })
    else { return nil }
    let array = try xml.array(element, tuples: pointCount)
    return (array.components, array.values.reals)
  }

  /// A checksum of the points and cells as they stand in the file: equal ones mean the same mesh.
  ///
  /// - Throws: `MeshError` where they cannot be read.
  public func geometry() throws(MeshError) -> UInt64 {
    var sums: [UInt64] = []
    for part in ["Points", "Cells"] {
      for element in piece.first(part)?.children(named: "DataArray") ?? [] {
        let array = try xml.array(element, tuples: nil)
        sums.append(Checksum.of(array.values.reals[...]))
      }
    }
    return Checksum.of(sums.flatMap { sum in (0..<8).map { UInt8(sum >> (8 * UInt64($0)) & 255) } })
  }
}
