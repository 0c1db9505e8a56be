internal import LinearAlgebra
internal import RealModule

/// Which nodes of a matrix are strongly coupled.
struct NodeGraph: Sendable {
  /// Node i has the neighbours `start[i]..<start[i + 1]`.
  private(set) var start: [Int32] = [0]
  private(set) var neighbour: [Int32] = []
  /// Whether no coupling is weak.
  private(set) var isWhole = true

  var count: Int { start.count - 1 }

  func neighbours(_ i: Int) -> ArraySlice<Int32> { neighbour[Int(start[i])..<Int(start[i + 1])] }

  /// The nodes i ≠ j with ‖Aᵢⱼ‖² > θ² ‖Aᵢᵢ‖ ‖Aⱼⱼ‖ in Frobenius norms.
  ///
  /// - Source: Vaněk, Mandel, Brezina, *Algebraic multigrid by smoothed aggregation for second and
  ///   fourth order elliptic problems*, Computing 56 (1996).
  init(_ a: SparseMatrix<Double>, _ nodes: NodeBlocks, threshold theta: Double) {
    let count = nodes.nodeCount
    let block = nodes.componentCount
    start.reserveCapacity(count + 1)
    neighbour.reserveCapacity(a.pattern.entryCount / (block * block))
    var own = [Double](repeating: 0, count: count)
    if theta > 0 {
      for i in 0..<count {
        for row in nodes.unknowns(i) {
          for k in a.pattern.rowStart[row]..<a.pattern.rowStart[row + 1]
          where Int(nodes.node[Int(a.pattern.column[k])]) == i {
            own[i] += a.values[k] * a.values[k]
          }
        }
        own[i] = own[i].squareRoot()
      }
    }
    var mark = [Int32](repeating: -1, count: count)
    var size = [Double](repeating: 0, count: count)
    for i in 0..<count {
      let first = neighbour.count
      for row in nodes.unknowns(i) {
        for k in a.pattern.rowStart[row]..<a.pattern.rowStart[row + 1] {
          let (j, value) = (Int(nodes.node[Int(a.pattern.column[k])]), a.values[k])
          guard j != i, value != 0 else { continue }
          if mark[j] != Int32(i) {
            mark[j] = Int32(i)
            size[j] = 0
            neighbour.append(Int32(j))
          }
          size[j] += value * value
        }
      }
      if theta > 0 {
        var kept = first
        for q in first..<neighbour.count {
          let j = Int(neighbour[q])
          guard size[j] > theta * theta * own[i] * own[j] else {
            isWhole = false
            continue
          }
          neighbour[kept] = Int32(j)
          kept += 1
        }
        neighbour.removeLast(neighbour.count - kept)
      }
      start.append(Int32(neighbour.count))
    }
  }
}
