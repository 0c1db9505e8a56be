internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

extension ArchiveWriter {
  /// A model of any kind under `model`, its kind beside it unless that is the oldest one.
  mutating func put(_ content: ReducedContent) {
    if content.formatVersion > 1 { put(content.kind, as: "kind") }
    switch content {
    case .coercive(let model): put(model, under: "model")
    case .system(let model): put(model, under: "model")
    case .complexSystem(let model): put(model, under: "model")
    case .evolution(let model): put(model, under: "model")
    case .split(let model): put(model, under: "model")
    case .parts(let parts): parts.write(to: &self)
    }
  }

  /// A basis at all unknowns.
  mutating func put<S: Scalar>(_ field: FieldBasis<S>) {
    put([field.dofCount], as: "field/dofCount")
    put(
      field.vectors.values, shape: [field.vectors.columnCount, field.dofCount],
      as: "field/vectors")
    put(
      field.lifts.terms.flatMap { $0 }, shape: [field.lifts.terms.count, field.dofCount],
      as: "field/lifts")
    put(lines(field.liftCoefficients.texts), as: "field/liftCoefficients")
  }

  /// Real numbers as they are, complex ones with a last axis of length 2.
  mutating func put<S: Scalar>(_ values: [S], shape: [Int], as name: String) {
    if let real = values as? [Double] {
      put(.numbers(real, shape: shape), as: name)
    } else if let complex = values as? [Complex<Double>] {
      put(
        .numbers(complex.flatMap { [$0.real, $0.imaginary] }, shape: shape + [2]), as: name)
    }
  }

  private mutating func put<S: Scalar>(_ matrices: [DenseMatrix<S>], as name: String) {
    let (rows, columns) = (matrices.first?.rowCount ?? 0, matrices.first?.columnCount ?? 0)
    put(matrices.flatMap(\.values), shape: [matrices.count, columns, rows], as: name)
  }

  private mutating func put<S: Scalar>(_ model: ReducedSystem<S>, under root: String) {
    put(model.productName, as: "\(root)/product")
    put([model.size], as: "\(root)/size")
    put(lines(model.operatorCoefficients.texts), as: "\(root)/operatorCoefficients")
    put(lines(model.loadCoefficients.texts), as: "\(root)/loadCoefficients")
    put(model.operators, as: "\(root)/operators")
    put([model.loads], as: "\(root)/loads")
    put(model.residual, under: "\(root)/residual")
    if let coercivity = model.coercivity { put(coercivity, under: "\(root)/coercivity") }
    if let infSup = model.infSup { put(infSup, under: "\(root)/infSup") }
    put(model.referenceStability.map { [$0] } ?? [], as: "\(root)/referenceStability")
    put(model.outputs, under: "\(root)/outputs")
  }

  private mutating func put(_ model: ReducedEvolution, under root: String) {
    put(model.productName, as: "\(root)/product")
    put([model.size], as: "\(root)/size")
    put(model.scheme.rawValue, as: "\(root)/scheme")
    put(model.grid.steps, as: "\(root)/steps")
    put(model.grid.times, as: "\(root)/times")
    put(lines(model.massCoefficients.texts), as: "\(root)/massCoefficients")
    put(lines(model.operatorCoefficients.texts), as: "\(root)/operatorCoefficients")
    put(lines(model.loadCoefficients.texts), as: "\(root)/loadCoefficients")
    put(lines(model.liftCoefficients.texts), as: "\(root)/liftCoefficients")
    put(lines(model.initialCoefficients.texts), as: "\(root)/initialCoefficients")
    put(model.mass, as: "\(root)/mass")
    put(model.operators, as: "\(root)/operators")
    put([model.functionals], as: "\(root)/functionals")
    put([model.initial], as: "\(root)/initial")
    put(model.initialErrorMass, as: "\(root)/initialErrorMass")
    put([model.initialErrorProduct], as: "\(root)/initialErrorProduct")
    put(model.massConditions.terms.map { $0 ? 1 : 0 }, as: "\(root)/massSemidefinite")
    put(model.massConditions.ratioBoxes, under: "\(root)/massBoxes")
    put(model.residual, under: "\(root)/residual")
    if let coercivity = model.coercivity { put(coercivity, under: "\(root)/coercivity") }
    put(model.outputs, under: "\(root)/outputs")
    put([model.duals.count], as: "\(root)/duals/count")
    for (k, dual) in model.duals.enumerated() {
      let place = "\(root)/duals/\(k)"
      put(dual.output, as: "\(place)/output")
      put(dual.model, under: "\(place)/model")
      put([dual.functionals], as: "\(place)/functionals")
      put(dual.mass, as: "\(place)/mass")
      put(dual.operators, as: "\(place)/operators")
      put(dual.initial, as: "\(place)/initial")
    }
  }

  private mutating func put<S: Scalar>(_ residual: ResidualFactor<S>, under root: String) {
    put(residual.widths, as: "\(root)/widths")
    put(residual.heights, as: "\(root)/heights")
    put(residual.values, shape: [residual.values.count], as: "\(root)/values")
    put(residual.slack, as: "\(root)/slack")
  }

  private mutating func put<S: Scalar>(
    _ outputs: [ReducedSystemOutput<S>], under root: String
  ) {
    put([outputs.count], as: "\(root)/count")
    for (k, output) in outputs.enumerated() {
      let place = "\(root)/\(k)"
      switch output {
      case .real(let real): put(real, under: place)
      case .functional(let functional):
        put(functional.name, as: "\(place)/name")
        put("functional", as: "\(place)/kind")
        put(lines(functional.coefficients.texts), as: "\(place)/coefficients")
        put(
          functional.functionals, shape: [functional.functionals.count],
          as: "\(place)/functionals")
        put(
          functional.offset.values, shape: [functional.offset.values.count],
          as: "\(place)/offset/values")
        put(
          lines(functional.offset.coefficients.texts), as: "\(place)/offset/coefficients")
        put(functional.dualNorm, under: "\(place)/dualNorm")
        if let dual = functional.dual {
          put(dual.model, under: "\(place)/dual/model")
          put([dual.loads], as: "\(place)/dual/loads")
          put(dual.operators, as: "\(place)/dual/operators")
        }
      }
    }
  }
}
