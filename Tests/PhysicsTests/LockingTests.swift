import Expressions
import FiniteElements
import Meshes
import ModelReduction
import Physics
import RealModule
import TestSupport
import Testing

/// Thick bodies with 1 ≤ r ≤ 2 and E = 200 under a pressure of 10 inside, as good as
/// incompressible, against the solutions of Lamé.
@Suite struct `Nearly incompressible bodies of space` {
  enum Vessel: String, Sendable, CaseIterable {
    /// A quarter of a tube that cannot grow longer.
    case cylinder
    /// The part of a sphere above one face of a cube: its sides are planes through the centre.
    case sphere

    func mesh(_ filling: ShapedBox.Filling, _ n: Int) -> Mesh {
      ShapedBox(filling).mesh(n) { p in
        switch self {
        case .cylinder: return CurvedShell.cylinder.map(p)
        case .sphere:
          let direction = Point(1, Double.tan(p.y * Double.pi / 4), Double.tan(p.z * Double.pi / 4))
          return (1 + p.x) / (direction * direction).sum().squareRoot() * direction
        }
      }
    }

    /// u(b) with a = 1, b = 2.
    /// - Source: Timoshenko, Goodier, *Theory of Elasticity*, 3rd ed. (1970): the cylinder in plane
    ///   strain, 2 p a² b (1 − ν²)/(E (b² − a²)), and the sphere, 3 p a³ b (1 − ν)/(2 E (b³ − a³)).
    func widening(_ nu: Double) -> Double {
      switch self {
      case .cylinder: 2 * 10 * 2 * (1 - nu * nu) / (200 * 3)
      case .sphere: 3 * 10 * 2 * (1 - nu) / (2 * 200 * 7)
      }
    }
  }

  /// u·n/u_Lamé(b), the mean over the nodes outside.
  private func ratio(
    _ vessel: Vessel, _ filling: ShapedBox.Filling, _ n: Int, nu: String,
    locking: ElasticityProblem.Locking
  ) throws -> Double {
    let t = try ElasticTexts()
    let problem = ElasticityProblem(
      locking: locking, materials: [try t.material("200", nu)],
      boundaries: [
        try t.pressure("10", on: "left"), t.symmetry(on: "front"), t.symmetry(on: "back"),
        t.symmetry(on: "bottom"), t.symmetry(on: "top"),
      ])
    let solution = try ElasticSolution(problem, on: vessel.mesh(filling, n), t)
    let space = solution.model.space
    let outside = try #require(space.scalar.mesh.region(named: "right"))
    let nodes = space.scalar.dofs(on: outside).map(Int.init)
    let mean = nodes.reduce(0) { sum, node in
      let p = space.scalar.place(ofDof: node)
      let axis = vessel == .cylinder ? Point(p.x, p.y, 0) / 2 : p / 2
      let u = Point(
        solution.field[3 * node], solution.field[3 * node + 1], solution.field[3 * node + 2])
      return sum + (u * axis).sum() / Double(nodes.count)
    }
    return mean / vessel.widening(try t(nu).value(at: .zero))
  }

  @Test(arguments: Vessel.allCases, ["0.4999", "0.49999"])
  func `hexahedra with averaged dilatation converge to Lamé, linear cells without it lock`(
    vessel: Vessel, nu: String
  ) throws {
    let counts = [4, 6, 8]
    let errors = try counts.map {
      abs(try ratio(vessel, .hexahedra, $0, nu: nu, locking: .averagedDilatation) - 1)
    }
    let order = ObservedOrder(errors: errors, sizes: counts.map { 1 / Double($0) })
    #expect(errors[2] < 0.01 && abs(order.finest - 2) < 0.1, "\(errors), \(order)")
    // Hexahedra that integrate the dilatation at all points hardly move; linear tetrahedra move, but
    // not as the body does.
    let hexahedra = try ratio(vessel, .hexahedra, 4, nu: nu, locking: .none)
    let tetrahedra = try ratio(vessel, .tetrahedra, 4, nu: nu, locking: .none)
    #expect(hexahedra < 0.1, "\(hexahedra)")
    #expect(1 - tetrahedra > 5 * errors[0], "\(tetrahedra)")
  }
}
