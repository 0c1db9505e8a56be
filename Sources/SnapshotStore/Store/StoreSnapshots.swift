internal import Files
public import LinearAlgebra
public import ModelReduction

/// The snapshots of one field of a store.
public struct StoreSnapshots: SnapshotFile {
  /// What the store says of the field.
  public let facts: SnapshotFacts
  /// The field.
  public let field: StoreField
  private let array: NumpyFile

  init(_ store: SnapshotStore, _ field: StoreField, _ file: ReadableFile) {
    self.field = field
    array = NumpyFile(
      columns: store.count, of: field.dimension, in: file,
      from: StoreLayout.offset(field.dimension, 0))
    var facts = SnapshotFacts(
      source: "\(store.path):\(field.name)", format: "snapshot store",
      dimension: field.dimension, count: store.count, storage: NumpyType.double.name,
      precision: field.precision)
    facts.choices = store.description.fields.map(\.name)
    let times = store.entries.compactMap(\.time)
    facts.times = times.count == store.count ? times : []
    facts.notes = store.notes
    self.facts = facts
  }

  /// Any part.
  public var access: SnapshotAccess { .anyPart }

  /// A part of the field.
  ///
  /// - Throws: `SnapshotError.notFinite` where a bit has changed so that a number is none.
  public func read(rows: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
  {
    do throws(NumpyFile.Failure) { return try array.read(rows: rows, columns: snapshots) } catch {
      throw SnapshotError(error, source: facts.source)
    }
  }
}
