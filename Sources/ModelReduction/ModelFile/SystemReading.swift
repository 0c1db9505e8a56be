internal import ComplexModule
internal import Expressions
internal import LinearAlgebra
internal import RealModule

extension OpenArchive {
  /// The model of whatever kind.
  func content(in space: ParameterSpace) throws(ModelFileError) -> ReducedContent {
    guard try value("kind") != nil else { return .coercive(try model("model", in: space)) }
    switch try text("kind") {
    case "system": return .system(try system("model", in: space))
    case "complex-system": return .complexSystem(try system("model", in: space))
    case "split": return .split(try split("model", in: space))
    case "evolution": return .evolution(try evolution("model", in: space))
    case let other:
      guard try value("model/parts") != nil else { throw malformed("kind", "is unknown") }
      return .parts(try ModelParts(reading: self, kind: other, in: space))
    }
  }

  /// Numbers of either kind.
  func scalars<S: Scalar>(
    _ name: String, of: S.Type, count: Int
  ) throws(ModelFileError) -> [S] {
    if S.self == Double.self, let real = try numbers(name, count: count) as? [S] { return real }
    let parts = try numbers(name, count: 2 * count)
    let complex = (0..<count).map { Complex(parts[2 * $0], parts[2 * $0 + 1]) }
    guard let result = complex as? [S] else { throw malformed(name, "holds other numbers") }
    return result
  }

