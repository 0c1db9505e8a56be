import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

@Suite struct `Stresses and moduli at integration points` {
  private struct Body {
    let space: VectorSpace
    let plan: VectorAssemblyPlan
    let points: IntegrationPoints

    init(
      _ mesh: Mesh, degree: Int, _ geometry: VectorSpace.Geometry = .cartesian,
      _ dilatation: VectorBilinearTerm.Dilatation = .pointwise, quadrature: Int? = nil
    ) throws {
      space = VectorSpace(
        try FunctionSpace(mesh, degree: degree), components: mesh.dimension, geometry: geometry)
      plan = VectorAssemblyPlan(space)
      points = try IntegrationPoints(plan, dilatation: dilatation, degree: quadrature)
    }

    func random(_ seed: UInt64) -> [Double] {
      var generator = SeededRandom(seed: seed)
      return (0..<space.dofCount).map { _ in generator.uniform() }
    }

    /// σ = C ε with λ and μ, and its moduli at all points.
    func elastic(
      _ u: [Double], _ lambda: Double, _ mu: Double
    ) -> (stress: [Double], moduli: [Double]) {
      let strain = points.strains(of: u)
      var (stress, moduli) = ([Double](), [Double]())
      for p in 0..<points.count {
        let e = strain[6 * p..<6 * p + 6].map { $0 }
        for i in 0..<6 {
          for j in 0..<6 {
            moduli.append((i < 3 && j < 3 ? lambda : 0) + (i == j ? (i < 3 ? 2 * mu : mu) : 0))
          }
          stress.append((i < 3 ? lambda * (e[0] + e[1] + e[2]) + 2 * mu * e[i] : mu * e[i]))
        }
      }
      return (stress, moduli)
    }
  }

  private static let bodies: [(name: String, body: Body)] = {
    var all: [(String, Body)] = []
    for row in ShapedCase.all {
      let mesh = row.mesh(2, distortion: 0.1, map: ShapedCase.bend)
      if let body = try? Body(mesh, degree: row.degree) { all.append(("\(row)", body)) }
      guard row.dimension == 2 else { continue }
      let ring = row.mesh(2) { $0 + SIMD3(1, 0, 0) }
      if let body = try? Body(ring, degree: row.degree, .axisymmetric) {
        all.append(("\(row), axisymmetric", body))
      }
    }
    return all
  }()

