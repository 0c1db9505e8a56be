internal import LinearAlgebra

extension SnapshotDecomposition {
  /// By updating a truncated decomposition with batch after batch, each read once and let go.
  ///
  /// - Source: see ``StreamingPOD``.
  static func streaming(
    _ snapshots: PreparedSnapshots, _ options: PODOptions
  ) throws(SnapshotError) -> SnapshotDecomposition {
    guard snapshots.reader.readsSnapshots else {
      throw .refused(
        "streaming reads whole snapshots, the source is stored by rows; use tallSkinnyQR")
    }
    // Half of the squared error is left to the selection of modes afterwards.
    var share = 0.0
    if case .energy(let value) = options.tolerance { share = min(0.5, 0.7 * value) }
    let product =
      snapshots.correlation.map { InnerProduct($0, name: "prepared") }
      ?? InnerProduct(euclidean: snapshots.dimension)
    // A few more than wanted: what a rank cuts off while snapshots come is missed by the last modes.
    let rank = options.size < 1 << 40 ? options.size + max(5, options.size / 5) : options.size
    var stream = try StreamingPOD(in: product, rank: rank, tolerance: share)
    var (norms, entries) = ([Double](), 0.0)
    try snapshots.forEachBatch(of: 16) { batch, _ throws(SnapshotError) in
      do throws(SnapshotError) { try stream.append(batch) } catch {
        throw snapshots.reader.notFinite ?? error
      }
      entries = columnNorms(batch).reduce(entries, max)
      let image = snapshots.correlation.map { $0 * batch } ?? batch
      norms += (0..<batch.columnCount).map {
        max(0, dot(batch.column($0), image.column($0))).squareRoot()
      }
    }
    let (sigma, basis) = (stream.singularValues, stream.basis)
    let (cut, neglected) = (
      stream.truncatedEnergy.squareRoot(), stream.neglectedEnergy.squareRoot()
    )
    let roundOff = roundOffBounds(sigma)
    return SnapshotDecomposition(
      method: .streaming, sigma: sigma,
      bounds: sigma.indices.map { growth(sigma[$0], cut) + neglected + roundOff[$0] },
      trustedDownTo: 0, norms: norms, largestEntryNorm: entries,
      worst: { () throws(SnapshotError) in try snapshots.worstErrors(of: basis.vectors) },
      modes: { n throws(SnapshotError) in
        let vectors = try factorizing { () throws(FactorizationError) in
          try CholeskyQR(basis.vectors.columns(0..<n), in: snapshots.correlation).q
        }
        return Modes(vectors: vectors, coefficients: nil)
      },
      remainder: stream.errorBound)
  }
}
