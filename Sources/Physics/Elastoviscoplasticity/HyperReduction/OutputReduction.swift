internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction
internal import RealModule

/// Makes outputs of a body outputs of its reduction.
struct OutputReduction {
  let reduction: HyperReduction
  let body: MechanicalBody
  let layout: ReducedLayout

  init(_ reduction: HyperReduction, _ body: MechanicalBody) {
    (self.reduction, self.body) = (reduction, body)
    layout = ReducedLayout(
      modes: reduction.basis.size, lifts: body.constraints.lifts.count, loads: body.loads.count,
      duals: reduction.duals.map(\.modes.columnCount))
  }

  func output(_ placed: PlacedOutput) -> HyperReducedOutput {
    let form: HyperReducedOutput.Form
    switch placed.form {
    case .reaction(let dofs): form = reaction(dofs)
    case .sites(.root, _, let sites): form = norm(sites)
    case .sites(let combination, let expression, let sites):
      let reduced = self.sites(combination, expression, sites)
      form = linear(reduced) ?? extremum(reduced) ?? .sites(reduced)
    }
    return HyperReducedOutput(name: placed.name, form: form)
  }

  /// The modes and the prescribed displacements at all degrees of freedom.
  private var displacements: [[Double]] {
    let modes = (0..<layout.modes).map {
      body.constraints.field(free: reduction.basis.vectors.column($0))
    }
    return modes + body.constraints.lifts
  }

  private func reaction(_ dofs: [Int]) -> HyperReducedOutput.Form {
    if let motion = reduction.supports.first(where: { $0.dofs == dofs }) {
      return .work(
        strains: reduction.points.flatMap { motion.strains[6 * $0..<6 * $0 + 6] },
        loads: body.loads.map { dot($0, motion.displacement) })
    }
    var isAsked = [Double](repeating: 0, count: body.space.dofCount)
    for dof in dofs { isAsked[dof] = 1 }
    // Forces at free unknowns are what a reconstruction leaves unbalanced, no reaction.
    if body.constraints.isRestriction { for dof in body.constraints.free { isAsked[Int(dof)] = 0 } }
    var work = body.points.strains(of: isAsked)
    for (p, weight) in body.points.weights.enumerated() {
      for c in 0..<6 { work[6 * p + c] *= weight }
    }
    var c = [Double](repeating: 0, count: layout.count)
    if let d = reduction.duals.firstIndex(where: { $0.field.group == nil }) {
      c.replaceSubrange(layout.dual(d), with: reduction.duals[d].modes.adjointTimes(work))
    }
    c.replaceSubrange(layout.load, with: body.loads.map { -dot($0, isAsked) })
    return .linear(c, offset: 0)
  }

  private func norm(_ sites: OutputSites) -> HyperReducedOutput.Form {
    let n = layout.displacement.count
    var gram = DenseMatrix<Double>(rowCount: n, columnCount: n)
    let all = displacements
    for k in 0..<body.space.components {
      guard let shapes = sites.shapes else { continue }
      var rows = DenseMatrix(
        rowCount: sites.count, columns: all.map { shapes * body.space.component(k, of: $0) })
      for j in 0..<n { for i in 0..<sites.count { rows[i, j] *= sites.weights[i].squareRoot() } }
      gram = gram + rows.adjointTimes(rows)
    }
    return .norm(gram)
  }

  private func sites(
    _ combination: PlacedOutput.Combination, _ expression: Expression, _ sites: OutputSites
  ) -> ReducedSites {
    var reduced = ReducedSites(
      combination: combination, expression: expression, weights: sites.weights,
      places: sites.places, columns: [:])
    var keepsRecovery = false
    for case .field(let name) in expression.symbols {
      if name == "temperature" {
        reduced.temperatures = body.temperatures.restricted(to: sites.points)
        keepsRecovery = true
      } else if FrameQuantities.isInvariant(name) {
        if let d = reduction.duals.firstIndex(where: { $0.field.group == nil }) {
          reduced.stress = (
            layout.dual(d).lowerBound,
            reduction.duals[d].modes.gathering(rows: sites.points.flatMap { 6 * $0..<6 * $0 + 6 })
          )
          keepsRecovery = true
        }
      } else {
        reduced.columns[name] = column(name, sites)
      }
    }
    if keepsRecovery { reduced.recovery = sites.recovery }
    return reduced
  }

  /// A linear field at the sites.
  private func column(_ name: String, _ sites: OutputSites) -> ReducedSites.Column {
    if let k = FrameQuantities.axis(name, components: body.space.components) {
      guard let shapes = sites.shapes else { return [] }
      return [
        (
          0,
          DenseMatrix(
            rowCount: sites.count,
            columns: displacements.map { shapes * body.space.component(k, of: $0) })
        )
      ]
    }
    func recovered(_ rows: DenseMatrix<Double>) -> DenseMatrix<Double> {
      sites.recovery.map { $0 * rows } ?? rows
    }
    if name.hasPrefix("strain."),
      let k = FrameQuantities.pairs.firstIndex(of: String(name.dropFirst(7)))
    {
      let rows = sites.points.map { 6 * $0 + k }
      let lifts = body.constraints.lifts.map { lift in
        let all = body.points.strains(of: lift)
        return rows.map { all[$0] }
      }
      let all = reduction.strains.gathering(rows: rows)
        .appendingColumns(of: DenseMatrix(rowCount: rows.count, columns: lifts))
      return [(0, recovered(all))]
    }
    return reduction.duals.indices.compactMap { d in
      rows(of: name, in: reduction.duals[d], at: sites.points).map {
        (layout.dual(d).lowerBound, recovered($0))
      }
    }
  }

