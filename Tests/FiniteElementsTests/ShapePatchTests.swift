import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

@Suite struct `Patch tests on cells of every shape` {
  static let cases = ShapedBox.all.flatMap { box in [1, 2].map { (box, $0) } }

  private func check(
    _ problem: Diffusion, _ exact: @escaping @Sendable (Point) -> Double, laplacian: Double
  ) throws {
    let domain = try problem.region("domain")
    let sides = problem.space.mesh.regionNames.filter { $0 != "domain" }
    let field = try problem.solve(
      [.stiffness(.constant(3), on: domain)], [.value(.constant(-3 * laplacian), on: domain)],
      try sides.map { DirichletCondition(Coefficient(exact), on: try problem.region($0)) })
    #expect(sides.count == 2 * problem.space.mesh.dimension)
    let wanted = problem.space.interpolate(exact)
    let error = zip(field.values, wanted).map { abs($0 - $1) }.max() ?? .infinity
    let scale = wanted.map(abs).max() ?? 0
    #expect(scale > 1 && error <= 1e-12 * scale, "\(error / scale) of the largest value")
  }

  @Test(arguments: cases)
  func `linear functions are reproduced exactly on distorted cells`(
    box: ShapedBox, degree: Int
  ) throws {
    let mesh = box.mesh(4, distortion: 0.25)
    try check(
      try Diffusion(mesh, degree: degree), { 1 + 2 * $0.x - 3 * $0.y + 0.5 * $0.z }, laplacian: 0)
  }

  @Test(arguments: ShapedBox.all)
  func `quadratic functions are reproduced exactly by degree 2`(box: ShapedBox) throws {
    // Complete functions keep quadratics on every image of a corner cell but that of a pyramid.
    let mesh = box.mesh(4, distortion: box.filling.hasPyramids ? 0 : 0.25) {
      SIMD3($0.x + 0.3 * $0.y, $0.y, $0.z - 0.2 * $0.x)
    }
    let flat = mesh.dimension == 2
    try check(
      try Diffusion(mesh, degree: 2),
      {
        1 - $0.y + $0.x * $0.x + 3 * $0.x * $0.y - 2 * $0.y * $0.y
          + (flat ? 0 : $0.z * $0.z + $0.x * $0.z)
      },
      laplacian: flat ? -2 : 0)
  }

  @Test(arguments: cases)
  func `matrices are symmetric, stiffness sums to zero and mass to the measure`(
    box: ShapedBox, degree: Int
  ) throws {
    let problem = try Diffusion(box.mesh(4, distortion: 0.2), degree: degree)
    let domain = try problem.region("domain")
    let family = try problem.plan.assemble(family: [
      [.stiffness(.constant(1), on: domain)], [.mass(.constant(1), on: domain)],
    ]).terms
    let ones = [Double](repeating: 1, count: problem.space.dofCount)
    for a in family {
      #expect(a.diagonal.allSatisfy { $0 > 0 })
      #expect(asymmetry(a) < 1e-14)
    }
    let rest = zip(family[0] * ones, family[0].diagonal).map { abs($0 / $1) }.max() ?? .infinity
    #expect(rest <= 1e-13, "\(rest) of the diagonal")
    #expect(abs(family[1].bilinear(ones, ones) - 1) < 1e-13)
    let u = problem.space.interpolate { 2 * $0.x - $0.y + 3 * $0.z }
    let slope = box.filling.dimension == 2 ? 5.0 : 14.0
    #expect(abs(family[0].bilinear(u, u) - slope) < 1e-12 * slope)
  }

  private func asymmetry(_ a: SparseMatrix<Double>) -> Double {
    let (pattern, diagonal) = (a.pattern, a.diagonal)
    var largest = 0.0
    for i in 0..<pattern.rowCount {
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        let j = Int(pattern.column[k])
        largest = max(
          largest, abs(a.values[k] - a[j, i]) / (diagonal[i] * diagonal[j]).squareRoot())
      }
    }
    return largest
  }

  @Test(arguments: cases)
  func `advection and its conservative form are adjoint and right on polynomials`(
    box: ShapedBox, degree: Int
  ) throws {
    let problem = try Diffusion(box.mesh(4, distortion: 0.2), degree: degree)
    let domain = try problem.region("domain")
    let d = problem.space.mesh.dimension
    let b = Coefficient.constant(Array([2.0, -1, 0.5].prefix(d)))
    let family = try problem.plan.assemble(family: [
      [.advection(b, on: domain)], [.conservativeAdvection(b, on: domain)],
    ]).terms
    let pattern = problem.plan.pattern
    let scale = family[0].values.map(abs).max() ?? 0
    var largest = 0.0
    for i in 0..<pattern.rowCount {
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        let j = Int(pattern.column[k])
        largest = max(largest, abs(family[0].values[k] - family[1][j, i]))
      }
    }
    #expect(largest <= 1e-15 * scale)
    // ∫ (b · ∇u) v for u = x − 2 y + z and v = 1 + x, by hand.
    let u = problem.space.interpolate { $0.x - 2 * $0.y + $0.z }
    let v = problem.space.interpolate { 1 + $0.x }
    let wanted = (d == 2 ? 4.0 : 4.5) * 1.5
    #expect(abs(dot(v, family[0] * u) - wanted) < 1e-12)
    #expect(abs(dot(u, family[1] * v) - wanted) < 1e-12)
  }
}
