import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

@Suite struct `Assembly of vector forms` {
  /// Distorted meshes of the plane and of space, straight and curved.
  private static let meshes: [(name: String, mesh: Mesh, degree: Int)] = {
    var all: [(String, Mesh, Int)] = []
    for dimension in [2, 3] {
      if let nasty = try? NastyMesh.read(dimension) {
        all += [("nasty \(dimension)D P1", nasty, 1), ("nasty \(dimension)D P2", nasty, 2)]
      }
      all.append(("bent \(dimension)D P2", NastyMesh.bentBox(dimension, 2), 2))
    }
    return all
  }()

  private func rigidModes(_ space: VectorSpace) -> [[Double]] {
    let d = space.scalar.mesh.dimension
    var modes: [[Double]] = (0..<d).map { axis in
      space.interpolate { _ in
        var unit = Point.zero
        unit[axis] = 1
        return unit
      }
    }
    let turns: [(Point) -> Point] = [
      { Point(-$0.y, $0.x, 0) }, { Point(0, -$0.z, $0.y) }, { Point($0.z, 0, -$0.x) },
    ]
    modes += turns.prefix(d == 2 ? 1 : 3).map { space.interpolate($0) }
    return modes
  }

  @Test func `rigid motions are in the kernel and the matrix is symmetric`() throws {
    for (name, mesh, degree) in Self.meshes {
      let space = VectorSpace(
        try FunctionSpace(mesh, degree: degree), components: mesh.dimension)
      let plan = VectorAssemblyPlan(space)
      let domain = try #require(mesh.region(named: "*"))
      let k = try plan.assemble([.elasticity(.constant(1.5, 0.7), on: domain)])
      let size = k.values.reduce(0) { max($0, $1.magnitude) }
      for mode in rigidModes(space) {
        let image = (k * mode).reduce(0) { max($0, $1.magnitude) }
        #expect(image < 1e-12 * size, "\(name): \(image / size)")
      }
      let difference = (k - k.transposed()).values.reduce(0) { max($0, $1.magnitude) }
      #expect(difference <= 1e-14 * size, "\(name)")
    }
  }

  @Test func `a full stiffness, Lamé's coefficients and their two parts give one matrix`() throws {
    for (name, mesh, degree) in Self.meshes {
      let space = VectorSpace(
        try FunctionSpace(mesh, degree: degree), components: mesh.dimension)
      let plan = VectorAssemblyPlan(space)
      let domain = try #require(mesh.region(named: "*"))
      let (l, m) = (1.5, 0.7)
      let p = l + 2 * m
      let full =
        mesh.dimension == 2
        ? [p, l, 0, p, 0, m]
        : [p, l, l, 0, 0, 0, p, l, 0, 0, 0, p, 0, 0, 0, m, 0, 0, m, 0, m]
      let a = try plan.assemble([.elasticity(.constant(l, m), on: domain)])
      let b = try plan.assemble([.elasticity(.constant(full), on: domain)])
      let c = try plan.assemble([
        .dilatation(.constant(l), on: domain), .shear(.constant(m), on: domain),
      ])
      let size = a.values.reduce(0) { max($0, $1.magnitude) }
      for other in [b, c] {
        let difference = (a - other).values.reduce(0) { max($0, $1.magnitude) }
        #expect(difference < 1e-13 * size, "\(name): \(difference / size)")
      }
    }
  }

