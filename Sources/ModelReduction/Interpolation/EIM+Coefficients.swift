internal import ComplexModule
public import LinearAlgebra
internal import RealModule

extension EIM {
  /// c with Σ_l c_l q_l equal to f at the points: B c = f, by forward substitution.
  ///
  /// The Newton form: c_k is the error of the first k − 1 modes at point k. Entries of B are at most
  /// one, so nothing is amplified however small the last pivots are.
  ///
  /// - Parameter samples: f at the points, or at the first m of them: the form is nested.
  /// - Complexity: O(d²), independent of n.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func newtonCoefficients(of samples: [S]) -> [S] {
    precondition(samples.count <= size, "\(samples.count) values at \(size) points")
    var c = samples
    for k in c.indices {
      for l in 0..<k { c[k] -= pointValues.values[k + l * size] * c[l] }
    }
    return c
  }

  /// β with Σ_m β_m f(·, μ_m) the interpolant: its coordinates in the chosen snapshots themselves.
  ///
  /// The nodal form, needed where only values at the chosen parameters are available. By the Newton
  /// form and the triangular change of basis, refined once with the snapshots' own values. Their
  /// matrix is as ill-conditioned as the tolerance is small, so the residual of the refinement is
  /// summed in twice the working precision: that of a chosen snapshot is its unit vector.
  ///
  /// - Parameter samples: f at all d points.
  /// - Complexity: O(d²).
  public func nodalCoefficients(of samples: [S]) -> [S] {
    precondition(samples.count == size, "\(samples.count) values at \(size) points")
    var beta = changed(newtonCoefficients(of: samples))
    let rest = compensatedResidual(chosenValues, beta, samples)
    let correction = changed(newtonCoefficients(of: rest))
    for m in beta.indices { beta[m] += correction[m] }
    return beta
  }

  /// U⁻¹, upper triangular: mode l is Σ_m (U⁻¹)_{ml} f(·, μ_m) of the chosen snapshots.
  ///
  /// - Complexity: O(d³).
  public var modeCoefficients: DenseMatrix<S> {
    DenseMatrix(
      rowCount: size,
      columns: (0..<size).map { l in
        changed((0..<size).map { $0 == l ? S(real: 1) : S.zero })
      })
  }

  /// U, upper triangular with pivots on its diagonal: chosen snapshot k is Σ_{l ≤ k} U_{lk} q_l.
  public var chosenCoordinates: DenseMatrix<S> { change }

  /// U⁻¹ c, backward.
  private func changed(_ c: [S]) -> [S] {
    var beta = c
    for m in stride(from: size - 1, through: 0, by: -1) {
      beta[m] /= change.values[m + m * size]
      for l in 0..<m { beta[l] -= change.values[l + m * size] * beta[m] }
    }
    return beta
  }

  /// The interpolant of a whole field.
  ///
  /// - Complexity: O(n d).
  public func interpolated(_ field: [S]) -> [S] {
    precondition(field.count == modes.rowCount, "a field of \(field.count) numbers")
    return modes * newtonCoefficients(of: points.map { field[$0] })
  }

  /// What one value more says of the error: |f − I_d f| at the next point.
  ///
  /// - Parameters:
  ///   - samples: f at the d points.
  ///   - next: f at ``nextPoint``.
  /// - Returns: An indicator; zero where no point is left, because nothing is left to be missed.
  public func nextPointError(of samples: [S], next: S) -> Double {
    guard let nextPoint else { return 0 }
    let c = newtonCoefficients(of: samples)
    var rest = next
    for k in 0..<size { rest -= modes[nextPoint, k] * c[k] }
    return rest.absolute
  }

  /// Λ_m = max over all rows of Σ_l |h_l|, h_l being one at point l and zero at the others, for
  /// m = 1 … d: ‖f − I_m f‖_∞ ≤ (1 + Λ_m) min ‖f − q‖_∞ over the span of the first m modes.
  ///
  /// At most 2^m − 1 without weights, usually below ten.
  ///
  /// - Complexity: O(n d²) for all m together: mode m is the newest cardinal function, and one
  ///   multiple of it corrects each of the others.
  public func lebesgueConstants() -> [Double] {
    let d = size
    // h_l at the point that comes next, row by row: a_l = Σ_m B_{km} (B⁻¹)_{ml}.
    var steps: [[S]] = []
    for k in 0..<d {
      var a = (0..<k).map { pointValues[k, $0] }
      for l in stride(from: k - 1, through: 0, by: -1) {
        for m in 0..<l { a[m] -= a[l] * pointValues[l, m] }
      }
      steps.append(a)
    }
    let corrections = steps
    let size = 512
    let parts = parallelMap((modes.rowCount + size - 1) / size) { part in
      largestSums(
        modes.rows(part * size..<min(modes.rowCount, (part + 1) * size)), corrections)
    }
    return (0..<d).map { k in parts.reduce(0) { max($0, $1[k]) } }
  }

  /// Λ_d.
  public func lebesgueConstant() -> Double { lebesgueConstants().last ?? 0 }
}

/// For k = 1, 2, … the largest Σ |h_l| over some rows of modes.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
private func largestSums<S: Scalar>(_ modes: DenseMatrix<S>, _ steps: [[S]]) -> [Double] {
  let h = modes.rowCount
  var cardinal = modes.values
  var largest = [Double](repeating: 0, count: steps.count)
  var sums = [Double](repeating: 0, count: h)
  for (k, step) in steps.enumerated() {
    for i in 0..<h { sums[i] = cardinal[i + k * h].absolute }
    for (l, a) in step.enumerated() {
      for i in 0..<h {
        cardinal[i + l * h] -= a * cardinal[i + k * h]
        sums[i] += cardinal[i + l * h].absolute
      }
    }
    largest[k] = sums.max() ?? 0
  }
  return largest
}

/// b − A x, summed in twice the working precision.
private func compensatedResidual<S: Scalar>(
  _ a: DenseMatrix<S>, _ x: [S], _ b: [S]
) -> [S] {
  if let a = a as? DenseMatrix<Double>, let x = x as? [Double], let b = b as? [Double] {
    let rest = b.indices.map { i in
      var sum = DoubleDouble(high: b[i])
      for j in x.indices { sum.add(-x[j], times: a.values[i + j * b.count]) }
      return sum.value
    }
    return rest as? [S] ?? []
  }
  guard let a = a as? DenseMatrix<Complex<Double>>, let x = x as? [Complex<Double>],
    let b = b as? [Complex<Double>]
  else { return b.map { _ in S.zero } }
  let rest = b.indices.map { i in
    var (real, imaginary) = (
      DoubleDouble(high: b[i].real), DoubleDouble(high: b[i].imaginary)
    )
    for j in x.indices {
      let entry = a.values[i + j * b.count]
      real.add(-x[j].real, times: entry.real)
      real.add(x[j].imaginary, times: entry.imaginary)
      imaginary.add(-x[j].real, times: entry.imaginary)
      imaginary.add(-x[j].imaginary, times: entry.real)
    }
    return Complex(real.value, imaginary.value)
  }
  return rest as? [S] ?? []
}