  /// The rows of a dual field's modes that belong to a name; nil where the field is another one.
  private func rows(
    of name: String, in dual: HyperReduction.DualModes, at points: [Int]
  ) -> DenseMatrix<Double>? {
    guard let g = dual.field.group else {
      guard name.hasPrefix("stress."),
        let k = FrameQuantities.pairs.firstIndex(of: String(name.dropFirst(7)))
      else { return nil }
      return dual.modes.gathering(rows: points.map { 6 * $0 + k })
    }
    let group = body.materials.groups[g]
    var offset = 0
    for variable in group.law.variables {
      defer { offset += variable.componentCount }
      guard offset == dual.field.offset,
        let k = FrameQuantities.names(of: variable).firstIndex(of: name)
      else { continue }
      var rows = DenseMatrix<Double>(rowCount: points.count, columnCount: dual.modes.columnCount)
      for (target, place) in group.places(among: points) {
        for j in 0..<rows.columnCount {
          rows[target, j] = dual.modes[dual.field.width * place + k, j]
        }
      }
      return rows
    }
    return nil
  }

  /// Ranked rows, where the extremum is one of a single field that is linear in s.
  private func extremum(_ sites: ReducedSites) -> HyperReducedOutput.Form? {
    let isLargest = sites.combination == .largest
    guard isLargest || sites.combination == .smallest, sites.expression.depth == 1,
      case .field(let name)? = sites.expression.symbols.first, let column = sites.columns[name],
      !column.isEmpty
    else { return nil }
    return .extremum(RankedRows(isLargest: isLargest, column))
  }

  /// One vector, where an expression under a sum is linear in fields that are linear in s, with
  /// factors that depend on the place only.
  private func linear(_ sites: ReducedSites) -> HyperReducedOutput.Form? {
    guard sites.combination == .sum || sites.combination == .mean else { return nil }
    func isOfPlace(_ e: Expression) -> Bool {
      e.symbols.allSatisfy { if case .coordinate = $0 { true } else { false } }
    }
    func sum(_ e: Expression) -> [Double] {
      let used = e.symbols.sorted { $0.description < $1.description }
      let inputs = used.map { symbol -> [Double] in
        if case .coordinate(let axis) = symbol { sites.places[axis] } else { [0] }
      }
      let factors = Program([e], inputs: used).evaluate(
        columns: inputs, count: sites.weights.count)[0]
      let measure = sites.combination == .mean ? sites.weights.reduce(0, +) : 1
      return zip(sites.weights, factors).map { $0 * $1 / measure }
    }
    var c = [Double](repeating: 0, count: layout.count)
    var slopes: [Symbol: Expression] = [:]
    for symbol in sites.expression.symbols {
      guard case .field(let name) = symbol else { continue }
      let slope = sites.expression.derivative(with: symbol)
      slopes[symbol] = slope
      guard let column = sites.columns[name], isOfPlace(slope) else { return nil }
      let factors = sum(slope)
      for part in column {
        for (i, value) in part.rows.adjointTimes(factors).enumerated() {
          c[part.first + i] += value
        }
      }
    }
    let rest = sites.expression.substituting { symbol in
      if case .field = symbol { Expression(0) } else { nil }
    }.simplified()
    guard isOfPlace(rest), isExact(sites, slopes, rest) else { return nil }
    return .linear(c, offset: sum(rest).reduce(0, +))
  }

  /// Whether slopes tell all of an expression, which they do not of jumps: tried at random numbers of
  /// many sizes.
  private func isExact(
    _ sites: ReducedSites, _ slopes: [Symbol: Expression], _ rest: Expression
  ) -> Bool {
    guard !sites.weights.isEmpty else { return true }
    var random = SplitMix64(seed: 1)
    return (0..<64).allSatisfy { trial in
      let size = Double.exp(Double(trial % 16) * 2 - 16)
      let numbers = slopes.mapValues { _ in size * (2 * random.unit() - 1) }
      let site = min(sites.weights.count - 1, trial * sites.weights.count / 64)
      func value(_ e: Expression) -> Double {
        e.evaluate { symbol in
          if case .coordinate(let axis) = symbol {
            sites.places[axis][site]
          } else {
            numbers[symbol] ?? 0
          }
        }
      }
      var (sum, scale) = (value(rest), value(rest).magnitude)
      for (symbol, slope) in slopes {
        let part = value(slope) * (numbers[symbol] ?? 0)
        sum += part
        scale += part.magnitude
      }
      let found = value(sites.expression)
      return (found - sum).magnitude <= 1e-12 * (scale + found.magnitude)
    }
  }
}