  @Test func `elastic moduli give the matrix of the elastic form, and stresses its forces`() throws
  {
    #expect(Self.bodies.count == ShapedCase.all.count + ShapedCase.all.count { $0.dimension == 2 })
    for (name, body) in Self.bodies {
      let (lambda, mu) = (1.5, 0.7)
      let domain = try #require(body.space.scalar.mesh.region(named: "*"))
      // With the same quadrature on both sides, equal to round-off on bent cells too.
      let rule = try #require(body.points.blocks.first?.rule.degree)
      let points = try IntegrationPoints(body.plan, degree: rule)
      let same = try Body(
        body.space.scalar.mesh, degree: body.space.scalar.degree, body.space.geometry,
        quadrature: rule)
      #expect(points.weights.reduce(0, +) > 0)
      let exact = try same.plan.assemble([
        VectorBilinearTerm(
          .elasticity, .constant(lambda, mu), on: domain, quadratureDegree: rule)
      ])
      let u = same.random(1)
      let (stress, moduli) = same.elastic(u, lambda, mu)
      var matrix = exact
      let force = same.points.assemble(stress: stress, moduli: moduli, into: &matrix)
      let size = exact.values.reduce(0) { max($0, $1.magnitude) }
      let worst = zip(matrix.values, exact.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(worst < 1e-13 * size, "\(name): \(worst / size)")
      let image = exact * u
      let gap = zip(force, image).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(gap < 1e-12 * size, "\(name): \(gap / size)")
      #expect(same.points.force(of: stress) == force, "\(name): one pass or two")
    }
  }

  @Test func `strains of linear displacements are their constants at every point`() throws {
    for (name, body) in Self.bodies where body.space.geometry == .cartesian {
      let d = body.space.components
      let h: [[Double]] = [[0.3, -0.2, 0.5], [0.7, 0.11, -0.4], [-0.6, 0.2, 0.9]]
      let u = body.space.interpolate { p in
        Point((0..<3).map { k in (0..<d).reduce(0.1) { $0 + h[k][$1] * p[$1] } })
      }
      let e =
        d == 3
        ? [h[0][0], h[1][1], h[2][2], h[1][2] + h[2][1], h[0][2] + h[2][0], h[0][1] + h[1][0]]
        : [h[0][0], h[1][1], 0, 0, 0, h[0][1] + h[1][0]]
      let strain = body.points.strains(of: u)
      for (k, value) in strain.enumerated() {
        #expect(abs(value - e[k % 6]) < 1e-12, "\(name)")
      }
    }
  }

  @Test func `moduli without symmetry give the transposed matrix when they are transposed`() throws
  {
    for (name, body) in Self.bodies.prefix(12) {
      var generator = SeededRandom(seed: 5)
      let moduli = (0..<36 * body.points.count).map { _ in generator.uniform() }
      let turned = moduli.indices.map { k in
        let (p, i, j) = (k / 36, k % 36 / 6, k % 6)
        return moduli[36 * p + 6 * j + i]
      }
      let stress = [Double](repeating: 0, count: 6 * body.points.count)
      let zeros = [Double](repeating: 0, count: body.plan.pattern.entryCount)
      var a = SparseMatrix(pattern: body.plan.pattern, values: zeros)
      var b = a
      _ = body.points.assemble(stress: stress, moduli: moduli, into: &a)
      _ = body.points.assemble(stress: stress, moduli: turned, into: &b)
      let gap = (a - b.transposed()).values.reduce(0) { max($0, $1.magnitude) }
      #expect(gap < 1e-12, "\(name): \(gap)")
      // D is the derivative of the stress: K v is the force of the stress D ε(v).
      let v = body.random(3)
      let strain = body.points.strains(of: v)
      var change = stress
      for p in 0..<body.points.count {
        for i in 0..<6 {
          for j in 0..<6 { change[6 * p + i] += moduli[36 * p + 6 * i + j] * strain[6 * p + j] }
        }
      }
      let image = a * v
      let difference = zip(image, body.points.force(of: change)).map { abs($0 - $1) }.max() ?? 1
      #expect(difference < 1e-11, "\(name): \(difference)")
    }
  }

  @Test func `an averaged dilatation is one number in each cell and keeps the deviator`() throws {
    for row in ShapedCase.all where row.degree == 1 && row.filling != .triangles {
      for geometry in row.dimension == 2
        ? [VectorSpace.Geometry.cartesian, .axisymmetric] : [.cartesian]
      {
        let mesh = row.mesh(2, distortion: 0.1) { $0 + SIMD3(1, 0, 0) }
        let plain = try Body(mesh, degree: 1, geometry)
        let mean = try Body(mesh, degree: 1, geometry, .averaged)
        let u = plain.random(2)
        let (a, b) = (plain.points.strains(of: u), mean.points.strains(of: u))
        for block in mean.points.blocks {
          let q = block.rule.count
          for cell in 0..<mesh.blocks[block.block].cellCount {
            var (sum, measure) = (0.0, 0.0)
            for p in block.first + cell * q..<block.first + (cell + 1) * q {
              sum += mean.points.weights[p] * (a[6 * p] + a[6 * p + 1] + a[6 * p + 2])
              measure += mean.points.weights[p]
            }
            for p in block.first + cell * q..<block.first + (cell + 1) * q {
              let trace = b[6 * p] + b[6 * p + 1] + b[6 * p + 2]
              #expect(abs(trace - sum / measure) < 1e-12, "\(row)")
              for k in 0..<6 {
                let own = (a[6 * p] + a[6 * p + 1] + a[6 * p + 2]) / 3
                let kept = a[6 * p + k] - (k < 3 ? own - trace / 3 : 0)
                #expect(abs(b[6 * p + k] - kept) < 1e-12, "\(row)")
              }
            }
          }
        }
        // Forces are the transpose of the same operator.
        let (stress, moduli) = mean.elastic(u, 100, 0.7)
        var matrix = try mean.plan.assemble([
          .shear(.constant(1), on: try #require(mesh.region(named: "*")))
        ])
        let force = mean.points.assemble(stress: stress, moduli: moduli, into: &matrix)
        let image = matrix * u
        let size = matrix.values.reduce(0) { max($0, $1.magnitude) }
        let gap = zip(force, image).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(gap < 1e-13 * size, "\(row)")
      }
    }
  }

  @Test func `forces and tangents have the same bits on one thread and on three`() throws {
    let kept = Threads.count
    defer { Threads.count = kept }
    for (name, body) in Self.bodies.suffix(4) {
      let (stress, moduli) = body.elastic(body.random(8), 2, 1)
      let zeros = [Double](repeating: 0, count: body.plan.pattern.entryCount)
      var matrices = [SparseMatrix<Double>](
        repeating: SparseMatrix(pattern: body.plan.pattern, values: zeros), count: 2)
      var forces: [[Double]] = []
      for (k, threads) in [1, 3].enumerated() {
        Threads.count = threads
        forces.append(body.points.assemble(stress: stress, moduli: moduli, into: &matrices[k]))
      }
      #expect(forces[0] == forces[1] && matrices[0].values == matrices[1].values, "\(name)")
    }
  }
}
