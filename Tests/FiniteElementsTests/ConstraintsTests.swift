import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

@Suite struct `Linear constraints` {
  private func equation(
    _ terms: [(Int32, Double)], _ value: Double = 0, source: Int = 0
  ) -> ConstraintEquation {
    ConstraintEquation(
      terms.map { (dof: $0.0, weight: $0.1) }, values: [value], source: source)
  }

  @Test func `every vector of the constrained space satisfies the equations`() throws {
    let equations = [
      equation([(0, 1), (1, 2), (2, -1)], 3), equation([(1, 1), (2, 1)], 1),
      equation([(5, 2)], 8), equation([(6, 0.6), (7, 0.8)]),
    ]
    let constraints = try Constraints(dofCount: 9, equations, liftCount: 1)
    #expect(constraints.free.count == 5)
    #expect(!constraints.isRestriction)
    var random = SeededRandom(seed: 3)
    let u = constraints.field(
      free: constraints.free.map { _ in random.uniform() }, lifts: [1])
    for e in equations {
      let left = e.terms.reduce(0) { $0 + $1.weight * u[Int($1.dof)] }
      #expect(abs(left - e.values[0]) < 1e-14)
    }
    // The component with the larger weight is the one expressed by the other.
    #expect(constraints.dependents.contains { $0.dof == 7 } && constraints.free.contains(6))
  }

  @Test func `equations that follow from others are counted, and contradictions named`() throws {
    let twice = [equation([(0, 1), (1, 1)], 2), equation([(0, 2), (1, 2)], 4, source: 1)]
    #expect(try Constraints(dofCount: 2, twice, liftCount: 1).redundantCount == 1)
    let against = [equation([(0, 1), (1, 1)], 2), equation([(0, 2), (1, 2)], 5, source: 1)]
    #expect(throws: ConstraintError.contradiction(sources: [0, 1], place: [])) {
      try Constraints(dofCount: 2, against, liftCount: 1)
    }
    #expect(throws: ConstraintError.empty(source: 4)) {
      try Constraints(dofCount: 2, [equation([], 1, source: 4)], liftCount: 1)
    }
  }

  @Test func `the reduced matrix is the triple product, and for prescribed dofs the restriction`()
    throws
  {
    let mesh = Box(size: [1, 1], cells: [4, 4], split: .alternating).mesh()
    let space = VectorSpace(try FunctionSpace(mesh, degree: 1), components: 2)
    let domain = try #require(mesh.region(named: "*"))
    let matrix = try VectorAssemblyPlan(space).assemble([
      .elasticity(.constant(1, 1), on: domain), .mass(.constant(1), on: domain),
    ])
    var equations = [equation([(3, 1)]), equation([(10, 1)])]
    let restriction = try Constraints(dofCount: space.dofCount, equations, liftCount: 1)
    #expect(restriction.isRestriction)
    let reduced = ConstrainedPattern(matrix.pattern, restriction).apply(matrix)
    let expected = matrix.restricted(rows: restriction.free, columns: restriction.free)
    #expect(reduced.values == expected.values)
    equations += [
      equation([(20, 1), (21, 1), (36, -0.5)]), equation([(21, 1), (22, 0.25)]),
      equation([(40, 1), (49, -1)]),
    ]
    let general = try Constraints(dofCount: space.dofCount, equations, liftCount: 1)
    let product = ConstrainedPattern(matrix.pattern, general).apply(matrix)
    var random = SeededRandom(seed: 5)
    for _ in 0..<3 {
      let (x, y) = (
        general.free.map { _ in random.uniform() - 0.5 },
        general.free.map { _ in random.uniform() - 0.5 }
      )
      let full = matrix.bilinear(general.field(free: x), general.field(free: y))
      #expect(abs(product.bilinear(x, y) - full) < 1e-13)
      let load = (0..<space.dofCount).map { _ in random.uniform() }
      #expect(abs(dot(general.reduced(load), x) - dot(load, general.field(free: x))) < 1e-13)
    }
  }

  @Test func `a corner of a box has three normals, an edge two, a face one, a round face one`()
    throws
  {
    let mesh = Box(size: [1, 2, 3], cells: [2, 2, 2]).mesh()
    let scalar = try FunctionSpace(mesh, degree: 2)
    let names = ["left", "front", "bottom"]
    var equations: [ConstraintEquation] = []
    for (k, name) in names.enumerated() {
      let normals = try NodeNormals(
        scalar, on: try #require(mesh.region(named: name, dimension: 2)))
      #expect(normals.normals.count == 25)
      equations += normals.equations(components: 3, liftCount: 0, source: k)
    }
    let constraints = try Constraints(
      dofCount: 3 * scalar.dofCount, equations, liftCount: 0)
    #expect(constraints.isRestriction)
    #expect(constraints.dependents.count == 75)
    let disc = NastyMesh.curvedDisc(3)
    let space = try FunctionSpace(disc, degree: 2)
    let rim = try NodeNormals(space, on: try #require(disc.region(named: "rim", dimension: 1)))
    #expect(rim.normals.count == 36)
    for (dof, normal) in rim.normals {
      let place = space.place(ofDof: Int(dof))
      #expect(abs(abs((place * normal).sum()) - 1) < 2e-3)
    }
  }
}
