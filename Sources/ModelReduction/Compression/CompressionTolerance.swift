public import LinearAlgebra

/// How far snapshots may be compressed before a proper orthogonal decomposition, and what the
/// decomposition must then be asked for.
///
/// Let S have m columns and the energy E = ‖S‖² (Frobenius in the product), and let a share θ of the
/// error ε√E that the decomposition may make belong to compression: every column of Δ = S̃ − S is at
/// most τ = θ ε √(E/m), hence ‖Δ‖ ≤ θ ε √E.
///
/// For a basis with projection P and ‖S̃ − PS̃‖ ≤ ε′‖S̃‖,
///
///     ‖S − PS‖ ≤ ‖S̃ − PS̃‖ + ‖(I − P)Δ‖ ≤ ε′(1 + θε)√E + θε√E,
///
/// which is ε√E for ε′ = ε(1 − θ)/(1 + θε), the tolerance to decompose S̃ with. Moreover
/// |σₖ(S̃) − σₖ(S)| ≤ ‖Δ‖ for every k (Weyl). The same holds for snapshots from which the mean is
/// subtracted, E being the energy of what is left: subtracting the mean makes no Δ larger.
///
/// - Source: L. Mirsky, *Symmetric gauge functions and unitarily invariant norms*, Q. J. Math. 11
///   (1960), for the inequality of singular values.
public struct CompressionTolerance: Sendable, Equatable {
  /// m.
  public let count: Int
  /// E, in squared units of the norm of the snapshots.
  public let energy: Double
  /// ε, the root of the discarded over the total energy.
  public let podTolerance: Double
  /// θ.
  public let share: Double

  /// Of snapshots whose energy is known.
  ///
  /// - Parameters:
  ///   - podTolerance: ε, what the modes of the true snapshots shall keep to, in [0, 1].
  ///   - share: θ in (0, 1).
  /// - Throws: `SnapshotError.refused` for numbers outside of these ranges, `empty` without
  ///   snapshots.
  public init(
    energy: Double, count: Int, podTolerance: Double, share: Double = 0.1
  ) throws(SnapshotError) {
    guard count > 0 else { throw .empty(source: "compression") }
    guard energy >= 0, energy.isFinite else {
      throw .refused("snapshots of energy \(energy); a finite number ≥ 0 is one")
    }
    guard (0...1).contains(podTolerance) else {
      throw .refused("a tolerance of POD of \(podTolerance); it is a fraction between 0 and 1")
    }
    guard share > 0, share < 1 else {
      throw .refused("a share of \(share) for compression; it lies between 0 and 1")
    }
    (self.energy, self.count) = (energy, count)
    (self.podTolerance, self.share) = (podTolerance, share)
  }

  /// Of snapshots that are read once for their energy.
  ///
  /// - Parameter memory: Bytes for the snapshots in memory at a time.
  /// - Throws: What reading throws, and as above.
  public init(
    of source: some SnapshotSource, in product: InnerProduct<Double>, podTolerance: Double,
    share: Double = 0.1, memory: Int = 256 << 20
  ) throws(SnapshotError) {
    guard product.dimension == source.dimension else {
      throw .mismatch(
        source: "compression", found: "snapshots of \(source.dimension) entries",
        expected: "\(product.dimension), as the product has")
    }
    var energy = 0.0
    let batch = max(1, memory / 8 / max(1, source.dimension))
    for start in stride(from: 0, to: source.count, by: batch) {
      let states = try source.snapshots(start..<min(source.count, start + batch))
      let norms = parallelMap(states.columnCount) { product.norm(states.column($0)) }
      energy += norms.reduce(0) { $0 + $1 * $1 }
    }
    try self.init(
      energy: energy, count: source.count, podTolerance: podTolerance, share: share)
  }

  /// τ, the error each snapshot may take in the norm of the product.
  public var perSnapshot: Double {
    share * podTolerance * (energy / Double(count)).squareRoot()
  }

  /// τ for the largest error of an entry: ‖e‖_X ≤ max|eᵢ| √Σ|Xᵢⱼ|.
  public func perEntry(in product: InnerProduct<Double>) -> Double {
    let weight: Double
    if let weights = product.weights {
      weight = weights.reduce(0) { $0 + $1.magnitude }
    } else if let matrix = product.matrix {
      weight = matrix.values.reduce(0) { $0 + $1.magnitude }
    } else {
      weight = Double(product.dimension)
    }
    // The sum is rounded once per term.
    return perSnapshot / (weight * (1 + Double.ulpOfOne * Double(product.dimension))).squareRoot()
  }

  /// ε′, what to ask of the decomposition of the compressed snapshots, so that its modes keep to ε
  /// on the true ones.
  public var remainingPODTolerance: Double {
    podTolerance * (1 - share) / (1 + share * podTolerance)
  }

  /// θ ε √E: what singular values may move by.
  public var singularValueShift: Double { share * podTolerance * energy.squareRoot() }
}
