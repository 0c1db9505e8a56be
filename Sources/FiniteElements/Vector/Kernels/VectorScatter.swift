internal import LinearAlgebra

extension VectorCell {
  /// Adds the element matrix to the rows of the part.
  // Safe: rows, offsets and columns are those of the plan.
  func scatterMatrix<Offset: ScatterOffset>(
    _ cells: PartCells<Offset>, _ entry: Int32, to values: UnsafeMutablePointer<Double>
  ) {
    let (n, c) = (count, components)
    let cell = Int(entry < 0 ? ~entry : entry)
    let dofs = unsafe cells.dofs + cell * n
    unsafe element.withUnsafeBufferPointer { element in
      guard let e = element.baseAddress else { return }
      for i in 0..<n {
        let dof = unsafe Int(dofs[i])
        if unsafe entry < 0 && cells.partOfDof[dof] != cells.part { continue }
        let start = unsafe cells.rowStart[dof]
        let length = unsafe cells.rowStart[dof + 1] - start
        let row = unsafe values + c * c * start
        for j in 0..<n {
          let offset: Int
          if let map = unsafe cells.map {
            offset = unsafe Int(truncatingIfNeeded: map[(cell * n + i) * n + j])
          } else {
            guard let found = unsafe search(dofs[j], cells.column + start, length) else { continue }
            offset = found
          }
          for k in 0..<c {
            let target = unsafe row + c * (k * length + offset)
            for l in 0..<c {
              unsafe target[l] +=
                j >= i ? e[((i * c + k) * c + l) * n + j] : e[((j * c + l) * c + k) * n + i]
            }
          }
        }
      }
    }
  }

  /// Adds the element vector to the rows of the part.
  // Safe: as above.
  func scatterVector<Offset: ScatterOffset>(
    _ cells: PartCells<Offset>, _ entry: Int32, to values: UnsafeMutablePointer<Double>
  ) {
    let (n, c) = (count, components)
    let dofs = unsafe cells.dofs + Int(entry < 0 ? ~entry : entry) * n
    for i in 0..<n {
      let dof = unsafe Int(dofs[i])
      if unsafe entry < 0 && cells.partOfDof[dof] != cells.part { continue }
      for k in 0..<c { unsafe values[c * dof + k] += element[k * n + i] }
    }
  }

  private func search(
    _ wanted: Int32, _ columns: UnsafePointer<Int32>, _ count: Int
  ) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if unsafe columns[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return unsafe low < count && columns[low] == wanted ? low : nil
  }
}
