/// A mesh that is cut into the parts of a partition: which cells of every dimension go to which.
public struct MeshCut: Sendable {
  /// The mesh.
  public let whole: Mesh
  /// The number of parts.
  public let partCount: Int
  /// The numbers of the cells of lower dimension that no cell of the domain has, ascending: they go to
  /// no piece. They are counted as in ``MeshPiece/sides``.
  public let loose: [Int32]
  private let cells: PartLists
  private let sides: PartLists
  private let regionsOverlap: Bool

  /// Deals out the cells of a mesh.
  ///
  /// - Complexity: O(points + cells).
  public init(_ whole: Mesh, _ partition: Partition) {
    precondition(
      partition.part.count == whole.cellCount,
      "a partition of \(partition.part.count) cells for a mesh of \(whole.cellCount)")
    (self.whole, partCount) = (whole, partition.partCount)
    let owners = whole.owningCells()
    let first = Int32(whole.cellCount)
    cells = PartLists(partition.part, partCount, from: 0)
    sides = PartLists(
      owners.map { $0 < 0 ? -1 : partition.part[Int($0)] }, partCount, from: first)
    loose = owners.indices.filter { owners[$0] < 0 }.map { first + Int32($0) }
    regionsOverlap = VTUFile(whole, cells: .everyDimension).regionsOverlap
  }

  /// The piece of a part.
  ///
  /// - Complexity: O(points of the whole + cells of the piece and of regions of the whole).
  public func piece(_ part: Int) -> MeshPiece {
    precondition(0..<partCount ~= part, "part \(part) of \(partCount)")
    return MeshPiece(
      whole, cells: cells.list(part), sides: sides.list(part), regionsOverlap: regionsOverlap)
  }
}

/// The numbers of the things of each part, ascending.
private struct PartLists: Sendable {
  private var start: [Int]
  private var numbers: [Int32]

  /// - Parameters:
  ///   - part: The part of each thing, −1 for none.
  ///   - first: The number of the first thing.
  init(_ part: [Int32], _ count: Int, from first: Int32) {
    start = [Int](repeating: 0, count: count + 1)
    for part in part where part >= 0 { start[Int(part) + 1] += 1 }
    for part in 0..<count { start[part + 1] += start[part] }
    numbers = [Int32](repeating: 0, count: start[count])
    var next = start
    for (k, part) in part.enumerated() where part >= 0 {
      numbers[next[Int(part)]] = first + Int32(k)
      next[Int(part)] += 1
    }
  }

  func list(_ part: Int) -> [Int32] { Array(numbers[start[part]..<start[part + 1]]) }
}
