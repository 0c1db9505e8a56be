/// Nodes and elements as a file lists them, before anything is checked or renumbered.
struct RawMesh {
  /// Elements of one shape with one set of nodes.
  struct Elements {
    let shape: CellShape
    let nodeSet: NodeSet
    /// The number of each element in the file, its place (byte), and its group in `groups`.
    var numbers: [Int] = []
    var offsets: [Int] = []
    var groups: [Int32] = []
    /// The file's node numbers, element after element.
    var nodes: [Int] = []

    var nodesPerCell: Int { shape.nodeCount(nodeSet) }
    var count: Int { numbers.count }
  }

  /// Where the physical groups of an element are found.
  enum Group: Hashable {
    /// They stand with the element (MSH 2).
    case tags([Int])
    /// They belong to its geometric entity (MSH 4).
    case entity(dimension: Int, tag: Int)
  }

  /// A geometric entity or a physical group: a dimension and a number.
  struct Key: Hashable {
    let dimension: Int
    let tag: Int
  }

  var nodeNumbers: [Int] = []
  var nodeOffsets: [Int] = []
  /// Three for each node.
  var coordinates: [Double] = []
  var elements: [Elements] = []
  var groups: [Group] = []
  private var groupIndex: [Group: Int32] = [:]
  var physicalNames: [Key: String] = [:]
  var physicalTags: [Key: [Int]] = [:]
  var notes: [String] = []

  /// The index of a group, new or known.
  mutating func index(of group: Group) -> Int32 {
    if let known = groupIndex[group] { return known }
    let index = Int32(truncatingIfNeeded: groups.count)
    groups.append(group)
    groupIndex[group] = index
    return index
  }

  /// The list for elements of a shape with a set of nodes, new or known.
  mutating func elementsIndex(_ shape: CellShape, _ nodes: NodeSet) -> Int {
    if let known = elements.firstIndex(where: { $0.shape == shape && $0.nodeSet == nodes }) {
      return known
    }
    elements.append(Elements(shape: shape, nodeSet: nodes))
    return elements.count - 1
  }

  /// The physical groups of a group index: positive, ascending, each once.
  func tags(of group: Int32) -> [Int] {
    let tags =
      switch groups[Int(group)] {
      case .tags(let tags): tags
      case .entity(let dimension, let tag):
        physicalTags[Key(dimension: dimension, tag: tag)] ?? []
      }
    // A negative tag says that the group is turned against its entity; zero says no group.
    return Set(tags.compactMap { $0 == 0 || $0 == .min ? nil : abs($0) }).sorted()
  }
}
