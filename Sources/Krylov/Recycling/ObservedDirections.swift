internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// The first search directions of conjugate gradients deflated by W, and what the recurrence says
/// about them: enough for the harmonic Ritz problem in [W P] without another product.
///
/// P has unit energy. With ρ = rᴴz, μ = (A W)ᴴz and z₊ = z − α M⁻¹A p,
/// (AP)ᴴM⁻¹(AP) is tridiagonal with (ρ + ρ₊)/(α ρ) on its diagonal and −√(ρ₊/(ρ α α₊)) beside it, and
/// (AW)ᴴM⁻¹A p = (μ − μ₊)/√(α ρ).
struct ObservedDirections<S: Scalar>: Sendable {
  let capacity: Int
  private var columns: OrthonormalColumns<S>
  private var alpha: [Double] = []
  private var rho: [Double] = []
  private var mu: [[S]] = []
  private var isClosed = false

  init(order: Int, capacity: Int) {
    self.capacity = capacity
    // Only its storage is used: the directions are orthonormal in the energy.
    columns = OrthonormalColumns(order: order, capacity: capacity)
    alpha.reserveCapacity(capacity)
    rho.reserveCapacity(capacity)
  }

  mutating func begin(deflated: Int) {
    columns.truncate(to: 0)
    alpha.removeAll(keepingCapacity: true)
    rho.removeAll(keepingCapacity: true)
    mu.removeAll(keepingCapacity: true)
    isClosed = false
  }

  /// Takes no more: the recurrence was begun again.
  mutating func close() { isClosed = true }

  /// Takes (A W)ᴴz of the residual that the next direction starts from.
  mutating func note(_ value: [S]) {
    if !isClosed, mu.count <= capacity { mu.append(value) }
  }

  /// Takes a direction with its step and the rᴴz it was made from.
  mutating func append(_ p: [S], alpha step: Double, rz: Double) {
    guard !isClosed, alpha.count < capacity, rz > 0, step > 0 else { return }
    columns.append(p, times: (step / rz).squareRoot())
    alpha.append(step)
    rho.append(rz)
  }

  /// The `count` harmonic Ritz vectors of M⁻¹A in [W P] with the smallest values, of unit length;
  /// nil if there is nothing new to tell. [W P] is orthonormal in the energy.
  ///
  /// - Parameters:
  ///   - w: W, n × k, orthonormal in the energy of A.
  ///   - square: (A W)ᴴM⁻¹(A W).
  func harmonicRitzVectors(
    beside w: DenseMatrix<S>, square: DenseMatrix<S>?, count: Int
  ) -> DenseMatrix<S>? {
    // The last direction lacks the ρ₊ and μ₊ that came after it.
    let (k, l) = (w.columnCount, min(alpha.count, mu.count) - 1)
    guard l > 0 else { return nil }
    var f = DenseMatrix<S>(rowCount: k + l, columnCount: k + l)
    for j in 0..<k {
      for i in 0..<k { f[i, j] = square.map { $0[i, j] } ?? S.zero }
    }
    for j in 0..<l {
      f[k + j, k + j] = S(real: (rho[j] + rho[j + 1]) / (alpha[j] * rho[j]))
      if j + 1 < l {
        let beside = -(rho[j + 1] / (rho[j] * alpha[j] * alpha[j + 1])).squareRoot()
        (f[k + j, k + j + 1], f[k + j + 1, k + j]) = (S(real: beside), S(real: beside))
      }
      let factor = S(real: 1 / (alpha[j] * rho[j]).squareRoot())
      for i in 0..<k {
        let value = (mu[j][i] - mu[j + 1][i]) * factor
        (f[i, k + j], f[k + j, i]) = (value, value.conjugate)
      }
    }
    guard let eigen = try? SymmetricEigen(f.hermitianPart) else { return nil }
    let kept = min(count, k + l)
    let y = eigen.vectors.columns(0..<kept)
    var next = columns.times(y.rows(k..<k + l), from: 0)
    if k > 0 { next = next + w * y.rows(0..<k) }
    for j in 0..<kept {
      var column = next.column(j)
      let length = norm(column)
      guard length > 0, length.isFinite else { return nil }
      scale(S(real: 1 / length), &column)
      next.setColumn(j, column)
    }
    return next
  }
}

extension DenseMatrix {
  /// (A + Aᴴ)/2.
  var hermitianPart: DenseMatrix { S(real: 0.5) * (self + adjoint()) }
}
