internal import ComplexModule
internal import LinearAlgebra

extension Preconditioner {
  /// Stops where vectors are not of the order of M.
  func requireOrder(_ r: [Element], _ z: [Element]) {
    precondition(
      r.count == columnCount && z.count == rowCount,
      "\(r.count) and \(z.count) entries for a preconditioner of order \(rowCount)")
  }
}

/// z ← diag(d) z.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func multiply<S: Scalar>(_ z: inout [S], by d: [S]) {
  unsafe z.withDisjointWrites { z in
    forEachChunk(of: d.count, size: passSize) { range in
      unsafe d.withUnsafeBufferPointer { d in
        for i in range { unsafe z.base[i] *= d[i] }
      }
    }
  }
}

/// z ← diag(d) r.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func multiply<S: Scalar>(_ r: [S], by d: [S], into z: inout [S]) {
  unsafe z.withDisjointWrites { z in
    forEachChunk(of: d.count, size: passSize) { range in
      unsafe d.withUnsafeBufferPointer { d in
        unsafe r.withUnsafeBufferPointer { r in
          for i in range { unsafe z.base[i] = d[i] * r[i] }
        }
      }
    }
  }
}
