public import LinearAlgebra

/// Compresses snapshots so that their error in a norm stays within a tolerance, checked on what will
/// be read.
///
/// ```swift
/// let codec = SnapshotCodec(.grid(TensorGrid(shape: [512, 512])), norm: .maximum)
/// let field = try codec.compressed(u, tolerance: 1e-4)
/// let close = try field.values()      // max |u − close| ≤ 1e-4, for certain
/// ```
public struct SnapshotCodec: Sendable {
  /// What the snapshots are smooth in.
  public enum Space: Sendable {
    /// Nothing is known: N entries, each by itself.
    case entries(Int)
    /// Fields on the nodes of a grid, stored one after the other.
    case grid(TensorGrid, fieldCount: Int = 1)
    /// They lie near the span of a basis, which is kept once for all of them.
    case basis(ReducedBasis<Double>)
  }

  /// The norm of the errors.
  public let norm: CompressionNorm
  /// N.
  public var dimension: Int { form.dimension }

  let form: FieldForm
  private let basis: ReducedBasis<Double>?
  private let measure: ErrorMeasure
  /// How far a unit vector of coordinates reaches in the norm.
  private let reach: Double

  /// A codec.
  ///
  /// - Parameters:
  ///   - space: What the snapshots are made of.
  ///   - norm: How errors are measured.
  /// - Precondition: At least one entry and one field; a product over as many unknowns.
  public init(_ space: Space, norm: CompressionNorm) {
    switch space {
    case .entries(let dimension):
      (form, basis) = (.entries(dimension: dimension), nil)
    case .grid(let grid, let count):
      (form, basis) = (.grid(MultilevelTransform(grid), fieldCount: count), nil)
    case .basis(let given):
      (form, basis) = (.vectors(given.vectors), given)
    }
    precondition(form.dimension > 0, "snapshots of \(form.dimension) entries; one is the least")
    self.norm = norm
    measure = ErrorMeasure(norm, dimension: form.dimension)
    if case .vectors(let vectors) = form, case .maximum = norm {
      var squares = [Double](repeating: 0, count: vectors.rowCount)
      for (place, value) in vectors.values.enumerated() {
        squares[place % vectors.rowCount] += value * value
      }
      reach = (squares.max() ?? 1).squareRoot()
    } else {
      reach = 1
    }
  }

  /// Compresses one snapshot.
  ///
  /// - Parameters:
  ///   - snapshot: N finite numbers.
  ///   - tolerance: τ ≥ 0, in units of the norm; with zero all bits are kept.
  ///   - number: Which snapshot it is, for errors.
  /// - Throws: `SnapshotError.notFinite` for NaN and infinities, `refused` for a tolerance that is
  ///   negative or not finite, `mismatch` for another length.
  /// - Complexity: A handful of transforms (or products with the basis) and evaluations of the norm.
  public func compressed(
    _ snapshot: [Double], tolerance: Double, number: Int = 0
  ) throws(SnapshotError) -> CompressedField {
    guard tolerance >= 0, tolerance.isFinite else {
      throw .refused("a tolerance of \(tolerance) for compression; a finite number ≥ 0 is one")
    }
    guard snapshot.count == dimension else {
      throw .mismatch(
        source: "compression", found: "a snapshot of \(snapshot.count) entries",
        expected: "\(dimension)")
    }
    if let bad = snapshot.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(value: snapshot[bad], row: bad, snapshot: number, source: "compression")
    }
    if let value = snapshot.first, dimension <= FieldForm.longestConstant,
      snapshot.allSatisfy({ $0.bitPattern == value.bitPattern })
    {
      var writer = ByteWriter()
      writer.append(FieldForm.Kind.constant.rawValue)
      writer.append(value)
      return CompressedField(
        payload: writer.bytes, form: form, tolerance: tolerance, error: 0, of: snapshot, snapshot)
    }
    let attempt = QuantisationAttempt(
      of: snapshot, tolerance: tolerance, form: form, measure: measure)
    let best =
      attempt.isHopeless ? nil : basis.map { attempt.inBasis($0, reach) } ?? attempt.plain()
    let exact = ExactBits.payload(snapshot)
    guard let best, best.payload.count < exact.count else {
      return CompressedField(
        payload: exact, form: form, tolerance: tolerance, error: 0, of: snapshot, snapshot)
    }
    return CompressedField(
      payload: best.payload, form: form, tolerance: tolerance, error: best.error, of: snapshot,
      best.values)
  }
}
