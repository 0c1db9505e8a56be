public import ModelReduction

/// What `ritz compress` does: snapshots in a file of fewer bytes, within a bound.
public struct SnapshotCompression: Sendable {
  /// How large the error of a snapshot may be.
  public enum Bound: Sendable, Equatable {
    /// Such that a decomposition to this tolerance, √(discarded / total energy), keeps to it.
    case pod(Double)
    /// Of every entry, in the unit of the snapshots.
    case entry(Double)
  }

  /// The snapshots.
  public let input: SnapshotInput
  /// What was asked for.
  public let bound: Bound
  /// The packed snapshots.
  public let packed: CompressedSnapshots
  /// The tolerance of each snapshot.
  public let tolerance: Double
  /// What to ask of a decomposition of the packed snapshots; nil for bounds of entries.
  public let remaining: Double?
  /// Bytes of the snapshots as doubles.
  public let byteCount: Int

  /// Packs.
  ///
  /// - Parameter shape: The nodes along each axis of the grid that the entries belong to, the first
  ///   running fastest; several fields may follow one another. Nil where there is no grid.
  /// - Throws: `SnapshotError`.
  public init(
    _ input: SnapshotInput, bound: Bound, grid shape: [Int]? = nil
  ) throws(SnapshotError) {
    let source = try input.source()
    let product = try input.product(dimension: source.dimension)
    let norm: CompressionNorm
    switch bound {
    case .entry(let value): (norm, tolerance, remaining) = (.maximum, value, nil)
    case .pod(let value):
      let allowance = try CompressionTolerance(
        of: source, in: product, podTolerance: value, memory: input.memory)
      norm = .product(product)
      (tolerance, remaining) = (allowance.perSnapshot, allowance.remainingPODTolerance)
    }
    let space: SnapshotCodec.Space
    if let shape {
      let nodes = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      guard (1...3).contains(shape.count), shape.allSatisfy({ $0 > 0 }), nodes > 0,
        source.dimension.isMultiple(of: nodes)
      else {
        throw .mismatch(
          source: input.title, found: "snapshots of \(source.dimension) numbers",
          expected: "a multiple of the \(shape.map(String.init).joined(separator: " × ")) nodes "
            + "of the grid, of one to three axes")
      }
      space = .grid(TensorGrid(shape: shape), fieldCount: source.dimension / nodes)
    } else {
      space = .entries(source.dimension)
    }
    packed = try CompressedSnapshots(
      source, with: SnapshotCodec(space, norm: norm), memory: input.memory,
      tolerance: { [tolerance] _ in tolerance })
    (self.input, self.bound, byteCount) = (input, bound, source.byteCount)
  }

  /// All numbers, for machines.
  public func json(packedBytes: Int) -> JSONValue {
    .members([
      ("snapshots", .integer(packed.count)), ("dimension", .integer(packed.dimension)),
      ("tolerance", .number(tolerance)), ("remainingTolerance", remaining.map { .number($0) }),
      ("bytes", .integer(byteCount)), ("packedBytes", .integer(packedBytes)),
      ("ratio", .number(Double(byteCount) / Double(max(1, packedBytes)))),
      ("relativeError", .number(packed.precision)),
      ("peakMemoryBytes", .integer(CostLedger.peakMemoryBytes)),
    ])
  }

  /// The essentials, for people.
  public func text(packedBytes: Int) -> String {
    var lines = [
      "\(packed.count) snapshots of \(packed.dimension) numbers: "
        + "\(MemorySize.text(byteCount)) in \(MemorySize.text(packedBytes))",
      "each within \(tolerance), compared after packing",
    ]
    if let remaining {
      lines.append("reduce them with --tolerance \(remaining) to keep to what was asked for")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
