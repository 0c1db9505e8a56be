public import LinearAlgebra
public import Meshes
public import ModelReduction

/// Snapshots of one field of a simulation: a file per snapshot, a series, or the steps of a run.
///
/// A snapshot is read as a whole; entry `components · p + c` is component c at point p.
public struct FieldSnapshots: SnapshotFile {
  /// What the files say of themselves.
  public let facts: SnapshotFacts
  /// The name of the field.
  public let field: String
  /// The names of its components; empty for a scalar.
  public let components: [String]
  /// The mesh whose points the values belong to; nil for values at integration points.
  public let mesh: Mesh?
  /// The numbers that the program gave the points; empty where it gave none.
  public let pointNumbers: [Int]
  private let reader: any FieldReader

  init(
    facts: SnapshotFacts, field: String, components: [String], mesh: Mesh?, pointNumbers: [Int],
    reader: any FieldReader
  ) {
    (self.facts, self.field, self.components) = (facts, field, components)
    (self.mesh, self.pointNumbers, self.reader) = (mesh, pointNumbers, reader)
  }

  /// Whole snapshots: some numbers of a field cost as much as all.
  public var access: SnapshotAccess { .wholeSnapshots }

  /// Rows of whole snapshots.
  ///
  /// - Throws: `SnapshotError` with file and line; another mesh than that of the first snapshot is
  ///   refused with the first difference.
  public func read(rows: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
  {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= dimension && snapshots.lowerBound >= 0
        && snapshots.upperBound <= count,
      "rows \(rows) of snapshots \(snapshots) of \(dimension) × \(count)")
    var values: [Double] = []
    values.reserveCapacity(rows.count * snapshots.count)
    for step in snapshots {
      let whole = try reader.values(ofStep: step)
      guard whole.count == dimension else {
        throw .mismatch(
          source: reader.name(ofStep: step), found: "\(whole.count) numbers in \(field)",
          expected: "\(dimension) as in the first snapshot")
      }
      values += whole[rows]
    }
    return try DenseMatrix(rowCount: rows.count, columnCount: snapshots.count, values: values)
      .checkedFinite(
        firstRow: rows.lowerBound, firstSnapshot: snapshots.lowerBound, source: facts.source)
  }
}

/// Reads a field step by step.
protocol FieldReader: Sendable {
  /// All values of a step.
  func values(ofStep step: Int) throws(SnapshotError) -> [Double]
  /// The file of a step, for errors.
  func name(ofStep step: Int) -> String
}

extension SnapshotError {
  /// What `body` gives, its failure told as one of snapshots.
  static func ofMesh<Value>(
    _ body: () throws(MeshError) -> Value
  ) throws(SnapshotError) -> Value {
    do throws(MeshError) { return try body() } catch { throw .refused("\(error)") }
  }
}
