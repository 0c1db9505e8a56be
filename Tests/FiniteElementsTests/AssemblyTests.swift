import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

/// The tests that set the number of threads must not run beside each other.
@Suite(.serialized) struct `Parallel assembly` {
  static let cases = [(2, 1), (2, 2), (3, 1), (3, 2)]

  private func coefficient(_ text: String) throws -> Coefficient {
    try Coefficient(Expression(parsing: text, in: ExpressionScope(coordinates: 3, time: false)))
  }

  /// The left, the right and the whole of a box, cell by cell.
  private func halves(_ mesh: Mesh) throws -> [Region] {
    let whole = try #require(mesh.region(named: "domain"))
    let cells = whole.members[0].cells
    let (first, second) = (cells.filter { $0 % 3 == 0 }, cells.filter { $0 % 3 != 0 })
    return [first, second].map {
      Region(
        name: "part", dimension: mesh.dimension, members: [Region.Member(block: 0, cells: $0)])
    } + [whole]
  }

  private func family(_ mesh: Mesh) throws -> [[BilinearTerm]] {
    let regions = try halves(mesh)
    let side = try #require(mesh.region(named: "right"))
    let tensor: [Double] = mesh.dimension == 2 ? [2, 1, 0.3] : [2, 1, 3, 0.1, 0.2, 0.3]
    return [
      [.stiffness(.constant(2), on: regions[0]), .mass(.constant(0.5), on: regions[2])],
      [.stiffness(.constant(tensor), on: regions[1])],
      [.stiffness(try coefficient("1 + x*y"), on: regions[2]), .mass(.constant(3), on: side)],
      [.mass(try coefficient("exp(x)"), on: regions[0])],
      [.stiffness(try coefficient("2 + sin(x)"), on: regions[1])],
      // Multiples of one matrix.
      [.stiffness(.constant(2.7), on: regions[2])],
      [.stiffness(.constant(-0.3), on: regions[2])],
      [.mass(.constant(1.1), on: regions[2])],
      // Operators that act on all cells.
      [.stiffness(try coefficient("2 - x*y"), on: regions[2])],
      [
        .mass(.constant(0.7), on: regions[2]), .stiffness(try coefficient("x"), on: regions[2]),
        .stiffness(.constant(0.9), on: regions[2]),
      ],
      [.stiffness(try coefficient("exp(y)"), on: regions[2]), .mass(.constant(3), on: side)],
      [.stiffness(.constant(tensor), on: regions[2])],
      [
        .stiffness(.constant(tensor), on: regions[2]), .stiffness(.constant(5), on: regions[2]),
      ],
      [.stiffness(try tensorial(mesh.dimension), on: regions[2])],
      [],
    ]
  }

  private func tensorial(_ dimension: Int) throws -> Coefficient {
    let scope = ExpressionScope(coordinates: 3, time: false)
    return try Coefficient(
      ["1 + x", "2 + y", "3 - x*y", "0.1*x", "0.2", "0.3*y"].prefix(dimension == 2 ? 3 : 6)
        .map { try Expression(parsing: $0, in: scope) })
  }

  private func mesh(_ dimension: Int, _ degree: Int) -> Mesh {
    // Several parts of dofs in each case.
    let n = dimension == 2 ? (degree == 1 ? 60 : 30) : (degree == 1 ? 16 : 9)
    return Box(
      size: [Double](repeating: 1, count: dimension),
      cells: [Int](repeating: n, count: dimension), split: .alternating
    ).mesh()
  }

  @Test(arguments: cases)
  func `the bits are the same for one, two and seven threads`(
    dimension: Int, degree: Int
  ) throws {
    let mesh = mesh(dimension, degree)
    let before = Threads.count
    defer { Threads.count = before }
    var matrices: [[[Double]]] = []
    var vectors: [[Double]] = []
    var columns: [[Int32]] = []
    for threads in [1, 2, 7] {
      Threads.count = threads
      let problem = try Diffusion(mesh, degree: degree)
      matrices.append(try problem.plan.assemble(family: family(mesh)).terms.map(\.values))
      vectors.append(
        try problem.plan.assemble([
          .value(try coefficient("sin(x) + y"), on: try problem.region("domain")),
          .value(.constant(2), on: try problem.region("left")),
        ]))
      columns.append(problem.plan.pattern.column)
    }
    // Compared outside `#expect`, which would print all numbers.
    let isSame = [1, 2].allSatisfy {
      matrices[0] == matrices[$0] && vectors[0] == vectors[$0] && columns[0] == columns[$0]
    }
    #expect(isSame)
  }

