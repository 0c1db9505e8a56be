internal import ComplexModule
internal import LinearAlgebra

// The loops over unknowns, apart from the generic types so that they are compiled for each kind of
// number.

/// xₖ ← r[unknownsₖ].
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func gather<S: Scalar>(_ r: [S], at unknowns: [Int32], into x: inout [S]) {
  for k in unknowns.indices { x[k] = r[Int(unknowns[k])] }
}

/// zᵢ ← (zᵢ +) Σ wₖ x[placesₖ] over the places of unknown i.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func scatterSum<S: Scalar>(
  _ x: [S], _ start: [Int], _ places: [Int], _ weights: [Double]?, _ isAdded: Bool,
  into z: inout [S]
) {
  precondition(z.count == start.count - 1, "\(z.count) entries for \(start.count - 1) unknowns")
  unsafe z.withDisjointWrites { z in
    forEachChunk(of: start.count - 1, size: 8192) { range in
      for i in range {
        var total = S.zero
        if let weights {
          for k in start[i]..<start[i + 1] { total += S(real: weights[k]) * x[places[k]] }
        } else {
          for k in start[i]..<start[i + 1] { total += x[places[k]] }
        }
        unsafe z.base[i] = isAdded ? z.base[i] + total : total
      }
    }
  }
}

/// r ← b − r.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func subtract<S: Scalar>(from b: [S], _ r: inout [S]) {
  for i in r.indices { r[i] = b[i] - r[i] }
}

/// y[placesₖ] ← xₖ.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func scatter<S: Scalar>(_ x: [S], to places: [Int32], into y: inout [S]) {
  for k in places.indices { y[Int(places[k])] = x[k] }
}

/// y[placesₖ] ← y[placesₖ] + xₖ.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func scatterAdd<S: Scalar>(_ x: [S], to places: [Int32], into y: inout [S]) {
  for k in places.indices { y[Int(places[k])] += x[k] }
}

/// yₖ ← (yₖ +) x[placesₖ].
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func gather<S: Scalar>(_ x: [S], at places: [Int32], into y: inout [S], adding isAdded: Bool) {
  for k in places.indices { y[k] = isAdded ? y[k] + x[Int(places[k])] : x[Int(places[k])] }
}

/// The places from `first` on ← x.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
@unsafe func store<S: Scalar>(_ x: [S], into all: DisjointWrites<S>, from first: Int) {
  for k in x.indices { unsafe all.base[first + k] = x[k] }
}

/// y ← x + β y.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func xpby<S: Scalar>(_ x: [S], _ beta: S, _ y: inout [S]) {
  for i in y.indices { y[i] = x[i] + beta * y[i] }
}

/// y ← α x.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func scaled<S: Scalar>(_ alpha: S, _ x: [S], into y: inout [S]) {
  for i in y.indices { y[i] = alpha * x[i] }
}
