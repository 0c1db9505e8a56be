import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

/// The test that sets the number of threads must not run beside others that do.
@Suite(.serialized) struct `Invariance on cells of every shape` {
  static let cases = ShapedBox.all.flatMap { box in [1, 2].map { (box, $0) } }

  private func terms(_ mesh: Mesh) throws -> [BilinearTerm] {
    let domain = try #require(mesh.region(named: "domain"))
    let side = try #require(mesh.region(named: "right"))
    let scope = ExpressionScope(coordinates: 3, time: false)
    let varying = try Coefficient(Expression(parsing: "1 + x*y", in: scope))
    let b = Coefficient.constant(Array([1.0, 2, 3].prefix(mesh.dimension)))
    return [
      .stiffness(.constant(2), on: domain), .mass(varying, on: domain), .advection(b, on: domain),
      .mass(.constant(3), on: side),
    ]
  }

  @Test(arguments: cases)
  func `the bits are the same for one, two and seven threads`(box: ShapedBox, degree: Int) throws {
    let n = box.filling.dimension == 2 ? (degree == 1 ? 40 : 20) : (degree == 1 ? 10 : 5)
    let mesh = box.mesh(n, distortion: 0.2)
    let before = Threads.count
    defer { Threads.count = before }
    var values: [[Double]] = []
    for threads in [1, 2, 7] {
      Threads.count = threads
      let plan = AssemblyPlan(try FunctionSpace(mesh, degree: degree))
      values.append(try plan.assemble(try terms(mesh)).values)
    }
    let isSame = values[0] == values[1] && values[0] == values[2]
    #expect(isSame)
  }

  @Test(arguments: cases)
  func `other numbers of points and cells give the same energies`(
    box: ShapedBox, degree: Int
  ) throws {
    let mesh = box.mesh(4, distortion: 0.2)
    let energies = try [mesh, mesh.renumbered()].map { try energy($0, degree) { $0 } }
    #expect(abs(energies[0] - energies[1]) < 1e-13 * abs(energies[0]))
  }

  @Test(arguments: cases)
  func `a rigid motion changes no energy`(box: ShapedBox, degree: Int) throws {
    let motion = RigidMotion.skew(box.filling.dimension)
    let still = try energy(box.mesh(4, distortion: 0.2), degree, rigid: true) { $0 }
    let moved = try energy(
      box.mesh(4, distortion: 0.2) { motion($0) }, degree, rigid: true, motion.before)
    #expect(abs(still - moved) < 1e-12 * abs(still))
  }

  private func energy(
    _ mesh: Mesh, _ degree: Int, rigid: Bool = false, _ back: (Point) -> Point
  ) throws -> Double {
    let space = try FunctionSpace(mesh, degree: degree)
    let domain = try #require(mesh.region(named: "domain"))
    let a = try AssemblyPlan(space).assemble(
      rigid
        ? [.stiffness(.constant(2), on: domain), .mass(.constant(1), on: domain)]
        : try terms(mesh))
    let u = space.interpolate {
      let p = back($0)
      return p.x * p.y + 2 * p.x
    }
    return a.bilinear(u, u)
  }
}