  private func matrices<S: Scalar>(
    _ name: String, of: S.Type, count: Int, _ rows: Int, _ columns: Int
  ) throws(ModelFileError) -> [DenseMatrix<S>] {
    let (entries, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, entries < 1 << 40 else { throw malformed(name, "is impossibly large") }
    let values = try scalars(name, of: S.self, count: count * entries)
    return (0..<count).map {
      DenseMatrix(
        rowCount: rows, columnCount: columns,
        values: Array(values[$0 * entries..<($0 + 1) * entries]))
    }
  }

  private func size(_ root: String) throws(ModelFileError) -> Int {
    let n = try count("\(root)/size")
    guard n <= 100_000 else { throw malformed("\(root)/size", "is impossibly large") }
    return n
  }

  private func factor<S: Scalar>(
    _ root: String, of: S.Type
  ) throws(ModelFileError) -> ResidualFactor<S> {
    let slack = try numbers("\(root)/slack")
    let (widths, heights) = (try integers("\(root)/widths"), try integers("\(root)/heights"))
    var entries = 0
    for (width, height) in zip(widths, heights) {
      guard 0...1_000_000 ~= width, 0...1_000_000 ~= height, entries < 1 << 40 else {
        throw malformed(root, "has arrays that contradict each other")
      }
      entries += width * height
    }
    guard
      let factor = ResidualFactor<S>(
        widths: widths, heights: heights,
        values: try scalars("\(root)/values", of: S.self, count: entries), slack: slack)
    else { throw malformed(root, "has arrays that contradict each other") }
    return factor
  }

  private func bound(
    _ root: String, _ count: Int, in space: ParameterSpace
  ) throws(ModelFileError) -> CoercivityBound? {
    try value("\(root)/constant") == nil ? nil : try coercivity(root, count, in: space)
  }

  private func system<S: Scalar>(
    _ root: String, in space: ParameterSpace
  ) throws(ModelFileError) -> ReducedSystem<S> {
    let n = try size(root)
    let theta = try coefficients("\(root)/operatorCoefficients", in: space)
    let phi = try coefficients("\(root)/loadCoefficients", in: space)
    let residual = try factor("\(root)/residual", of: S.self)
    guard theta.count > 0, residual.widths == [phi.count] + Array(repeating: theta.count, count: n)
    else { throw malformed("\(root)/residual/widths", "does not match the terms of the model") }
    let stability = try numbers("\(root)/referenceStability").first
    guard stability.map({ $0 > 0 }) ?? true else {
      throw malformed("\(root)/referenceStability", "is not positive")
    }
    return ReducedSystem(
      parameterSpace: space, size: n, productName: try text("\(root)/product"),
      operatorCoefficients: theta, loadCoefficients: phi,
      operators: try matrices("\(root)/operators", of: S.self, count: theta.count, n, n),
      loads: try matrices("\(root)/loads", of: S.self, count: 1, n, phi.count)[0],
      residual: residual, coercivity: try bound("\(root)/coercivity", theta.count, in: space),
      infSup: try infSup("\(root)/infSup", theta.count), referenceStability: stability,
      outputs: try outputs(
        "\(root)/outputs", of: S.self, in: space, size: n, terms: (theta.count, phi.count)))
  }

  /// The dual correction of an output, if it has one.
  private func dual<S: Scalar>(
    _ root: String, of: S.Type, in space: ParameterSpace, size n: Int, terms: (Int, Int)
  ) throws(ModelFileError) -> SystemDualCorrection<S>? {
    guard try value("\(root)/model/product") != nil else { return nil }
    let model: ReducedSystem<S> = try system("\(root)/model", in: space)
    guard model.outputs.isEmpty, model.operatorCoefficients.count == terms.0 else {
      throw malformed("\(root)/model", "is no dual problem of this system")
    }
    return SystemDualCorrection(
      model: model,
      loads: try matrices("\(root)/loads", of: S.self, count: 1, model.size, terms.1)[0],
      operators: try matrices(
        "\(root)/operators", of: S.self, count: terms.0, model.size, n))
  }

  private func evolution(
    _ root: String, in space: ParameterSpace
  ) throws(ModelFileError) -> ReducedEvolution {
    let n = try size(root)
    let (steps, times) = (try numbers("\(root)/steps"), try numbers("\(root)/times"))
    guard let grid = TimeGrid(steps: steps, times: times) else {
      throw malformed("\(root)/times", "is no time grid")
    }
    guard let scheme = TimeScheme(rawValue: try text("\(root)/scheme")) else {
      throw malformed("\(root)/scheme", "is unknown")
    }
    let timeSpace: ParameterSpace
    do throws(ParameterSpaceError) { timeSpace = try space.withTime(over: grid) } catch {
      throw malformed("parameters", "cannot be extended by time: \(error)")
    }
    let massTheta = try coefficients("\(root)/massCoefficients", in: space)
    let theta = try coefficients("\(root)/operatorCoefficients", in: space)
    let phi = try coefficients("\(root)/loadCoefficients", in: timeSpace)
    let lifts = try coefficients("\(root)/liftCoefficients", in: timeSpace)
    let start = try coefficients("\(root)/initialCoefficients", in: space)
    let (q, k) = (massTheta.count + theta.count, start.count)
    let right = phi.count + lifts.count * q
    let residual = try factor("\(root)/residual", of: Double.self)
    let semidefinite = try integers("\(root)/massSemidefinite")
    // Older files have none.
    let massBoxes =
      try value("\(root)/massBoxes/counts") == nil
      ? [] : try ratioBoxes("\(root)/massBoxes", massTheta.count)
    guard massTheta.count > 0, theta.count > 0, semidefinite.count == massTheta.count,
      residual.widths == [right] + Array(repeating: q, count: n)
    else { throw malformed("\(root)/residual/widths", "does not match the terms of the model") }
    func read(
      _ name: String, _ count: Int, _ rows: Int, _ columns: Int
    ) throws(ModelFileError) -> [DenseMatrix<Double>] {
      try matrices("\(root)/\(name)", of: Double.self, count: count, rows, columns)
    }
    return ReducedEvolution(
      parameterSpace: space, scheme: scheme, grid: grid, size: n,
      productName: try text("\(root)/product"), massCoefficients: massTheta,
      operatorCoefficients: theta, loadCoefficients: phi, liftCoefficients: lifts,
      initialCoefficients: start, mass: try read("mass", massTheta.count, n, n),
      operators: try read("operators", theta.count, n, n),
      functionals: try read("functionals", 1, n, right)[0],
      initial: try read("initial", 1, n, k)[0],
      initialErrorMass: try read("initialErrorMass", massTheta.count, k, k),
      initialErrorProduct: try read("initialErrorProduct", 1, k, k)[0], residual: residual,
      coercivity: try bound("\(root)/coercivity", theta.count, in: timeSpace),
      massConditions: SemidefiniteConditions(
        terms: semidefinite.map { $0 != 0 }, ratioBoxes: massBoxes),
      outputs: try outputs("\(root)/outputs", of: Double.self, in: timeSpace, size: n),
      duals: try evolutionDuals(
        "\(root)/duals", in: space, steps: grid.stepCount, size: n, initial: k,
        terms: (massTheta.count, theta.count, right)))
  }

  /// The dual evolutions, none where the file has none.
  private func evolutionDuals(
    _ root: String, in space: ParameterSpace, steps: Int, size n: Int, initial k: Int,
    terms: (mass: Int, operators: Int, right: Int)
  ) throws(ModelFileError) -> [EvolutionDualCorrection] {
    guard try value("\(root)/count") != nil else { return [] }
    var duals: [EvolutionDualCorrection] = []
    for d in 0..<(try count("\(root)/count")) {
      let place = "\(root)/\(d)"
      let model = try evolution("\(place)/model", in: space)
      guard model.grid.stepCount == steps, model.massCoefficients.count == terms.mass,
        model.operatorCoefficients.count == terms.operators
      else { throw malformed("\(place)/model", "is no dual problem of this evolution") }
      func read(
        _ name: String, _ count: Int, _ columns: Int
      ) throws(ModelFileError) -> [DenseMatrix<Double>] {
        try matrices("\(place)/\(name)", of: Double.self, count: count, model.size, columns)
      }
      duals.append(
        EvolutionDualCorrection(
          output: try text("\(place)/output"), model: model,
          functionals: try read("functionals", 1, terms.right)[0],
          mass: try read("mass", terms.mass, n),
          operators: try read("operators", terms.operators, n),
          initial: try read("initial", terms.mass, k)))
    }
    return duals
  }

  /// - Parameter terms: How many an operator and a load have where outputs may have dual problems.
  private func outputs<S: Scalar>(
    _ root: String, of: S.Type, in space: ParameterSpace, size n: Int, terms: (Int, Int)? = nil
  ) throws(ModelFileError) -> [ReducedSystemOutput<S>] {
    var outputs: [ReducedSystemOutput<S>] = []
    for k in 0..<(try count("\(root)/count")) {
      let place = "\(root)/\(k)"
      guard try text("\(place)/kind") == "functional" else {
        outputs.append(.real(try output(place, in: space, size: n, 0, 0, depth: 1)))
        continue
      }
      let theta = try coefficients("\(place)/coefficients", in: space)
      let offset = try coefficients("\(place)/offset/coefficients", in: space)
      let dualNorm = try factor("\(place)/dualNorm", of: S.self)
      guard dualNorm.columnCount == theta.count else {
        throw malformed("\(place)/dualNorm", "does not match the coefficients")
      }
      outputs.append(
        .functional(
          ReducedFunctional(
            name: try text("\(place)/name"), coefficients: theta,
            offset: AffineScalar(
              try scalars("\(place)/offset/values", of: S.self, count: offset.count),
              coefficients: offset),
            functionals: try scalars(
              "\(place)/functionals", of: S.self, count: n * theta.count),
            dualNorm: dualNorm,
            dual: try terms.flatMap { terms throws(ModelFileError) in
              try dual("\(place)/dual", of: S.self, in: space, size: n, terms: terms)
            })))
    }
    return outputs
  }
}
