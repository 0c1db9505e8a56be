internal import LinearAlgebra

/// A forward Gauss–Seidel sweep with the residual it leaves, and the backward sweep that is its adjoint,
/// over A = L + I + Lᵀ.
protocol GaussSeidelPasses: Sendable {
  /// x ← (I + L)⁻¹ r and w ← r − A x = −Lᵀ x.
  func begin(_ r: [Double], into x: inout [Double], rest w: inout [Double])
  /// Solves for xᵢ from the last to the first.
  func end(_ r: [Double], on x: inout [Double])
}

/// The passes in single precision where the entries fit. L and Lᵀ are rounded alike: the map stays
/// symmetric to the last bit.
func makeGaussSeidel(
  _ a: SparseMatrix<Double>
) throws(FactorizationError) -> any GaussSeidelPasses {
  let p = try TrianglePattern(a.pattern)
  // Entries of a unit diagonal are below one; those below 10⁻³⁰ may go, as they do in the sums.
  let fits = a.values.allSatisfy { $0.magnitude < 1e30 }
  return fits ? SymmetricTriangles<Float>(p, a.values) : SymmetricTriangles<Double>(p, a.values)
}

private struct SymmetricTriangles<T: StoredEntry>: GaussSeidelPasses where T.Number == Double {
  private var lower: TriangleRows<T>
  private var upper: TriangleRows<T>

  init(_ p: TrianglePattern, _ entries: [Double]) {
    lower = TriangleRows(lengths: p.lowerLengths)
    upper = TriangleRows(lengths: p.adjointLengths)
    lower.setLower(p, entries)
    upper.setAdjoint(of: p, entries)
  }

  func begin(_ r: [Double], into x: inout [Double], rest w: inout [Double]) {
    sweepDown(lower, r, into: &x)
    upperResidual(upper, x, into: &w)
  }

  func end(_ r: [Double], on x: inout [Double]) { sweepBack(lower, upper, r, &x) }
}

/// w ← −U x.
@specialized(where T == Double)
@specialized(where T == Float)
private func upperResidual<T: StoredEntry>(
  _ rows: TriangleRows<T>, _ x: [Double], into w: inout [Double]
) where T.Number == Double {
  let n = x.count
  unsafe w.withDisjointWrites { w in
    forEachChunk(of: n, size: rowPassSize) { range in
      unsafe rows.withPlaces { rows in
        unsafe x.withUnsafeBufferPointer { x in
          guard let x = x.baseAddress else { return }
          for i in range {
            var sum = unsafe rows.product(i, x)
            if i &+ 1 < n { unsafe sum += rows.chain[i].number * x[i &+ 1] }
            unsafe w.base[i] = -sum
          }
        }
      }
    }
  }
}

/// xᵢ ← r − (L + U) x from the last i to the first.
@specialized(where T == Double)
@specialized(where T == Float)
private func sweepBack<T: StoredEntry>(
  _ lower: TriangleRows<T>, _ upper: TriangleRows<T>, _ r: [Double], _ x: inout [Double]
) where T.Number == Double {
  let n = x.count
  precondition(r.count == n, "\(r.count) entries for \(n) unknowns")
  unsafe lower.withPlaces { lower in
    unsafe upper.withPlaces { upper in
      unsafe r.withUnsafeBufferPointer { r in
        unsafe x.withUnsafeMutableBufferPointer { x in
          guard let x = x.baseAddress else { return }
          unsafe upper.sweep(.up, n, x) { i in
            // Rows above i are still old.
            var old = unsafe r[i] - lower.product(i, x)
            if i > 0 { unsafe old -= lower.chain[i].number * x[i &- 1] }
            return old
          }
        }
      }
    }
  }
}
