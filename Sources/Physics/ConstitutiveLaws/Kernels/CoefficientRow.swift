extension CoefficientTable {
  /// Overwrites the entries of `row` that vary by their values at point `p`.
  ///
  /// - Parameters:
  ///   - row: One number per entry.
  ///   - temperature: Of the point, for the complaint.
  /// - Returns: What is wrong with the first value out of its range, if one is.
  @inline(__always)
  func load(
    _ row: UnsafeMutablePointer<Double>, _ columns: [[Double]], at p: Int, _ temperature: Double
  ) -> String? {
    for (k, i) in varying.enumerated() {
      let value = columns[k][p]
      guard entries[i].range.contains(value) else {
        return objection(to: i, value: value, temperature: temperature)
      }
      unsafe row[i] = value
    }
    return nil
  }
}
