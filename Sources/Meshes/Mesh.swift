/// Points in the plane or in space and the cells between them.
///
/// A value: moving the points gives another mesh that shares the topology of the first.
public struct Mesh: Sendable {
  /// Cells and regions.
  public let topology: MeshTopology
  /// 2 or 3, the number of coordinates of a point; cells of this dimension make up the domain.
  public let dimension: Int
  /// The coordinates, point after point, `dimension` numbers each.
  public let coordinates: [Double]

  /// A mesh with the given points.
  ///
  /// - Parameters:
  ///   - topology: Cells and regions.
  ///   - dimension: 2 or 3.
  ///   - coordinates: Point after point, `dimension` finite numbers each.
  public init(topology: MeshTopology, dimension: Int, coordinates: [Double]) {
    precondition(
      dimension == 2 || dimension == 3, "points have 2 or 3 coordinates, not \(dimension)")
    precondition(
      coordinates.count == dimension * topology.pointCount,
      "\(coordinates.count) coordinates for \(topology.pointCount) points in \(dimension) dimensions"
    )
    self.topology = topology
    self.dimension = dimension
    self.coordinates = coordinates
  }

  /// A mesh from its parts; see `MeshTopology.init` for what they must satisfy.
  public init(
    dimension: Int, coordinates: [Double], blocks: [CellBlock], regions: [Region] = [],
    isPiece: Bool = false
  ) {
    precondition(
      dimension == 2 || dimension == 3, "points have 2 or 3 coordinates, not \(dimension)")
    let topology = MeshTopology(
      pointCount: coordinates.count / dimension, blocks: blocks, regions: regions,
      isPiece: isPiece)
    self.init(topology: topology, dimension: dimension, coordinates: coordinates)
  }

  /// The number of points.
  public var pointCount: Int { topology.pointCount }
  /// The cells, in blocks of one shape and order, of any dimension.
  public var blocks: [CellBlock] { topology.blocks }
  /// The named regions.
  public var regions: [Region] { topology.regions }
  /// Whether this is a piece of a larger mesh: a region may have no cell in it.
  public var isPiece: Bool { topology.isPiece }
  /// The names of the regions, sorted, each once.
  public var regionNames: [String] { Set(regions.map(\.name)).sorted() }
  /// The number of cells of the domain.
  public var cellCount: Int { topology.cellCount(ofDimension: dimension) }
  /// The geometric order of the cells of the domain: 1, or 2 if any of them is of second order.
  public var order: Int {
    blocks.lazy.filter { $0.dimension == dimension }.map(\.order).max() ?? 1
  }

  /// The blocks whose cells have the given dimension.
  public func cellBlocks(ofDimension dimension: Int) -> [CellBlock] {
    blocks.filter { $0.dimension == dimension }
  }

  /// The region of a name; "*" is the whole domain. See `MeshTopology.region(named:dimension:)`
  /// for regions that share a name.
  public func region(named name: String, dimension: Int? = nil) -> Region? {
    topology.region(named: name, dimension: dimension)
  }

  /// The coordinates of a point, `dimension` numbers.
  public func point(_ index: Int) -> ArraySlice<Double> {
    coordinates[index * dimension..<(index + 1) * dimension]
  }

  /// The same cells over other points.
  ///
  /// - Parameter coordinates: As many numbers as `self.coordinates` has, in the same order.
  public func moved(to coordinates: [Double]) -> Mesh {
    Mesh(topology: topology, dimension: dimension, coordinates: coordinates)
  }

  /// The smallest axis-parallel box around all points; two empty arrays for a mesh without points.
  public var boundingBox: (lower: [Double], upper: [Double]) {
    guard pointCount > 0 else { return ([], []) }
    var lower = Array(coordinates[0..<dimension])
    var upper = lower
    for (index, value) in coordinates.enumerated() {
      let axis = index % dimension
      lower[axis] = min(lower[axis], value)
      upper[axis] = max(upper[axis], value)
    }
    return (lower, upper)
  }
}
