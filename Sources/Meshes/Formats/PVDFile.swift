internal import Files

/// A series of VTU files over time or over parameters, opened as one by ParaView (.pvd).
public struct PVDFile: Sendable, Hashable {
  /// One file of the series.
  public struct Step: Sendable, Hashable {
    /// The time, or any other number that grows along the series.
    public let time: Double
    /// The path of the VTU file, relative to the series.
    public let file: String

    /// A file at a time.
    public init(time: Double, file: String) {
      self.time = time
      self.file = file
    }
  }

  /// The files, in order.
  public let steps: [Step]

  /// A series of the given files.
  public init(steps: [Step]) { self.steps = steps }

  /// Reads a series.
  ///
  /// - Throws: `MeshError` with the line; a part other than the first is refused.
  public init(reading path: String) throws(MeshError) {
    try self.init(bytes: MeshError.reading(path), file: path)
  }

  /// Reads the bytes of a series called `file`.
  public init(bytes: [UInt8], file: String) throws(MeshError) {
    let root: XMLElement
    do throws(FormatError) { root = try XMLElement(parsing: bytes, file: file) } catch {
      throw MeshError(error)
    }
    guard root["type"] == "Collection", let collection = root.first("Collection") else {
      throw .malformed(
        at: FilePlace(file: file, position: .line(root.line)), found: "<\(root.name)>",
        expected: "<VTKFile type=\"Collection\"> with a <Collection>")
    }
    var steps: [Step] = []
    for (index, element) in collection.children(named: "DataSet").enumerated() {
      let place = FilePlace(file: file, position: .line(element.line))
      guard let name = element["file"], !name.isEmpty else {
        throw .malformed(at: place, found: "none", expected: "file=\"…\" in <DataSet>")
      }
      var time = Double(index)
      if let text = element["timestep"] {
        let bytes = Array(text.utf8)
        var offset = 0
        guard case .number(let value) = DecimalText.real(in: bytes, at: &offset),
          offset == bytes.count
        else {
          throw .malformed(
            at: place, found: "'\(text)'", expected: "timestep=\"…\", a finite decimal number")
        }
        time = value
      }
      if let part = element["part"], part != "0" {
        throw .unsupported(
          at: place, feature: "a series of several parts is", cure: "join the parts of each step")
      }
      steps.append(Step(time: time, file: name))
    }
    self.init(steps: steps)
  }

  /// Writes the series; its name shows the whole of it or what was there before.
  ///
  /// - Throws: `MeshError.unwritable` with the system's reason, `MeshError.unsuitable` if a time is
  ///   not finite.
  public func write(to path: String) throws(MeshError) {
    var text = "<?xml version=\"1.0\"?>\n"
    text +=
      "<VTKFile type=\"Collection\" version=\"0.1\" byte_order=\"LittleEndian\">\n<Collection>\n"
    for step in steps {
      guard step.time.isFinite else {
        throw .unsuitable(path: path, reason: "the time of '\(step.file)' is \(step.time)")
      }
      text +=
        "<DataSet timestep=\"\(step.time)\" part=\"0\" file=\"\(XMLArrays.escaped(step.file))\"/>\n"
    }
    text += "</Collection>\n</VTKFile>\n"
    try MeshError.writing(Array(text.utf8), to: path)
  }
}
