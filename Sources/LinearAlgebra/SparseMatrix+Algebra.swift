internal import ComplexModule

extension SparseMatrix {
  /// Aᵀ.
  public func transposed() -> SparseMatrix {
    let (pattern, source) = pattern.transposedWithSource()
    return SparseMatrix(pattern: pattern, values: gather(values, at: source))
  }

  /// Aᴴ.
  public func adjoint() -> SparseMatrix {
    var result = transposed()
    conjugate(&result.values)
    return result
  }

  /// Aᵀ x.
  ///
  /// - Precondition: `x` has m entries.
  public func transposedTimes(_ x: [S]) -> [S] {
    precondition(x.count == rowCount, "product of \(columnCount) × \(rowCount) and \(x.count)")
    return sparseTransposedProduct(self, x, conjugating: false)
  }

  /// Aᴴ x.
  ///
  /// - Precondition: `x` has m entries.
  public func adjointTimes(_ x: [S]) -> [S] {
    precondition(x.count == rowCount, "product of \(columnCount) × \(rowCount) and \(x.count)")
    return sparseTransposedProduct(self, x, conjugating: true)
  }

  /// The rows and columns listed, in the order of the lists.
  ///
  /// For a family of matrices make one ``SparsityRestriction``, so that they share the pattern.
  ///
  /// - Precondition: No row and no column is listed twice.
  public func restricted(rows: [Int32], columns: [Int32]) -> SparseMatrix {
    SparsityRestriction(pattern, rows: rows, columns: columns).apply(self)
  }

  /// (A + Aᴴ) / 2.
  ///
  /// - Precondition: The matrix is square.
  public var symmetricPart: SparseMatrix {
    precondition(rowCount == columnCount, "a \(rowCount) × \(columnCount) matrix is not square")
    return S(real: 0.5) * (self + adjoint())
  }

  /// The same matrix over a larger pattern, with zeros stored where it has no entries.
  ///
  /// - Precondition: `larger` holds every entry of the pattern.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func expanded(to larger: SparsityPattern) -> SparseMatrix {
    precondition(
      larger.rowCount == rowCount && larger.columnCount == columnCount,
      "a \(rowCount) × \(columnCount) matrix in \(larger.rowCount) × \(larger.columnCount)")
    if larger === pattern { return self }
    var result = SparseMatrix(pattern: larger)
    for i in 0..<rowCount {
      var position = larger.rowStart[i]
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        while position < larger.rowStart[i + 1], larger.column[position] < pattern.column[k] {
          position += 1
        }
        precondition(
          position < larger.rowStart[i + 1] && larger.column[position] == pattern.column[k],
          "the larger pattern has no entry (\(i), \(pattern.column[k]))")
        result.values[position] = values[k]
      }
    }
    return result
  }

  /// A + B; the patterns may differ.
  public static func + (a: SparseMatrix, b: SparseMatrix) -> SparseMatrix { a.adding(1, b) }

  /// A − B; the patterns may differ.
  public static func - (a: SparseMatrix, b: SparseMatrix) -> SparseMatrix { a.adding(-1, b) }

  /// α A.
  public static func * (alpha: S, a: SparseMatrix) -> SparseMatrix {
    var result = a
    scale(alpha, &result.values)
    return result
  }

  private func adding(_ alpha: S, _ b: SparseMatrix) -> SparseMatrix {
    let union = pattern === b.pattern ? pattern : pattern.union(b.pattern)
    var result = expanded(to: union)
    axpy(alpha, b.expanded(to: union).values, into: &result.values)
    return result
  }
}

extension SparsityPattern {
  /// The pattern of Aᵀ.
  public func transposed() -> SparsityPattern { transposedWithSource().pattern }

  /// The pattern of Aᵀ, and for each of its entries the number of the entry of A it mirrors.
  public func transposedWithSource() -> (pattern: SparsityPattern, source: [Int]) {
    var start = [Int](repeating: 0, count: columnCount + 1)
    for j in column { start[Int(j) + 1] += 1 }
    for j in 0..<columnCount { start[j + 1] += start[j] }
    var next = start
    var rows = [Int32](repeating: 0, count: entryCount)
    var source = [Int](repeating: 0, count: entryCount)
    for i in 0..<rowCount {
      for k in rowStart[i]..<rowStart[i + 1] {
        let position = next[Int(column[k])]
        next[Int(column[k])] += 1
        rows[position] = Int32(i)
        source[position] = k
      }
    }
    let pattern = SparsityPattern(
      rowCount: columnCount, columnCount: rowCount, rowStart: start, column: rows)
    return (pattern, source)
  }

  /// The entries of either pattern.
  ///
  /// - Precondition: The shapes are equal.
  public func union(_ other: SparsityPattern) -> SparsityPattern {
    precondition(
      rowCount == other.rowCount && columnCount == other.columnCount,
      "\(rowCount) × \(columnCount) and \(other.rowCount) × \(other.columnCount)")
    var (start, merged) = ([0], [Int32]())
    merged.reserveCapacity(max(entryCount, other.entryCount))
    for i in 0..<rowCount {
      var (p, q) = (rowStart[i], other.rowStart[i])
      let (pEnd, qEnd) = (rowStart[i + 1], other.rowStart[i + 1])
      while p < pEnd || q < qEnd {
        let left = p < pEnd ? column[p] : Int32.max
        let right = q < qEnd ? other.column[q] : Int32.max
        merged.append(min(left, right))
        if left <= right { p += 1 }
        if right <= left { q += 1 }
      }
      start.append(merged.count)
    }
    return SparsityPattern(
      rowCount: rowCount, columnCount: columnCount, rowStart: start, column: merged)
  }
}
