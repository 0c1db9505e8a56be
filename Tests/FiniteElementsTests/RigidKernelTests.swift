import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

@Suite struct `Rigid motions of cells of every shape` {
  /// A row of the table with a way to see the dilatation.
  struct Body: CustomStringConvertible, Sendable {
    let row: ShapedCase
    let dilatation: VectorBilinearTerm.Dilatation
    var description: String { "\(row), \(dilatation) dilatation" }

    static let all = ShapedCase.all.flatMap { row in
      [VectorBilinearTerm.Dilatation.pointwise, .averaged].map { Body(row: row, dilatation: $0) }
    }

    /// The stiffness of a material that varies.
    func stiffness(_ mesh: Mesh) throws -> (space: VectorSpace, matrix: SparseMatrix<Double>) {
      let d = row.dimension
      let space = VectorSpace(try FunctionSpace(mesh, degree: row.degree), components: d)
      let scope = ExpressionScope(coordinates: 3, time: false)
      let lame = try Coefficient(
        ["2 + x", "1 + y*y"].map { try Expression(parsing: $0, in: scope) })
      let domain = mesh.topology.everything(ofDimension: d)
      return (
        space,
        try VectorAssemblyPlan(space).assemble([
          .elasticity(lame, on: domain, dilatation: dilatation)
        ])
      )
    }
  }

  private func motions(_ space: VectorSpace) -> [[Double]] {
    let d = space.components
    let axes = [Point(1, 0, 0), Point(0, 1, 0), Point(0, 0, 1)].prefix(d)
    let turns: [(Point) -> Point] =
      [{ Point(-$0.y, $0.x, 0) }]
      + (d == 3 ? [{ Point(0, -$0.z, $0.y) }, { Point($0.z, 0, -$0.x) }] : [])
    return axes.map { axis in space.interpolate { _ in axis } } + turns.map(space.interpolate)
  }

  @Test(arguments: Body.all)
  func `they cost no energy and no force, and the stiffness is symmetric`(body: Body) throws {
    // Curved where the cells have nodes to be so.
    let (space, matrix) = try body.stiffness(
      body.row.mesh(2, distortion: 0.2, map: ShapedCase.bend))
    #expect(matrix.isSymmetric(tolerance: 1e-13))
    let size = matrix.diagonal.max() ?? 0
    for motion in motions(space) {
      let force = (matrix * motion).map(\.magnitude).max() ?? .infinity
      #expect(force <= 1e-13 * size, "\(force / size) of the stiffness")
    }
  }

  @Test(arguments: Body.all)
  func `nothing else is without energy`(body: Body) throws {
    let n = body.row.dimension == 2 || body.row.filling == .solidMixture ? 2 : 1
    let (space, matrix) = try body.stiffness(body.row.mesh(n, map: ShapedCase.bend))
    var dense = DenseMatrix<Double>(rowCount: matrix.rowCount, columnCount: matrix.columnCount)
    for i in 0..<matrix.rowCount {
      for k in matrix.pattern.rowStart[i]..<matrix.pattern.rowStart[i + 1] {
        dense[i, Int(matrix.pattern.column[k])] = matrix.values[k]
      }
    }
    let values = try SymmetricEigen(dense).values
    let (largest, count) = (values.max() ?? 0, space.components == 2 ? 3 : 6)
    #expect(values.allSatisfy { $0 > -1e-13 * largest })
    #expect(values.count { $0 <= 1e-12 * largest } == count)
    #expect(values.count { $0 <= 1e-5 * largest } == count)
  }
}
