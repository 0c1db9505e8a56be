import ComplexModule
import Expressions
import FiniteElements
import Foundation
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

/// A second opinion that shares no code: Tests/Peers/scikit_fem_waves.py.
@Suite(.enabled(if: ScikitFEM.isInstalled)) struct `The same waves as scikit-fem` {
  @Test(arguments: [ShapedBox.Filling.triangles, .tetrahedra], [1, 2])
  func `to nine digits at every point of a distorted mesh`(
    filling: ShapedBox.Filling, degree: Int
  ) throws {
    let mesh = ShapedBox(filling).mesh(4, distortion: 0.25)
    let t = try HelmholtzTexts(dimension: mesh.dimension)
    let k = 2.7
    let model = try t.model(
      HelmholtzProblem(
        degree: degree, wavenumber: Expression(k),
        materials: [
          .init(regions: ["*"], index: try t("1 + x/2", "0.3*y"), density: try t("2"))
        ],
        boundaries: [
          .init(
            regions: mesh.regionNames.filter { $0 != "domain" },
            absorption: .incident(try t("1 + x - 2*y", "x*y")))
        ], sources: [.init(regions: ["*"], value: try t("20*x*y", "40*x*y"))]), on: mesh)
    let ours = try model.field(try model.solve(at: Parameter([])), at: [])
      .prefix(mesh.pointCount)
    let block = mesh.blocks[0]
    let theirs = try ScikitFEM.answer(
      of: "scikit_fem_waves.py",
      to: [
        "shape": block.shape.rawValue, "degree": degree, "k": k,
        "points": (0..<mesh.pointCount).map { Array(mesh.point($0)) },
        "cells": (0..<block.cellCount).map { block.nodes(of: $0).map(Int.init) },
      ])
    #expect(theirs[0].count == ours.count)
    for (value, (re, im)) in zip(ours, zip(theirs[0], theirs[1])) {
      #expect((value - Complex(re, im)).length < 1e-9)
    }
  }
}
