internal import LinearAlgebra

/// Snapshots as they enter a decomposition: b = D (s − s̄) measured by X̃, where D² is the diagonal
/// of the product, the scales of the fields included, and X̃ = D⁻¹ X D⁻¹ has a unit diagonal.
///
/// Weights of any range thus become factors of rows, which floating-point numbers carry without
/// loss, and what is left of a sparse product is as well conditioned as a diagonal can make it (for
/// mass matrices: a small constant).
///
/// - Source: A. J. Wathen, IMA J. Numer. Anal. 7 (1987), for scaled mass matrices.
struct PreparedSnapshots: Sendable {
  let reader: SnapshotReader
  /// D and s̄.
  let map: RowMap
  /// X̃; nil for the identity.
  let correlation: SparseMatrix<Double>?
  /// X with the scales of the fields, for snapshots as they were given.
  let product: InnerProduct<Double>
  let scales: [FieldScale]
  /// The relative rounding of the source.
  let precision: Double
  /// How the projection error of the result is to be found.
  let verification: ErrorVerification
  let notes: [String]

  var dimension: Int { reader.dimension }
  var count: Int { reader.count }

  init(
    _ source: some SnapshotSource, _ given: InnerProduct<Double>?, _ options: PODOptions
  ) throws(SnapshotError) {
    let reader = try SnapshotReader(source, memory: options.memory)
    let (n, m) = (reader.dimension, reader.count)
    let given = given ?? InnerProduct(euclidean: n)
    let isProven = try given.requireDefinite(
      dimension: n, operations: max(1e10, 20 * Double(n) * Double(m) * Double(m)))
    let mean = options.centring == .mean ? try reader.mean() : nil
    let scales = try reader.scales(of: options.fields, in: given, mean: mean)
    let divisors = scales.isEmpty ? nil : PreparedSnapshots.divisors(scales, dimension: n)
    (self.reader, self.scales, precision) = (reader, scales, source.precision)
    verification = options.verification
    notes =
      isProven
      ? []
      : [
        "that the product \"\(given.name)\" is positive definite was seen on the snapshots only; "
          + "its factorization would cost more than the decomposition"
      ]
    guard let matrix = given.weights == nil ? given.matrix : nil else {
      var weights = given.weights
      if let divisors {
        weights = (0..<n).map { (weights?[$0] ?? 1) / divisors[$0] / divisors[$0] }
      }
      product = weights.map { InnerProduct(weights: $0, name: given.name) } ?? given
      correlation = nil
      map = RowMap(factors: weights.map { $0.map { $0.squareRoot() } }, shift: mean)
      return
    }
    let scaled = divisors.map { matrix.dividing(by: $0) } ?? matrix
    product = divisors == nil ? given : InnerProduct(scaled, name: given.name)
    let factors = scaled.diagonal.map { $0.squareRoot() }
    correlation = scaled.dividing(by: factors)
    map = RowMap(factors: factors, shift: mean)
  }

  /// A matrix in memory, in coordinates that are prepared already.
  init(states: DenseMatrix<Double>, _ correlation: SparseMatrix<Double>?) {
    reader = SnapshotReader(states)
    (map, self.correlation, scales, notes) = (.identity, correlation, [], [])
    product = InnerProduct(euclidean: states.rowCount)
    (precision, verification) = (Double.ulpOfOne / 2, .byDecomposition)
  }

  /// Some of the mapped snapshots.
  func batch(_ range: Range<Int>) throws(SnapshotError) -> DenseMatrix<Double> {
    try reader.batch(range).mapped(by: map)
  }

  /// Visits blocks of mapped rows.
  func forEachBlock(
    _ body: (TallBlock) throws(SnapshotError) -> Void
  ) throws(SnapshotError) {
    try reader.forEachRows { block, rows throws(SnapshotError) in
      try body(TallBlock(block, firstRow: rows.lowerBound, map: map))
    }
  }

  /// Visits batches of mapped snapshots.
  func forEachBatch(
    of size: Int? = nil, _ body: (DenseMatrix<Double>, Range<Int>) throws(SnapshotError) -> Void
  ) throws(SnapshotError) {
    try reader.forEachBatch(of: size) { batch, range throws(SnapshotError) in
      try body(batch.mapped(by: map), range)
    }
  }

  /// V = D⁻¹ Ũ: modes for snapshots as they were given.
  func basis(of modes: consuming DenseMatrix<Double>) -> ReducedBasis<Double> {
    if let factors = map.factors { modes.divideRows(by: factors) }
    return ReducedBasis(orthonormal: modes, in: product)
  }

  private static func divisors(_ scales: [FieldScale], dimension: Int) -> [Double] {
    var divisors = [Double](repeating: 1, count: dimension)
    for scale in scales { for i in scale.field.rows { divisors[i] = scale.scale } }
    return divisors
  }
}

