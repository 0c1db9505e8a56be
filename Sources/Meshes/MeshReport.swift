/// What there is to say about a mesh: sizes, regions with their measures, quality, repairs made on
/// reading, and whatever a computation may stumble over.
public struct MeshReport: Sendable, CustomStringConvertible {
  /// The cells of one block.
  public struct Cells: Sendable, Hashable {
    /// Their shape.
    public let shape: CellShape
    /// Which nodes they have.
    public let nodeSet: NodeSet
    /// Their geometric order.
    public var order: Int { nodeSet.order }
    /// Their number.
    public let count: Int
  }

  /// A region and its size.
  public struct RegionEntry: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The dimension of its cells.
    public let dimension: Int
    /// The number of its cells.
    public let cellCount: Int
    /// Length, area or volume in the unit of the coordinates; for points their number.
    public let measure: Double
  }

  /// 2 or 3.
  public let dimension: Int
  /// The number of points.
  public let pointCount: Int
  /// The cells, block by block.
  public let cells: [Cells]
  /// The regions, in the order of the mesh.
  public let regions: [RegionEntry]
  /// The area or volume of the domain.
  public let measure: Double
  /// The smallest coordinates.
  public let lower: [Double]
  /// The largest coordinates.
  public let upper: [Double]
  /// The shape of the cells.
  public let quality: Quality
  /// The number of connected pieces of the domain.
  public let componentCount: Int
  /// The number of facets with one cell only.
  public let exteriorFacetCount: Int
  /// The fingerprint of the mesh.
  public let hash: String
  /// Repairs and omissions, one sentence each.
  public let notes: [String]
  /// Peculiarities that make many computations fail or mean something else, one sentence each.
  public let warnings: [String]

  /// Examines a mesh.
  ///
  /// - Parameters:
  ///   - mesh: The mesh.
  ///   - notes: What was noted on reading it.
  public init(_ mesh: Mesh, notes: [String] = []) {
    dimension = mesh.dimension
    pointCount = mesh.pointCount
    cells = mesh.blocks.map { Cells(shape: $0.shape, nodeSet: $0.nodeSet, count: $0.cellCount) }
    regions = mesh.regions.map {
      RegionEntry(
        name: $0.name, dimension: $0.dimension, cellCount: $0.cellCount,
        measure: mesh.measure(of: $0))
    }
    measure = mesh.measure(of: mesh.topology.everything(ofDimension: mesh.dimension))
    (lower, upper) = mesh.boundingBox
    quality = Quality(mesh)
    hash = mesh.hash
    self.notes = notes
    let facets = FacetNumbering(mesh.topology)
    exteriorFacetCount = facets.exterior.count
    let diagnosis = MeshDiagnosis(mesh, facets)
    componentCount = diagnosis.componentSizes.count
    warnings = diagnosis.warnings
  }

  /// The report as plain text, a line for each statement.
  public var description: String {
    var lines = ["\(dimension)D mesh, \(pointCount) points"]
    for entry in cells {
      let kind =
        switch entry.nodeSet {
        case .corners: ""
        case .serendipity: ", order 2 (\(entry.shape.nodeCount(.serendipity)) nodes)"
        case .complete: ", order 2"
        }
      lines.append("  \(entry.count) \(entry.shape.plural)\(kind)")
    }
    let box = zip(lower, upper).map { "[\($0), \($1)]" }.joined(separator: " × ")
    lines.append("  box \(box), \(dimension == 2 ? "area" : "volume") \(measure)")
    lines.append(
      "  edges \(quality.shortestEdge) … \(quality.longestEdge), quality at least "
        + "\(MeshReport.short(quality.lowest)), mean "
        + "\(MeshReport.short(quality.mean)), smallest angle "
        + "\(MeshReport.short(quality.smallestAngle))°")
    if regions.isEmpty { lines.append("  no regions: everything is \"*\"") }
    for region in regions {
      let kind = ["points", "length", "area", "volume"][region.dimension]
      lines.append(
        "  region \"\(region.name)\": dimension \(region.dimension), \(region.cellCount) cells, "
          + "\(kind) \(region.measure)")
    }
    lines += notes.map { "  note: \($0)" }
    lines += warnings.map { "  warning: \($0)" }
    lines.append("  fingerprint \(hash)")
    return lines.joined(separator: "\n")
  }

  private static func short(_ value: Double) -> String { "\((value * 1e4).rounded() / 1e4)" }
}
