internal import ComplexModule
public import LinearAlgebra

/// A(μ) ≈ Σ_m β_m(μ) A(μ_m): what depends on parameters through known functions, from itself at
/// chosen parameters alone.
///
/// All functions are stacked and interpolated together, in the nodal form: whatever is true of
/// every g_j with the same β is true of the matrices they make, by linearity. Nothing of a matrix is
/// touched; a program that only assembles, or only multiplies, is enough.
///
/// - Source: Casenave, Ern, Lelièvre, *A nonintrusive reduced basis method applied to aeroacoustic
///   simulations*, Adv. Comput. Math. 41 (2015).
public struct NonintrusiveInterpolation<S: Scalar>: Sendable {
  /// The functions, in the order of the stack.
  public let functions: [ParametricFunction<S>]
  /// μ_1 … μ_d: where the matrices are needed.
  public let parameters: [Parameter]
  /// The elimination behind it, over the stacked values.
  public let eim: EIM<S>
  /// Of each function: its weight over its largest magnitude in training.
  public let weights: [Double]
  /// Which function and which of its points each row of the stack is.
  private let rows: [(function: Int, point: Int)]

  /// d.
  public var size: Int { parameters.count }

  /// Where the coefficients look at the functions: which of them, and at which of its points, for each
  /// interpolation point in turn.
  public var places: [(function: Int, point: [Double])] {
    eim.points.map { row in
      let (j, point) = rows[row]
      return (j, functions[j].points[point])
    }
  }

  /// Chooses parameters.
  ///
  /// - Parameters:
  ///   - functions: All that the matrix depends on; `.constant()` among them where some terms do not
  ///     depend on the parameters.
  ///   - training: Parameters to choose from.
  ///   - tolerance: Of the largest weighted error over the largest weighted value; ten times below
  ///     what is wanted of a reduced model.
  ///   - size: No more parameters than this.
  /// - Throws: `refused` without functions or parameters; `notFinite` with the row of the stack.
  public init(
    of functions: [ParametricFunction<S>], over training: [Parameter], tolerance: Double = 1e-10,
    size: Int = .max
  ) throws(HyperReductionError) {
    let rows = functions.enumerated().flatMap { j, g in
      g.points.indices.map { (function: j, point: $0) }
    }
    guard !rows.isEmpty, !training.isEmpty else {
      throw .refused(
        "\(rows.count) points of functions and \(training.count) training parameters; at least one "
          + "of each is needed")
    }
    guard functions.allSatisfy({ $0.weight > 0 && $0.weight.isFinite }) else {
      throw .refused("the weight of a function is a positive number: the norm of its block")
    }
    let columns = parallelMap(training.count) { k in
      rows.map {
        functions[$0.function].value(functions[$0.function].points[$0.point], training[k])
      }
    }
    let table = DenseMatrix(rowCount: rows.count, columns: columns)
    var largest = [Double](repeating: 0, count: functions.count)
    for j in 0..<table.columnCount {
      for (i, row) in rows.enumerated() {
        let size = table[i, j].absolute
        guard size.isFinite else {
          throw .notFinite(what: "\(functions[row.function].name)", row: j, point: row.point)
        }
        largest[row.function] = max(largest[row.function], size)
      }
    }
    let weights = zip(functions, largest).map { $1 > 0 ? $0.weight / $1 : 1 }
    // The row of the constant comes first: interpolated exactly, it makes Σ β_m one to round-off.
    let constant = rows.indices.filter { functions[rows[$0].function].isConstant }.prefix(1)
    eim = try EIM(
      of: table,
      options: InterpolationOptions(
        tolerance: tolerance, size: size, given: Array(constant),
        weights: rows.map { weights[$0.function] }))
    (self.functions, self.rows, self.weights) = (functions, rows, weights)
    parameters = eim.chosenSnapshots.map { training[$0] }
  }

  /// β(μ): of the matrices at the chosen parameters.
  ///
  /// - Complexity: d values of the functions and O(d²).
  public func coefficients(at mu: Parameter) -> [S] {
    eim.nodalCoefficients(of: eim.points.map { value(row: $0, at: mu) })
  }

  /// Σ |β_m(μ)|: how much errors of the matrices at the chosen parameters are amplified.
  public func amplification(at mu: Parameter) -> Double {
    coefficients(at: mu).reduce(0) { $0 + $1.absolute }
  }

  /// The weighted error at the point that would come next, an indicator at the cost of one value.
  public func errorIndicator(at mu: Parameter) -> Double {
    guard let next = eim.nextPoint else { return 0 }
    return weights[rows[next].function]
      * eim.nextPointError(
        of: eim.points.map { value(row: $0, at: mu) }, next: value(row: next, at: mu))
  }

  /// max_x |g_j(x, μ) − Σ β_m g_j(x, μ_m)| for each function: times the norms of their blocks, a
  /// bound of the error of the matrix.
  ///
  /// - Complexity: All values of the functions at μ and O(n d).
  public func errors(at mu: Parameter) -> [Double] {
    let exact = rows.indices.map { value(row: $0, at: mu) }
    let c = eim.newtonCoefficients(of: eim.points.map { exact[$0] })
    let image = eim.modes * c
    var largest = [Double](repeating: 0, count: functions.count)
    for (i, row) in rows.enumerated() {
      largest[row.function] = max(largest[row.function], (exact[i] - image[i]).absolute)
    }
    return largest
  }

  private func value(row: Int, at mu: Parameter) -> S {
    let (j, point) = rows[row]
    return functions[j].value(functions[j].points[point], mu)
  }
}
