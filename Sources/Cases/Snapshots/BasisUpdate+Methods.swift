internal import LinearAlgebra
internal import ModelReduction

extension BasisUpdate {
  /// The old modes, scaled by λ and their singular values, are the first snapshots of a stream: they
  /// span what is known of the old ones, and the stream is exact for them in any product.
  static func stream(
    _ basis: BasisFile, _ source: any SnapshotSource, _ product: InnerProduct<Double>,
    _ request: Request
  ) throws(SnapshotError) -> Outcome {
    var pod = try StreamingPOD(
      in: product, rank: request.rank, tolerance: request.tolerance ?? basis.tolerance ?? 0,
      rightFactors: .kept)
    let k = basis.size
    let sigma = Array(basis.singularValues.prefix(k))
    var scaled = basis.modes
    scaled.scaleColumns(by: sigma.map { request.decay * $0 })
    if k > 0 { try pod.append(scaled) }
    try pod.append(contentsOf: source)
    // Column j of the old part stands for σⱼ uⱼ; old snapshots are Σ uⱼ cⱼ = Σ (σⱼ uⱼ) cⱼ/σⱼ.
    let right = pod.rightVectors ?? DenseMatrix(rowCount: 0, columnCount: pod.rank)
    var all = right.transposed()
    all.scaleRows(by: pod.singularValues)
    let coefficients = basis.coefficients.map { old in
      (all.columns(0..<k) * old.scalingRows(by: sigma.map { $0 > 0 ? 1 / $0 : 0 }))
        .appendingColumns(of: all.columns(k..<all.columnCount))
    }
    return Outcome(
      modes: pod.basis.vectors, singularValues: pod.singularValues, coefficients: coefficients,
      errorBound: pod.errorBound + request.decay * lost(basis))
  }

  /// Updates U Σ Vᵀ; weights are taken into the rows.
  static func update(
    _ basis: BasisFile, _ source: any SnapshotSource, _ product: InnerProduct<Double>,
    _ request: Request, _ method: SVDUpdateMethod
  ) throws(SnapshotError) -> Outcome {
    let roots = product.weights.map { $0.map { $0.squareRoot() } }
    let k = basis.size
    let sigma = Array(basis.singularValues.prefix(k))
    var right: DenseMatrix<Double>?
    if let coefficients = basis.coefficients {
      right = coefficients.scalingRows(by: sigma.map { $0 > 0 ? 1 / $0 : 0 }).transposed()
    }
    var svd = try SnapshotError.updating { () throws(SVDUpdateError) in
      try UpdatedSVD(
        TruncatedSVD(
          leftVectors: basis.modes.scalingRows(by: roots), singularValues: sigma,
          rightVectors: right, errorBound: lost(basis)),
        rank: min(request.rank, basis.dimension), method: method)
    }
    func apply(_ update: SVDUpdate) throws(SnapshotError) {
      try SnapshotError.updating { () throws(SVDUpdateError) in try svd.apply(update) }
    }
    if request.decay < 1 { try apply(.decay(request.decay)) }
    let replaced = request.replaced
    if !replaced.isEmpty {
      let block = try source.snapshots(0..<replaced.count)
      try apply(.replaceColumns(replaced, .dense(block.scalingRows(by: roots))))
    }
    if !request.removed.isEmpty { try apply(.removeColumns(request.removed)) }
    for first in stride(from: replaced.count, to: source.count, by: 16) {
      let block = try source.snapshots(first..<min(source.count, first + 16))
      try apply(.appendColumns(.dense(block.scalingRows(by: roots))))
    }
    let factors = try SnapshotError.updating { () throws(SVDUpdateError) in try svd.factors }
    let n = size(of: factors.singularValues, tolerance: request.tolerance ?? basis.tolerance ?? 0)
    let kept = Array(factors.singularValues.prefix(n))
    var coefficients = factors.rightVectors?.columns(0..<n).transposed()
    coefficients?.scaleRows(by: kept)
    return Outcome(
      modes: factors.leftVectors.columns(0..<n).scalingRows(by: roots.map { $0.map { 1 / $0 } }),
      singularValues: kept, coefficients: coefficients,
      errorBound: factors.errorBound + norm(Array(factors.singularValues.dropFirst(n))))
  }

  /// In coordinates of the basis; what comes in places of old snapshots comes first.
  static func follow(
    _ basis: BasisFile, _ source: any SnapshotSource, _ product: InnerProduct<Double>,
    _ request: Request
  ) throws(SnapshotError) -> Outcome {
    var updated = try UpdatedBasis(
      basis, in: product, rank: request.rank,
      tolerance: request.tolerance ?? basis.tolerance ?? 0)
    if request.decay < 1 { try updated.decay(request.decay) }
    let replaced = request.replaced
    if !replaced.isEmpty { try updated.replace(replaced, by: source.snapshots(0..<replaced.count)) }
    if !request.removed.isEmpty { try updated.remove(request.removed) }
    for first in stride(from: replaced.count, to: source.count, by: 16) {
      try updated.append(source.snapshots(first..<min(source.count, first + 16)))
    }
    return Outcome(
      modes: updated.modes, singularValues: updated.singularValues,
      coefficients: updated.coefficients, errorBound: updated.errorBound, mean: updated.mean)
  }

  /// The fewest singular values with √(discarded / total energy) at most the tolerance, none of them
  /// round-off.
  private static func size(of sigma: [Double], tolerance: Double) -> Int {
    let floor = 64 * Double.ulpOfOne * (sigma.first ?? 0)
    let limit = tolerance * norm(sigma)
    var n = sigma.count
    var tail = 0.0
    while n > 0, (tail + sigma[n - 1] * sigma[n - 1]).squareRoot() <= limit || sigma[n - 1] <= floor
    {
      tail += sigma[n - 1] * sigma[n - 1]
      n -= 1
    }
    return n
  }
}

extension SnapshotError {
  /// Runs an update; what it refuses is told as a refusal.
  fileprivate static func updating<Value>(
    _ body: () throws(SVDUpdateError) -> Value
  ) throws(SnapshotError) -> Value {
    do throws(SVDUpdateError) { return try body() } catch { throw .refused("\(error)") }
  }
}

extension DenseMatrix where S == Double {
  /// Row i multiplied by factor i; itself where there are none.
  func scalingRows(by factors: [Double]?) -> DenseMatrix {
    guard let factors else { return self }
    var result = self
    result.scaleRows(by: factors)
    return result
  }
}