  @Test func `the mass of each component is the scalar mass, and springs add up`() throws {
    for (name, mesh, degree) in Self.meshes {
      let scalar = try FunctionSpace(mesh, degree: degree)
      let space = VectorSpace(scalar, components: mesh.dimension)
      let plan = VectorAssemblyPlan(space)
      let domain = try #require(mesh.region(named: "*"))
      let mass = try plan.assemble([.mass(.constant(2), on: domain)])
      let one = try plan.scalar.assemble([.mass(.constant(2), on: domain)])
      let c = space.components
      let size = one.values.reduce(0) { max($0, $1.magnitude) }
      for row in stride(from: 0, to: scalar.dofCount, by: 7) {
        for k in one.pattern.rowStart[row]..<one.pattern.rowStart[row + 1] {
          let column = Int(one.pattern.column[k])
          for (i, j) in [(0, 0), (1, 1), (0, 1), (c - 1, c - 1)] {
            let expected = i == j ? one.values[k] : 0
            let found = mass[c * row + i, c * column + j]
            #expect(abs(found - expected) <= 1e-14 * size, "\(name)")
          }
        }
      }
    }
    let mesh = Box(size: [2, 1], cells: [3, 2]).mesh()
    let space = VectorSpace(try FunctionSpace(mesh, degree: 1), components: 2)
    let plan = VectorAssemblyPlan(space)
    let right = try #require(mesh.region(named: "right", dimension: 1))
    let normal = try plan.assemble([.normalFoundation(.constant(3), on: right)])
    let tensor = try plan.assemble([.foundation(.constant(3, 0, 0), on: right)])
    #expect((normal - tensor).values.allSatisfy { abs($0) < 1e-14 })
    let ones = space.interpolate { _ in Point(1, 1, 0) }
    #expect(abs(normal.bilinear(ones, ones) - 3) < 1e-14)
  }

