internal import Files
internal import Meshes
public import ModelReduction

extension FieldSnapshots {
  /// The digits of numbers printed as text are right to this, in the mean over many numbers.
  static let printedPrecision = 5e-7

  /// All steps of a field in CalculiX results (.frd).
  ///
  /// Values at the points of the mesh, whose numbers in the run are kept; where the file lists no
  /// elements, at all its nodes.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: The field; nil takes `DISP`, or else the only one.
  /// - Throws: `SnapshotError` with the line, `refused` with the fields there are.
  public init(frd path: String, field name: String? = nil) throws(SnapshotError) {
    try self.init(FRDFile(reading: path), field: name)
  }

  /// All steps of a field of results that were opened before.
  public init(_ file: FRDFile, field name: String? = nil) throws(SnapshotError) {
    let path = file.file.path
    let names = file.fieldNames
    let wanted = name ?? (names.contains("DISP") ? "DISP" : nil)
    let field = names[
      try SnapshotError.choice(wanted, of: names, in: path, called: "field")]
    let results = file.results.filter { $0.name == field }
    let components = results[0].components
    if let other = results.first(where: { $0.components != components }) {
      throw .mismatch(
        source: path,
        found: "\(field) with \(other.components.count) components at time \(other.time)",
        expected: "\(components.count) as at time \(results[0].time)")
    }
    var notes: [String] = []
    var (mesh, places) = (nil as Meshes.Mesh?, file.nodeNumbers.indices.map { Int32($0) })
    if file.elements != nil {
      let found = try file.mesh()
      (mesh, places) = (found.mesh, found.places)
      notes += found.notes
    } else {
      notes.append("\(path) lists no elements: the snapshots have no mesh.")
    }
    if ["STRESS", "TOSTRAIN", "MESTRAIN", "STRAIN", "PE"].contains(field) {
      notes.append(
        "\(field) in .frd files is extrapolated to the nodes and averaged there; print it to .dat "
          + "(*EL PRINT) for the values at the integration points.")
    }
    let isText = results.contains { $0.block.layout.isText }
    if isText {
      notes.append(
        "Text results have six digits: singular values below about 1e-6 of the first are noise.")
    }
    var facts = SnapshotFacts(
      source: "\(path):\(field)", format: "CalculiX results",
      dimension: components.count * places.count, count: results.count,
      storage: isText ? "decimal text, 6 digits" : "float32",
      precision: isText ? FieldSnapshots.printedPrecision : 0x1p-24)
    facts.choices = names
    facts.times = results.map(\.time)
    facts.notes = notes
    self.init(
      facts: facts, field: field, components: components.count == 1 ? [] : components, mesh: mesh,
      pointNumbers: places.map { file.nodeNumbers[Int($0)] },
      reader: FRDReader(file: file, results: results, places: places))
  }

  /// All times of a quantity in the printed lists of CalculiX (.dat): values at integration points,
  /// or at the nodes of a set.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: `stresses`, or `stresses EALL` where it was printed for several sets; nil takes the
  ///     only one.
  public init(dat path: String, field name: String? = nil) throws(SnapshotError) {
    let file = try DATFile(reading: path)
    let names = file.names
    let field = names[try SnapshotError.choice(name, of: names, in: path, called: "list")]
    let mine = file.lists.filter {
      $0.labelCount > 0 && ($0.quantity == field || $0.fullName == field)
    }
    let first = mine[0]
    let labels = try file.rows(of: first).labels
    var numbers: [Int] = []
    if first.labelCount == 1 { numbers = labels }
    var facts = SnapshotFacts(
      source: "\(path):\(field)", format: "CalculiX printed lists",
      dimension: first.rowCount * first.components.count, count: mine.count,
      storage: "decimal text, 7 digits", precision: FieldSnapshots.printedPrecision)
    facts.choices = names
    facts.times = mine.map(\.time)
    if first.labelCount == 2 {
      facts.notes.append(
        "\(first.rowCount) integration points, components in the order "
          + "\(first.components.joined(separator: ", ")).")
    }
    self.init(
      facts: facts, field: field,
      components: first.components.count == 1 ? [] : first.components, mesh: nil,
      pointNumbers: numbers, reader: DATReader(file: file, lists: mine, labels: labels))
  }
}

private struct FRDReader: FieldReader {
  let file: FRDFile
  let results: [FRDFile.Result]
  let places: [Int32]

  func name(ofStep step: Int) -> String { file.file.path }

  func values(ofStep step: Int) throws(SnapshotError) -> [Double] {
    let values = try file.values(of: results[step])
    let width = results[step].components.count
    if places.count == file.nodeNumbers.count { return values }
    return places.flatMap { values[Int($0) * width..<(Int($0) + 1) * width] }
  }
}

private struct DATReader: FieldReader {
  let file: DATFile
  let lists: [DATFile.List]
  let labels: [Int]

  func name(ofStep step: Int) -> String { file.path }

  func values(ofStep step: Int) throws(SnapshotError) -> [Double] {
    let rows = try file.rows(of: lists[step])
    guard rows.labels == labels else {
      throw .mismatch(
        source: file.path,
        found: "other elements, points or nodes at time \(lists[step].time)",
        expected: "those of time \(lists[0].time)")
    }
    return rows.values
  }
}
