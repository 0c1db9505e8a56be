public import LinearAlgebra
internal import Meshes

/// The pattern of matrices that couple two spaces on one mesh: a row for each dof of the test space,
/// a column for each of the trial space.
///
/// Degree 2 for a velocity and degree 1 for a pressure is the Taylor–Hood pair.
/// - Source: Taylor and Hood, *A numerical solution of the Navier–Stokes equations using the finite
///   element technique*, Computers & Fluids 1 (1973).
public final class MixedAssemblyPlan: Sendable {
  /// The space of q.
  public let test: FunctionSpace
  /// The space of u.
  public let trial: FunctionSpace
  /// The pattern shared by all matrices.
  public let pattern: SparsityPattern

  /// Plans the assembly on two spaces over one mesh.
  ///
  /// - Complexity: Linear in the number of entries.
  public init(test: FunctionSpace, trial: FunctionSpace) {
    precondition(test.mesh.topology === trial.mesh.topology, "two spaces on different meshes")
    (self.test, self.trial) = (test, trial)
    let mesh = test.mesh
    var neighbours = [[Int32]](repeating: [], count: test.dofCount)
    for block in mesh.topology.blockIndices(ofDimension: mesh.dimension) {
      let (rows, columns) = (test.dofMap.cellDofs[block], trial.dofMap.cellDofs[block])
      let (m, n) = (test.dofMap.dofsPerCell[block], trial.dofMap.dofsPerCell[block])
      for cell in 0..<mesh.blocks[block].cellCount {
        let mine = columns[cell * n..<(cell + 1) * n]
        for row in rows[cell * m..<(cell + 1) * m] { neighbours[Int(row)] += mine }
      }
    }
    var rowStart = [0]
    var column: [Int32] = []
    for row in neighbours.indices {
      neighbours[row].sort()
      var last: Int32 = -1
      for j in neighbours[row] where j != last {
        column.append(j)
        last = j
      }
      neighbours[row] = []
      rowStart.append(column.count)
    }
    pattern = SparsityPattern(
      rowCount: test.dofCount, columnCount: trial.dofCount, rowStart: rowStart, column: column)
  }

  /// The matrix of a sum of terms.
  ///
  /// The bits do not depend on the number of threads.
  /// - Throws: Where a region is not of the mesh's dimension, a coefficient is no finite scalar, or a
  ///   cell is degenerate.
  public func assemble(_ terms: [MixedTerm]) throws(AssemblyError) -> SparseMatrix<Double> {
    var values = [Double](repeating: 0, count: pattern.entryCount)
    for term in terms {
      try check(term)
      for member in term.region.members { try add(term, member, to: &values) }
    }
    return SparseMatrix(pattern: pattern, values: values)
  }

  private func check(_ term: MixedTerm) throws(AssemblyError) {
    let d = test.mesh.dimension
    guard term.region.dimension == d else {
      throw .wrongDimension(
        region: term.region.name, dimension: term.region.dimension, allowed: d...d)
    }
    guard term.coefficient.componentCount == 1 else {
      throw .wrongComponentCount(
        region: term.region.name, count: term.coefficient.componentCount, allowed: [1])
    }
    if case .derivative(let axis) = term.form {
      precondition((0..<d).contains(axis), "axis \(axis) of \(d)")
    }
  }

  private func add(
    _ term: MixedTerm, _ member: Region.Member, to values: inout [Double]
  ) throws(AssemblyError) {
    let kernel = MixedKernel(self, term, block: member.block)
    // Some thousand element matrices at a time, computed side by side and added in their order.
    let size = 64
    for first in stride(from: 0, to: member.cells.count, by: 64 * size) {
      let cells = Array(member.cells[first..<min(first + 64 * size, member.cells.count)])
      var results = [Result<[Double], AssemblyError>](
        repeating: .success([]), count: (cells.count + size - 1) / size)
      unsafe results.withDisjointWrites { results in
        forEachChunk(of: cells.count, size: size) { range in
          // Safe: each range of cells has a result of its own.
          unsafe results.base[range.lowerBound / size] = kernel.matrices(cells[range])
        }
      }
      for (chunk, result) in results.enumerated() {
        let elements = try result.get()
        for (place, cell) in cells[chunk * size..<min((chunk + 1) * size, cells.count)].enumerated()
        {
          scatter(elements, place, Int(cell), member.block, to: &values)
        }
      }
    }
  }

  private func scatter(
    _ elements: [Double], _ place: Int, _ cell: Int, _ block: Int, to values: inout [Double]
  ) {
    let (m, n) = (test.dofMap.dofsPerCell[block], trial.dofMap.dofsPerCell[block])
    for i in 0..<m {
      let row = Int(test.dofMap.cellDofs[block][cell * m + i])
      for j in 0..<n {
        let wanted = trial.dofMap.cellDofs[block][cell * n + j]
        var (low, high) = (pattern.rowStart[row], pattern.rowStart[row + 1])
        while low < high {
          let middle = (low + high) / 2
          if pattern.column[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        values[low] += elements[(place * m + i) * n + j]
      }
    }
  }
}
