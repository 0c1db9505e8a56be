import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

@Suite struct `Patch tests on a nasty mesh` {
  @Test(arguments: [2, 3])
  func `linear elements reproduce linear functions`(dimension: Int) throws {
    let exact = { @Sendable (p: Point) in 1 + 2 * p.x - 3 * p.y + 0.5 * p.z }
    try check(dimension, 1, exact, source: 0)
  }

  @Test(arguments: [2, 3])
  func `quadratic elements reproduce quadratic functions on straight cells`(
    dimension: Int
  ) throws {
    let flat = dimension == 2
    let exact = { @Sendable (p: Point) in
      1 - p.y + p.x * p.x + 3 * p.x * p.y - 2 * p.y * p.y + (flat ? 0 : p.z * p.z + p.x * p.z)
    }
    // −Δu = −(2 − 4 + 2) in space, −(2 − 4) in the plane.
    try check(dimension, 2, exact, source: flat ? 2 : 0)
  }

  private func check(
    _ dimension: Int, _ degree: Int, _ exact: @escaping @Sendable (Point) -> Double,
    source: Double
  ) throws {
    let problem = try Diffusion(try NastyMesh.read(dimension), degree: degree)
    let domain = try problem.region("domain")
    let sides = problem.space.mesh.regionNames.filter { $0 != "domain" }
    let field = try problem.solve(
      [.stiffness(.constant(3), on: domain)], [.value(.constant(3 * source), on: domain)],
      try sides.map { DirichletCondition(Coefficient(exact), on: try problem.region($0)) })
    #expect(sides.count == 2 * dimension)
    let wanted = problem.space.interpolate(exact)
    let scale = wanted.map(abs).max() ?? 0
    let error = zip(field.values, wanted).map { abs($0 - $1) }.max() ?? .infinity
    #expect(scale > 1)
    #expect(error <= 1e-12 * scale, "\(error / scale) of the largest value")
  }

  @Test(arguments: [(2, 1), (2, 2), (3, 1), (3, 2)])
  func `rows of a stiffness matrix sum to zero and the matrix is symmetric`(
    dimension: Int, degree: Int
  ) throws {
    let problem = try Diffusion(try NastyMesh.read(dimension), degree: degree)
    let a = try problem.plan.assemble([
      .stiffness(.constant(1), on: try problem.region("domain"))
    ])
    let ones = [Double](repeating: 1, count: problem.space.dofCount)
    let diagonal = a.diagonal
    #expect(diagonal.allSatisfy { $0 > 0 })
    let rest = zip(a * ones, diagonal).map { abs($0 / $1) }.max() ?? .infinity
    #expect(rest <= 2e-14, "\(rest) of the diagonal")
    let pattern = a.pattern
    var largest = 0.0
    for i in 0..<pattern.rowCount {
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        let j = Int(pattern.column[k])
        let scale = (diagonal[i] * diagonal[j]).squareRoot()
        largest = max(largest, abs(a.values[k] - a[j, i]) / scale)
      }
    }
    #expect(largest <= 1e-14)
  }

  @Test(arguments: [2, 3])
  func `the energy of a linear function is its slope squared times the measure`(
    dimension: Int
  ) throws {
    for degree in [1, 2] {
      let problem = try Diffusion(try NastyMesh.read(dimension), degree: degree)
      let domain = try problem.region("domain")
      let u = problem.space.interpolate { 2 * $0.x - $0.y + 3 * $0.z }
      let a = try problem.plan.assemble([.stiffness(.constant(5), on: domain)])
      let slopes = dimension == 2 ? 5.0 : 14.0
      #expect(abs(a.bilinear(u, u) - 5 * slopes) < 1e-12 * 5 * slopes)
      let m = try problem.plan.assemble([.mass(.constant(1), on: domain)])
      let ones = [Double](repeating: 1, count: u.count)
      #expect(abs(m.bilinear(ones, ones) - 1) < 1e-13)
      #expect(abs(dot(ones, m * u) - (dimension == 2 ? 0.5 : 2)) < 1e-13)
    }
  }
}
