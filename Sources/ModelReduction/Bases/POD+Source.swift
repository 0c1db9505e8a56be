public import LinearAlgebra

extension POD where S == Double {
  /// Decomposes snapshots of any origin, in parts where they exceed the memory.
  ///
  /// ```swift
  /// let pod = try POD(of: source, options: PODOptions(tolerance: .energy(1e-4)))
  /// pod.basis.vectors      // N × n, orthonormal in the product
  /// pod.singularValues     // σ₁ ≥ σ₂ ≥ …
  /// pod.report?.reason     // which method, and why
  /// ```
  ///
  /// - Parameters:
  ///   - source: m snapshots of N entries.
  ///   - product: X, of order N: Euclidean where nil, else weights or a symmetric positive definite
  ///     matrix. With scaled fields the modes are orthonormal in the product of scaled fields, which
  ///     the basis knows.
  ///   - options: Method, tolerance, size, centring, fields, memory.
  /// - Throws: `SnapshotError`: nothing to decompose, NaN (named by the source), a product that does
  ///   not fit or is not positive definite, a method that cannot meet the tolerance.
  /// - Complexity: N m² operations and one pass for the method of snapshots, 2.5 N m² for QR; then
  ///   one pass for the modes and their verification, 2 N m n operations each. Memory beyond snapshots and
  ///   modes is 16 MB for m ≤ 250.
  /// - Source: L. Sirovich, Q. Appl. Math. 45 (1987), for the method of snapshots; T. F. Chan, ACM
  ///   TOMS 8 (1982), for QR first.
  public init(
    of source: some SnapshotSource, in product: InnerProduct<Double>? = nil,
    options: PODOptions = PODOptions()
  ) throws(SnapshotError) {
    try options.check()
    let snapshots = try PreparedSnapshots(source, product, options)
    let (decomposition, reason) = try SnapshotDecomposition.choose(snapshots, options)
    self = try POD.complete(decomposition, snapshots, options, reason)
  }

  /// Selects modes, computes them, and verifies what they promise.
  private static func complete(
    _ decomposition: SnapshotDecomposition, _ snapshots: PreparedSnapshots, _ options: PODOptions,
    _ reason: String
  ) throws(SnapshotError) -> POD {
    var selection = try decomposition.select(options, snapshots)
    var modes = try decomposition.modes(selection.count)
    let error: ProjectionError
    switch options.verification {
    case .onData:
      func verified() throws(SnapshotError) -> ProjectionError {
        ProjectionError(
          distances: try snapshots.distances(to: modes, unit: decomposition.norms.max() ?? 0),
          norms: decomposition.norms, verification: .onData)
      }
      var found = try verified()
      // The decomposition promises the worst case up to its own errors, which weigh most in small
      // snapshots: what was verified decides, with ever more modes until it holds.
      var step = 1
      while case .worstCase(let value) = options.tolerance, found.worst > value,
        selection.count < min(selection.rank, options.size)
      {
        selection = selection.enlarged(to: selection.count + step, size: options.size)
        step *= 2
        modes = try decomposition.modes(selection.count)
        found = try verified()
      }
      if case .worstCase(let value) = options.tolerance {
        selection.judge(isMet: found.worst <= value)
      }
      error = found
    case .byDecomposition:
      let worst = try decomposition.worst()
      let lost = selection.remainders[selection.count]
      error = ProjectionError(
        frobenius: lost, relative: decomposition.total > 0 ? lost / decomposition.total : 0,
        worst: worst.isEmpty ? 0 : worst[min(selection.count, worst.count - 1)], worstSnapshot: 0,
        verification: .byDecomposition)
    }
    let noise = snapshots.noise(of: decomposition, precision: snapshots.precision)
    let above = decomposition.sigma.prefix { $0 > noise }.count
    let report = PODReport(
      method: decomposition.method, reason: reason, errorBounds: decomposition.bounds,
      sourceNoise: noise, rankAboveNoise: above, mean: snapshots.map.shift,
      scales: snapshots.scales, projectionError: error,
      guaranteedError: selection.remainders[selection.count],
      notes: snapshots.notes
        + notes(selection, decomposition, error, above: above, noise: noise, snapshots, options))
    return POD(
      basis: snapshots.basis(of: modes.takeVectors()), singularValues: decomposition.sigma,
      selection: selection, report: report)
  }

  private static func notes(
    _ selection: ModeSelection, _ decomposition: SnapshotDecomposition, _ error: ProjectionError,
    above: Int, noise: Double, _ snapshots: PreparedSnapshots, _ options: PODOptions
  ) -> [String] {
    var notes = [String]()
    if above < selection.count, snapshots.precision > 1e-15 {
      notes.append(
        "modes beyond \(above) are noise of the source, which stores numbers to "
          + "\(snapshots.precision) of their size: singular values below \(noise) say nothing")
    }
    if selection.limit == .rank, options.tolerance.value > 0, selection.remainders[0] > 0 {
      var reached = ""
      if case .worstCase = options.tolerance {
        reached = " (snapshot \(error.worstSnapshot) keeps an error of \(error.worst))"
      }
      notes.append(
        "the tolerance is not met\(reached): all that is left beyond \(selection.rank) modes is "
          + "round-off")
    }
    if decomposition.method == .snapshots {
      notes.append(
        "singular values below \(decomposition.trustedDownTo) are round-off of the method of "
          + "snapshots; tallSkinnyQR resolves them")
    }
    return notes
  }
}

extension PODOptions {
  /// Refuses what no method can meet.
  func check() throws(SnapshotError) {
    guard tolerance.value >= 0, tolerance.value.isFinite else {
      throw .refused("the tolerance \(tolerance.value); give zero or a positive number")
    }
    guard size >= 0 else { throw .refused("a size of \(size) modes; give zero or more") }
  }
}

extension PreparedSnapshots {
  /// What rounding of the snapshots to a precision adds to singular values: the norm of a matrix of independent
  /// errors, each up to the precision of its entry and evenly distributed.
  ///
  /// Such a matrix has about the norm of its largest column plus that of its largest row. The
  /// subtraction of a mean leaves the errors of the full numbers.
  ///
  /// - Source: Bandeira, van Handel, *Sharp nonasymptotic bounds on the norm of random matrices
  ///   with independent entries*, Ann. Probab. 44 (2016).
  func noise(of decomposition: SnapshotDecomposition, precision: Double) -> Double {
    var column = decomposition.largestEntryNorm
    var shift = 0.0
    if let mean = map.shift {
      let scaled =
        map.factors.map { factors in mean.indices.map { factors[$0] * mean[$0] } } ?? mean
      let length = norm(scaled)
      column = (column * column + length * length).squareRoot()
      // The error of the mean is the same in all snapshots.
      shift = 2 * Double.ulpOfOne * length * Double(count).squareRoot()
    }
    let row = column * (Double(count) / Double(dimension)).squareRoot()
    return precision / 3.squareRoot() * (column + row) + shift
  }
}
