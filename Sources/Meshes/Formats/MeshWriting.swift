extension Mesh {
  /// The formats in which a mesh is written with all its regions.
  public enum Output: Sendable, Hashable {
    /// Gmsh's MSH, as text.
    case gmsh(MSHFile.Version)
    /// An input deck of Abaqus and CalculiX.
    case abaqus
    /// VTK's unstructured grid with the cells of every dimension.
    case vtu

    /// The format that the end of a file's name tells (`.msh`, `.inp`, `.vtu`); nil for others.
    public init?(of path: String) {
      switch path.split(separator: ".").last.map({ $0.lowercased() }) {
      case "msh": self = .gmsh(.fourOne)
      case "inp": self = .abaqus
      case "vtu": self = .vtu
      default: return nil
      }
    }
  }

  /// Writes the mesh; the name of the file shows the whole of it or what was there before.
  ///
  /// - Returns: What the format cannot hold of the mesh, one sentence each.
  /// - Throws: `MeshError.unwritable` with the system's reason, `unsuitable` for cells that the
  ///   format does not have.
  public func write(to path: String, as output: Output) throws(MeshError) -> [String] {
    switch output {
    case .gmsh(let version):
      try MSHFile(self, version: version).write(to: path)
      return []
    case .abaqus:
      let deck = AbaqusFile(self)
      try deck.write(to: path)
      return deck.losses
    case .vtu:
      try VTUFile(self, cells: .everyDimension).write(to: path)
      let hasBase = blocks.contains { $0.shape == .pyramid && $0.nodeSet == .complete }
      return hasBase ? ["Pyramids are written without the node in their base."] : []
    }
  }
}
