import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import Testing

@Suite struct `Natural frequencies` {
  @Test(arguments: [CellShape.tetrahedron, .hexahedron])
  func `a free body has exactly six modes of frequency zero`(shape: CellShape) throws {
    let t = try ElasticTexts()
    let mesh = Box(size: [1, 0.8, 0.6], cells: [3, 2, 2], shape: shape).mesh()
    let model = try VibrationModel(
      ElasticityProblem(degree: 2, materials: [try t.material("200", "0.3", density: "2")]),
      on: mesh)
    #expect(model.rigidCount == 6)
    let modes = try model.modes(count: 12, at: [])
    #expect(modes.frequencies.prefix(6).allSatisfy { $0 == 0 })
    #expect(modes.frequencies[6] > 0.5)
    #expect(modes.verifiedCount != nil)
    #expect(modes.residuals.allSatisfy { $0 < 1e-8 })
    #expect(modes.orthogonality < 1e-10)
    let plane = Box(size: [1, 1], cells: [4, 4], shape: .quadrilateral).mesh()
    let flat = try VibrationModel(
      ElasticityProblem(materials: [try t.material("200", "0.3", density: "2")]), on: plane)
    #expect(flat.rigidCount == 3)
    #expect(try flat.modes(count: 5, at: []).frequencies.prefix(3).allSatisfy { $0 == 0 })
  }

  @Test func `a bar held at its end has the frequencies of a string`() throws {
    // Plane stress with ν = 0, moving along x only: f = (2k − 1) c / 4L, c² = E/ρ.
    let t = try ElasticTexts(ParameterAxis(name: "E", range: 1...400))
    let mesh = Box(size: [1, 0.1], cells: [20, 1], shape: .quadrilateral).mesh()
    let model = try VibrationModel(
      ElasticityProblem(
        degree: 2, assumption: .planeStress, thickness: try t("0.3"),
        materials: [try t.material("E", "0", density: "2")],
        boundaries: [
          try t.value("0", "0", on: "left"), try t.value("free", "0", on: "bottom", "top"),
        ]), on: mesh, parameters: t.parameters)
    #expect(model.rigidCount == 0)
    for e in [200.0, 50] {
      let modes = try model.modes(count: 4, at: [e])
      for (k, f) in modes.frequencies.enumerated() {
        let exact = Double(2 * k + 1) * (e / 2).squareRoot() / 4
        #expect(abs(f - exact) < 1e-3 * exact, "\(f) \(exact)")
      }
    }
    // Nearest in ω²: 12.5 Hz, then 7.5 Hz.
    let near = try model.modes(count: 2, shift: 13, at: [200])
    #expect(abs(near.frequencies[0] - 7.5) < 0.02 && abs(near.frequencies[1] - 12.5) < 0.02)
  }

  @Test func `a square has double frequencies, and both modes are found`() throws {
    let t = try ElasticTexts()
    let mesh = Box(size: [1, 1], cells: [6, 6], shape: .quadrilateral).mesh()
    let model = try VibrationModel(
      ElasticityProblem(
        degree: 2, materials: [try t.material("200", "0.3", density: "1")],
        boundaries: [try t.value("0", "0", on: "left", "right", "bottom", "top")]), on: mesh)
    let modes = try model.modes(count: 6, at: [])
    #expect(abs(modes.frequencies[0] - modes.frequencies[1]) < 1e-9 * modes.frequencies[0])
    #expect(modes.verifiedCount != nil)
  }
}
