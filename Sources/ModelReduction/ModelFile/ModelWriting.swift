internal import Expressions

extension ArchiveWriter {
  /// The parameter space under `parameters`.
  mutating func put(_ space: ParameterSpace) {
    let axes = space.axes
    put(lines(axes.map(\.name)), as: "parameters/names")
    put(axes.map { $0.size ?? 0 }, as: "parameters/sizes")
    put(axes.flatMap { $0.ranges.map(\.lowerBound) }, as: "parameters/lower")
    put(axes.flatMap { $0.ranges.map(\.upperBound) }, as: "parameters/upper")
    put(lines(axes.map(\.scale.rawValue)), as: "parameters/scales")
    // A dot before each unit keeps the line of an axis without one.
    put(lines(axes.map { "." + $0.unit }), as: "parameters/units")
    put(axes.map { $0.defaults == nil ? 0 : 1 }, as: "parameters/hasDefaults")
    put(
      axes.flatMap { axis in
        axis.defaults ?? [Double](repeating: 0, count: axis.componentCount)
      }, as: "parameters/defaults")
  }

  /// A reduced model under `root`.
  mutating func put(_ model: GalerkinReducedModel, under root: String) {
    let n = model.size
    put(model.productName, as: "\(root)/product")
    put([n], as: "\(root)/size")
    put(lines(model.operatorCoefficients.texts), as: "\(root)/operatorCoefficients")
    put(lines(model.loadCoefficients.texts), as: "\(root)/loadCoefficients")
    put(
      .numbers(model.operators.flatMap { $0 }, shape: [model.operators.count, n * (n + 1) / 2]),
      as: "\(root)/operators")
    put(.numbers(model.loads, shape: [n, model.loadCoefficients.count]), as: "\(root)/loads")
    put(model.residual, under: "\(root)/residual")
    put(model.coercivity, under: "\(root)/coercivity")
    put([model.outputs.count], as: "\(root)/outputs/count")
    for (k, output) in model.outputs.enumerated() { put(output, under: "\(root)/outputs/\(k)") }
  }

  private mutating func put(_ residual: ResidualCoordinates, under root: String) {
    put(residual.widths, as: "\(root)/widths")
    put(residual.heights, as: "\(root)/heights")
    put(residual.values, as: "\(root)/values")
    put(residual.slack, as: "\(root)/slack")
  }

  mutating func put(_ bound: CoercivityBound, under root: String) {
    put(bound.conditions.semidefinite.map { $0 ? 1 : 0 }, as: "\(root)/semidefinite")
    put(bound.conditions.reference.values, as: "\(root)/reference")
    put(bound.referenceCoefficients, as: "\(root)/referenceCoefficients")
    put([bound.constant], as: "\(root)/constant")
    put(bound.conditions.ratioBoxes, under: "\(root)/boxes")
    if let constraints = bound.constraints { put(constraints, under: "\(root)/constraints") }
    if let known = bound.references?.references {
      put(known.flatMap(\.coefficients), as: "\(root)/references/coefficients")
      put(known.map(\.constant), as: "\(root)/references/constants")
    }
    let consistency = bound.conditions.consistency
    guard !consistency.isExact else { return }
    put([consistency.operatorError, consistency.loadError], as: "\(root)/consistency/errors")
    put(consistency.liftErrors, as: "\(root)/consistency/lifts")
    put(lines(consistency.liftCoefficients.texts), as: "\(root)/consistency/coefficients")
  }

  mutating func put(_ boxes: [RatioBox], under root: String) {
    put(boxes.map(\.terms.count), as: "\(root)/counts")
    put(boxes.flatMap(\.terms), as: "\(root)/terms")
    put(boxes.flatMap(\.lower), as: "\(root)/lower")
    put(boxes.flatMap(\.upper), as: "\(root)/upper")
  }

  private mutating func put(_ constant: AffineConstant, under root: String) {
    put(constant.values, as: "\(root)/values")
    put(lines(constant.coefficients.texts), as: "\(root)/coefficients")
  }

  mutating func put(_ output: ReducedOutput, under root: String) {
    put(output.name, as: "\(root)/name")
    switch output {
    case .linear(let linear):
      put("linear", as: "\(root)/kind")
      put(lines(linear.coefficients.texts), as: "\(root)/coefficients")
      put(linear.offset, under: "\(root)/offset")
      put(linear.functionals, as: "\(root)/functionals")
      put(linear.dualNorm, under: "\(root)/dualNorm")
      switch linear.compliance {
      case .constant(let c): put([c, 0], as: "\(root)/compliance")
      case .ratio(let c): put([c, 1], as: "\(root)/compliance")
      case nil: put([Double](), as: "\(root)/compliance")
      }
      if let dual = linear.dual {
        put(dual.loads, as: "\(root)/dual/loads")
        put(dual.operators, as: "\(root)/dual/operators")
        put(dual.model, under: "\(root)/dual/model")
      }
    case .quadratic(let quadratic):
      put("quadratic", as: "\(root)/kind")
      put(quadratic.matrix, as: "\(root)/matrix")
      put(lines(quadratic.linearCoefficients.texts), as: "\(root)/coefficients")
      put(quadratic.linear, as: "\(root)/linear")
      put(quadratic.constant, under: "\(root)/constant")
      put(quadratic.value.rawValue, as: "\(root)/value")
      put(quadratic.normBound.map { [$0] } ?? [], as: "\(root)/normBound")
    case .extremum(let extremum):
      put(extremum.kind.rawValue, as: "\(root)/kind")
      put([extremum.rowCount], as: "\(root)/rowCount")
      put(extremum.vectors, as: "\(root)/vectors")
      put(extremum.lifts, as: "\(root)/lifts")
      put(lines(extremum.liftCoefficients.texts), as: "\(root)/coefficients")
      put([extremum.rowNorm, extremum.rowNormIsBound ? 1 : 0], as: "\(root)/rowNorm")
    }
  }
}
