internal import LinearAlgebra

/// Where a model file comes from.
public struct Provenance: Sendable, Equatable {
  /// The version of Ritz that wrote it.
  public var ritzVersion: String
  /// The name of the case.
  public var caseName: String
  /// The fingerprint of the resolved case.
  public var caseHash: String
  /// The fingerprint of the mesh.
  public var meshHash: String
  /// Any further facts about the making, as names and texts: method, tolerance, dates …
  public var facts: [String: String]

  /// The origin of a model.
  public init(
    ritzVersion: String = "", caseName: String = "", caseHash: String = "",
    meshHash: String = "", facts: [String: String] = [:]
  ) {
    (self.ritzVersion, self.caseName) = (ritzVersion, caseName)
    (self.caseHash, self.meshHash) = (caseHash, meshHash)
    self.facts = facts
  }
}

/// A reduced model with its origin, on its way into a `.ritz` file.
///
/// The file is a 512-byte header (magic number, version, length and checksum) before an HDF5 file,
/// which any HDF5 tool opens as it is. Writing goes to a temporary file that then takes the name in
/// one step. Names in the HDF5 part:
///
/// | name | content |
/// |---|---|
/// | `provenance/{ritz,case,caseHash,meshHash}` | texts |
/// | `provenance/{factNames,facts}` | lines; in a fact \\ and line end are written `\\\\`, `\\n` |
/// | `parameters/{names,sizes}` | lines; integers, 0 for a scalar |
/// | `parameters/{lower,upper,scales,units}` | a number per component; lines per axis |
/// | `parameters/{hasDefaults,defaults}` | integers per axis; numbers per component |
/// | `certificate/certifiedDownTo` | one number, or none |
/// | `model/…` | the reduced model, see below |
/// | `field/{dofCount,vectors,lifts,liftCoefficients}` | the basis at all unknowns; optional |
/// | `attachments/names`, `attachments/data/<k>` | what other rooms added |
///
/// A model: `product` (text), `size`, `operatorCoefficients`, `loadCoefficients` (one expression per
/// line), `operators` (Q × N(N+1)/2), `loads` (N × P), `residual/{widths,heights,values,slack}`,
/// `coercivity/{semidefinite,reference,referenceCoefficients,constant,boxes/…}`, `outputs/count` and
/// `outputs/<k>/…`. A dual problem lies below its output as a model of the same layout.
public struct ModelFile: Sendable {
  /// The format this library writes; it refuses files of a larger major version.
  public static let majorVersion = 1
  /// Grows when entries are added that older readers may ignore.
  public static let minorVersion = 0

  /// Where the model comes from.
  public var provenance: Provenance
  /// The model.
  public var model: GalerkinReducedModel
  /// The relative error down to which the training set could be certified.
  public var certifiedDownTo: Double?
  /// The basis at all unknowns, for pictures.
  public var field: ReducedField?
  /// Whatever else belongs to the model, by name: meshes for pictures, for instance.
  public var attachments: [String: StoredValue]

  /// A file of given contents.
  public init(
    model: GalerkinReducedModel, provenance: Provenance = Provenance(),
    certifiedDownTo: Double? = nil, field: ReducedField? = nil,
    attachments: [String: StoredValue] = [:]
  ) {
    (self.model, self.provenance) = (model, provenance)
    (self.certifiedDownTo, self.field) = (certifiedDownTo, field)
    self.attachments = attachments
  }

  /// Writes the file; `path` then holds all of it or, after a throw, what it held before.
  ///
  /// - Throws: `unwritable`.
  public func write(to path: String) throws(ModelFileError) {
    var archive = ArchiveWriter()
    archive.put(provenance.ritzVersion, as: "provenance/ritz")
    archive.put(provenance.caseName, as: "provenance/case")
    archive.put(provenance.caseHash, as: "provenance/caseHash")
    archive.put(provenance.meshHash, as: "provenance/meshHash")
    let facts = provenance.facts.sorted { $0.key < $1.key }
    archive.put(lines(facts.map { escaped($0.key) }), as: "provenance/factNames")
    archive.put(lines(facts.map { escaped($0.value) }), as: "provenance/facts")
    archive.put(model.parameterSpace)
    archive.put(certifiedDownTo.map { [$0] } ?? [], as: "certificate/certifiedDownTo")
    archive.put(model, under: "model")
    if let field {
      archive.put([field.dofCount], as: "field/dofCount")
      archive.put(
        .numbers(field.vectors.values, shape: [field.vectors.columnCount, field.dofCount]),
        as: "field/vectors")
      archive.put(
        .numbers(
          field.lifts.terms.flatMap { $0 }, shape: [field.lifts.terms.count, field.dofCount]),
        as: "field/lifts")
      archive.put(lines(field.liftCoefficients.texts), as: "field/liftCoefficients")
    }
    let names = attachments.keys.sorted()
    archive.put(lines(names.map(escaped)), as: "attachments/names")
    for (k, name) in names.enumerated() {
      if let value = attachments[name] { archive.put(value, as: "attachments/data/\(k)") }
    }
    try archive.write(to: path)
  }
}

