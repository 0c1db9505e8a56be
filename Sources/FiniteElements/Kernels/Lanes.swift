/// Numbers computed side by side, one for each operator of a family: every operation acts on each of
/// them as it would alone, so a family has the bits of its operators one by one.
protocol Lanes: BitwiseCopyable, Sendable {
  init(repeating value: Double)
  static func + (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static prefix func - (a: Self) -> Self
  subscript(lane lane: Int) -> Double { get }
}

extension Double: Lanes {
  init(repeating value: Double) { self = value }
  subscript(lane lane: Int) -> Double { self }
}

extension SIMD2<Double>: Lanes {
  subscript(lane lane: Int) -> Double { self[lane] }
}

extension SIMD4<Double>: Lanes {
  subscript(lane lane: Int) -> Double { self[lane] }
}

/// What one round of a group of operators adds on each cell.
enum RoundForm: Sendable {
  /// ∫ κ ∇u · ∇v with scalars.
  case stiffness
  /// ∫ c u v.
  case mass
  /// Both.
  case sum
  /// ∫ κ ∇u · ∇v with tensors.
  case tensor
}

/// A batch of cells as the kernels of linear simplices read and write it.
@unsafe struct LaneCells<L: Lanes, Offset: ScatterOffset> {
  let cells: PartCells<Offset>
  /// Entries of the part's list of cells.
  let entries: UnsafePointer<Int32>
  let count: Int
  let form: RoundForm
  /// The coefficients of the stiffness on each cell: one number, or six that are `LaneBatch.size`
  /// cells apart, xx, yy, zz, yz, xz, xy.
  let stiffness: UnsafePointer<L>
  /// The coefficients of the mass.
  let mass: UnsafePointer<L>
  /// The values, and where in them each row begins.
  let values: UnsafeMutablePointer<L>
  let start: UnsafePointer<Int>

  /// The tensor on cell k of the batch.
  @inline(__always)
  func tensor(_ k: Int) -> SymmetricTensor<L> {
    let (t, n) = unsafe (stiffness + k, LaneBatch.size)
    return unsafe SymmetricTensor(
      xx: t[0], yy: t[n], zz: t[2 * n], yz: t[3 * n], xz: t[4 * n], xy: t[5 * n])
  }
}

/// A symmetric tensor; components beyond the plane are zero there.
struct SymmetricTensor<L: Lanes> {
  let xx, yy, zz, yz, xz, xy: L
}
