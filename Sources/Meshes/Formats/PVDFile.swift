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
