internal import ComplexModule

/// Σ conj(xᵢ) yᵢ, the inner product of ℂⁿ (of ℝⁿ for real vectors).
///
/// - Precondition: `x` and `y` have equal lengths.
public func dot<S: Scalar>(_ x: [S], _ y: [S]) -> S {
  precondition(x.count == y.count, "dot of vectors of \(x.count) and \(y.count) entries")
  return unsafe x.withUnsafeBufferPointer { x in
    unsafe y.withUnsafeBufferPointer { y in
      guard let xBase = x.baseAddress, let yBase = y.baseAddress else { return S.zero }
      return unsafe S.dot(x.count, xBase, yBase)
    }
  }
}

/// ‖x‖₂, safe against overflow and underflow.
public func norm<S: Scalar>(_ x: [S]) -> Double {
  unsafe x.withUnsafeBufferPointer { x in
    guard let base = x.baseAddress else { return 0 }
    return unsafe S.nrm2(x.count, base)
  }
}

/// y ← a x + y.
///
/// - Precondition: `x` and `y` have equal lengths.
public func axpy<S: Scalar>(_ a: S, _ x: [S], into y: inout [S]) {
  precondition(x.count == y.count, "axpy of vectors of \(x.count) and \(y.count) entries")
  unsafe x.withUnsafeBufferPointer { x in
    unsafe y.withUnsafeMutableBufferPointer { y in
      guard let xBase = x.baseAddress, let yBase = y.baseAddress else { return }
      unsafe S.axpy(x.count, a, xBase, yBase)
    }
  }
}

/// x ← a x.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
public func scale<S: Scalar>(_ a: S, _ x: inout [S]) {
  for i in x.indices { x[i] *= a }
}

/// x ← x̄.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func conjugate<S: Scalar>(_ x: inout [S]) {
  for i in x.indices { x[i] = x[i].conjugate }
}
