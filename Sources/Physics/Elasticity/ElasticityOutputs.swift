internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// The quantities of interest over the free unknowns: those that are linear in u, or quadratic with
/// a matrix that does not depend on parameters. The others are evaluated on the whole field.
struct ElasticityOutputs {
  private let builder: ElasticityBuilder
  private let operators: AffineSum<SparseMatrix<Double>>
  private let loads: [[Double]]
  /// One per output of the problem that enters a reduced model.
  private(set) var outputs: [ModelOutput] = []
  /// The others.
  private(set) var fieldOutputs: [ElasticityOutput] = []
  /// For each that enters a reduced model how it follows from those of pieces, where the mesh is one.
  private(set) var sums: [ProblemPiece.OutputSum] = []

  init(
    _ builder: ElasticityBuilder, _ operators: AffineSum<SparseMatrix<Double>>, _ loads: [[Double]]
  ) {
    (self.builder, self.operators, self.loads) = (builder, operators, loads)
  }

  private var mesh: Mesh { builder.mesh }
  private var space: VectorSpace { builder.space }

  /// Sorts all outputs of the problem.
  mutating func addAll() throws(PhysicsError) {
    for (o, output) in builder.problem.outputs.enumerated() {
      try check(output, .output(o))
      if let reducible = try form(output, .output(o)) {
        outputs.append(reducible)
        sums.append(try sum(output, .output(o)))
      } else {
        fieldOutputs.append(output)
      }
    }
  }

  /// Refuses names that mean nothing, or nothing where the output looks.
  private func check(
    _ output: ElasticityOutput, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    let expression: Expression
    let isNodal: Bool
    switch output.kind {
    case .integral(let e), .mean(let e):
      let region = try mesh.union(
        of: output.regions, dimensions: 0...mesh.dimension, subject: subject)
      (expression, isNodal) = (e, region.dimension < mesh.dimension)
    case .value(let e, _), .maximum(let e), .minimum(let e): (expression, isNodal) = (e, true)
    case .normL2, .reaction, .strainEnergy: return
    }
    let known = ElasticitySymbols.names(dimension: mesh.dimension).filter { name in
      !isNodal || name.hasPrefix("u.") || name.hasPrefix("stress.")
    }
    for case .field(let name) in expression.symbols where !known.contains(name) {
      throw PhysicsError(
        subject,
        "'\(name)' is not known \(isNodal ? "at nodes and on boundaries" : "here"); known are "
          + known.joined(separator: ", "))
    }
  }

