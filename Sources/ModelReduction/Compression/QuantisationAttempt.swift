internal import LinearAlgebra

/// One snapshot on its way: scaled by a power of two to numbers below two, so that nothing overflows
/// between its entries, and compared with what would be read.
struct QuantisationAttempt {
  /// A way to write the snapshot that keeps to its tolerance.
  struct Outcome {
    let numbers: QuantisedNumbers
    let kind: FieldForm.Kind
    let bins: FieldForm.Bins
    let exponent: Int
    let values: [Double]
    let error: Double

    var payload: [UInt8] {
      FieldForm.payload(numbers, kind: kind, bins: bins, exponent: exponent)
    }
  }

  private let snapshot: [Double]
  private let scaled: [Double]
  private let exponent: Int
  private let tolerance: Double
  /// The tolerance in units of 2^exponent.
  private let scaledTolerance: Double
  private let form: FieldForm
  private let measure: ErrorMeasure

  init(of snapshot: [Double], tolerance: Double, form: FieldForm, measure: ErrorMeasure) {
    let largest = snapshot.reduce(0) { max($0, $1.magnitude) }
    let exponent = largest > 0 ? Int(largest.exponent) : 0
    var scaled = snapshot
    FieldForm.multiply(&scaled, byPowerOfTwo: -exponent)
    var unit = [tolerance]
    FieldForm.multiply(&unit, byPowerOfTwo: -exponent)
    (self.snapshot, self.scaled, self.exponent) = (snapshot, scaled, exponent)
    (self.form, self.measure, self.tolerance) = (form, measure, tolerance)
    // Beyond a million sizes of the snapshot all numbers are zero anyway.
    scaledTolerance = min(unit[0], 0x1p20 * max(1, measure.size))
  }

  /// Whether the tolerance lies below the round-off of the snapshot's largest entry.
  var isHopeless: Bool { !(scaledTolerance > 0x1p-53) }

  /// Entries by themselves, or coefficients on a grid.
  func plain() -> Outcome? {
    guard case .grid(let transform, let count) = form else {
      return entries(after: QuantisedNumbers(capacity: scaled.count), rest: scaled, coordinate: 0)
    }
    let size = transform.grid.nodeCount
    var coefficients: [Double] = []
    for field in 0..<count {
      coefficients += transform.decomposed(Array(scaled[field * size..<(field + 1) * size]))
    }
    let flat = transform.grid.dimension
    let levels = Double(transform.levels.count)
    let decay: Double
    let start: Double
    let worst: Double
    switch measure.norm {
    case .maximum:
      decay = Self.maximumDecay
      start = 0.7 * scaledTolerance
      // The bound of theory for the largest error, less the round-off of the transform.
      worst =
        2 * max(0, scaledTolerance - 10 * Double.ulpOfOne)
        / (levels * (1 + Double((0..<flat).reduce(1) { power, _ in power * 3 })))
    case .product:
      // Coefficients of coarser levels reach over 2ᴰ times as many nodes: their squares count so.
      decay = (0..<flat).reduce(1) { factor, _ in factor * 0.5.squareRoot() }
      start = 12.0.squareRoot() * 0.9 * scaledTolerance / max(measure.size, 0x1p-500)
      worst = start / (16 * levels)
    }
    return BinSearch.widest(from: start, guaranteed: worst) { bin in
      let bins = FieldForm.Bins(entry: bin, decay: decay)
      let widths = FieldForm.widths(transform, bins)
      var numbers = QuantisedNumbers(capacity: coefficients.count)
      for i in coefficients.indices {
        _ = numbers.append(coefficients[i], bin: widths[i % size])
      }
      return outcome(numbers, .entries, bins)
    }
  }

  /// What multiplies the bins from level to coarser level for the largest error: errors of coarse
  /// coefficients are seen by all nodes, and there are few of them.
  static let maximumDecay = 0.7

  /// Coordinates in a basis, with the entries of what these leave over only where that is too much.
  func inBasis(_ basis: ReducedBasis<Double>, _ reach: Double) -> Outcome? {
    let k = Double(basis.size)
    guard k > 0 else { return plain() }
    let coordinates = basis.projection(of: scaled).coordinates
    var rest = scaled
    let image = basis.vectors.combined(coordinates)
    for i in rest.indices { rest[i] -= image[i] }
    let distance = measure.bound(rest, [Double](repeating: 0, count: rest.count))
    if distance < scaledTolerance {
      let room =
        if case .product = measure.norm {
          ((scaledTolerance - distance) * (scaledTolerance + distance)).squareRoot()
        } else { scaledTolerance - distance }
      let bound = 2 * room / (k.squareRoot() * max(reach, 0x1p-500))
      let found = BinSearch.widest(from: 1.6 * bound, guaranteed: 0.99 * bound) { bin in
        var numbers = QuantisedNumbers(capacity: coordinates.count)
        for coordinate in coordinates { _ = numbers.append(coordinate, bin: bin) }
        return outcome(numbers, .coordinates, FieldForm.Bins(entry: 0, coordinate: bin))
      }
      if let found { return found }
    }
    let bin = 2 * scaledTolerance / (k.squareRoot() * max(reach, 0x1p-500))
    var numbers = QuantisedNumbers(capacity: coordinates.count + scaled.count)
    let rounded = coordinates.map { numbers.append($0, bin: bin) }
    let near = basis.vectors.combined(rounded)
    return entries(
      after: numbers, rest: scaled.indices.map { scaled[$0] - near[$0] }, coordinate: bin)
  }

  /// Entries by themselves, behind numbers that are decided already.
  private func entries(
    after first: QuantisedNumbers, rest: [Double], coordinate: Double
  ) -> Outcome? {
    let start =
      if case .maximum = measure.norm { 1.999 * scaledTolerance } else {
        12.0.squareRoot() * 0.97 * scaledTolerance / max(measure.size, 0x1p-500)
      }
    return BinSearch.widest(from: start, guaranteed: start / 2) { bin in
      var numbers = first
      for entry in rest { _ = numbers.append(entry, bin: bin) }
      return outcome(numbers, .entries, FieldForm.Bins(entry: bin, coordinate: coordinate))
    }
  }

  /// What would be read, against what should be.
  private func outcome(
    _ numbers: QuantisedNumbers, _ kind: FieldForm.Kind, _ bins: FieldForm.Bins
  ) -> BinSearch.Try<Outcome> {
    let values = form.values(of: numbers, kind: kind, bins: bins, exponent: exponent)
    let error = measure.bound(snapshot, values)
    return BinSearch.Try(
      content: Outcome(
        numbers: numbers, kind: kind, bins: bins, exponent: exponent, values: values, error: error),
      ratio: error / tolerance, isAccepted: ErrorMeasure.accepts(error, tolerance),
      isCoarsest: numbers.isZero)
  }
}
