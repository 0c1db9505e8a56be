import FiniteElements
import Meshes
import RealModule
import TestSupport
import Testing

@Suite struct `Convergence on cells of every shape` {
  static let cases = ShapedBox.all.flatMap { box in [1, 2].map { (box, $0) } }

  /// A smooth bend of the box, so that no cell of a finer mesh is like one of a coarser mesh.
  static func bend(_ p: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
      p.x + 0.1 * Double.sin(2 * p.y + p.z), p.y + 0.08 * Double.cos(2 * p.x), p.z + 0.1 * p.x * p.y
    )
  }

  @Test(arguments: cases)
  func `the error falls as h^(k+1) in L2 and h^k in H1`(box: ShapedBox, degree: Int) throws {
    let isFlat = box.filling.dimension == 2
    let counts = isFlat ? [8, 16, 32] : degree == 1 ? [4, 8, 16] : [4, 8, 12]
    let exact = ManufacturedSolution.wave(box.filling.dimension)
    let errors = try counts.map { n -> (l2: Double, h1: Double) in
      let mesh = box.mesh(n) { isFlat ? Self.bend(SIMD3($0.x, $0.y, 0)) : Self.bend($0) }
      let problem = try Diffusion(mesh, degree: degree)
      let domain = try problem.region("domain")
      let field = try problem.solve(
        [.stiffness(.constant(1), on: domain)], [.value(Coefficient(exact.source), on: domain)],
        try mesh.regionNames.filter { $0 != "domain" }.map {
          DirichletCondition(Coefficient(exact.value), on: try problem.region($0))
        })
      return (
        try field.errorL2(exact.value, over: domain, quadratureDegree: 6),
        try field.errorH1(exact.gradient, over: domain, quadratureDegree: 6)
      )
    }
    let sizes = counts.map { 1 / Double($0) }
    let l2 = ObservedOrder(errors: errors.map(\.l2), sizes: sizes)
    let h1 = ObservedOrder(errors: errors.map(\.h1), sizes: sizes)
    #expect(abs(l2.finest - Double(degree + 1)) < 0.15, "L² \(l2)")
    #expect(abs(h1.finest - Double(degree)) < 0.15, "H¹ \(h1)")
  }
}
