public import ComplexModule
public import LinearAlgebra
public import RealModule

/// A model of any kind read from a `.ritz` file, with what else is in it within reach.
public struct OpenedModel: Sendable {
  /// Where the model comes from.
  public let provenance: Provenance
  /// The model, bit by bit the one that was written.
  public let content: ReducedContent
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
  init(reading path: String) throws(ModelFileError) {
    let archive = try ArchiveReader(path)
    self.archive = archive
    (provenance, content, certifiedDownTo, attachmentNames, hasField) = try archive.read {
      file throws(ModelFileError) in
      let names = try file.lines("provenance/factNames").map(unescaped)
      let facts = try file.lines("provenance/facts").map(unescaped)
      let provenance = Provenance(
        ritzVersion: try file.text("provenance/ritz"), caseName: try file.text("provenance/case"),
        caseHash: try file.text("provenance/caseHash"),
        meshHash: try file.text("provenance/meshHash"),
        facts: Dictionary(zip(names, facts)) { first, _ in first })
      return (
        provenance, try file.content(in: try file.parameterSpace()),
        try file.numbers("certificate/certifiedDownTo").first,
        try file.lines("attachments/names").map(unescaped),
        try file.value("field/dofCount") != nil
      )
    }
  }

  /// Reads the basis of a real model at all unknowns; nil where the file has none.
  ///
  /// - Throws: When what is there is inconsistent, or the file has vanished.
  public func field() throws(ModelFileError) -> ReducedField? {
    content.isComplex ? nil : try basis(of: Double.self)
  }

  /// Reads the basis of a complex model at all unknowns; nil where the file has none.
  ///
  /// - Throws: When what is there is inconsistent, or the file has vanished.
  public func complexField() throws(ModelFileError) -> FieldBasis<Complex<Double>>? {
    content.isComplex ? try basis(of: Complex<Double>.self) : nil
  }

  private func basis<S: Scalar>(of: S.Type) throws(ModelFileError) -> FieldBasis<S>? {
    guard hasField else { return nil }
    let (size, space) = (content.size, content.fieldSpace)
    return try archive.read { file throws(ModelFileError) in
      guard let dofCount = try file.integers("field/dofCount").first, dofCount >= 0 else {
        throw .malformed(path: file.path, entry: "field/dofCount", reason: "is not a count")
      }
      let vectors = try file.scalars("field/vectors", of: S.self, count: dofCount * size)
      let coefficients = try file.coefficients("field/liftCoefficients", in: space)
      let lifts = try file.scalars(
        "field/lifts", of: S.self, count: dofCount * coefficients.count)
      return FieldBasis(
        vectors: DenseMatrix(rowCount: dofCount, columnCount: size, values: vectors),
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

/// A symmetric coercive model read from a `.ritz` file, with what else is in it within reach.
public struct StoredModel: Sendable {
  /// The model, bit by bit the one that was written.
  public let model: GalerkinReducedModel
  private let opened: OpenedModel

  /// Where the model comes from.
  public var provenance: Provenance { opened.provenance }
  /// The relative error down to which the training set could be certified.
  public var certifiedDownTo: Double? { opened.certifiedDownTo }
  /// The names of all attachments, sorted.
  public var attachmentNames: [String] { opened.attachmentNames }
  /// Whether the basis at all unknowns is in the file.
  public var hasField: Bool { opened.hasField }

  /// Verifies a file and reads the model, not the field nor the attachments.
  ///
  /// - Throws: As ``ModelFile/open(_:)``; `otherKind` for a model of another kind.
  public init(reading path: String) throws(ModelFileError) {
    opened = try OpenedModel(reading: path)
    guard case .coercive(let model) = opened.content else {
      throw .otherKind(path: path, kind: opened.content.kind)
    }
    self.model = model
  }

  /// Reads the basis at all unknowns; nil where the file has none.
  ///
  /// - Throws: When what is there is inconsistent, or the file has vanished.
  public func field() throws(ModelFileError) -> ReducedField? { try opened.field() }

  /// Reads an attachment; nil where the file has none of that name.
  public func attachment(_ name: String) throws(ModelFileError) -> StoredValue? {
    try opened.attachment(name)
  }
}
