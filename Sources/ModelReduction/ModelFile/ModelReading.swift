internal import Expressions

extension OpenArchive {
  /// A refusal that names the entry.
  func malformed(_ entry: String, _ reason: String) -> ModelFileError {
    .malformed(path: path, entry: entry, reason: reason)
  }

  /// A count of at least `least` that fits into an array.
  func count(_ name: String, from least: Int = 0) throws(ModelFileError) -> Int {
    guard let value = try integers(name).first, value >= least else {
      throw malformed(name, "is not a count of at least \(least)")
    }
    return value
  }

  /// The parameter space.
  func parameterSpace() throws(ModelFileError) -> ParameterSpace {
    let names = try lines("parameters/names")
    let sizes = try integers("parameters/sizes")
    let scales = try lines("parameters/scales").compactMap(AxisScale.init)
    let units = try lines("parameters/units").map { String($0.dropFirst()) }
    let hasDefaults = try integers("parameters/hasDefaults")
    guard
      [sizes.count, scales.count, units.count, hasDefaults.count].allSatisfy({ $0 == names.count }),
      sizes.allSatisfy({ 0...1_000_000 ~= $0 })
    else { throw malformed("parameters", "has lists of different lengths") }
    let total = sizes.reduce(0) { $0 + max($1, 1) }
    let lower = try numbers("parameters/lower", count: total)
    let upper = try numbers("parameters/upper", count: total)
    let defaults = try numbers("parameters/defaults", count: total)
    var (axes, first) = ([ParameterAxis](), 0)
    for k in names.indices {
      let range = first..<first + max(sizes[k], 1)
      guard range.allSatisfy({ lower[$0] <= upper[$0] }) else {
        throw malformed("parameters/lower", "exceeds parameters/upper")
      }
      do throws(ParameterSpaceError) {
        axes.append(
          try ParameterAxis(
            name: names[k], size: sizes[k] == 0 ? nil : sizes[k],
            ranges: range.map { lower[$0]...upper[$0] }, scale: scales[k],
            defaults: hasDefaults[k] == 0 ? nil : Array(defaults[range]), unit: units[k]))
      } catch { throw malformed("parameters", "is no parameter space: \(error)") }
      first = range.upperBound
    }
    do throws(ParameterSpaceError) {
      return try ParameterSpace(axes: axes)
    } catch { throw malformed("parameters", "is no parameter space: \(error)") }
  }

  /// A family of coefficients.
  func coefficients(
    _ name: String, in space: ParameterSpace
  ) throws(ModelFileError) -> CoefficientFamily {
    let texts = try lines(name)
    do throws(CoefficientError) {
      return try CoefficientFamily(parsing: texts, in: space)
    } catch { throw malformed(name, "is no list of coefficients: \(error)") }
  }

  /// A reduced model.
  func model(
    _ root: String, in space: ParameterSpace, depth: Int = 0
  ) throws(ModelFileError) -> GalerkinReducedModel {
    let n = try count("\(root)/size")
    guard n <= 1_000_000 else { throw malformed("\(root)/size", "is impossibly large") }
    let theta = try coefficients("\(root)/operatorCoefficients", in: space)
    let phi = try coefficients("\(root)/loadCoefficients", in: space)
    let triangle = n * (n + 1) / 2
    let operators = try numbers("\(root)/operators", count: theta.count * triangle)
    let residual = try residual("\(root)/residual")
    guard theta.count > 0, residual.widths == [phi.count] + Array(repeating: theta.count, count: n)
    else { throw malformed("\(root)/residual/widths", "does not match the terms of the model") }
    var outputs: [ReducedOutput] = []
    for k in 0..<(try count("\(root)/outputs/count")) {
      outputs.append(
        try output(
          "\(root)/outputs/\(k)", in: space, size: n, theta.count, phi.count, depth: depth))
    }
    return GalerkinReducedModel(
      parameterSpace: space, size: n, productName: try text("\(root)/product"),
      operatorCoefficients: theta, loadCoefficients: phi,
      operators: (0..<theta.count).map {
        Array(operators[$0 * triangle..<($0 + 1) * triangle])
      },
      loads: try numbers("\(root)/loads", count: n * phi.count), residual: residual,
      coercivity: try coercivity("\(root)/coercivity", theta.count, in: space), outputs: outputs)
  }

  private func residual(_ root: String) throws(ModelFileError) -> ResidualCoordinates {
    guard
      let residual = ResidualCoordinates(
        widths: try integers("\(root)/widths"), heights: try integers("\(root)/heights"),
        values: try numbers("\(root)/values"), slack: try numbers("\(root)/slack"))
    else { throw malformed(root, "has arrays that contradict each other") }
    return residual
  }

  /// Bounds of coefficients in a form of `count` terms.
  func ratioBoxes(_ root: String, _ count: Int) throws(ModelFileError) -> [RatioBox] {
    let counts = try integers("\(root)/counts")
    let terms = try integers("\(root)/terms")
    let lower = try numbers("\(root)/lower", count: terms.count)
    let upper = try numbers("\(root)/upper", count: terms.count)
    guard counts.allSatisfy({ $0 >= 0 }), counts.reduce(0, +) == terms.count,
      terms.allSatisfy({ 0..<count ~= $0 }),
      zip(lower, upper).allSatisfy({ $0 <= $1 && $0.isFinite && $1.isFinite })
    else { throw malformed(root, "has arrays that contradict each other") }
    var (boxes, first) = ([RatioBox](), 0)
    for size in counts {
      let range = first..<first + size
      boxes.append(
        RatioBox(
          terms: Array(terms[range]), lower: Array(lower[range]), upper: Array(upper[range])))
      first += size
    }
    return boxes
  }

