extension Mesh {
  /// Reads a mesh file: Gmsh's MSH 2, 4.0 or 4.1, text or binary, with cells of every shape, of
  /// first or second order, with or without nodes inside their quadrilaterals.
  ///
  /// Physical groups become regions under their names; a group without a name is called
  /// "physical 7" after its number. Repairs that change nothing but numbering or orientation are
  /// made and noted; what cannot be repaired without doubt is refused.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - notes: Gets one sentence for each kind of repair or omission.
  /// - Throws: `MeshError` with the line or byte and the element concerned.
  public init(reading path: String, notes: inout [String]) throws(MeshError) {
    try self.init(bytes: MeshError.reading(path), file: path, notes: &notes)
  }

  /// Reads a mesh from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: The content of a file in one of the formats of `init(reading:notes:)`.
  ///   - file: The name that stands in errors.
  ///   - notes: Gets one sentence for each kind of repair or omission.
  public init(bytes: [UInt8], file: String, notes: inout [String]) throws(MeshError) {
    switch MeshFormat(of: file, bytes) {
    case .gmsh:
      var reader = GmshReader(file: file, bytes: bytes)
      let raw = try reader.read()
      var assembly = MeshAssembly(raw, reader.scanner)
      reader.raw = RawMesh()
      self = try assembly.mesh()
      notes += assembly.notes
    case .abaqus: self = try Mesh.abaqus(bytes, file: file, notes: &notes)
    case .vtu, .pvtu, .xdmf:
      let content = try MeshContent(bytes: bytes, file: file)
      self = content.mesh
      notes += content.notes
    }
  }

  /// The mesh of an input deck of Abaqus or CalculiX.
  private static func abaqus(
    _ bytes: [UInt8], file: String, notes: inout [String]
  ) throws(MeshError) -> Mesh {
    var reader = try AbaqusReader(file: file, bytes: bytes)
    var deck = try reader.read()
    try deck.flatten()
    var regions = AbaqusRegions(deck)
    let raw = try regions.collect()
    var assembly = MeshAssembly(raw, reader.text.scanner)
    let mesh = try assembly.mesh()
    notes += assembly.notes
    guard !regions.nodeRegions.isEmpty || !regions.freeSurfaces.isEmpty else { return mesh }
    var boundary = BoundaryRegions(mesh)
    for (cells, surface) in regions.freeSurfaces {
      boundary.addFreeFacets(ofCells: cells, named: surface)
    }
    boundary.addFacets(ofPointRegions: regions.nodeRegions)
    notes += boundary.notes
    return boundary.finished()
  }
}

/// The formats in which meshes are read.
enum MeshFormat {
  case gmsh
  case abaqus
  case vtu
  case pvtu
  case xdmf

  /// The format that the end of a file's name tells, or else its first bytes.
  init(of file: String, _ bytes: [UInt8]) {
    let ending = file.split(separator: ".").last.map { $0.lowercased() }
    switch ending {
    case "inp": self = .abaqus
    case "vtu": self = .vtu
    case "pvtu": self = .pvtu
    case "xdmf", "xmf": self = .xdmf
    default: self = .gmsh
    }
  }
}
