extension Mesh {
  /// The blocks in the order in which their cells are counted: by dimension, the domain first, and of
  /// one dimension in the order of the mesh.
  var blocksDomainFirst: [Int] {
    blocks.indices.filter { blocks[$0].dimension <= dimension }.sorted {
      (-blocks[$0].dimension, $0) < (-blocks[$1].dimension, $1)
    }
  }

  /// For each cell of lower dimension, through their blocks, the first cell of the domain that has all
  /// its corners among its nodes; −1 where none has.
  ///
  /// Cells are looked for at the corner with the fewest of them.
  /// - Complexity: O(points + cells), where no point is in very many cells.
  func owningCells() -> [Int32] {
    let order = blocksDomainFirst
    let domain = order.filter { blocks[$0].dimension == dimension }.map { blocks[$0] }
    let lower = order.filter { blocks[$0].dimension < dimension }.map { blocks[$0] }
    if lower.allSatisfy({ $0.cellCount == 0 }) { return [] }
    var count = [Int32](repeating: 0, count: pointCount)
    for block in domain { for node in block.connectivity { count[Int(node)] += 1 } }
    var pivots: [Int32] = []
    var isPivot = [Bool](repeating: false, count: pointCount)
    for block in lower {
      for cell in 0..<block.cellCount {
        let pivot = block.vertices(of: cell).min { count[Int($0)] < count[Int($1)] } ?? 0
        pivots.append(pivot)
        isPivot[Int(pivot)] = true
      }
    }
    var start = [0]
    start.reserveCapacity(pointCount + 1)
    for point in 0..<pointCount {
      start.append(start[point] + (isPivot[point] ? Int(count[point]) : 0))
    }
    // Ascending at each point, since the cells come in their order.
    var around = [Int32](repeating: 0, count: start[pointCount])
    var next = start
    var first: [Int32] = [0]
    for block in domain {
      let base = first[first.count - 1]
      for cell in 0..<block.cellCount {
        for node in block.nodes(of: cell) where isPivot[Int(node)] {
          around[next[Int(node)]] = base + Int32(cell)
          next[Int(node)] += 1
        }
      }
      first.append(base + Int32(block.cellCount))
    }
    func nodes(of cell: Int32) -> ArraySlice<Int32> {
      var b = 0
      while first[b + 1] <= cell { b += 1 }
      return domain[b].nodes(of: Int(cell - first[b]))
    }
    var owners: [Int32] = []
    owners.reserveCapacity(pivots.count)
    for block in lower {
      for cell in 0..<block.cellCount {
        let pivot = Int(pivots[owners.count])
        let corners = block.vertices(of: cell)
        let owner = around[start[pivot]..<start[pivot + 1]].first { candidate in
          let nodes = nodes(of: candidate)
          return corners.allSatisfy(nodes.contains)
        }
        owners.append(owner ?? -1)
      }
    }
    return owners
  }
}
