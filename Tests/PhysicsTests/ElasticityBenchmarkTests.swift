import Expressions
import FiniteElements
import Foundation
import Meshes
import ModelReduction
import Physics
import Testing

/// Published benchmarks on the meshes beside the cases.
@Suite struct `Benchmarks of elasticity` {
  private func mesh(_ name: String) throws -> Mesh {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    var notes: [String] = []
    return try Mesh(
      reading: folder.appending(path: "meshes/\(name).msh").path, notes: &notes)
  }

  /// - Source: NAFEMS, *The Standard NAFEMS Benchmarks*, TNSB rev. 3 (1990), LE1: 92.7 MPa.
  @Test func `LE1, an elliptic membrane`() throws {
    let t = try ElasticTexts()
    let problem = ElasticityProblem(
      degree: 2, assumption: .planeStress, thickness: try t("0.1"),
      materials: [try t.material("210e3", "0.3")],
      boundaries: [
        t.symmetry(on: "symmetry-x"), t.symmetry(on: "symmetry-y"),
        try t.pressure("-10", on: "outer"),
      ],
      outputs: [.init(name: "D", kind: .value(try t("stress.yy"), at: [2, 0]))])
    let solution = try ElasticSolution(problem, on: mesh("nafems-le1"), t)
    let stress = try #require(try solution.outputs()["D"])
    #expect(abs(stress - 92.7) < 0.015 * 92.7, "\(stress)")
  }

  /// - Source: the same, LE10: −5.38 MPa.
  @Test func `LE10, a thick plate under pressure`() throws {
    let t = try ElasticTexts()
    let problem = ElasticityProblem(
      degree: 2, materials: [try t.material("210e3", "0.3")],
      boundaries: [
        t.symmetry(on: "symmetry-x"), t.symmetry(on: "symmetry-y"),
        try t.value("0", "0", "free", on: "outer"), try t.value("free", "free", "0", on: "middle"),
        try t.pressure("1", on: "top"),
      ],
      outputs: [.init(name: "D", kind: .value(try t("stress.yy"), at: [2, 0, 0.6]))])
    let solution = try ElasticSolution(problem, on: mesh("nafems-le10"), t)
    let stress = try #require(try solution.outputs()["D"])
    #expect(abs(stress + 5.38) < 0.03 * 5.38, "\(stress)")
  }

  /// - Source: the same, LE11: −105 MPa.
  @Test func `LE11, a solid of revolution under temperature`() throws {
    let t = try ElasticTexts()
    let problem = ElasticityProblem(
      degree: 2, materials: [try t.material("210e3", "0.3", expansion: "2.3e-4")],
      boundaries: [
        t.symmetry(on: "symmetry-x"), t.symmetry(on: "symmetry-y"),
        t.symmetry(on: "bottom"), t.symmetry(on: "top"),
      ], temperatures: [.init(regions: ["*"], value: try t("sqrt(x^2 + y^2) + z"))],
      outputs: [.init(name: "A", kind: .value(try t("stress.zz"), at: [1, 0, 0]))])
    let solution = try ElasticSolution(problem, on: mesh("nafems-le11"), t)
    let stress = try #require(try solution.outputs()["A"])
    #expect(abs(stress + 105) < 0.03 * 105, "\(stress)")
  }

  /// - Source: the same, T1: 50 MPa.
  @Test func `T1, a membrane with a hot spot`() throws {
    let t = try ElasticTexts()
    let problem = ElasticityProblem(
      degree: 2, assumption: .planeStress,
      materials: [
        try t.material("1e5", "0.3", on: ["cold"]),
        try t.material("1e5", "0.3", on: ["hot"], expansion: "1e-5"),
      ],
      boundaries: [t.symmetry(on: "symmetry-x"), t.symmetry(on: "symmetry-y")],
      temperatures: [.init(regions: ["hot"], value: try t("100"))],
      outputs: [
        .init(name: "largest", kind: .maximum(try t("stress.yy")), regions: ["cold"]),
        .init(name: "hot", kind: .value(try t("stress.yy"), at: [0.3, 0.3])),
      ])
    let outputs = try ElasticSolution(problem, on: mesh("nafems-t1"), t).outputs()
    let stress = try #require(outputs["largest"])
    #expect(abs(stress - 50) < 0.03 * 50, "\(stress)")
    #expect(abs(try #require(outputs["hot"]) + 50) < 0.02 * 50)
  }

  /// - Source: the same, FV32.
  @Test func `FV32, a tapered membrane`() throws {
    let t = try ElasticTexts()
    let problem = ElasticityProblem(
      degree: 2, assumption: .planeStress, thickness: try t("0.05"),
      materials: [try t.material("200e9", "0.3", density: "8000")],
      boundaries: [try t.value("0", "0", on: "root")])
    let modes = try VibrationModel(problem, on: mesh("tapered-membrane")).modes(count: 6, at: [])
    let published = [44.623, 130.03, 162.70, 246.05, 379.90, 391.44]
    for (found, target) in zip(modes.frequencies, published) {
      #expect(abs(found - target) < 2e-3 * target, "\(found) for \(target)")
    }
    #expect(modes.verifiedCount != nil)
  }

  /// - Source: Cook, Malkus, Plesha, Witt, *Concepts and Applications of Finite Element Analysis*,
  ///   4th ed. (2002); 23.96 as the limit of fine meshes.
  @Test func `Cook's membrane`() throws {
    let t = try ElasticTexts()
    let problem = ElasticityProblem(
      degree: 2, assumption: .planeStress, materials: [try t.material("1", "1/3")],
      boundaries: [try t.value("0", "0", on: "left"), try t.traction("0", "1/16", on: "right")],
      outputs: [.init(name: "v", kind: .value(try t("u.y"), at: [48, 52]))])
    let solution = try ElasticSolution(problem, on: mesh("cooks-membrane"), t)
    let v = try #require(try solution.outputs()["v"])
    #expect(abs(v - 23.96) < 0.02, "\(v)")
  }
}
