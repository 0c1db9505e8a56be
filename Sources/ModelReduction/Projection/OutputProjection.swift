internal import LinearAlgebra

/// The projection of one output onto a growing basis.
struct OutputProjection: Sendable {
  let output: ModelOutput
  private(set) var reduced: ReducedOutput

  init(
    _ output: ModelOutput, of problem: AffineDecomposition, riesz: RieszMap
  ) throws(ModelError) {
    self.output = output
    switch output {
    case .linear(let linear):
      var range = ResidualRange<Double>(riesz: riesz)
      do throws(FactorizationError) {
        try range.append(
          DenseMatrix(rowCount: problem.dofCount, columns: linear.functional.terms))
      } catch { throw .factorization(error, at: problem.coercivity.reference) }
      reduced = .linear(
        ReducedLinearOutput(
          name: linear.name, coefficients: linear.coefficients, offset: linear.offset,
          functionals: [], dualNorm: range.coordinates,
          compliance: compliance(of: linear, with: problem), dual: nil))
    case .quadratic(let quadratic):
      reduced = .quadratic(
        ReducedQuadraticOutput(
          name: quadratic.name, matrix: [], linearCoefficients: quadratic.linearCoefficients,
          linear: [], constant: quadratic.constant, value: quadratic.value,
          normBound: try normBound(of: quadratic, in: problem)))
    case .extremum(let extremum):
      let (rowNorm, isBound) = largestRowNorm(extremum.rows, riesz)
      reduced = .extremum(
        ReducedExtremumOutput(
          name: extremum.name, kind: extremum.kind, rowCount: extremum.rows.count, vectors: [],
          lifts: extremum.lifts.terms.flatMap { $0 },
          liftCoefficients: extremum.liftCoefficients, rowNorm: rowNorm,
          rowNormIsBound: isBound))
    }
  }

  /// Adds the basis vector v, the last column of `vectors`.
  mutating func extend(by v: [Double], all vectors: DenseMatrix<Double>) {
    switch (output, reduced) {
    case (.linear(let full), .linear(var linear)):
      linear.functionals += full.functional.terms.map { dot($0, v) }
      reduced = .linear(linear)
    case (.quadratic(let full), .quadratic(var quadratic)):
      let column = DenseMatrix(rowCount: v.count, columnCount: 1, values: v)
      quadratic.matrix += vectors.adjointTimes(compensatedProduct(full.matrix, column)).values
      quadratic.linear += full.linear.terms.map { dot($0, v) }
      reduced = .quadratic(quadratic)
    case (.extremum(let full), .extremum(var extremum)):
      extremum.vectors += full.rows.map { $0 < 0 ? 0 : v[Int($0)] }
      reduced = .extremum(extremum)
    default: break
    }
  }
}

/// How an output is a multiple of the load, if it is one.
func compliance(
  of output: LinearOutput, with problem: AffineDecomposition
) -> ReducedLinearOutput.Compliance? {
  let (l, f) = (output.functional.terms, problem.loadSum.terms)
  guard l.count == f.count, !l.isEmpty, let c = factor(from: f[0], to: l[0]) else { return nil }
  if l.count == 1 {
    return output.coefficients == problem.loadCoefficients ? .constant(c) : .ratio(c)
  }
  let isMultiple =
    output.coefficients == problem.loadCoefficients
    && l.indices.allSatisfy { l[$0].elementsEqual(f[$0]) { near($0, c * $1) } }
  return isMultiple ? .constant(c) : nil
}

/// c with l = c f to the last bits, nil if there is none.
private func factor(from f: [Double], to l: [Double]) -> Double? {
  guard let k = f.indices.max(by: { f[$0].magnitude < f[$1].magnitude }), f[k] != 0 else {
    return nil
  }
  let c = l[k] / f[k]
  return c.isFinite && l.elementsEqual(f, by: { near($0, c * $1) }) ? c : nil
}

private func near(_ a: Double, _ b: Double) -> Bool {
  (a - b).magnitude <= 4 * Double.ulpOfOne * max(a.magnitude, b.magnitude)
}

/// λ with vᵀMv ≤ λ‖v‖²_X, proven by the definiteness of λX − M.
private func normBound(
  of output: QuadraticOutput, in problem: AffineDecomposition
) throws(ModelError) -> Double? {
  guard output.definiteness == .seminorm else { return nil }
  do throws(FactorizationError) {
    let x = problem.innerProduct.matrix ?? identity(problem.dofCount)
    let ratio = try provenRatio(of: x, to: output.matrix)
    return ratio > 0 ? 1 / ratio : nil
  } catch { throw .factorization(error, at: problem.coercivity.reference) }
}

/// max √(X⁻¹)ᵣᵣ over all rows, or over 64 spread evenly among more than 256.
private func largestRowNorm(
  _ rows: [Int32], _ riesz: RieszMap
) -> (norm: Double, isBound: Bool) {
  let free = rows.filter { $0 >= 0 }.map(Int.init)
  let isBound = free.count <= 256
  let sample = isBound ? free : (0..<64).map { free[$0 * (free.count - 1) / 63] }
  var largest = 0.0
  for start in stride(from: 0, to: sample.count, by: 32) {
    let part = sample[start..<min(start + 32, sample.count)]
    var units = DenseMatrix<Double>(rowCount: riesz.product.dimension, columnCount: part.count)
    for (j, row) in part.enumerated() { units[row, j] = 1 }
    let columns = riesz.representatives(of: units)
    for (j, row) in part.enumerated() { largest = max(largest, columns[row, j].squareRoot()) }
  }
  return (largest, isBound)
}