/// A model read from a `.ritz` file, with what else is in it within reach.
public struct StoredModel: Sendable {
  /// Where the model comes from.
  public let provenance: Provenance
  /// The model, bit by bit the one that was written.
  public let model: GalerkinReducedModel
  /// The relative error down to which the training set could be certified.
  public let certifiedDownTo: Double?
  /// The names of all attachments, sorted.
  public let attachmentNames: [String]
  /// Whether the basis at all unknowns is in the file.
  public let hasField: Bool
  private let archive: ArchiveReader

  /// Verifies a file and reads the model, not the field nor the attachments.
  ///
  /// - Throws: When the file is missing, damaged, of a newer format, or inconsistent.
  public init(reading path: String) throws(ModelFileError) {
    let archive = try ArchiveReader(path)
    self.archive = archive
    (provenance, model, certifiedDownTo, attachmentNames, hasField) = try archive.read {
      file throws(ModelFileError) in
      let names = try file.lines("provenance/factNames").map(unescaped)
      let facts = try file.lines("provenance/facts").map(unescaped)
      let provenance = Provenance(
        ritzVersion: try file.text("provenance/ritz"), caseName: try file.text("provenance/case"),
        caseHash: try file.text("provenance/caseHash"),
        meshHash: try file.text("provenance/meshHash"),
        facts: Dictionary(zip(names, facts)) { first, _ in first })
      return (
        provenance, try file.model("model", in: try file.parameterSpace()),
        try file.numbers("certificate/certifiedDownTo").first,
        try file.lines("attachments/names").map(unescaped),
        try file.value("field/dofCount") != nil
      )
    }
  }

  /// Reads the basis at all unknowns; nil where the file has none.
  ///
  /// - Throws: When what is there is inconsistent, or the file has vanished.
  public func field() throws(ModelFileError) -> ReducedField? {
    guard hasField else { return nil }
    let (model, path) = (model, archive.path)
    return try archive.read { file throws(ModelFileError) in
      guard let dofCount = try file.integers("field/dofCount").first, dofCount >= 0 else {
        throw .malformed(path: path, entry: "field/dofCount", reason: "is not a count")
      }
      let vectors = try file.numbers("field/vectors", count: dofCount * model.size)
      let coefficients = try file.coefficients(
        "field/liftCoefficients", in: model.parameterSpace)
      let lifts = try file.numbers("field/lifts", count: dofCount * coefficients.count)
      return ReducedField(
        vectors: DenseMatrix(rowCount: dofCount, columnCount: model.size, values: vectors),
        lifts: AffineSum(
          (0..<coefficients.count).map { Array(lifts[$0 * dofCount..<($0 + 1) * dofCount]) }),
        liftCoefficients: coefficients)
    }
  }

  /// Reads an attachment; nil where the file has none of that name.
  public func attachment(_ name: String) throws(ModelFileError) -> StoredValue? {
    guard let k = attachmentNames.firstIndex(of: name) else { return nil }
    return try archive.read { file throws(ModelFileError) in
      try file.value("attachments/data/\(k)")
    }
  }
}

/// Lines of a text.
func lines(_ texts: [String]) -> String { texts.joined(separator: "\n") }

private func escaped(_ text: String) -> String {
  text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
    .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
}

private func unescaped(_ text: String) -> String {
  var (result, isEscape) = ("", false)
  for character in text {
    if isEscape {
      result.append(character == "n" ? "\n" : character)
      isEscape = false
    } else if character == "\\" {
      isEscape = true
    } else {
      result.append(character)
    }
  }
  return result
}
