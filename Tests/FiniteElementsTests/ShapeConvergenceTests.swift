import FiniteElements
import Meshes
import TestSupport
import Testing

@Suite struct `Convergence on cells of every shape` {
  @Test(arguments: ShapedCase.all)
  func `on bent cells the error falls as h^(k+1) in L2 and h^k in H1`(row: ShapedCase) throws {
    let orders = try row.orders { try Diffusion.waveErrors(on: $0, row) }
    #expect(orders.distance(toDegree: row.degree) < 0.15, "\(orders)")
  }

  static let curved = ShapedCase.all.filter { $0.dimension == 3 && $0.nodes != .corners }

  @Test(arguments: curved, CurvedShell.allCases)
  func `in a thick shell the full order is kept`(row: ShapedCase, shell: CurvedShell) throws {
    let orders = try row.orders(on: shell.map) { try Diffusion.waveErrors(on: $0, row) }
    #expect(orders.distance(toDegree: 2) < 0.2, "\(orders)")
  }

  @Test(arguments: curved, CurvedShell.allCases)
  func `volume and area of a thick shell have errors of h^4`(
    row: ShapedCase, shell: CurvedShell
  ) throws {
    // Nodes in the middle of each parameter interval: the cubic part of the map integrates to zero,
    // as in the rule of Simpson, one order more than interpolation alone gives.
    let counts = [2, 4, 6]
    let errors = try counts.map { n -> (volume: Double, area: Double) in
      let mesh = row.mesh(n, map: shell.map)
      let space = try FunctionSpace(mesh, degree: 2)
      let one = Field(space, space.interpolate { _ in 1 })
      func measure(_ name: String) throws -> Double {
        try one.integral(over: try #require(mesh.region(named: name)))
      }
      return (
        abs(try measure("domain") - shell.volume), abs(try measure("right") - shell.outerArea)
      )
    }
    let sizes = counts.map { 1 / Double($0) }
    let volume = ObservedOrder(errors: errors.map(\.volume), sizes: sizes)
    let area = ObservedOrder(errors: errors.map(\.area), sizes: sizes)
    #expect(abs(volume.finest - 4) < 0.25, "volume \(volume)")
    #expect(abs(area.finest - 4) < 0.25, "area \(area)")
  }
}
