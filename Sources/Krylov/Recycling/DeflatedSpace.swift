internal import ComplexModule
internal import LinearAlgebra

/// The twin T of the space U that a cycle deflates, and how C = A U meets it; U and C themselves stand
/// before the vectors of the cycle.
///
/// U lives in the space of x and the basis of the process in that of the residuals. The twin is made
/// of the same combinations of basis vectors v as U is of their z = M⁻¹v: with a fixed M it is M U,
/// and the harmonic Ritz vectors are those of A M⁻¹.
struct DeflatedSpace<S: Scalar>: Sendable {
  /// T; only its storage is used: its columns are not orthonormal.
  var twin: OrthonormalColumns<S>
  /// CᴴT, k × k.
  var coupling: [S]

  init(order n: Int, capacity: Int) {
    twin = OrthonormalColumns(order: n, capacity: capacity)
    coupling = [S](repeating: S.zero, count: capacity * capacity)
  }

  var capacity: Int { twin.capacity }
  /// k.
  var count: Int { twin.count }

  /// T as a matrix.
  var matrix: DenseMatrix<S> { twin.matrix(0..<count) }

  /// Says how many vectors count, after they were written.
  mutating func keep(_ count: Int) {
    precondition(count <= capacity, "\(count) vectors in a space for \(capacity)")
    twin.truncate(to: count)
  }

  /// Takes other vectors.
  mutating func replace(by twin: DenseMatrix<S>, coupling: DenseMatrix<S>) {
    self.twin.replace(by: twin)
    self.coupling.replaceSubrange(0..<coupling.values.count, with: coupling.values)
  }
}
