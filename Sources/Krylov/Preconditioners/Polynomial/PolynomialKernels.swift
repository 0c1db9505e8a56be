internal import ComplexModule
internal import LinearAlgebra

/// The three-term recurrence for the Chebyshev polynomial on [a, b].
///
/// - Source: Saad, *Iterative Methods for Sparse Linear Systems*, 2nd ed. (2003), Algorithm 12.1.
struct ChebyshevSteps: Sendable {
  /// ½ (a + b).
  let centre: Double
  /// ½ (b − a).
  let radius: Double

  init(from a: Double, to b: Double) {
    precondition(a > 0 && b > a, "a Chebyshev polynomial on [\(a), \(b)]")
    (centre, radius) = ((a + b) / 2, (b - a) / 2)
  }

  /// x ← x + p(D⁻¹A) D⁻¹ (r − A x) of `degree` factors D⁻¹.
  ///
  /// - Parameters:
  ///   - inverse: D⁻¹; the identity where nil.
  ///   - isFromZero: x counts as zero, whatever it holds; saves a product.
  ///   - d: The step, to write on.
  ///   - y: To write on.
  func run<A: LinearOperator>(
    _ a: A, inverse: [A.Element]?, _ r: [A.Element], from x: inout [A.Element], isFromZero: Bool,
    degree: Int, _ d: inout [A.Element], _ y: inout [A.Element]
  ) {
    var rho = radius / centre
    if isFromZero {
      start(inverse, r, scaledBy: 1 / centre, into: &x, &d)
    } else {
      step(a, inverse, r, x, weights: (0, 1 / centre), &d, into: &y)
      swap(&x, &y)
    }
    for _ in 1..<degree {
      let next = 1 / (2 * centre / radius - rho)
      step(a, inverse, r, x, weights: (next * rho, 2 * next / radius), &d, into: &y)
      swap(&x, &y)
      rho = next
    }
  }

  /// d ← w₀ d + w₁ D⁻¹ (r − A x) and y ← x + d; d is not read where w₀ is zero.
  private func step<A: LinearOperator>(
    _ a: A, _ inverse: [A.Element]?, _ r: [A.Element], _ x: [A.Element],
    weights: (Double, Double), _ d: inout [A.Element], into y: inout [A.Element]
  ) {
    if let a = a as? SparseMatrix<A.Element> {
      fusedStep(a, inverse, r, x, weights, &d, into: &y)
    } else {
      a.apply(x, into: &y)
      advance(inverse, r, x, weights, &d, &y)
    }
  }
}

@specialized(where S == Double)
@specialized(where S == Complex<Double>)
private func start<S: Scalar>(
  _ inverse: [S]?, _ r: [S], scaledBy weight: Double, into x: inout [S], _ d: inout [S]
) {
  let w = S(real: weight)
  let (scale, isScaled) = (inverse ?? r, inverse != nil)
  unsafe x.withDisjointWrites { x in
    unsafe d.withDisjointWrites { d in
      forEachChunk(of: r.count, size: passSize) { range in
        unsafe r.withUnsafeBufferPointer { r in
          unsafe scale.withUnsafeBufferPointer { scale in
            for i in range {
              let value = unsafe isScaled ? w * (scale[i] * r[i]) : w * r[i]
              unsafe x.base[i] = value
              unsafe d.base[i] = value
            }
          }
        }
      }
    }
  }
}

@specialized(where S == Double)
@specialized(where S == Complex<Double>)
private func fusedStep<S: Scalar>(
  _ a: SparseMatrix<S>, _ inverse: [S]?, _ r: [S], _ x: [S], _ weights: (Double, Double),
  _ d: inout [S], into y: inout [S]
) {
  let (w0, w1, isFirst) = (S(real: weights.0), S(real: weights.1), weights.0 == 0)
  let (scale, isScaled) = (inverse ?? r, inverse != nil)
  let n = r.count
  precondition(x.count == n && y.count == n && d.count == n && a.rowCount == n, "\(n) entries")
  unsafe d.withDisjointWrites { d in
    unsafe y.withDisjointWrites { y in
      unsafe r.withUnsafeBufferPointer { r in
        unsafe scale.withUnsafeBufferPointer { scale in
          unsafe x.withUnsafeBufferPointer { x in
            unsafe a.withRows { rows in
              guard let r = unsafe ReadPlace(r), let scale = unsafe ReadPlace(scale),
                let x = unsafe ReadPlace(x)
              else { return }
              forEachChunk(of: n, size: rowPassSize) { range in
                unsafe rows.forEachProduct(of: range, x.base) { i, sum in
                  let rest = unsafe r.base[i] - sum
                  var step = unsafe isScaled ? w1 * (scale.base[i] * rest) : w1 * rest
                  if !isFirst { unsafe step += w0 * d.base[i] }
                  unsafe d.base[i] = step
                  unsafe y.base[i] = x.base[i] + step
                }
              }
            }
          }
        }
      }
    }
  }
}

/// The same step where y holds A x.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
private func advance<S: Scalar>(
  _ inverse: [S]?, _ r: [S], _ x: [S], _ weights: (Double, Double), _ d: inout [S],
  _ y: inout [S]
) {
  let (w0, w1, isFirst) = (S(real: weights.0), S(real: weights.1), weights.0 == 0)
  let (scale, isScaled) = (inverse ?? r, inverse != nil)
  unsafe d.withDisjointWrites { d in
    unsafe y.withDisjointWrites { y in
      forEachChunk(of: r.count, size: passSize) { range in
        for i in range {
          let rest = unsafe r[i] - y.base[i]
          let correction = isScaled ? w1 * (scale[i] * rest) : w1 * rest
          let step = unsafe isFirst ? correction : w0 * d.base[i] + correction
          unsafe d.base[i] = step
          unsafe y.base[i] = x[i] + step
        }
      }
    }
  }
}

/// z ← x + α y.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func combine<S: Scalar>(_ x: [S], _ alpha: S, _ y: [S], into z: inout [S]) {
  unsafe z.withDisjointWrites { z in
    forEachChunk(of: x.count, size: passSize) { range in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeBufferPointer { y in
          for i in range { unsafe z.base[i] = x[i] + alpha * y[i] }
        }
      }
    }
  }
}