  @Test func `a pressure around a body pushes nowhere, and on one side along its normal`() throws {
    for (name, mesh, degree) in Self.meshes where name.hasPrefix("bent") {
      let space = VectorSpace(
        try FunctionSpace(mesh, degree: degree), components: mesh.dimension)
      let plan = VectorAssemblyPlan(space)
      let sides = ["left", "right", "bottom", "top", "front", "back"].prefix(2 * mesh.dimension)
      let terms = try sides.map { side in
        VectorLinearTerm.pressure(
          .constant(1), on: try #require(mesh.region(named: side, dimension: mesh.dimension - 1)))
      }
      let load = try plan.assemble(terms)
      for component in 0..<mesh.dimension {
        let sum = space.component(component, of: load).reduce(0, +)
        #expect(abs(sum) < 1e-13, "\(name): \(sum)")
      }
      // Work against x is −∫ p n·x = −d × volume.
      let place = space.interpolate { $0 }
      let volume = mesh.measure(of: try #require(mesh.region(named: "*")))
      #expect(abs(dot(load, place) + Double(mesh.dimension) * volume) < 1e-12, "\(name)")
    }
    let box = Box(size: [2, 1], cells: [2, 2]).mesh()
    let space = VectorSpace(try FunctionSpace(box, degree: 1), components: 2)
    let right = try #require(box.region(named: "right", dimension: 1))
    let load = try VectorAssemblyPlan(space).assemble([.pressure(.constant(5), on: right)])
    #expect(abs(space.component(0, of: load).reduce(0, +) + 5) < 1e-14)
  }

  @Test func `a stress does work on a strain, and a gradient on a gradient`() throws {
    for (name, mesh, degree) in Self.meshes {
      let d = mesh.dimension
      let space = VectorSpace(try FunctionSpace(mesh, degree: degree), components: d)
      let plan = VectorAssemblyPlan(space)
      let domain = try #require(mesh.region(named: "*"))
      let stress = (0..<space.strainCount).map { Double($0 + 1) }
      let load = try plan.assemble([.stress(.constant(stress), on: domain)])
      // u = (2x + y, 3y − z, z + x): engineering strains.
      let u = space.interpolate { Point(2 * $0.x + $0.y, 3 * $0.y - $0.z, $0.z + $0.x) }
      let strain: [Double] = d == 2 ? [2, 3, 1] : [2, 3, 1, -1, 1, 1]
      let volume = (try plan.scalar.assemble([.value(.constant(1), on: domain)])).reduce(0, +)
      #expect(abs(dot(load, u) - dot(stress, strain) * volume) < 1e-11, "\(name)")
      let slopes: [Double] = d == 2 ? [2, 1, 0, 3] : [2, 1, 0, 0, 3, -1, 1, 0, 1]
      let weights = (0..<d * d).map { Double($0) - 1.5 }
      let other = try plan.assemble([.gradient(.constant(weights), on: domain)])
      #expect(abs(dot(other, u) - dot(weights, slopes) * volume) < 1e-11, "\(name)")
    }
  }

  @Test func `bodies of revolution weigh 2 pi r and have a hoop strain`() throws {
    let mesh = Box(size: [2, 3], cells: [3, 4], origin: [1, 0], split: .alternating).mesh()
    let domain = try #require(mesh.region(named: "*"))
    for degree in [1, 2] {
      let space = VectorSpace(
        try FunctionSpace(mesh, degree: degree), components: 2, geometry: .axisymmetric)
      let plan = VectorAssemblyPlan(space)
      let volume = Double.pi * (9 - 1) * 3
      let force = try plan.assemble([.force(.constant(0, 1), on: domain)])
      #expect(abs(force.reduce(0, +) - volume) < 1e-11)
      // u = (r, 0): ε = (1, 0, 1, 0), so the energy is 4 (λ + μ) per volume.
      let stiffness = try plan.assemble([.elasticity(.constant(1.5, 0.7), on: domain)])
      let full = try plan.assemble([
        .elasticity(.constant([2.9, 1.5, 1.5, 0, 2.9, 1.5, 0, 2.9, 0, 0.7]), on: domain)
      ])
      let u = space.interpolate { Point($0.x, 0, 0) }
      #expect(abs(stiffness.bilinear(u, u) - 4 * 2.2 * volume) < 1e-9)
      let size = stiffness.values.reduce(0) { max($0, $1.magnitude) }
      #expect((stiffness - full).values.allSatisfy { abs($0) < 1e-13 * size })
      let rise = space.interpolate { _ in Point(0, 1, 0) }
      #expect((stiffness * rise).allSatisfy { abs($0) < 1e-12 * size })
      let hoop = try plan.assemble([.stress(.constant(0, 0, 1, 0), on: domain)])
      #expect(abs(dot(hoop, u) - volume) < 1e-11)
    }
  }

  @Test func `assembly gives the same bits on one thread and on several`() throws {
    let mesh = Box(size: [1, 1, 1], cells: [7, 7, 7]).mesh()
    let space = VectorSpace(try FunctionSpace(mesh, degree: 1), components: 3)
    let plan = VectorAssemblyPlan(space)
    let domain = try #require(mesh.region(named: "*"))
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let one = try plan.assemble([.elasticity(.constant(1.5, 0.7), on: domain)])
    Threads.count = 3
    let three = try plan.assemble([.elasticity(.constant(1.5, 0.7), on: domain)])
    #expect(one.values == three.values)
  }

  @Test func `wrong regions and coefficients are refused with what fits`() throws {
    let mesh = Box(size: [1, 1], cells: [2, 2]).mesh()
    let plan = VectorAssemblyPlan(VectorSpace(try FunctionSpace(mesh, degree: 1), components: 2))
    let domain = try #require(mesh.region(named: "*"))
    let left = try #require(mesh.region(named: "left", dimension: 1))
    #expect(throws: AssemblyError.wrongDimension(region: "left", dimension: 1, allowed: 2...2)) {
      try plan.assemble([.elasticity(.constant(1, 1), on: left)])
    }
    #expect(
      throws: AssemblyError.wrongComponentCount(region: "*", count: 3, allowed: [2, 6])
    ) { try plan.assemble([.elasticity(.constant(1, 1, 1), on: domain)]) }
    #expect(throws: AssemblyError.wrongDimension(region: "*", dimension: 2, allowed: 1...1)) {
      try plan.assemble([.pressure(.constant(1), on: domain)])
    }
    #expect(throws: AssemblyError.notFinite(region: "*", point: [])) {
      try plan.assemble([.mass(.constant(.nan), on: domain)])
    }
  }
}
