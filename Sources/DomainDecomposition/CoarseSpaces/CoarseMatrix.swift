internal import ComplexModule
public import LinearAlgebra

extension CoarseSpace {
  /// E = Zᴴ A Z, its blocks stored where subdomains are coupled.
  ///
  /// - Complexity: For each subdomain, its entries of A times the columns of its neighbours.
  public func galerkin(_ a: SparseMatrix<S>) -> SparseMatrix<S> {
    let coupled = decomposition.couplings(by: a.pattern)
    let rows = blocks.map { $0.transposed() }
    let (m, start, decomposition, blocks) = (dimension, start, decomposition, blocks)
    var results = [DenseMatrix<S>](
      repeating: DenseMatrix(rowCount: 0, columnCount: 0), count: blocks.count)
    unsafe results.withDisjointWrites { results in
      forEachChunk(of: rows.count, size: 1) { chunk in
        let i = chunk.lowerBound
        guard rows[i].rowCount > 0 else { return }
        // (Zᵢᴴ (A Z)ᵢ)ᵀ = (A Z)ᵢᵀ conj(Zᵢ), the image by rows as it was accumulated.
        let conjugated = blocks[i].conjugated()
        let image = localImage(a, decomposition, rows, coupled[i], i)
        unsafe results.base[i] = image * conjugated
      }
    }
    var (rowStart, column, values) = ([0], [Int32](), [S]())
    for i in rows.indices {
      for k in 0..<rows[i].rowCount {
        var place = 0
        for j in coupled[i] {
          for l in start[j]..<start[j + 1] {
            column.append(Int32(l))
            values.append(results[i][place, k])
            place += 1
          }
        }
        rowStart.append(column.count)
      }
    }
    return SparseMatrix(
      pattern: SparsityPattern(rowCount: m, columnCount: m, rowStart: rowStart, column: column),
      values: values)
  }
}

/// (Rᵢ A [Zⱼ for the coupled j])ᵀ: a column for each unknown of subdomain i.
///
/// - Parameter rows: Zⱼᵀ, so that the entries of an unknown stand side by side.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
private func localImage<S: Scalar>(
  _ a: SparseMatrix<S>, _ decomposition: OverlappingDecomposition, _ rows: [DenseMatrix<S>],
  _ coupled: [Int], _ i: Int
) -> DenseMatrix<S> {
  var offset = [Int](repeating: -1, count: rows.count)
  var width = 0
  for j in coupled {
    offset[j] = width
    width += rows[j].rowCount
  }
  let unknowns = decomposition.subdomains[i].unknowns
  var image = DenseMatrix<S>(rowCount: width, columnCount: unknowns.count)
  for (local, unknown) in unknowns.enumerated() {
    for k in a.pattern.rowStart[Int(unknown)]..<a.pattern.rowStart[Int(unknown) + 1] {
      let other = Int(a.pattern.column[k])
      for at in decomposition.placeStart[other]..<decomposition.placeStart[other + 1] {
        let place = decomposition.places[at]
        let j = Int(decomposition.subdomainOfPlace[place])
        let height = rows[j].rowCount
        let (from, to) = (
          (place - decomposition.localStart[j]) * height, local * width + offset[j]
        )
        for l in 0..<height { image.values[to + l] += a.values[k] * rows[j].values[from + l] }
      }
    }
  }
  return image
}

extension DenseMatrix {
  /// The entries conjugated.
  func conjugated() -> DenseMatrix {
    DenseMatrix(rowCount: rowCount, columnCount: columnCount, values: values.map(\.conjugate))
  }
}
