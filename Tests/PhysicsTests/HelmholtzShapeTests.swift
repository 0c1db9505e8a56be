import ComplexModule
import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import TestSupport
import Testing

@Suite struct `Waves on cells of every shape` {
  typealias Boundary = HelmholtzProblem.Boundary

  @Test(arguments: ShapedCase.all)
  func `a plane wave passes with errors of h^(k+1) in L2 and h^k in H1`(row: ShapedCase) throws {
    let t = try HelmholtzTexts(dimension: row.dimension)
    // Directions of length one, askew to all sides.
    let phase = row.dimension == 2 ? "2*(0.6*x + 0.8*y)" : "2*(0.48*x + 0.6*y + 0.64*z)"
    let wave = try t("cos(\(phase))", "sin(\(phase))")
    let orders = try row.orders { mesh in
      let model = try t.model(
        HelmholtzProblem(
          degree: row.degree, wavenumber: Expression(2), materials: [.init(regions: ["*"])],
          boundaries: [
            Boundary(regions: row.sides.filter { $0 != "right" }, value: wave),
            Boundary(regions: ["right"], absorption: .incident(wave)),
          ]), on: mesh)
      return try model.errors(against: wave, at: [])
    }
    #expect(orders.distance(toDegree: row.degree) < 0.15, "\(orders)")
  }

  /// Half absorbing inside, waves let in on the left and out on the right.
  private func duct(_ row: ShapedCase) throws -> HelmholtzModel {
    let t = try HelmholtzTexts(dimension: row.dimension)
    return try t.model(
      HelmholtzProblem(
        degree: row.degree, wavenumber: Expression(2.9),
        materials: [.init(regions: ["*"], index: try t("2", "0.4"), density: try t("1.5"))],
        boundaries: [
          Boundary(regions: ["left"], absorption: .incident(try t("cos(2.9*x)", "sin(2.9*x)"))),
          Boundary(regions: ["right"], absorption: .outgoing),
        ]), on: row.mesh(2, distortion: 0.2))
  }

  @Test(arguments: ShapedCase.all)
  func `the operator is symmetric, without conjugation`(row: ShapedCase) throws {
    let matrix = try duct(row).system.systemMatrix(at: [])
    let pattern = matrix.pattern
    var (largest, size) = (0.0, 0.0)
    for i in 0..<pattern.rowCount {
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        let mirrored = matrix[Int(pattern.column[k]), i]
        largest = max(largest, (matrix.values[k] - mirrored).length)
        size = max(size, matrix.values[k].length)
      }
    }
    #expect(size > 0 && largest <= 1e-15 * size)
  }

  @Test(arguments: ShapedCase.all)
  func `what is let in leaves or is absorbed`(row: ShapedCase) throws {
    let model = try duct(row)
    let u = try model.solve(at: Parameter([]))
    let given = -dot(u, try model.system.load(at: [])).imaginary
    let mesh = model.space.mesh
    let parts = try model.solution(at: [])
    func square(_ region: Region?) throws -> Double {
      let region = try #require(region)
      let (a, b) = (
        try parts.real.normL2(over: region), try parts.imaginary.normL2(over: region)
      )
      return a * a + b * b
    }
    let left = try square(mesh.region(named: "left"))
    let right = try square(mesh.region(named: "right"))
    let taken = 2.9 * (left + right) + 2.9 * 2.9 * 0.4 / 1.5 * (try square(mesh.domain))
    #expect(taken > 0.1 && abs(given - taken) < 1e-11 * taken, "\(given), \(taken)")
  }
}