  func coercivity(
    _ root: String, _ count: Int, in space: ParameterSpace
  ) throws(ModelFileError) -> CoercivityBound {
    let semidefinite = try integers("\(root)/semidefinite")
    let constant = try numbers("\(root)/constant", count: 1)[0]
    guard semidefinite.count == count, constant >= 0 else {
      throw malformed(root, "does not match the terms of the model")
    }
    let boxes = try ratioBoxes("\(root)/boxes", count)
    var bound = CoercivityBound(
      conditions: CoercivityConditions(
        semidefinite: semidefinite.map { $0 != 0 },
        reference: Parameter(try numbers("\(root)/reference")), ratioBoxes: boxes,
        consistency: try consistency("\(root)/consistency", in: space)),
      referenceCoefficients: try numbers("\(root)/referenceCoefficients", count: count),
      constant: constant)
    bound.constraints = try constraints("\(root)/constraints", count)
    guard try value("\(root)/references/constants") != nil else { return bound }
    let constants = try numbers("\(root)/references/constants")
    let known = try numbers("\(root)/references/coefficients", count: constants.count * count)
    guard (constants + known).allSatisfy({ $0 >= 0 }) else {
      throw malformed("\(root)/references", "holds numbers that are negative or no numbers")
    }
    bound.references = MultiParameterMinTheta(
      references: constants.indices.map { k in
        MultiParameterMinTheta.Reference(
          coefficients: Array(known[k * count..<(k + 1) * count]), constant: constants[k])
      })
    return bound
  }

  /// What interpolated coefficients add; absent where none was.
  private func consistency(
    _ root: String, in space: ParameterSpace
  ) throws(ModelFileError) -> ConsistencyBound {
    guard try value("\(root)/errors") != nil else { return .exact }
    let errors = try numbers("\(root)/errors", count: 2)
    let coefficients = try coefficients("\(root)/coefficients", in: space)
    let lifts = try numbers("\(root)/lifts", count: coefficients.count)
    guard (errors + lifts).allSatisfy({ $0 >= 0 }) else {
      throw malformed(root, "holds errors that are negative or no numbers")
    }
    return ConsistencyBound(
      operatorError: errors[0], loadError: errors[1], liftErrors: lifts,
      liftCoefficients: coefficients)
  }

  private func constant(
    _ root: String, in space: ParameterSpace
  ) throws(ModelFileError) -> AffineConstant {
    let coefficients = try coefficients("\(root)/coefficients", in: space)
    return AffineConstant(
      try numbers("\(root)/values", count: coefficients.count), coefficients: coefficients)
  }

  func output(
    _ root: String, in space: ParameterSpace, size n: Int, _ q: Int, _ p: Int, depth: Int
  ) throws(ModelFileError) -> ReducedOutput {
    let (name, kind) = (try text("\(root)/name"), try text("\(root)/kind"))
    let coefficients = try coefficients("\(root)/coefficients", in: space)
    switch kind {
    case "linear":
      let residual = try residual("\(root)/dualNorm")
      guard residual.columnCount == coefficients.count else {
        throw malformed("\(root)/dualNorm", "does not match the coefficients")
      }
      return .linear(
        ReducedLinearOutput(
          name: name, coefficients: coefficients, offset: try constant("\(root)/offset", in: space),
          functionals: try numbers("\(root)/functionals", count: n * coefficients.count),
          dualNorm: residual, compliance: try compliance("\(root)/compliance"),
          dual: try dual("\(root)/dual", in: space, size: n, q, p, depth: depth)))
    case "quadratic":
      guard let value = QuadraticOutput.Value(rawValue: try text("\(root)/value")) else {
        throw malformed("\(root)/value", "is unknown")
      }
      return .quadratic(
        ReducedQuadraticOutput(
          name: name, matrix: try numbers("\(root)/matrix", count: n * (n + 1) / 2),
          linearCoefficients: coefficients,
          linear: try numbers("\(root)/linear", count: n * coefficients.count),
          constant: try constant("\(root)/constant", in: space), value: value,
          normBound: try numbers("\(root)/normBound").first))
    default:
      guard let kind = ExtremumOutput.Kind(rawValue: kind) else {
        throw malformed("\(root)/kind", "is unknown")
      }
      let m = try count("\(root)/rowCount", from: 1)
      let rowNorm = try numbers("\(root)/rowNorm", count: 2)
      return .extremum(
        ReducedExtremumOutput(
          name: name, kind: kind, rowCount: m,
          vectors: try numbers("\(root)/vectors", count: n * m),
          lifts: try numbers("\(root)/lifts", count: coefficients.count * m),
          liftCoefficients: coefficients, rowNorm: rowNorm[0], rowNormIsBound: rowNorm[1] != 0))
    }
  }

  private func compliance(
    _ name: String
  ) throws(ModelFileError) -> ReducedLinearOutput.Compliance? {
    let values = try numbers(name)
    guard values.count == 2 else { return nil }
    return values[1] == 0 ? .constant(values[0]) : .ratio(values[0])
  }

  private func dual(
    _ root: String, in space: ParameterSpace, size n: Int, _ q: Int, _ p: Int, depth: Int
  ) throws(ModelFileError) -> DualCorrection? {
    guard try value("\(root)/model/size") != nil else { return nil }
    guard depth == 0 else { throw malformed(root, "is nested") }
    let model = try model("\(root)/model", in: space, depth: depth + 1)
    guard model.operatorCoefficients.count == q else {
      throw malformed("\(root)/model", "belongs to another operator")
    }
    return DualCorrection(
      model: model, loads: try numbers("\(root)/loads", count: p * model.size),
      operators: try numbers("\(root)/operators", count: n * q * model.size))
  }
}