  /// How an output follows from those of pieces.
  private func sum(
    _ output: ElasticityOutput, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> ProblemPiece.OutputSum {
    guard mesh.isPiece else { return .sum }
    switch output.kind {
    case .value(_, let point):
      return .once(isHere: (try? space.scalar.pointFunctional(at: point)) != nil)
    case .mean:
      let region = try mesh.union(
        of: output.regions, dimensions: 0...mesh.dimension, subject: subject)
      return .mean(measure: try measure(of: region, subject))
    default: return .sum
    }
  }

  private func form(
    _ output: ElasticityOutput, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> ModelOutput? {
    let d = mesh.dimension
    switch output.kind {
    case .reaction(let axis):
      guard axis < d else {
        throw PhysicsError(subject, "there is no reaction along axis \(axis) in \(d) dimensions")
      }
      let region = try mesh.union(of: output.regions, dimensions: 0...d, subject: subject)
      return .linear(try reaction(output.name, axis, region))
    case .value(let expression, let point):
      return try value(output.name, expression, at: point, subject).map { .linear($0) }
    case .integral(let integrand):
      return try integral(output, integrand, isMean: .total, subject).map { .linear($0) }
    case .mean(let integrand):
      return try integral(output, integrand, isMean: .mean, subject).map { .linear($0) }
    case .maximum, .minimum, .normL2, .strainEnergy:
      _ = try mesh.union(of: output.regions, dimensions: 0...d, subject: subject)
      return nil
    }
  }

  private enum Scale { case total, mean }

  /// e·(A u − f) with e = 1 at the axis' dofs of the region.
  private func reaction(
    _ name: String, _ axis: Int, _ region: Region
  ) throws(PhysicsError) -> LinearOutput {
    var indicator = [Double](repeating: 0, count: space.dofCount)
    for node in space.scalar.dofs(on: region) {
      indicator[Int(node) * space.components + axis] = 1
    }
    var sum = FunctionalSum(builder)
    for (theta, matrix) in zip(builder.forms.coefficients, operators.terms) {
      sum.add(theta, matrix * indicator)
    }
    for (theta, load) in zip(builder.loads.coefficients, loads) {
      sum.addConstant(-theta, dot(indicator, load))
    }
    return try sum.output(name)
  }

  private func value(
    _ name: String, _ expression: Expression, at point: [Double], _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> LinearOutput? {
    let symbols = ElasticitySymbols(kinematics: builder.body.kinematics)
    guard point.count == mesh.dimension else {
      throw PhysicsError(
        subject, "a point has \(mesh.dimension) coordinates here, not \(point.count)")
    }
    let scalar: [Double]
    do throws(FieldError) { scalar = try space.scalar.pointFunctional(at: point) } catch {
      guard mesh.isPiece else { throw PhysicsError(subject, "\(error)") }
      return try FunctionalSum(builder).output(name)
    }
    let here = expression.substituting { symbol in
      if case .coordinate(let axis) = symbol {
        Expression(axis < point.count ? point[axis] : 0)
      } else {
        nil
      }
    }
    let stress = ElasticitySymbols.stressComponents
    guard let linear = LinearExpression(here, in: symbols.values + stress) else { return nil }
    var sum = FunctionalSum(builder)
    let ofStress = linear.weights.dropFirst(symbols.values.count)
    if ofStress.contains(where: { $0.constantValue != 0 }) {
      // The mean dilatation of a cell is not carried through the recovery.
      guard builder.problem.locking == .none else { return nil }
      guard !mesh.isPiece else {
        throw PhysicsError(
          subject,
          "the stress at a point is recovered from all cells around it, which a piece of the mesh does "
            + "not have")
      }
      let recovered = try RecoveredStress(builder.body, at: point)
      for (s, weight) in ofStress.enumerated() where weight.constantValue != 0 {
        let (functionals, constants) = try recovered.component(
          s, positive: builder.positive, subject)
        for (theta, vector) in functionals { sum.add(weight * theta, vector) }
        for (theta, value) in constants { sum.addConstant(weight * theta, value) }
      }
    }
    let ofValues = linear.weights.prefix(symbols.values.count)
    for (k, weight) in ofValues.enumerated() where weight.constantValue != 0 {
      var vector = [Double](repeating: 0, count: space.dofCount)
      for (node, value) in scalar.enumerated() where value != 0 {
        vector[node * space.components + k] = value
      }
      sum.add(weight, vector)
    }
    sum.addConstant(linear.constant, 1)
    return try sum.output(name)
  }

  /// ∫ of an expression that is linear in u, its derivatives, strains and stresses.
  private func integral(
    _ output: ElasticityOutput, _ integrand: Expression, isMean: Scale,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> LinearOutput? {
    let d = mesh.dimension
    let region = try mesh.union(of: output.regions, dimensions: 0...d, subject: subject)
    let symbols = ElasticitySymbols(kinematics: builder.body.kinematics)
    var sum = FunctionalSum(builder)
    for piece in try pieces(integrand, region, symbols) {
      let all = symbols.values + symbols.gradients
      guard let linear = LinearExpression(piece.integrand, in: all) else { return nil }
      if region.dimension < d,
        linear.weights.dropFirst(d).contains(where: { $0.constantValue != 0 })
      {
        return nil
      }
      try add(Array(linear.weights.prefix(d)), piece, to: &sum, subject) {
        .force($0, on: piece.region)
      }
      if region.dimension == d {
        try add(Array(linear.weights.dropFirst(d)), piece, to: &sum, subject) {
          .gradient($0, on: piece.region)
        }
      }
      let constant = [linear.constant] + [Expression](repeating: Expression(0), count: d - 1)
      let parts = try separatedTerms(constant, subject)
      for (theta, g) in try parts.coefficients(fields: piece.fields) {
        sum.addConstant(
          theta, try assembled([.force(g, on: piece.region)], subject).reduce(0, +))
      }
    }
    // The mean over a whole is the sum over its pieces divided by the sum of their measures.
    if case .mean = isMean, !mesh.isPiece { sum.scale(1 / (try measure(of: region, subject))) }
    return try sum.output(output.name)
  }

  private func measure(
    of region: Region, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> Double {
    let one = [1.0] + [Double](repeating: 0, count: mesh.dimension - 1)
    let measure = try assembled([.force(.constant(one), on: region)], subject).reduce(0, +)
    guard measure > 0 || mesh.isPiece else {
      throw PhysicsError(subject, "region '\(region.name)' has measure zero, hence no mean")
    }
    return measure
  }

  /// An integrand on the cells of one material.
  private struct Piece {
    var integrand: Expression
    var region: Region
    var fields: [String: Field]
  }

  /// The integrand with strains and stresses replaced by what they are in each material.
  private func pieces(
    _ integrand: Expression, _ region: Region, _ symbols: ElasticitySymbols
  ) throws(PhysicsError) -> [Piece] {
    let strain = symbols.strain
    let withStrain = integrand.substituting { symbol in
      ElasticitySymbols.component(symbol, of: "strain").map { strain[$0] }
    }
    let usesStress = withStrain.symbols.contains {
      ElasticitySymbols.component($0, of: "stress") != nil
    }
    guard usesStress, region.dimension == mesh.dimension else {
      return [Piece(integrand: withStrain, region: region, fields: [:])]
    }
    var pieces: [Piece] = []
    let body = builder.body
    for (m, cells) in body.regions.enumerated() {
      var rest = region.intersection(cells)
      let thermal: [ThermalStrain?] = body.thermal.filter { $0.material == m } + [nil]
      for part in thermal {
        let here = part.map { rest.intersection($0.region) } ?? rest
        if let part { rest = rest.subtracting(part.region) }
        if here.cellCount == 0 { continue }
        var stress = [Expression](repeating: Expression(0), count: 6)
        for mode in body.modes[m] {
          for i in 0..<6 {
            for j in 0..<6 where mode.matrix[i][j] != 0 {
              stress[i] =
                stress[i] + mode.coefficient * Expression(mode.matrix[i][j]) * strain[j]
            }
          }
        }
        for (coefficient, weights) in part?.stress(body.modes[m]) ?? [] {
          for i in 0..<6 where weights[i] != 0 {
            stress[i] = stress[i] - coefficient * Expression(weights[i])
          }
        }
        let substituted = withStrain.substituting { symbol in
          ElasticitySymbols.component(symbol, of: "stress").map { stress[$0] }
        }
        pieces.append(
          Piece(integrand: substituted, region: here, fields: part?.fieldOfName ?? [:]))
      }
    }
    return pieces
  }

  private func add(
    _ weights: [Expression], _ piece: Piece, to sum: inout FunctionalSum,
    _ subject: PhysicsError.Subject, _ term: (Coefficient) -> VectorLinearTerm
  ) throws(PhysicsError) {
    for (theta, g) in try separatedTerms(weights, subject).coefficients(fields: piece.fields) {
      sum.add(theta, try assembled([term(g)], subject))
    }
  }

  private func separatedTerms(
    _ components: [Expression], _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> SeparatedTerms {
    try SeparatedTerms(components, of: subject, as: "output", positive: builder.positive)
  }

  private func assembled(
    _ terms: [VectorLinearTerm], _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [Double] {
    do throws(AssemblyError) { return try builder.plan.assemble(terms) } catch {
      throw PhysicsError(subject, "\(error)")
    }
  }
}
