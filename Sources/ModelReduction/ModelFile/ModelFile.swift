public import ComplexModule
public import LinearAlgebra
public import RealModule

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
///
/// Models of other kinds are format 2: `kind` (text) says which, `model/…` holds what the kind
/// needs, under the names of its properties; complex numbers have a last axis of length 2. Kinds of
/// other rooms list the names of all their parts in `model/parts`; see ``ModelParts``.
public struct ModelFile: Sendable {
  /// The newest format this library reads; it refuses files of a larger major version. Symmetric
  /// coercive models are written in format 1, which every version reads.
  public static let majorVersion = 2
  /// Grows when entries are added that older readers may ignore.
  public static let minorVersion = 0

  /// Where the model comes from.
  public var provenance: Provenance
  /// The model.
  public var content: ReducedContent
  /// The relative error down to which the training set could be certified.
  public var certifiedDownTo: Double?
  /// The basis at all unknowns, for pictures.
  public var field: ReducedField?
  /// The basis at all unknowns of a complex model.
  public var complexField: FieldBasis<Complex<Double>>?
  /// Whatever else belongs to the model, by name: meshes for pictures, for instance.
  public var attachments: [String: StoredValue]

  /// A file of a symmetric coercive model.
  public init(
    model: GalerkinReducedModel, provenance: Provenance = Provenance(),
    certifiedDownTo: Double? = nil, field: ReducedField? = nil,
    attachments: [String: StoredValue] = [:]
  ) {
    self.init(
      content: .coercive(model), provenance: provenance, certifiedDownTo: certifiedDownTo,
      field: field, attachments: attachments)
  }

  /// A file of any kind of model.
  ///
  /// - Precondition: A complex model has a complex field or none, a real one a real field or none.
  public init(
    content: ReducedContent, provenance: Provenance = Provenance(),
    certifiedDownTo: Double? = nil, field: ReducedField? = nil,
    complexField: FieldBasis<Complex<Double>>? = nil, attachments: [String: StoredValue] = [:]
  ) {
    precondition(
      content.isComplex ? field == nil : complexField == nil,
      "the field of a \(content.kind) model holds other numbers than the model")
    (self.content, self.provenance) = (content, provenance)
    (self.certifiedDownTo, self.field) = (certifiedDownTo, field)
    (self.complexField, self.attachments) = (complexField, attachments)
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
    archive.put(content.parameterSpace)
    archive.put(certifiedDownTo.map { [$0] } ?? [], as: "certificate/certifiedDownTo")
    archive.put(content)
    if let field { archive.put(field) }
    if let complexField { archive.put(complexField) }
    let names = attachments.keys.sorted()
    archive.put(lines(names.map(escaped)), as: "attachments/names")
    for (k, name) in names.enumerated() {
      if let value = attachments[name] { archive.put(value, as: "attachments/data/\(k)") }
    }
    try archive.write(to: path, major: content.formatVersion)
  }

  /// Verifies a file and reads the model of whatever kind, not the field nor the attachments.
  ///
  /// - Throws: When the file is missing, damaged, of a newer format, or inconsistent.
  public static func open(_ path: String) throws(ModelFileError) -> OpenedModel {
    try OpenedModel(reading: path)
  }
}

/// Lines of a text.
func lines(_ texts: [String]) -> String { texts.joined(separator: "\n") }

func escaped(_ text: String) -> String {
  text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
    .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
}

func unescaped(_ text: String) -> String {
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
