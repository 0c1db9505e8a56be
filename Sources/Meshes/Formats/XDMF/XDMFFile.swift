internal import Files

/// The XML of an XDMF file and the arrays it refers to.
struct XDMFFile {
  let file: String
  let domain: XMLElement

  init(file: String, bytes: [UInt8]) throws(MeshError) {
    self.file = file
    let root: XMLElement
    do throws(FormatError) { root = try XMLElement(parsing: bytes, file: file) } catch {
      throw MeshError(error)
    }
    guard root.name == "Xdmf", let domain = root.first("Domain") else {
      throw .malformed(
        at: FilePlace(file: file, position: .line(root.line)), found: "<\(root.name)>",
        expected: "<Xdmf> with a <Domain>")
    }
    self.domain = domain
  }

  func place(_ element: XMLElement) -> MeshPlace {
    FilePlace(file: file, position: .line(element.line))
  }

  func malformed(_ element: XMLElement, _ expected: String, found: String) -> MeshError {
    .malformed(at: place(element), found: found, expected: expected)
  }

  func unsupported(_ element: XMLElement, _ feature: String) -> MeshError {
    .unsupported(
      at: place(element), feature: feature,
      cure: "save it with meshio or DOLFINx, or convert it to .vtu")
  }

  /// The steps of the series in the file; none where there is no series.
  var steps: [XMLElement] {
    domain.children(named: "Grid").filter { $0["CollectionType"] == "Temporal" }
      .flatMap { $0.children(named: "Grid") }
  }

  /// The times of the steps, or their numbers where no times are given.
  var times: [Double] {
    steps.enumerated().map { index, step in
      step.first("Time")?["Value"].flatMap { Double($0) } ?? Double(index)
    }
  }

  /// The grids of the file, those with cells of their own first: of the domain, of collections that
  /// are no series, and of one step of a series.
  func grids(step: Int) throws(MeshError) -> [XMLElement] {
    var found: [XMLElement] = []
    for grid in domain.children(named: "Grid") {
      switch grid["GridType"] ?? "Uniform" {
      case "Uniform": found.append(grid)
      case "Collection" where grid["CollectionType"] == "Temporal": continue
      case "Collection", "Tree": found += grid.children(named: "Grid")
      case let other: throw unsupported(grid, "the grid type '\(other)' is")
      }
    }
    if steps.indices.contains(step) { found.append(steps[step]) }
    return found.filter { $0.first("Topology") != nil }
      + found.filter { $0.first("Topology") == nil }
  }

  /// The element of a name in a grid, or the one that xi:include takes from another grid.
  func part(_ name: String, of grid: XMLElement) throws(MeshError) -> XMLElement? {
    if let own = grid.first(name) { return own }
    for include in grid.children where include.name.hasSuffix("include") {
      guard let pointer = include["xpointer"], include["href"] == nil else {
        throw unsupported(include, "an xi:include of another file is")
      }
      let named = XDMFFile.gridName(in: pointer)
      let wanted = pointer.contains(name) || pointer.contains("/*")
      guard wanted else { continue }
      let all = try grids(step: 0)
      if let source = all.first(where: {
        $0.first(name) != nil && (named == nil || $0["Name"] == named)
      }) {
        return source.first(name)
      }
    }
    return nil
  }

  /// `mesh` of `xpointer(//Grid[@Name="mesh"]/*[…])`; nil where the first grid is meant.
  private static func gridName(in pointer: String) -> String? {
    guard let range = pointer.firstRange(of: "@Name=") else { return nil }
    let rest = pointer[range.upperBound...]
    guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
    return rest.dropFirst().firstIndex(of: quote).map { String(rest.dropFirst()[..<$0]) }
  }

  /// The numbers below an element, and how many they are along each axis.
  func array(_ parent: XMLElement) throws(MeshError) -> (shape: [Int], values: VTKValues) {
    guard let item = parent.first("DataItem") else {
      throw malformed(parent, "a <DataItem> in <\(parent.name)>", found: "none")
    }
    if let type = item["ItemType"], type != "Uniform" {
      throw unsupported(item, "the item type '\(type)' is")
    }
    if item["Reference"] != nil { throw unsupported(item, "a reference to another <DataItem> is") }
    let text = String(decoding: item.text.prefix(1 << 16), as: UTF8.self)
      .drop { $0.isWhitespace }
    switch (item["Format"] ?? "XML").uppercased() {
    case "XML":
      let shape = (item["Dimensions"] ?? "").split(whereSeparator: \.isWhitespace).map { Int($0) }
      let isWhole = ["Int", "UInt", "Char", "UChar"].contains(
        item["NumberType"] ?? item["DataType"] ?? "Float")
      let values = try numbers(item, isWhole: isWhole)
      var count = 1
      for size in shape {
        guard let size, size >= 0 else {
          throw malformed(item, "sizes in Dimensions", found: "'\(item["Dimensions"] ?? "")'")
        }
        (count, _) = count.multipliedReportingOverflow(by: size)
      }
      guard count == values.count else {
        throw malformed(item, "\(count) numbers", found: "\(values.count)")
      }
      return (shape.compactMap { $0 }, values)
    case "HDF":
      var path = Substring(text)
      while path.last?.isWhitespace == true { path.removeLast() }
      guard let colon = path.lastIndex(of: ":") else {
        throw malformed(item, "file.h5:/path", found: "'\(path.prefix(60))'")
      }
      let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
      let name = String(path[..<colon])
      let store = name.hasPrefix("/") ? name : folder + name
      do throws(HDF5Arrays.Failure) {
        let found = try HDF5Arrays.array(String(path[path.index(after: colon)...]), in: store)
        return (found.shape, found.1)
      } catch {
        let reason =
          switch error {
          case .noFile: "there is no HDF5 file '\(store)'"
          case .noArray: "'\(store)' has no array of this name"
          case .noNumbers: "the array holds no numbers that can be read"
          case .tooLarge: "the array claims more numbers than the file holds"
          }
        throw malformed(item, "an array", found: "'\(path)': \(reason)")
      }
    case let other: throw unsupported(item, "the format '\(other)' is")
    }
  }

  private func numbers(_ item: XMLElement, isWhole: Bool) throws(MeshError) -> VTKValues {
    var (wholes, reals) = ([] as [Int], [] as [Double])
    var offset = 0
    let text = item.text
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    while true {
      while offset < text.count, isBlank(text[offset]) { offset += 1 }
      guard offset < text.count else { break }
      let start = offset
      var isNumber = false
      if isWhole, case .number(let value) = DecimalText.integer(in: text, at: &offset) {
        wholes.append(value)
        isNumber = true
      } else if !isWhole, case .number(let value) = DecimalText.real(in: text, at: &offset) {
        reals.append(value)
        isNumber = true
      }
      guard isNumber, offset >= text.count || isBlank(text[offset]) else {
        let line = item.line + text[..<start].reduce(0) { $0 + ($1 == 10 ? 1 : 0) }
        throw .malformed(
          at: FilePlace(file: file, position: .line(line)),
          found: DecimalText.excerpt(of: text, at: start),
          expected: "a \(isWhole ? "whole" : "finite decimal") number")
      }
    }
    return isWhole ? .whole(wholes) : .real(reals)
  }
}
