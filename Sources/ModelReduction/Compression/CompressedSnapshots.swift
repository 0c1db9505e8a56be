public import LinearAlgebra

/// Snapshots compressed one by one, in memory.
public struct CompressedSnapshots: SnapshotSource {
  /// The snapshots.
  public let fields: [CompressedField]
  /// "maximum", or the name of the product in which errors are measured.
  public let normName: String
  let form: FieldForm

  /// Compresses all snapshots of a source, each to its own tolerance.
  ///
  /// - Parameters:
  ///   - source: Read in batches of `memory` bytes; only packed snapshots stay.
  ///   - codec: How; its bits do not depend on the number of threads.
  ///   - tolerance: The tolerance of a snapshot, by its number.
  /// - Throws: What reading throws, `SnapshotError.notFinite` and what the codec refuses.
  public init(
    _ source: some SnapshotSource, with codec: SnapshotCodec, memory: Int = 256 << 20,
    tolerance: @Sendable (Int) -> Double
  ) throws(SnapshotError) {
    guard source.dimension == codec.dimension else {
      throw .mismatch(
        source: "compression", found: "snapshots of \(source.dimension) entries",
        expected: "\(codec.dimension)")
    }
    var fields: [CompressedField] = []
    fields.reserveCapacity(source.count)
    let batch = max(1, memory / 8 / source.dimension)
    for start in stride(from: 0, to: source.count, by: batch) {
      let range = start..<min(source.count, start + batch)
      let states = try source.snapshots(range)
      let packed = parallelMap(range.count) { j -> Result<CompressedField, SnapshotError> in
        do throws(SnapshotError) {
          return .success(
            try codec.compressed(
              states.column(j), tolerance: tolerance(start + j), number: start + j))
        } catch { return .failure(error) }
      }
      for result in packed { fields.append(try result.get()) }
    }
    (self.fields, form) = (fields, codec.form)
    switch codec.norm {
    case .maximum: normName = "maximum"
    case .product(let product): normName = product.name
    }
  }

  /// Compresses all snapshots of a source to one tolerance.
  ///
  /// - Throws: As above.
  public init(
    _ source: some SnapshotSource, with codec: SnapshotCodec, tolerance: Double
  ) throws(SnapshotError) {
    try self.init(source, with: codec, tolerance: { _ in tolerance })
  }

  /// N.
  public var dimension: Int { form.dimension }
  /// m.
  public var count: Int { fields.count }
  /// A snapshot is unpacked as a whole.
  public var access: SnapshotAccess { .wholeSnapshots }
  /// ‖S − S̃‖ / ‖S‖ in the norm of Frobenius: compression is the rounding of this source.
  public var precision: Double { fields.map(CompressedRecord.init).precision }
  /// The bytes of all packed snapshots, with the vectors of the basis where there is one.
  public var packedByteCount: Int {
    fields.reduce(8 * form.coordinateCount * dimension) { $0 + $1.byteCount }
  }

  /// A part, unpacked on all threads.
  ///
  /// - Throws: `SnapshotError.refused` where bytes are damaged.
  public func read(rows: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
  {
    try DenseMatrix.unpacked(rows, of: snapshots) { j throws(SnapshotError) in
      try fields[j].values()
    }
  }
}

extension DenseMatrix where S == Double {
  /// Rows of snapshots that are unpacked on all threads.
  static func unpacked(
    _ rows: Range<Int>, of snapshots: Range<Int>,
    _ values: @Sendable (Int) throws(SnapshotError) -> [Double]
  ) throws(SnapshotError) -> DenseMatrix {
    let columns = parallelMap(snapshots.count) { j -> Result<[Double], SnapshotError> in
      do throws(SnapshotError) {
        return .success(Array(try values(snapshots.lowerBound + j)[rows]))
      } catch { return .failure(error) }
    }
    var result = DenseMatrix(rowCount: rows.count, columnCount: snapshots.count)
    for (j, column) in columns.enumerated() { result.setColumn(j, try column.get()) }
    return result
  }
}
