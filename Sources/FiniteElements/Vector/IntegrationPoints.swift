internal import LinearAlgebra
public import Meshes

/// The quadrature points of the cells of a displacement's space: strains there from displacements,
/// and forces and tangents from stresses and moduli there.
///
/// Whatever a mesh stands for, a strain has the six components xx, yy, zz, yz, xz, xy with
/// engineering shears: of a plane mesh zz is zero, or the hoop strain of a body of revolution, and
/// constitutive laws need not know the difference. Points are numbered block after block, cell after
/// cell. Results have the same bits for any number of threads.
public final class IntegrationPoints: Sendable {
  /// The points of one block of cells.
  public struct Block: Sendable {
    /// The block of the mesh.
    public let block: Int
    /// Its place among the blocks of the assembly plan.
    let place: Int
    /// The first point; those of cell c begin at first + c · rule.count.
    public let first: Int
    /// Where on the reference cell.
    public var rule: Quadrature { table.rule }
    let table: VectorTable
  }

  /// The plan of the space.
  public let plan: VectorAssemblyPlan
  /// The blocks of cells of the domain.
  public let blocks: [Block]
  /// The number of points n.
  public let count: Int
  /// The weights times the cells' ratios of measures, with 2πr for bodies of revolution: n.
  public let weights: [Double]
  /// x, y, z of the points, a column of n each.
  public let places: [[Double]]
  /// Whether the dilatation of each point or its mean over the cell (B̄) enters the strain.
  ///
  /// - Source: Hughes, *Generalization of selective integration procedures to anisotropic and
  ///   nonlinear media*, Int. J. Numer. Methods Eng. 15 (1980).
  public let dilatation: VectorBilinearTerm.Dilatation

  /// The space.
  public var space: VectorSpace { plan.space }

  /// Places the points.
  ///
  /// - Parameters:
  ///   - degree: The degree of the quadrature on cells of each shape; nil for 2 p, on straight
  ///     simplices of a plane or solid body 2 (p − 1).
  /// - Throws: `AssemblyError.degenerateCell`.
  public init(
    _ plan: VectorAssemblyPlan, dilatation: VectorBilinearTerm.Dilatation = .pointwise,
    degree: Int? = nil
  ) throws(AssemblyError) {
    self.plan = plan
    self.dilatation = dilatation
    let space = plan.space
    let scalar = space.scalar
    var blocks: [Block] = []
    var (weights, places) = ([Double](), [[Double]](repeating: [], count: 3))
    let zero = [Double](repeating: 0, count: space.dofCount)
    for (place, block) in plan.scalar.blocks.enumerated() {
      let cells = scalar.mesh.blocks[block.block]
      guard cells.dimension == scalar.mesh.dimension else { continue }
      let geometry = scalar.geometricElement(ofBlock: block.block)
      let p = scalar.degree
      let isExact = cells.shape.isSimplex && geometry.degree == 1 && space.geometry == .cartesian
      let rule = Quadrature(cells.shape, degree: degree ?? (isExact ? 2 * (p - 1) : 2 * p))
      blocks.append(
        Block(
          block: block.block, place: place, first: weights.count,
          table: VectorTable(scalar.element(ofBlock: block.block), geometry: geometry, rule: rule)))
      let samples = VectorSamples(
        space, zero, block: block.block, cells: Array(0..<Int32(cells.cellCount)), rule: rule)
      if let bad = samples.weights.firstIndex(where: { !($0 > 0 && $0 < .infinity) }) {
        throw .degenerateCell(block: block.block, cell: bad / rule.count)
      }
      weights += samples.weights
      for axis in 0..<3 { places[axis] += samples.points[axis] }
    }
    (self.blocks, self.weights, self.places) = (blocks, weights, places)
    count = weights.count
  }

  /// The points of the cells of a region of the domain, ascending.
  public func points(of region: Region) -> [Int32] {
    var found: [Int32] = []
    for member in region.members {
      guard let block = blocks.first(where: { $0.block == member.block }) else { continue }
      let q = block.rule.count
      for cell in member.cells {
        let first = block.first + Int(cell) * q
        found += (first..<first + q).map { Int32($0) }
      }
    }
    return found.sorted()
  }

  /// The block of the mesh and the cell that a point lies in, and its place among the cell's points.
  public func cell(ofPoint point: Int) -> (block: Int, cell: Int, place: Int) {
    let block = blocks.last { $0.first <= point } ?? blocks[0]
    let (cell, place) = (point - block.first).quotientAndRemainder(dividingBy: block.rule.count)
    return (block.block, cell, place)
  }

  /// A scalar field of the space of one component at the points: n values.
  public func values(of field: [Double]) -> [Double] {
    precondition(
      field.count == space.scalar.dofCount,
      "\(field.count) values for \(space.scalar.dofCount) nodes")
    var result: [Double] = []
    result.reserveCapacity(count)
    for block in blocks {
      let (n, table) = (block.table.count, block.table)
      let dofs = space.scalar.dofMap.cellDofs[block.block]
      for first in stride(from: 0, to: dofs.count, by: n) {
        for q in 0..<table.rule.count {
          var sum = 0.0
          for j in 0..<n { sum += table.values[q * n + j] * field[Int(dofs[first + j])] }
          result.append(sum)
        }
      }
    }
    return result
  }
}
