internal import Krylov
internal import LinearAlgebra

/// Vectors on the subdomains of a decomposition, and the sum Σ Rⱼᵀ Wⱼ xⱼ that leads back.
///
/// Local work runs on all threads; the parts of an unknown are added in the order of the
/// subdomains, so that the sum has the same bits on any number of threads.
struct LocalVectors<S: Scalar>: Sendable {
  let decomposition: OverlappingDecomposition
  /// For unknown i the places that count, `places[start[i]..<start[i + 1]]`, and their weights.
  private let start: [Int]
  private let places: [Int]
  private let weights: [Double]
  private let pool: VectorPool<S>
  private let local: [VectorPool<S>]

  /// - Parameter isWeighted: Whether Wⱼ is the partition of unity, or the identity.
  init(_ decomposition: OverlappingDecomposition, isWeighted: Bool) {
    self.decomposition = decomposition
    pool = VectorPool(count: decomposition.localCount)
    local = decomposition.subdomains.map { VectorPool(count: $0.count) }
    guard isWeighted else {
      (start, places) = (decomposition.placeStart, decomposition.places)
      weights = []
      return
    }
    let all = decomposition.subdomains.flatMap(\.weights)
    var (start, places) = ([0], [Int]())
    for i in 0..<decomposition.order {
      let range = decomposition.placeStart[i]..<decomposition.placeStart[i + 1]
      places += decomposition.places[range].filter { all[$0] != 0 }
      start.append(places.count)
    }
    (self.start, self.places) = (start, places)
    weights = places.map { all[$0] }
  }

  /// z ← Σ Rⱼᵀ Wⱼ fⱼ(Rⱼ r), or z ← z + the sum.
  ///
  /// - Parameters:
  ///   - r: The vector to restrict; fⱼ gets vectors with anything in them where nil.
  ///   - isAdded: Whether the sum is added to what z holds.
  ///   - f: Replaces the local vector of subdomain j; runs on any thread.
  func sum(
    _ r: [S]?, into z: inout [S], adding isAdded: Bool = false,
    _ f: @Sendable (_ j: Int, _ x: inout [S]) -> Void
  ) {
    let subdomains = decomposition.subdomains
    pool.withVector { all in
      unsafe all.withDisjointWrites { all in
        forEachChunk(of: subdomains.count, size: 1) { chunk in
          let j = chunk.lowerBound
          local[j].withVector { x in
            if let r { gather(r, at: subdomains[j].unknowns, into: &x) }
            f(j, &x)
            let first = decomposition.localStart[j]
            // Safe: subdomain j owns the places from its start on, one for each unknown.
            unsafe store(x, into: all, from: first)
          }
        }
      }
      add(all, into: &z, isAdded)
    }
  }

  /// g(j, Rⱼ r) for all subdomains on all threads.
  func forEach(_ r: [S], _ g: @Sendable (_ j: Int, _ x: [S]) -> Void) {
    let subdomains = decomposition.subdomains
    forEachChunk(of: subdomains.count, size: 1) { chunk in
      let j = chunk.lowerBound
      local[j].withVector { x in
        gather(r, at: subdomains[j].unknowns, into: &x)
        g(j, x)
      }
    }
  }

  private func add(_ all: [S], into z: inout [S], _ isAdded: Bool) {
    let weights = weights.isEmpty ? nil : weights
    scatterSum(all, start, places, weights, isAdded, into: &z)
  }
}
