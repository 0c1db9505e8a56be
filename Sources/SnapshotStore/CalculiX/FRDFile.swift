public import Files
public import ModelReduction

/// The results of a CalculiX run at the nodes (.frd): where each field of each step stands.
///
/// Opening scans the file once, line by line; values are read when they are asked for, a field of a
/// step at a time. Text with long or short numbers of nodes, text whose columns are shifted by
/// exponents of three digits (Windows), and binary files are read alike. Stresses and strains are
/// averages at the nodes of what was extrapolated from the integration points.
/// - Source: G. Dhondt, K. Wittig, *CalculiX GraphiX user's manual*, "Result format".
public struct FRDFile: Sendable {
  /// How the rows of a block are written.
  enum Layout: Int, Sendable {
    case shortText = 0
    case longText = 1
    case single = 2
    case double = 3

    /// The bytes of the number of a node in text.
    var numberWidth: Int { self == .shortText ? 5 : 10 }
    var isText: Bool { self == .shortText || self == .longText }
    /// The bytes of a real number in a binary block.
    var realWidth: Int { self == .double ? 8 : 4 }
  }

  /// Where rows stand.
  struct Block: Sendable {
    let layout: Layout
    let rowCount: Int
    /// The first byte behind the head.
    let start: Int
    /// The lines before it.
    let line: Int
  }

  /// One field at one time.
  public struct Result: Sendable {
    /// `DISP`, `STRESS` and the like.
    public let name: String
    /// The components that have values, in the order of the file.
    public let components: [String]
    /// The time, or the frequency of a mode.
    public let time: Double
    /// The step and the increment in it.
    public let step: Int
    /// The increment.
    public let increment: Int
    let block: Block
  }

  /// The file.
  public let file: ReadableFile
  /// The numbers of the nodes, in the order of the file; every field follows it.
  public let nodeNumbers: [Int]
  /// Three coordinates per node.
  public let coordinates: [Double]
  /// All fields of all steps, in the order of the file.
  public let results: [Result]
  let elements: Block?
  let coordinateLayout: Layout
  private let placeOfNode: [Int: Int32]

  /// Scans a file.
  ///
  /// - Throws: `SnapshotError.format` with the line.
  public init(reading path: String) throws(SnapshotError) {
    let file: ReadableFile
    do throws(FileError) { file = try ReadableFile(path) } catch { throw .file(error) }
    do throws(FormatError) {
      var scan = FRDScan(file)
      try scan.run()
      guard let nodes = scan.nodes else {
        throw .malformed(
          at: FilePlace(file: path, position: .line(scan.lines.line)), found: "none",
          expected: "a block of nodes (2C)")
      }
      var rows = FRDRows(file, nodes, componentCount: 3)
      let (numbers, coordinates) = try rows.all()
      var places: [Int: Int32] = [:]
      for (place, number) in numbers.enumerated() {
        guard places.updateValue(Int32(place), forKey: number) == nil else {
          throw .malformed(
            at: FilePlace(file: path, position: .line(nodes.line)), found: "node \(number) twice",
            expected: "each node once")
        }
      }
      self.file = file
      nodeNumbers = numbers
      self.coordinates = coordinates
      (results, elements) = (scan.results, scan.elements)
      (coordinateLayout, placeOfNode) = (nodes.layout, places)
    } catch {
      if case .unreadable(let error) = error { throw .file(error) }
      throw .format(error)
    }
  }

  /// The names of the fields, each once, in the order of the file.
  public var fieldNames: [String] {
    var seen: Set<String> = []
    return results.map(\.name).filter { seen.insert($0).inserted }
  }

  /// The values of a result at all nodes: node after node, its components side by side.
  ///
  /// - Throws: `SnapshotError.format` with the line; nodes without a value, unknown nodes and numbers
  ///   that are not finite are refused.
  public func values(of result: Result) throws(SnapshotError) -> [Double] {
    let width = result.components.count
    do throws(FormatError) {
      var rows = FRDRows(file, result.block, componentCount: width)
      let (numbers, values) = try rows.all()
      if numbers == nodeNumbers { return values }
      func malformed(_ found: String, _ expected: String) -> FormatError {
        .malformed(
          at: FilePlace(file: file.path, position: .line(result.block.line)), found: found,
          expected: expected)
      }
      var ordered = [Double](repeating: 0, count: width * nodeNumbers.count)
      var isThere = [Bool](repeating: false, count: nodeNumbers.count)
      for (row, number) in numbers.enumerated() {
        guard let place = placeOfNode[number].map(Int.init) else {
          throw malformed("node \(number)", "nodes of the mesh in \(result.name)")
        }
        isThere[place] = true
        for c in 0..<width { ordered[place * width + c] = values[row * width + c] }
      }
      if let missing = isThere.firstIndex(of: false) {
        throw malformed(
          "no value at node \(nodeNumbers[missing])",
          "\(result.name) at all nodes (ask for it without NSET)")
      }
      return ordered
    } catch {
      if case .unreadable(let error) = error { throw .file(error) }
      throw .format(error)
    }
  }
}