  @Test(arguments: cases)
  func `a family has the bits of its operators assembled one by one`(
    dimension: Int, degree: Int
  ) throws {
    let mesh = mesh(dimension, degree)
    let problem = try Diffusion(mesh, degree: degree)
    let family = try family(mesh)
    let together = try problem.plan.assemble(family: family)
    for (terms, matrix) in zip(family, together.terms) {
      let alone = try problem.plan.assemble(terms)
      let isSame = alone.values == matrix.values
      #expect(isSame)
      #expect(alone.pattern === matrix.pattern)
      var again = SparseMatrix<Double>(pattern: problem.plan.pattern)
      for k in again.values.indices { again.values[k] = 1e9 }
      try problem.plan.assemble(terms, into: &again)
      let isSameAgain = again.values == alone.values
      #expect(isSameAgain)
    }
  }

  @Test(arguments: cases)
  func `families of every size have the bits of their operators`(
    dimension: Int, degree: Int
  ) throws {
    let mesh = mesh(dimension, degree)
    let problem = try Diffusion(mesh, degree: degree)
    let domain = try problem.region("domain")
    let texts = ["1 + x", "2 - y", "exp(x)", "1 + x*y", "3 - x*x"]
    let family = try texts.map { [BilinearTerm.stiffness(try coefficient($0), on: domain)] }
    let alone = try family.map { try problem.plan.assemble($0).values }
    for count in 1...texts.count {
      let together = try problem.plan.assemble(family: Array(family[..<count]))
      for (matrix, values) in zip(together.terms, alone) {
        let isSame = matrix.values == values
        #expect(isSame)
      }
    }
  }

  @Test(arguments: cases)
  func `an operator with a constant is the sum of its parts with expressions`(
    dimension: Int, degree: Int
  ) throws {
    let mesh = mesh(dimension, degree)
    let problem = try Diffusion(mesh, degree: degree)
    let regions = try halves(mesh)
    for region in regions {
      let family = try problem.plan.assemble(family: [
        [.stiffness(.constant(2.5), on: region)],
        [.stiffness(try coefficient("2 + x"), on: region)],
        [.stiffness(try coefficient("0.5 - x"), on: region)],
        [
          .stiffness(try coefficient("2 + x"), on: region), .mass(.constant(1), on: region),
          .stiffness(try coefficient("0.5 - x"), on: region), .mass(.constant(-1), on: region),
        ],
        [.stiffness(try isotropic("2.5", dimension), on: region)],
        [.stiffness(try isotropic("2 + x", dimension), on: region)],
      ]).terms.map(\.values)
      let scale = family[0].map(abs).max() ?? 0
      var largest = 0.0
      for k in family[0].indices {
        largest = max(
          largest, abs(family[1][k] + family[2][k] - family[0][k]),
          abs(family[3][k] - family[0][k]), abs(family[4][k] - family[0][k]),
          abs(family[5][k] - family[1][k]))
      }
      #expect(scale > 0)
      #expect(largest < 1e-14 * scale)
    }
  }

  /// The multiple of the unit tensor.
  private func isotropic(_ text: String, _ dimension: Int) throws -> Coefficient {
    let scope = ExpressionScope(coordinates: 3, time: false)
    let zeros = dimension == 2 ? ["0"] : ["0", "0", "0"]
    return try Coefficient(
      ([String](repeating: text, count: dimension) + zeros)
        .map { try Expression(parsing: $0, in: scope) })
  }

  @Test(arguments: cases)
  func `operators on disjoint regions sum to the operator on their union`(
    dimension: Int, degree: Int
  ) throws {
    let mesh = mesh(dimension, degree)
    let problem = try Diffusion(mesh, degree: degree)
    let regions = try halves(mesh)
    let parts = try problem.plan.assemble(
      family: regions.map { [.stiffness(.constant(1), on: $0)] })
    let sum = AffineSum(Array(parts.terms[0..<2])).combined(with: [1.0, 1.0])
    let scale = parts.terms[2].values.map(abs).max() ?? 0
    for (a, b) in zip(sum.values, parts.terms[2].values) { #expect(abs(a - b) < 1e-14 * scale) }
  }

  @Test(arguments: cases)
  func `assembled entries are the integrals of products of basis functions`(
    dimension: Int, degree: Int
  ) throws {
    let mesh = Box(
      size: [1, 0.7, 1.3].prefix(dimension).map { $0 },
      cells: [Int](repeating: 2, count: dimension)
    ).mesh()
    let problem = try Diffusion(mesh, degree: degree)
    let space = problem.space
    let domain = try problem.region("domain")
    let a = try problem.plan.assemble([
      .stiffness(try coefficient("1 + x"), on: domain),
      .mass(try coefficient("2 - y"), on: domain),
    ])
    // By polarisation of the energies of sums of basis functions, integrated as fields.
    func energy(_ u: [Double]) throws -> Double {
      let scope = ExpressionScope(coordinates: 3, time: false, fields: ["u"])
      let text =
        dimension == 2
        ? "(1 + x)*(dx(u)^2 + dy(u)^2) + (2 - y)*u^2"
        : "(1 + x)*(dx(u)^2 + dy(u)^2 + dz(u)^2) + (2 - y)*u^2"
      return try Field(space, u).integral(
        of: Expression(parsing: text, in: scope), over: domain, quadratureDegree: 6)
    }
    var random = SeededRandom(seed: 3)
    for _ in 0..<5 {
      let u = (0..<space.dofCount).map { _ in random.uniform() }
      let wanted = try energy(u)
      #expect(abs(a.bilinear(u, u) - wanted) < 1e-12 * wanted)
    }
    let i = space.dofCount / 2
    for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1] {
      let j = Int(a.pattern.column[k])
      var (sum, difference) = (
        [Double](repeating: 0, count: space.dofCount), [Double](repeating: 0, count: space.dofCount)
      )
      sum[i] += 1
      sum[j] += 1
      difference[i] += 1
      difference[j] -= 1
      let wanted = try (energy(sum) - energy(difference)) / 4
      #expect(abs(a[i, j] - wanted) < 1e-13 * abs(a[i, i]))
    }
  }

