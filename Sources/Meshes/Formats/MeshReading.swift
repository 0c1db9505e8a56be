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
    var reader = GmshReader(file: file, bytes: bytes)
    let raw = try reader.read()
    var assembly = MeshAssembly(raw, reader.scanner)
    reader.raw = RawMesh()
    self = try assembly.mesh()
    notes += assembly.notes
  }
}