extension SparseMatrix<Double> {
  /// D⁻¹ A D⁻¹.
  fileprivate func dividing(by d: [Double]) -> SparseMatrix {
    var result = self
    for i in 0..<rowCount {
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        result.values[k] = values[k] / (d[i] * d[Int(pattern.column[k])])
      }
    }
    return result
  }
}

extension DenseMatrix<Double> {
  /// D (A − s̄ 1ᵀ).
  func mapped(by map: RowMap) -> DenseMatrix {
    guard map.factors != nil || map.shift != nil else { return self }
    return TallBlock(self, map: map).mapped
  }
}

extension SnapshotReader {
  /// The mean snapshot.
  fileprivate func mean() throws(SnapshotError) -> [Double] {
    var sum = [Double](repeating: 0, count: dimension)
    let weight = 1 / Double(count)
    if readsRows {
      let ones = [Double](repeating: weight, count: count)
      try forEachRows { block, rows in sum.replaceSubrange(rows, with: block * ones) }
    } else {
      try forEachBatch { batch, range in
        axpy(1, batch * [Double](repeating: weight, count: range.count), into: &sum)
      }
    }
    if let i = sum.firstIndex(where: { !$0.isFinite }) {
      throw notFinite ?? .refused("the mean of row \(i) overflows; scale the snapshots")
    }
    return sum
  }

  /// The scale of each field.
  fileprivate func scales(
    of fields: [SnapshotField], in product: InnerProduct<Double>, mean: [Double]?
  ) throws(SnapshotError) -> [FieldScale] {
    try check(fields)
    guard fields.contains(where: { $0.scaling == .norm || $0.scaling == .max }) else {
      return fields.map { FieldScale(field: $0, scale: $0.scaling.givenScale) }
    }
    var sums = [Double](repeating: 0, count: fields.count)
    var largest = sums
    let diagonal = RowMap(factors: product.weights?.map { $0.squareRoot() }, shift: mean)
    let isSparse = product.weights == nil && !product.isEuclidean
    let plain = RowMap(shift: mean)
    func measure(_ part: DenseMatrix<Double>, rows: Range<Int>) {
      for (f, field) in fields.enumerated() {
        let common = field.rows.clamped(to: rows)
        guard !common.isEmpty else { continue }
        let entries = part.rows(
          common.lowerBound - rows.lowerBound..<common.upperBound - rows.lowerBound)
        switch field.scaling {
        case .max:
          let shifted = TallBlock(entries, map: plain.rows(common)).mapped
          largest[f] = shifted.values.reduce(largest[f]) { Swift.max($0, $1.magnitude) }
        case .norm where isSparse:
          var alone = DenseMatrix<Double>(rowCount: dimension, columnCount: part.columnCount)
          let shifted = TallBlock(entries, map: plain.rows(common)).mapped
          for j in 0..<part.columnCount {
            for i in 0..<common.count { alone[common.lowerBound + i, j] = shifted[i, j] }
          }
          let image = product.apply(alone)
          for j in 0..<part.columnCount { sums[f] += dot(alone.column(j), image.column(j)) }
        case .norm:
          sums[f] += TallBlock(entries, map: diagonal.rows(common)).squaredNorms.reduce(0, +)
        case .none, .given: break
        }
      }
    }
    if readsRows, !isSparse {
      try forEachRows { block, rows in measure(block, rows: rows) }
    } else {
      try forEachBatch { batch, _ in measure(batch, rows: 0..<dimension) }
    }
    return try fields.indices.map { f throws(SnapshotError) in
      var scale: Double
      switch fields[f].scaling {
      case .norm: scale = (max(0, sums[f]) / Double(count)).squareRoot()
      case .max: scale = largest[f]
      case .none, .given: scale = fields[f].scaling.givenScale
      }
      guard scale.isFinite else {
        throw notFinite
          ?? .refused("the scale of the field \"\(fields[f].name)\" overflows; give one")
      }
      // A field that vanishes, or nearly so, has nothing to be scaled by.
      if scale < 1e-150 { scale = 1 }
      return FieldScale(field: fields[f], scale: scale)
    }
  }

  private func check(_ fields: [SnapshotField]) throws(SnapshotError) {
    var end = 0
    for field in fields.sorted(by: { $0.rows.lowerBound < $1.rows.lowerBound }) {
      guard field.rows.lowerBound >= 0, field.rows.upperBound <= dimension else {
        throw .mismatch(
          source: "the field \"\(field.name)\"", found: "rows \(field.rows)",
          expected: "rows within 0..<\(dimension)")
      }
      guard field.rows.lowerBound >= end else {
        throw .refused(
          "the field \"\(field.name)\" starts in row \(field.rows.lowerBound) of another field; "
            + "fields may not overlap")
      }
      end = field.rows.upperBound
      if case .given(let scale) = field.scaling, !(scale > 0 && scale.isFinite) {
        throw .refused("the scale \(scale) of the field \"\(field.name)\"; scales are positive")
      }
    }
  }
}

extension SnapshotField.Scaling {
  fileprivate var givenScale: Double {
    if case .given(let scale) = self { scale } else { 1 }
  }
}
