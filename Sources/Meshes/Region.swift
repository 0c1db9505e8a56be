/// A named set of cells of one dimension: a material, a boundary, a line or a point.
///
/// A cell may belong to several regions, or to none.
public struct Region: Sendable, Hashable {
  /// The cells of a region within one block.
  public struct Member: Sendable, Hashable {
    /// The index of the block in the topology.
    public let block: Int
    /// Cells of the block, ascending.
    public let cells: [Int32]

    /// The given cells of a block; they are sorted and taken once.
    public init(block: Int, cells: [Int32]) {
      self.block = block
      var ascending = zip(cells, cells.dropFirst()).allSatisfy { $0 < $1 } ? cells : cells.sorted()
      if ascending.count > 1, !zip(ascending, ascending.dropFirst()).allSatisfy({ $0 < $1 }) {
        var distinct = [ascending[0]]
        for cell in ascending where cell != distinct[distinct.count - 1] { distinct.append(cell) }
        ascending = distinct
      }
      self.cells = ascending
    }
  }

  /// The name, as in the mesh file.
  public let name: String
  /// The dimension of its cells.
  public let dimension: Int
  /// The cells, block by block, in the order of the blocks.
  public let members: [Member]
  /// Points that belong to the region by cells of other pieces of a mesh in pieces, ascending: they
  /// carry its essential values, integrals over the region do not know them.
  public let fringe: [Int32]

  /// A region with the given cells; members without cells are left out.
  public init(name: String, dimension: Int, members: [Member], fringe: [Int32] = []) {
    self.name = name
    self.dimension = dimension
    self.members = members.filter { !$0.cells.isEmpty }.sorted { $0.block < $1.block }
    self.fringe = fringe
  }

  /// The number of cells.
  public var cellCount: Int { members.reduce(0) { $0 + $1.cells.count } }
}
