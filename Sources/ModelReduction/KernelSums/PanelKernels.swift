internal import ComplexModule
internal import LinearAlgebra

/// What one thread works with: points and charges that act together, and rows of the kernel.
struct Panel<S: Scalar> {
  private static var width: Int { 1024 }
  private static var height: Int { 8 }

  /// Points of the leaf at hand.
  var leaf = PointList()
  private var points = PointList()
  private var charges: [S] = []
  private var rows = [S](repeating: S.zero, count: width * height)
  private var gathered: [S] = []
  private var products: [S] = []

  mutating func clear() {
    points.removeAll()
    charges.removeAll(keepingCapacity: true)
  }

  /// More sources.
  mutating func take(_ range: Range<Int>, of list: PointList, _ q: [S]) {
    points.append(range, of: list)
    charges.append(contentsOf: q[range])
  }

  /// More sources, the nodes of a cell.
  mutating func take(
    _ nodes: PointList, times scale: Double, plus shift: SIMD3<Double>, _ moments: [S], column: Int
  ) {
    points.append(nodes, times: scale, plus: shift)
    charges.append(contentsOf: moments[column * nodes.count..<(column + 1) * nodes.count])
  }

  /// f_i ← f_i + Σ_j K(t_i − s_j) q_j over the sources taken.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func addSums(
    _ kernel: any TranslationInvariantKernel<S>, at targets: PointList, _ range: Range<Int>,
    to sums: UnsafeMutablePointer<S>
  ) {
    let count = points.count
    unsafe rows.withUnsafeMutableBufferPointer { rows in
      unsafe charges.withUnsafeBufferPointer { q in
        guard let rows = rows.baseAddress, let q = q.baseAddress else { return }
        for first in stride(from: 0, to: count, by: Self.width) {
          let part = first..<min(count, first + Self.width)
          for top in stride(from: range.lowerBound, to: range.upperBound, by: Self.height) {
            let some = top..<min(range.upperBound, top + Self.height)
            // Safe: the buffer holds `height` rows of `width`.
            for i in some {
              unsafe kernel.fill(
                rows + (i - top) * part.count, at: targets[i], over: points, part)
            }
            unsafe S.gemv(
              .transposed, part.count, some.count, 1, rows, part.count, q + first, 1,
              sums + (top - range.lowerBound))
          }
        }
      }
    }
  }

  /// Σ_j K(a (p_j − c) − s_l) q_j for each point s_l of a list.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func sums(
    _ kernel: any TranslationInvariantKernel<S>, of list: PointList, at points: PointList,
    about centre: SIMD3<Double>, times scale: Double, charges: ArraySlice<S>
  ) -> [S] {
    let d = list.count
    var sums = [S](repeating: S.zero, count: d)
    let height = reserve(d)
    unsafe rows.withUnsafeMutableBufferPointer { rows in
      unsafe charges.withUnsafeBufferPointer { q in
        guard let rows = rows.baseAddress, let q = q.baseAddress else { return }
        for top in stride(from: 0, to: points.count, by: height) {
          let some = top..<min(points.count, top + height)
          // Safe: `height` rows of d were reserved.
          for i in some {
            unsafe kernel.fill(
              rows + (i - top) * d, at: scale * (points[i] - centre), over: list, 0..<d)
          }
          unsafe S.gemv(.plain, d, some.count, 1, rows, d, q + top, 1, &sums)
        }
      }
    }
    return sums
  }

  /// f_j ← f_j + Σ_l K(a (p_j − c) − s_l) g_l.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func addProducts(
    _ kernel: any TranslationInvariantKernel<S>, of list: PointList, at points: PointList,
    about centre: SIMD3<Double>, times scale: Double, _ weights: [S], column: Int,
    to sums: UnsafeMutablePointer<S>
  ) {
    let d = list.count
    let height = reserve(d)
    unsafe rows.withUnsafeMutableBufferPointer { rows in
      unsafe weights.withUnsafeBufferPointer { g in
        guard let rows = rows.baseAddress, let g = g.baseAddress else { return }
        for top in stride(from: 0, to: points.count, by: height) {
          let some = top..<min(points.count, top + height)
          // Safe: `height` rows of d were reserved.
          for i in some {
            unsafe kernel.fill(
              rows + (i - top) * d, at: scale * (points[i] - centre), over: list, 0..<d)
          }
          unsafe S.gemv(
            .transposed, d, some.count, 1, rows, d, g + column * d, 1, sums + top)
        }
      }
    }
  }

  /// Adds a column of d numbers.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func add(_ values: [S], column: Int, of d: Int, to place: UnsafeMutablePointer<S>) {
    unsafe values.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      // Safe: the column lies within the values.
      unsafe S.axpy(d, 1, base + column * d, place)
    }
  }

  /// For pairs of columns (i, j): column i ← column i + α op_2(A_2) op_1(A_1) · column j, each factor
  /// with all pairs in one product.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func multiply(
    _ factors: [(Operand, DenseMatrix<S>)], _ from: [S], _ pairs: [(Int, Int)], _ alpha: S,
    into columns: UnsafeMutablePointer<S>
  ) {
    guard let first = factors.first, !pairs.isEmpty, !from.isEmpty else { return }
    let height = first.0 == .plain ? first.1.columnCount : first.1.rowCount
    grow(&gathered, to: height * pairs.count)
    unsafe from.withUnsafeBufferPointer { from in
      unsafe gathered.withUnsafeMutableBufferPointer { x in
        guard let x = x.baseAddress, let from = from.baseAddress else { return }
        // Safe: columns are numbered by the cells that the arrays were made for.
        for (n, pair) in pairs.enumerated() {
          unsafe (x + n * height).update(from: from + pair.1 * height, count: height)
        }
      }
    }
    var m = height
    for (k, (op, a)) in factors.enumerated() {
      let inner = m
      m = op == .plain ? a.rowCount : a.columnCount
      guard m > 0, inner > 0 else { return }
      grow(&products, to: m * pairs.count)
      unsafe gathered.withUnsafeBufferPointer { x in
        unsafe products.withUnsafeMutableBufferPointer { y in
          unsafe a.values.withUnsafeBufferPointer { values in
            guard let x = x.baseAddress, let y = y.baseAddress, let values = values.baseAddress
            else { return }
            // Safe: both hold columns of these lengths.
            unsafe S.gemm(
              op, .plain, m, pairs.count, inner, k == 0 ? alpha : 1, values, a.rowCount, x, inner,
              0, y, m)
          }
        }
      }
      swap(&gathered, &products)
    }
    unsafe gathered.withUnsafeBufferPointer { y in
      guard let y = y.baseAddress else { return }
      for (n, pair) in pairs.enumerated() {
        unsafe S.axpy(m, 1, y + n * m, columns + pair.0 * m)
      }
    }
  }

  /// Room for rows of d numbers.
  private mutating func reserve(_ d: Int) -> Int {
    grow(&rows, to: d * Self.height)
    return Self.height
  }

  private func grow(_ values: inout [S], to count: Int) {
    if values.count < count {
      values.append(contentsOf: [S](repeating: S.zero, count: count - values.count))
    }
  }
}
