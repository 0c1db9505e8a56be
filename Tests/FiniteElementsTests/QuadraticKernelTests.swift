import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

/// The closed forms on straight quadratic simplices against the kernel for everything, which takes
/// varying tensors: the same scalar on the diagonal of a tensor must give the same matrix.
@Suite struct `Quadratic simplices` {
  static let dimensions = [2, 3]

  private func expression(_ text: String) throws -> Expression {
    try Expression(parsing: text, in: ExpressionScope(coordinates: 3, time: false))
  }

  private func coefficient(_ texts: [String]) throws -> Coefficient {
    try Coefficient(texts.map { try expression($0) })
  }

  /// A varying tensor with the scalar on its diagonal.
  private func diagonal(_ text: String, _ dimension: Int) throws -> Coefficient {
    try coefficient(
      (0..<dimension).map { _ in text }
        + (0..<dimension * (dimension - 1) / 2).map { _ in "1e-300*x" })
  }

  /// The largest difference of two matrices over the largest entry.
  private func distance(
    _ a: SparseMatrix<Double>, _ b: SparseMatrix<Double>
  ) -> Double {
    let largest = a.values.reduce(0) { max($0, abs($1)) }
    return zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
  }

  /// Straight cells of first and of second order, some bent cells among straight ones, all bent.
  private func meshes(_ dimension: Int) throws -> [Mesh] {
    let nasty = try NastyMesh.read(dimension)
    let second = nasty.withEdgeNodes()
    var coordinates = second.coordinates
    let bump = second.pointCount - 1
    for axis in 0..<dimension { coordinates[bump * dimension + axis] += 1e-3 }
    return [nasty, second, second.moved(to: coordinates), NastyMesh.bentBox(dimension, 3)]
  }

  @Test(arguments: dimensions)
  func `a varying scalar gives the matrix of the tensor with this diagonal`(
    dimension: Int
  ) throws {
    for mesh in try meshes(dimension) {
      let plan = AssemblyPlan(try FunctionSpace(mesh, degree: 2))
      let whole = mesh.topology.everything(ofDimension: dimension)
      for text in ["1 + x*y", "exp(x - y)"] {
        let scalar = try plan.assemble([.stiffness(try coefficient([text]), on: whole)])
        let tensor = try plan.assemble([.stiffness(try diagonal(text, dimension), on: whole)])
        #expect(distance(tensor, scalar) <= 1e-14)
      }
    }
  }

  @Test(arguments: dimensions)
  func `constants give the matrix of coefficients that hardly vary`(dimension: Int) throws {
    let constants: [[Double]] =
      dimension == 2
      ? [[1.7], [2, 1, 0.3]] : [[1.7], [2, 1, 3, 0.1, 0.2, 0.3]]
    for mesh in try meshes(dimension) {
      let plan = AssemblyPlan(try FunctionSpace(mesh, degree: 2))
      let whole = mesh.topology.everything(ofDimension: dimension)
      let cells = whole.members[0].cells.filter { $0 % 3 != 1 }
      let part = Region(
        name: "part", dimension: dimension,
        members: [Region.Member(block: whole.members[0].block, cells: cells)])
      for region in [whole, part] {
        for constant in constants {
          let closed = try plan.assemble([.stiffness(.constant(constant), on: region)])
          let text = constant.map { "\($0) + 1e-300*x" }
          let general =
            constant.count == 1
            ? try diagonal(text[0], dimension) : try coefficient(text)
          let reference = try plan.assemble([.stiffness(general, on: region)])
          #expect(distance(reference, closed) <= 1e-14)
        }
        let closed = try plan.assemble([.mass(.constant(3), on: region)])
        let reference = try plan.assemble([
          .mass(try coefficient(["3 + 1e-300*x"]), on: region)
        ])
        #expect(distance(reference, closed) <= 2e-14)
      }
    }
  }

  @Test(arguments: dimensions)
  func `a coefficient that is not finite is named with its point`(dimension: Int) throws {
    let mesh = Box(
      size: [Double](repeating: 1, count: dimension),
      cells: [Int](repeating: 2, count: dimension)
    ).mesh()
    let plan = AssemblyPlan(try FunctionSpace(mesh, degree: 2))
    let whole = mesh.topology.everything(ofDimension: dimension)
    let error = #expect(throws: AssemblyError.self) {
      _ = try plan.assemble([.stiffness(try coefficient(["log(x - 0.5)"]), on: whole)])
    }
    guard case .notFinite(_, let point) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(point.count == dimension && point[0] <= 0.5)
  }

  @Test(arguments: dimensions)
  func `a cell turned inside out is named`(dimension: Int) throws {
    let mesh = Box(
      size: [Double](repeating: 1, count: dimension),
      cells: [Int](repeating: 2, count: dimension)
    ).mesh()
    let block = mesh.topology.blockIndices(ofDimension: dimension)[0]
    let count = dimension + 1
    var coordinates = mesh.coordinates
    // The first corner of the first cell goes far through the opposite side.
    let corner = Int(mesh.blocks[block].connectivity[0])
    for axis in 0..<dimension { coordinates[corner * dimension + axis] += 3 }
    let plan = AssemblyPlan(try FunctionSpace(mesh.moved(to: coordinates), degree: 2))
    let whole = plan.space.mesh.topology.everything(ofDimension: dimension)
    let error = #expect(throws: AssemblyError.self) {
      _ = try plan.assemble([.stiffness(.constant(1), on: whole)])
    }
    guard case .degenerateCell(block, let cell) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(
      mesh.blocks[block].connectivity[cell * count..<(cell + 1) * count].contains(Int32(corner)))
  }
}
