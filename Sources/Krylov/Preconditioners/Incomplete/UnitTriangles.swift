internal import ComplexModule
internal import LinearAlgebra

/// L̃ D Ũ with unit triangles, D apart: what incomplete factorizations and symmetric
/// over-relaxation sweep with.
struct UnitTriangles<S: Scalar>: Sendable {
  /// The triangles, in the precision they are stored in.
  private var storage: any TriangleStorage<S>
  /// D⁻¹.
  private(set) var inverse: [S]
  /// How the entries are stored; the first choice may not have fitted.
  private(set) var precision: FactorPrecision
  private let wanted: FactorPrecision

  /// Where the upper triangle comes from.
  enum Upper: Sendable {
    /// From the entries right of the diagonal, divided by the pivots.
    case entries
    /// It is the adjoint of the lower one.
    case adjoint
  }

  private let upper: Upper

  /// Triangles over a pattern, to be filled.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  init(_ p: TrianglePattern, upper: Upper, precision: FactorPrecision) {
    (self.upper, self.precision, wanted) = (upper, precision, precision)
    storage = Self.makeStorage(p, upper, precision)
    inverse = [S](repeating: S.zero, count: p.order)
  }

  /// Takes the entries of L̃ left of the diagonal of `p` and of U = D Ũ right of it.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func set(_ p: TrianglePattern, _ entries: [S], inverse: [S]) {
    self.inverse = inverse
    let fits =
      wanted == .double || Self.fitsSinglePrecision(p, upper, entries, scaledBy: inverse)
    let needed = fits ? wanted : .double
    if needed != precision {
      precision = needed
      storage = Self.makeStorage(p, upper, needed)
    }
    storage.set(p, upper == .adjoint, entries, inverse as [S])
  }

  /// z ← L̃⁻¹ r.
  func down(_ r: [S], into z: inout [S]) { storage.down(r, into: &z) }

  /// z ← Ũ⁻¹ diag(s) z.
  func up(scaledBy s: [S], _ z: inout [S]) { storage.up(scaledBy: s, &z) }

  /// z ← Ũ⁻¹ D⁻¹ L̃⁻¹ r.
  func solve(_ r: [S], into z: inout [S]) {
    precondition(
      r.count == inverse.count && z.count == inverse.count,
      "\(r.count) and \(z.count) entries for factors of order \(inverse.count)")
    storage.down(r, into: &z)
    storage.up(scaledBy: inverse, &z)
  }

  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private static func fitsSinglePrecision(
    _ p: TrianglePattern, _ upper: Upper, _ entries: [S], scaledBy inverse: [S]
  ) -> Bool {
    for i in 0..<p.order {
      for k in p.lower(i) where !entries[k].fitsSinglePrecision { return false }
      guard upper == .entries else { continue }
      for k in p.upper(i) where !(inverse[i] * entries[k]).fitsSinglePrecision { return false }
    }
    return true
  }

  private static func makeStorage(
    _ p: TrianglePattern, _ upper: Upper, _ precision: FactorPrecision
  ) -> any TriangleStorage<S> {
    let storage: any Sendable =
      switch (S.self == Double.self, precision) {
      case (true, .single): TrianglePair<Float>(p, upper == .adjoint)
      case (true, .double): TrianglePair<Double>(p, upper == .adjoint)
      case (false, .single): TrianglePair<SingleComplex>(p, upper == .adjoint)
      case (false, .double): TrianglePair<Complex<Double>>(p, upper == .adjoint)
      }
    guard let storage = storage as? any TriangleStorage<S> else {
      preconditionFailure("\(S.self) is not one of the two kinds of Scalar")
    }
    return storage
  }
}

/// A pair of triangles whatever the precision they are stored in.
protocol TriangleStorage<Number>: Sendable {
  associatedtype Number: Scalar
  mutating func set(
    _ p: TrianglePattern, _ isAdjoint: Bool, _ entries: [Number], _ inverse: [Number])
  func down(_ r: [Number], into z: inout [Number])
  func up(scaledBy s: [Number], _ z: inout [Number])
}

private struct TrianglePair<T: StoredEntry>: TriangleStorage {
  var lower: TriangleRows<T>
  var upper: TriangleRows<T>

  init(_ p: TrianglePattern, _ isAdjoint: Bool) {
    lower = TriangleRows(lengths: p.lowerLengths)
    upper = TriangleRows(lengths: isAdjoint ? p.adjointLengths : p.upperLengths)
  }

  mutating func set(
    _ p: TrianglePattern, _ isAdjoint: Bool, _ entries: [T.Number], _ inverse: [T.Number]
  ) {
    lower.setLower(p, entries)
    if isAdjoint {
      upper.setAdjoint(of: p, entries)
    } else {
      upper.setUpper(p, entries, scaledBy: inverse)
    }
  }

  func down(_ r: [T.Number], into z: inout [T.Number]) { sweepDown(lower, r, into: &z) }
  func up(scaledBy s: [T.Number], _ z: inout [T.Number]) { sweepUp(upper, scaledBy: s, &z) }
}