  @Test(arguments: [700, 70_000])
  func `a hub with very many neighbours is assembled like any other point`(count: Int) throws {
    var coordinates = [0.0, 0.0]
    var triangles: [Int32] = []
    for k in 0..<count {
      let angle = 2 * Double.pi * Double(k) / Double(count)
      coordinates += [cosine(angle), cosine(angle - .pi / 2)]
      triangles += [0, Int32(k + 1), Int32((k + 1) % count + 1)]
    }
    let mesh = Mesh(
      dimension: 2, coordinates: coordinates,
      blocks: [CellBlock(shape: .triangle, order: 1, connectivity: triangles)])
    for degree in [1, 2] {
      let problem = try Diffusion(mesh, degree: degree)
      let domain = try problem.region("*")
      let a = try problem.plan.assemble([.stiffness(.constant(1), on: domain)])
      let u = problem.space.interpolate { $0.x }
      // Slivers of a fraction of a degree: entries grow with the count and cancel.
      #expect(abs(a.bilinear(u, u) - mesh.measure(of: domain)) < 1e-16 * Double(count * count))
    }
  }

  @Test func `cells of one shape in several blocks are assembled like one block`() throws {
    let mesh = Box(size: [1, 1], cells: [7, 5]).mesh()
    let nodes = mesh.blocks[0].connectivity
    let split = Mesh(
      dimension: 2, coordinates: mesh.coordinates,
      blocks: [
        CellBlock(shape: .triangle, order: 1, connectivity: Array(nodes[..<90])),
        CellBlock(shape: .triangle, order: 1, connectivity: Array(nodes[90...])),
      ])
    for degree in [1, 2] {
      let values = try [mesh, split].map { mesh -> [Double] in
        let problem = try Diffusion(mesh, degree: degree)
        let domain = try problem.region("*")
        return try problem.plan.assemble([.stiffness(.constant(1), on: domain)]).values
      }
      let isSame = values[0] == values[1]
      #expect(isSame)
    }
  }

  @Test func `what cannot be integrated is refused`() throws {
    let mesh = Box(size: [1, 1], cells: [3, 3]).mesh()
    let problem = try Diffusion(mesh, degree: 1)
    let domain = try problem.region("domain")
    let left = try problem.region("left")
    #expect(throws: AssemblyError.wrongDimension(region: "left", dimension: 1, allowed: 2...2)) {
      try problem.plan.assemble([.stiffness(.constant(1), on: left)])
    }
    #expect(
      throws: AssemblyError.wrongComponentCount(region: "domain", count: 2, allowed: [1, 3])
    ) { try problem.plan.assemble([.stiffness(.constant(1, 2), on: domain)]) }
    #expect(throws: AssemblyError.notFinite(region: "domain", point: [])) {
      try problem.plan.assemble([.mass(.constant(.nan), on: domain)])
    }
    #expect(throws: AssemblyError.self) {
      try problem.plan.assemble([.mass(try coefficient("log(x - 0.5)"), on: domain)])
    }
    var coordinates = mesh.coordinates
    (coordinates[2 * 5], coordinates[2 * 5 + 1]) = (0.99, 0.99)
    let tangled = try Diffusion(mesh.moved(to: coordinates), degree: 1)
    #expect(throws: AssemblyError.self) {
      try tangled.plan.assemble([.stiffness(.constant(1), on: domain)])
    }
    #expect(throws: AssemblyError.self) {
      try tangled.plan.assemble([.stiffness(try coefficient("1 + x"), on: domain)])
    }
  }
}
