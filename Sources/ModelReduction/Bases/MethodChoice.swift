internal import LinearAlgebra

extension SnapshotDecomposition {
  /// The decomposition by the method asked for, or the one that fits, and the reason in a sentence.
  static func choose(
    _ snapshots: PreparedSnapshots, _ options: PODOptions
  ) throws(SnapshotError) -> (SnapshotDecomposition, String) {
    switch options.method {
    case .automatic: return try automatic(snapshots, options)
    case .tallSkinnyQR: return (try qr(snapshots), "named by the user")
    case .snapshots:
      let decomposition = try gram(snapshots)
      let selection = try decomposition.select(options, snapshots)
      if let reason = decomposition.objection(to: selection, options) {
        throw .refused("\(reason); use tallSkinnyQR, or ask for less")
      }
      return (decomposition, "named by the user")
    case .randomized: return (try randomized(snapshots, options), "named by the user")
    case .hierarchical: return (try hierarchical(snapshots, options), "named by the user")
    case .streaming: return (try streaming(snapshots, options), "named by the user")
    }
  }

  private static func automatic(
    _ snapshots: PreparedSnapshots, _ options: PODOptions
  ) throws(SnapshotError) -> (SnapshotDecomposition, String) {
    if let obstacle = snapshots.obstacleToRows {
      return options.mayStream(of: min(snapshots.count, snapshots.dimension))
        ? (
          try streaming(snapshots, options),
          "\(obstacle), so each batch updates what is known of those before"
        )
        : (try hierarchical(snapshots, options), "\(obstacle), so they come in batches")
    }
    if snapshots.isSmall {
      return (try qr(snapshots), "so few numbers that the accurate way costs nothing")
    }
    guard options.mayStayAboveGramFloor(of: min(snapshots.count, snapshots.dimension)) else {
      return (
        try qr(snapshots),
        "the tolerance asks for singular values that the method of snapshots cannot tell from "
          + "round-off"
      )
    }
    let fast: SnapshotDecomposition
    do throws(SnapshotError) { fast = try gram(snapshots) } catch {
      guard case .refused(let reason) = error else { throw error }
      return (try qr(snapshots), reason)
    }
    let selection = try fast.select(options, snapshots)
    guard let objection = fast.objection(to: selection, options) else {
      return (fast, "all modes asked for stay above the floor of the method of snapshots")
    }
    return (try qr(snapshots), objection)
  }

  /// By QR, tall or wide.
  static func qr(
    _ snapshots: PreparedSnapshots
  ) throws(SnapshotError) -> SnapshotDecomposition {
    try snapshots.requireRows()
    return try snapshots.count > snapshots.dimension
      ? SnapshotDecomposition(wide: snapshots, method: .tallSkinnyQR)
      : SnapshotDecomposition(tall: snapshots, method: .tallSkinnyQR)
  }

  private static func gram(
    _ snapshots: PreparedSnapshots
  ) throws(SnapshotError) -> SnapshotDecomposition {
    try snapshots.requireRows()
    return try snapshots.count > snapshots.dimension
      ? SnapshotDecomposition(wide: snapshots, method: .snapshots)
      : SnapshotDecomposition(tall: snapshots, method: .snapshots)
  }

  /// The modes that meet the options.
  func select(
    _ options: PODOptions, _ snapshots: PreparedSnapshots
  ) throws(SnapshotError) -> ModeSelection {
    var worst = [Double]()
    if case .worstCase = options.tolerance { worst = try self.worst() }
    return ModeSelection(
      of: sigma, rowCount: snapshots.dimension, tolerance: options.tolerance, size: options.size,
      roundOff: max(
        method == .snapshots ? 0 : bounds.first ?? 0,
        4 * snapshots.noise(of: self, precision: Double.ulpOfOne / 2)),
      remainder: remainder, worst: { worst })
  }

  /// Why the method of snapshots cannot answer for these modes; nil if it can.
  private func objection(to selection: ModeSelection, _ options: PODOptions) -> String? {
    guard let first = sigma.first, first > 0 else { return nil }
    if selection.count > 0, sigma[selection.count - 1] < trustedDownTo {
      return "mode \(selection.count) lies below \(PODMethod.gramFloor) σ₁, "
        + "the floor of the method of snapshots"
    }
    // With the size reached, nothing is claimed about what is left out.
    if selection.limit == .size { return nil }
    let noise = (TallFactor.gramNoise * Double(sigma.count)).squareRoot() * first
    let resolved: Double
    switch options.tolerance {
    case .energy(let value): resolved = value * total
    case .frobenius(let value): resolved = value
    case .singularValue(let value): return value < trustedDownTo ? floorText(trustedDownTo) : nil
    case .worstCase(let value):
      let limit = negligible(norms)
      resolved = value * (norms.filter { $0 > limit }.min() ?? 0)
    }
    return resolved < 3 * noise ? floorText(3 * noise) : nil
  }

  private func floorText(_ floor: Double) -> String {
    "the method of snapshots resolves errors down to \(floor), the tolerance asks for less"
  }
}

extension PreparedSnapshots {
  /// What keeps QR and the method of snapshots from reading blocks of rows; nil if nothing does.
  ///
  /// QR holds a triangle of the order of the snapshots (or of the unknowns, if these are fewer), its
  /// decomposition two more, whatever the length of the rows: rows stream by in any memory, the
  /// triangle must fit.
  fileprivate var obstacleToRows: String? {
    guard reader.states == nil else { return nil }
    let order = min(count, dimension)
    let triangles = 24.0 * Double(order) * Double(order)
    if reader.readsSnapshots, triangles > Double(reader.memory) {
      return "triangles of order \(order) take \(Int(triangles)) bytes, more than the memory of "
        + "\(reader.memory) bytes"
    }
    guard count <= dimension else { return nil }
    if !reader.readsRows {
      return "snapshots stored one by one exceed the memory of \(reader.memory) bytes"
    }
    return correlation == nil
      ? nil : "in a product with a matrix, snapshots exceed the memory of \(reader.memory) bytes"
  }

  /// Whether QR takes less than about a tenth of a second, so that nothing is gained by less
  /// accurate ways.
  fileprivate var isSmall: Bool {
    let (n, m) = (Double(dimension), Double(count))
    return reader.states != nil && n * m * min(n, m) < 1e9
  }

  fileprivate func requireRows() throws(SnapshotError) {
    if let obstacleToRows {
      throw .refused(
        "\(obstacleToRows); use streaming or hierarchical, or allow \(8 * dimension * count) bytes")
    }
  }
}

extension PODOptions {
  /// Whether streaming lets go of modes on the way: without a relative tolerance or a size it would
  /// keep all, and the tree is then the more exact way to do that.
  fileprivate func mayStream(of count: Int) -> Bool {
    if case .energy(let value) = tolerance { return value > 0 || size < count }
    return false
  }

  /// Whether it is worth trying.
  fileprivate func mayStayAboveGramFloor(of count: Int) -> Bool {
    switch tolerance {
    case .energy(let value), .worstCase(let value): value >= 1e-6 || size < count
    case .frobenius(let value), .singularValue(let value): value > 0 || size < count
    }
  }
}
