public import Files

/// Where in a mesh file something is.
public typealias MeshPlace = FilePlace

/// What is wrong with one cell of a mesh file.
public enum CellDefect: Sendable, Hashable, CustomStringConvertible {
  /// It refers to a node that the file does not have.
  case unknownNode(Int)
  /// It has the same node twice.
  case repeatedNode(Int)
  /// It has the same corners and the same regions as another element.
  case duplicate(of: Int)
  /// It has the number of another element but not its nodes.
  case numberTaken
  /// Its length, area or volume is zero to rounding.
  case flat(measure: Double)
  /// The Jacobian determinant of its map changes sign: `lowest` … `highest`.
  case folded(lowest: Double, highest: Double)

  /// The defect in words, after "element 7".
  public var description: String {
    switch self {
    case .unknownNode(let node): "refers to node \(node), which the file does not list"
    case .repeatedNode(let node): "has node \(node) twice"
    case .duplicate(let other): "is the same cell as element \(other), in the same groups"
    case .numberTaken: "has the number of an earlier element with other nodes"
    case .flat(let measure): "is flat: its measure is \(measure)"
    case .folded(let lowest, let highest):
      "is folded: the determinant of its map goes from \(lowest) to \(highest); "
        + "its corners are listed in a wrong order or lie badly, or its edge nodes do"
    }
  }
}

/// Why a mesh file was refused or could not be written.
public enum MeshError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file cannot be opened or read; `reason` is the system's.
  case unreadable(path: String, reason: String)
  /// The text or the bytes are not what the format asks for.
  case malformed(at: MeshPlace, found: String, expected: String)
  /// The file is legal but uses something that is not read; `cure` says what to do.
  case unsupported(at: MeshPlace, feature: String, cure: String)
  /// A node cannot be used.
  case badNode(at: MeshPlace, node: Int, defect: String)
  /// An element cannot be used.
  case badElement(at: MeshPlace, element: Int, defect: CellDefect)
  /// The file is sound but is no mesh that can be computed on.
  case unsuitable(path: String, reason: String)
  /// The file cannot be written; `reason` is the system's.
  case unwritable(path: String, reason: String)

  /// Place, finding and cure in one line.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .malformed(let place, let found, let expected):
      "\(place): expected \(expected), found \(found)"
    case .unsupported(let place, let feature, let cure):
      "\(place): \(feature) not supported; \(cure)"
    case .badNode(let place, let node, let defect): "\(place): node \(node) \(defect)"
    case .badElement(let place, let element, let defect): "\(place): element \(element) \(defect)"
    case .unsuitable(let path, let reason): "\(path): \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}
