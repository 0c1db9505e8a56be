import Expressions
import FiniteElements
import Foundation
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

/// A second opinion that shares no code: Tests/Peers/scikit_fem_scalar.py. Where python3 or
/// scikit-fem is not installed, these tests say so and are skipped.
@Suite(.enabled(if: ScikitFEM.isInstalled)) struct `The same discrete solution as scikit-fem` {
  /// What both sides solve; see the script for the rest of the data.
  struct Setting: Sendable, CustomTestStringConvertible {
    var filling: ShapedBox.Filling
    var degree = 1
    var velocity: [Double] = [0, 0, 0]
    var kappa = 1.5
    var reaction = 0.0
    var isStabilized = false
    var isNonlinear = false
    var steps: [Double] = []
    var scheme = TimeScheme.backwardEuler
    var testDescription: String {
      "\(filling.rawValue), degree \(degree)" + (isStabilized ? ", SUPG" : "")
        + (isNonlinear ? ", nonlinear" : "")
        + (steps.isEmpty ? "" : ", \(scheme.rawValue)")
    }
  }

  static let fillings = [
    ShapedBox.Filling.triangles, .quadrilaterals, .tetrahedra, .hexahedra,
  ]
  static let settings =
    fillings.flatMap { filling in
      [1, 2].map { Setting(filling: filling, degree: $0, reaction: 2) }
    }
    + fillings.flatMap { filling in
      [1, 2].map { Setting(filling: filling, degree: $0, velocity: [3, -2, 1], reaction: 0.5) }
    }
    + fillings.map {
      Setting(
        filling: $0, velocity: [3, -2, 1], kappa: 0.01, reaction: 0.5, isStabilized: true)
    }
    + fillings.map { Setting(filling: $0, isNonlinear: true) }
    + [TimeScheme.backwardEuler, .crankNicolson].flatMap { scheme in
      fillings.map {
        Setting(
          filling: $0, velocity: [3, -2, 1], kappa: 0.01, reaction: 0.5, isStabilized: true,
          steps: [0.1, 0.1, 0.2], scheme: scheme)
      }
    }

  @Test(arguments: settings)
  func `to eight digits at every point of a distorted mesh`(setting: Setting) throws {
    let mesh = ShapedBox(setting.filling).mesh(4, distortion: 0.25)
    let theirs = try ScikitFEM.solve(setting, mesh)
    let ours = try solve(setting, mesh)
    #expect(ours.count == theirs.count)
    for (a, b) in zip(ours, theirs) {
      let error = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error < 1e-8 && a.count == b.count, "\(error)")
    }
  }

  private func solve(_ setting: Setting, _ mesh: Mesh) throws -> [[Double]] {
    let factor = setting.isStabilized ? "" : "*(1 + x/2)"
    let diffusion = DiffusionProblem(
      degree: setting.degree,
      materials: [
        .init(
          regions: ["*"],
          conductivity: .scalar(
            try heat(setting.isNonlinear ? "1 + u^2" : "\(setting.kappa)\(factor)")),
          reaction: setting.reaction == 0 ? nil : try heat("\(setting.reaction)"))
      ],
      boundaries: [
        .init(
          regions: mesh.regionNames.filter { $0 != "domain" }, value: try heat("1 + x + y^2"))
      ], sources: [.init(regions: ["*"], value: try heat("20*x*y"))])
    func atPoints(_ space: FunctionSpace, _ values: [Double]) -> [Double] {
      Array(values.prefix(mesh.pointCount))
    }
    if setting.isNonlinear {
      let model = try NonlinearHeatModel(
        HeatProblem(conduction: diffusion), on: mesh, parameters: .point,
        newton: NewtonSettings(tolerance: 1e-13))
      return [atPoints(model.space, try model.solve(at: []).field)]
    }
    let problem = AdvectionDiffusionProblem(
      diffusion: diffusion,
      velocities: [try setting.velocity.prefix(mesh.dimension).map { try heat("\($0)") }],
      stabilization: setting.isStabilized ? .supg : .none, capacities: [try heat("3")],
      initials: [.init(value: try heat("1 + x + y^2"))])
    if setting.steps.isEmpty {
      let model = try AdvectionDiffusionModel(problem, on: mesh, parameters: .point)
      return [atPoints(model.space, try model.field(model.solve(at: []), at: []))]
    }
    let model = try AdvectionDiffusionEvolution(
      problem, on: mesh, parameters: .point, scheme: setting.scheme,
      grid: try TimeGrid(steps: setting.steps))
    return try model.solver.states(at: []).dropFirst().map {
      atPoints(model.space, try model.field($0.state, at: [], time: $0.time))
    }
  }
}

/// The peer as a process.
enum ScikitFEM {
  /// Whether python3 finds scikit-fem; says loudly if not.
  static let isInstalled: Bool = {
    let found = (try? run(["-c", "import skfem"]))?.status == 0
    if !found {
      let note = "SKIPPED: no scikit-fem for python3 (pip install scikit-fem), no second opinion\n"
      FileHandle.standardError.write(Data(note.utf8))
    }
    return found
  }()

  static func solve(
    _ setting: `The same discrete solution as scikit-fem`.Setting, _ mesh: Mesh
  ) throws -> [[Double]] {
    let (block, d) = (mesh.blocks[0], mesh.dimension)
    let problem: [String: Any] = [
      "shape": block.shape.rawValue, "degree": setting.degree,
      "points": (0..<mesh.pointCount).map { Array(mesh.point($0)) },
      "cells": (0..<block.cellCount).map { block.nodes(of: $0).map(Int.init) },
      "velocity": Array(setting.velocity.prefix(d)), "kappa": setting.kappa,
      "reaction": setting.reaction, "source": 20, "capacity": 3, "supg": setting.isStabilized,
      "nonlinear": setting.isNonlinear, "steps": setting.steps,
      "weight": setting.scheme == .crankNicolson ? 0.5 : 1,
    ]
    return try answer(of: "scikit_fem_scalar.py", to: problem)
  }

  /// The lists of numbers a script prints for a problem.
  static func answer(of script: String, to problem: [String: Any]) throws -> [[Double]] {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("ritz-peer-\(UUID().uuidString).json")
    try JSONSerialization.data(withJSONObject: problem).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Peers/" + script)
    let outcome = try run([path.path, file.path])
    try #require(outcome.status == 0, "scikit-fem failed: \(outcome.errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: outcome.output) as? [[Double]])
  }

  private static func run(
    _ arguments: [String]
  ) throws -> (status: Int32, output: Data, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, data, String(decoding: text, as: UTF8.self))
  }
}
