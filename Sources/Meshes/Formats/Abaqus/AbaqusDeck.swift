/// What stands between *PART and *END PART, or in the open: nodes, elements, sets and surfaces.
struct AbaqusPart {
  /// The elements of one type, or those that are left out (`type` is nil).
  struct Elements {
    let type: AbaqusElementType?
    var numbers: [Int] = []
    var offsets: [Int] = []
    /// The numbers of the nodes in the order of the file, element after element.
    var nodes: [Int] = []
  }

  /// A set of nodes or of elements.
  struct Set {
    /// The name as it was first written.
    let name: String
    var cards: [Card] = []
  }

  /// What one card adds to a set.
  struct Card {
    /// The instance whose numbers the card lists, in capitals; nil in the part itself.
    let instance: String?
    var numbers: [Int] = []
    var offsets: [Int] = []
    /// GENERATE: first, last, step.
    var ranges: [(first: Int, last: Int, step: Int)] = []
    var names: [(name: String, offset: Int)] = []
    /// Sets of elements whose nodes belong to a set of nodes.
    var nodesOfElements: [(name: String, offset: Int)] = []
  }

  /// A surface: faces of elements, or nodes.
  struct Surface {
    let name: String
    let isOfNodes: Bool
    /// A number or a set; and a face, in capitals, empty where none is given.
    var entries: [(target: String, face: String, offset: Int)] = []
  }

  /// SOLID SECTION and the like: the set of elements and the material.
  struct Section {
    let set: String
    let material: String
    let offset: Int
  }

  var nodeNumbers: [Int] = []
  var nodeOffsets: [Int] = []
  /// Three for each node.
  var coordinates: [Double] = []
  var elements: [Elements] = []
  /// By name in capitals; the order in which the names appeared is kept.
  var nodeSets = OrderedSets<Set>()
  var elementSets = OrderedSets<Set>()
  var surfaces = OrderedSets<Surface>()
  var sections: [Section] = []
  private var listOfType: [String: Int] = [:]

  /// The list of a type of elements, new or known.
  mutating func list(of name: String, _ type: AbaqusElementType?) -> Int {
    let name = type == nil ? "" : name
    if let known = listOfType[name] { return known }
    elements.append(Elements(type: type))
    listOfType[name] = elements.count - 1
    return elements.count - 1
  }
}

/// A part in its place.
struct AbaqusInstance {
  /// The name as it is written.
  let name: String
  let part: AbaqusPart
  let placement: AbaqusPlacement
}

/// Things by their names in capitals, in the order in which the names appeared.
struct OrderedSets<Element> {
  private(set) var all: [Element] = []
  private var index: [String: Int] = [:]

  /// Whether there is something of a name.
  func contains(_ name: String) -> Bool { index[name.uppercased()] != nil }

  /// The thing of a name.
  subscript(name: String) -> Element? { index[name.uppercased()].map { all[$0] } }

  /// Changes the thing of a name, which is made where there is none.
  mutating func update(
    _ name: String, orMake make: @autoclosure () -> Element, _ change: (inout Element) -> Void
  ) {
    let key = name.uppercased()
    let place: Int
    if let known = index[key] {
      place = known
    } else {
      place = all.count
      index[key] = place
      all.append(make())
    }
    change(&all[place])
  }
}
