import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

@Suite struct `Heat in time on cells of every shape` {
  private func model(
    _ row: ShapedCase, on mesh: Mesh, capacity: String = "1", initial: Expression,
    _ boundaries: [DiffusionProblem.Boundary] = [], sources: [Expression] = [],
    outputs: [DiffusionProblem.Output] = [], scheme: TimeScheme = .crankNicolson,
    step: Double = 0.5
  ) throws -> HeatModel {
    try HeatModel(
      HeatProblem(
        conduction: DiffusionProblem(
          degree: row.degree,
          materials: [.init(regions: ["*"], conductivity: .scalar(try heat("2")))],
          boundaries: boundaries, sources: sources.map { .init(regions: ["*"], value: $0) },
          outputs: outputs), capacities: [try heat(capacity)], initials: [.init(value: initial)]),
      on: mesh, parameters: .point, scheme: scheme, grid: try TimeGrid(end: 1, step: step))
  }

  @Test(arguments: ShapedCase.all)
  func `in space the error falls as h^(k+1) in L2 and h^k in H1`(row: ShapedCase) throws {
    // u = (1 + t) w is linear in t, where the steps of Crank and Nicolson are exact.
    let w = try heat("sin(1.3*x + 0.7*y - 0.9*z) + x*y")
    let growth = try heat("1 + t")
    let held = row.sides.filter { $0 != "right" }
    let orders = try row.orders { mesh in
      let model = try model(
        row, on: mesh, initial: w,
        [
          .init(regions: held, value: growth * w),
          .init(
            regions: ["right"], flux: Expression(2) * growth * w.derivative(with: .coordinate(0))),
        ], sources: [w - Expression(2) * growth * w.laplacian(row.dimension)])
      let last = try #require(try model.solver.states(at: []).last)
      let field = Field(model.space, try model.field(last.state, at: [], time: last.time))
      return try field.errors(against: Expression(2) * w)
    }
    #expect(orders.distance(toDegree: row.degree) < 0.15, "\(orders)")
  }

  @Test(arguments: ShapedCase.all, [TimeScheme.backwardEuler, .crankNicolson])
  func `what is stored grows by what flows in and what is produced`(
    row: ShapedCase, scheme: TimeScheme
  ) throws {
    let stored = try heat("(1 + x)*u")
    let model = try model(
      row, on: row.mesh(2, distortion: 0.2), capacity: "1 + x", initial: try heat("1 + x*y"),
      [
        .init(regions: ["left"], flux: try heat("(2 + y)*t")),
        .init(regions: ["right"], exchange: (try heat("3"), try heat("1 + t"))),
      ], sources: [try heat("x*(1 + t)")],
      outputs: [
        .init(name: "stored", kind: .integral(stored)),
        .init(name: "right", kind: .integral(try heat("u")), regions: ["right"]),
      ], scheme: scheme, step: 0.25)
    let rows = try model.solver.outputs(at: [])
    #expect(rows.count == 5)
    // By hand: 2.5 t through the left side, 3 (1 + t − u) through the right one, (1 + t)/2 inside.
    let gains = rows.map { row in
      2.5 * row.time + 3 * (1 + row.time - row.values[1].value) + 0.5 * (1 + row.time)
    }
    for k in 1..<rows.count {
      let rate = (rows[k].values[0].value - rows[k - 1].values[0].value) / 0.25
      let gain = scheme == .backwardEuler ? gains[k] : 0.5 * (gains[k - 1] + gains[k])
      #expect(abs(rate - gain) < 1e-11 * max(1, abs(gain)), "\(rate), \(gain)")
    }
  }

  @Test(arguments: ShapedCase.all, TimeScheme.allCases)
  func `a steady linear field stays put`(row: ShapedCase, scheme: TimeScheme) throws {
    let exact = { (p: Point) in 1 + 2 * p.x - 3 * p.y + 0.5 * p.z }
    let u = try heat(row.dimension == 2 ? "1 + 2*x - 3*y" : "1 + 2*x - 3*y + 0.5*z")
    // The outer normals: in the plane "bottom" and "top" lie across y, in space across z.
    let across = row.dimension == 2 ? ["bottom": "6", "top": "-6"] : ["front": "6", "back": "-6"]
    var boundaries: [DiffusionProblem.Boundary] = [
      .init(regions: ["left"], value: u), .init(regions: ["right"], flux: try heat("4")),
    ]
    for (side, flux) in across { boundaries.append(.init(regions: [side], flux: try heat(flux))) }
    if row.dimension == 3 {
      boundaries.append(.init(regions: ["bottom"], flux: try heat("-1")))
      boundaries.append(.init(regions: ["top"], flux: try heat("1")))
    }
    let model = try model(
      row, on: row.mesh(2, distortion: 0.2), initial: u, boundaries, scheme: scheme)
    for state in try model.solver.states(at: []) {
      let field = Field(model.space, try model.field(state.state, at: [], time: state.time))
      #expect(field.nodalError(against: exact) < 1e-12)
    }
  }

  @Test(arguments: ShapedCase.all)
  func `within insulated walls a constant stays and all else keeps its heat`(
    row: ShapedCase
  ) throws {
    let mesh = row.mesh(2, distortion: 0.2)
    let constant = try model(row, on: mesh, initial: try heat("3"))
    for state in try constant.solver.states(at: []) {
      #expect(Field(constant.space, state.state).nodalError { _ in 3 } < 1e-12)
    }
    let wave = try model(
      row, on: mesh, capacity: "1 + x", initial: try heat("x*y + sin(5*x)"),
      outputs: [.init(name: "heat", kind: .integral(try heat("(1 + x)*u")))], scheme: .bdf2)
    let amounts = try wave.solver.outputs(at: []).map { $0.values[0].value }
    #expect(amounts[0] > 0.1 && amounts.allSatisfy { abs($0 - amounts[0]) < 1e-13 })
  }

  @Test(arguments: ShapedCase.all)
  func `both matrices are symmetric and positive definite`(row: ShapedCase) throws {
    let model = try model(
      row, on: row.mesh(2, distortion: 0.2), capacity: "1 + x", initial: try heat("0"),
      [.init(regions: ["left"], value: try heat("0"))])
    for matrix in [try model.evolution.mass(at: []), try model.evolution.systemMatrix(at: [])] {
      #expect(matrix.isSymmetric(tolerance: 1e-14))
      _ = try SparseCholesky(matrix)
    }
  }
}
