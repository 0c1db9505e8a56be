internal import ComplexModule

extension SparseMatrix {
  /// The place of the first NaN or infinite entry, nil if all are finite.
  public var firstNonFiniteEntry: (row: Int, column: Int)? {
    guard let k = firstNonFinite(values) else { return nil }
    return pattern.place(ofEntry: k)
  }

  /// Whether A = Aᴴ up to `tolerance` · √(|aᵢᵢ| |aⱼⱼ|) + `tolerance` · |aᵢⱼ| in each entry.
  public func isSymmetric(tolerance: Double) -> Bool {
    rowCount == columnCount && pattern.firstUnpairedEntry == nil
      && firstAsymmetry(tolerance: tolerance) == nil
  }

  /// The diagonal; apart from the property so that it is compiled for each kind of number.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func diagonalEntries() -> [S] { (0..<min(rowCount, columnCount)).map { self[$0, $0] } }

  /// The first pair of entries (below, above the diagonal) that differ.
  ///
  /// - Precondition: The pattern is square and symmetric.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func firstAsymmetry(tolerance: Double) -> (row: Int, column: Int)? {
    var next = pattern.upperStart
    let (start, column) = (pattern.rowStart, pattern.column)
    let scales = diagonal.map { $0.absolute.squareRoot() }
    for i in 0..<rowCount {
      for k in start[i]..<start[i + 1] {
        let j = Int(column[k])
        guard j < i else {
          if j == i, (values[k] - values[k].conjugate).absolute > tolerance * values[k].absolute {
            return (i, i)
          }
          break
        }
        let (lower, upper) = (values[k], values[next[j]].conjugate)
        next[j] += 1
        if lower != upper,
          (lower - upper).absolute > tolerance * (scales[i] * scales[j] + lower.absolute)
        {
          return (i, j)
        }
      }
    }
    return nil
  }
}

extension SparseMatrix<Double> {
  /// What forbids a Cholesky factorization before it starts.
  ///
  /// - Precondition: The pattern is square and symmetric.
  var firstDefect: FactorizationError? {
    if let (row, column) = firstNonFiniteEntry { return .notFinite(row: row, column: column) }
    if let (row, column) = firstAsymmetry(tolerance: 1e-8) {
      return .notSymmetric(row: row, column: column)
    }
    return nil
  }
}

extension SparsityPattern {
  /// The row and column of the stored entry number `k`.
  ///
  /// - Precondition: 0 ≤ k < entryCount.
  public func place(ofEntry k: Int) -> (row: Int, column: Int) {
    var (low, high) = (0, rowCount)
    while low + 1 < high {
      let middle = (low + high) / 2
      if rowStart[middle] <= k { low = middle } else { high = middle }
    }
    return (low, Int(column[k]))
  }
}

/// The index of the first number that is not finite.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func firstNonFinite<S: Scalar>(_ values: [S]) -> Int? {
  values.firstIndex { !$0.isFinite }
}
