internal import ComplexModule
internal import LinearAlgebra

/// The end of a GCRO-DR cycle: T ← [T V] P, C ← [C V₊] Y and U ← [U Z] P, in place.
///
/// One pass over the rows of all: a chunk of V is read once for T and C, their new rows are built
/// beside each other and replace the old ones while all stay in the cache. Nothing is allocated.
struct SpaceTurn<S: Scalar>: Sendable {
  private let chunk = 512
  /// Rows, whole chunks, that are worked on one chunk after the other on one stage, so that the stage
  /// stays in the cache too: with a stage for each chunk a turn took 1.15 times as long.
  private let block: Int
  /// From one column of the stage to the next.
  private let leading: Int
  private let capacity: Int
  /// The new rows of a chunk, and a part of a sum for each chunk.
  private var stage: [S]
  private var parts: [S]
  private var gram: [S]

  /// Storage for spaces of up to `recycled` vectors and cycles of up to `steps` steps.
  init(order n: Int, recycled: Int, steps: Int) {
    capacity = recycled
    let chunks = (n + chunk - 1) / chunk
    // Sixteen blocks are enough for the threads.
    block = chunk * max(4, (chunks + 15) / 16)
    leading = oddLines(chunk, of: S.self)
    stage = [S](repeating: S.zero, count: (n + block - 1) / block * leading * 2 * recycled)
    parts = [S](
      repeating: S.zero, count: chunks * recycled * max(recycled, steps + 1))
    gram = [S](repeating: S.zero, count: recycled * recycled)
  }

  /// QᴴX for consecutive columns of Q and the first of X, into rows of `result` from the same number
  /// on; the sums of the chunks are added in their order.
  ///
  /// - Parameter leading: The rows of `result`.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func multiply(
    _ q: OrthonormalColumns<S>, _ range: Range<Int>, _ x: OrthonormalColumns<S>, columns: Int,
    into result: inout [S], leading rows: Int
  ) {
    let (n, chunk, first, height) = (q.order, chunk, range.lowerBound, range.count)
    let (size, chunks) = (height * columns, (n + chunk - 1) / chunk)
    guard size > 0, n > 0 else { return }
    precondition(
      chunks * size <= parts.count && rows * columns <= result.count && columns <= x.capacity
        && range.upperBound <= min(q.capacity, rows) && x.order == n,
      "\(height) × \(columns) products of \(n) rows")
    unsafe parts.withDisjointWrites { parts in
      forEachChunk(of: n, size: chunk) { range in
        // Safe: each chunk writes a product of its own; the shapes were compared.
        unsafe q.values.withUnsafeBufferPointer { a in
          unsafe x.values.withUnsafeBufferPointer { b in
            guard let a = a.baseAddress, let b = b.baseAddress,
              let part = unsafe parts.base.baseAddress
            else { return }
            let row = range.lowerBound
            unsafe S.gemm(
              .adjoint, .plain, height, columns, range.count, 1, a + first * q.leading + row,
              q.leading, b + row, x.leading, 0, part + row / chunk * size, height)
          }
        }
      }
    }
    for j in 0..<columns {
      for i in 0..<height {
        var sum = S.zero
        for part in 0..<chunks { sum += parts[part * size + i + j * height] }
        result[first + i + j * rows] = sum
      }
    }
  }

  /// C = Q R for the images C of U: C ← Q, U ← U R⁻¹, T ← T R⁻¹, in place.
  ///
  /// - Returns: False, and nothing changed, where the columns nearly depend on each other or their
  ///   squares leave the range of numbers.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func orthonormalize(
    _ columns: inout OrthonormalColumns<S>, _ searched: inout OrthonormalColumns<S>,
    _ space: inout DeflatedSpace<S>
  ) -> Bool {
    let c = space.count
    var products: [S] = []
    swap(&products, &gram)
    multiply(columns, 0..<c, columns, columns: c, into: &products, leading: c)
    swap(&products, &gram)
    // Half of the digits, so that the second factor mends what the first leaves.
    guard
      let t = GramOrthonormalization<S>.scaledFactor(gramMatrix(c), limit: 1e-10)
    else { return false }
    turn(&columns, &searched, &space, Turn(square: t))
    // Orthonormal to a millionth by now, so that this cannot fail.
    _ = mend(&columns, &searched, &space)
    multiply(columns, 0..<c, space.twin, columns: c, into: &space.coupling, leading: c)
    return true
  }

  /// Replaces C, T and U by what `ritz` found; the Krylov basis is dropped.
  ///
  /// The basis is orthonormal as well as the process needs it; C has to be so to round-off, and is
  /// turned once more where it is not.
  ///
  /// - Parameters:
  ///   - columns: [C V₊]; C afterwards.
  ///   - searched: [U Z]; U afterwards.
  /// - Returns: False where C has lost its rank: there is no space any more.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func apply(
    _ ritz: inout HarmonicRitz<S>, _ columns: inout OrthonormalColumns<S>,
    _ searched: inout OrthonormalColumns<S>, _ space: inout DeflatedSpace<S>
  ) -> Bool {
    let c = ritz.count
    ritz.couple(into: &space.coupling)
    turn(&columns, &searched, &space, Turn(ritz))
    columns.truncate(to: c)
    searched.truncate(to: c)
    space.keep(c)
    guard let t = mend(&columns, &searched, &space) else { return false }
    if t.columnCount > 0 {
      let coupling = DenseMatrix(
        rowCount: c, columnCount: c, values: Array(space.coupling[..<(c * c)]))
      space.coupling.replaceSubrange(0..<c * c, with: t.adjointTimes(coupling * t).values)
    }
    return true
  }

  /// Turns all by the inverse factor of CᴴC where C is not orthonormal to round-off.
  ///
  /// - Returns: That factor, without columns where it was not needed; nil where C has lost its rank.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private mutating func mend(
    _ columns: inout OrthonormalColumns<S>, _ searched: inout OrthonormalColumns<S>,
    _ space: inout DeflatedSpace<S>
  ) -> DenseMatrix<S>? {
    let c = space.count
    var deviation = 0.0
    for i in 0..<c * c {
      let difference = gram[i] - (i % (c + 1) == 0 ? 1 : S.zero)
      deviation += (difference.conjugate * difference).realPart
    }
    guard deviation.squareRoot() > 5e-14 else { return DenseMatrix(rowCount: c, columnCount: 0) }
    guard
      let t = GramOrthonormalization<S>.inverseFactor(ofGram: gramMatrix(c), limit: 0.25)
    else { return nil }
    turn(&columns, &searched, &space, Turn(square: t))
    return t
  }

  private func gramMatrix(_ c: Int) -> DenseMatrix<S> {
    DenseMatrix(rowCount: c, columnCount: c, values: Array(gram[..<(c * c)]))
  }

  /// The small matrices of a turn.
  private struct Turn {
    /// The vectors of the old and of the new space, those of V₊ and those of Z.
    let old: Int, new: Int, basis: Int, steps: Int
    /// What V₊ gives to T and to C, side by side.
    let pair: [S]
    /// What [C V₊] gives to C; the first rows are those of C.
    let image: [S]
    let imageRows: Int
    /// What [U Z] gives to U, and T to itself; the first rows are those of U.
    let directions: [S]

    init(_ ritz: HarmonicRitz<S>) {
      (old, new) = (ritz.deflated, ritz.count)
      (basis, steps) = (ritz.rows - old, ritz.unknowns - old)
      (pair, image, imageRows) = (ritz.pair, ritz.image, ritz.rows)
      directions = ritz.directions
    }

    /// C, T and U times one matrix.
    init(square t: DenseMatrix<S>) {
      (old, new, basis, steps) = (t.rowCount, t.columnCount, 0, 0)
      (pair, image, imageRows, directions) = ([], t.values, t.rowCount, t.values)
    }
  }

  /// One pass, and CᴴC of the new C in `gram`.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private mutating func turn(
    _ columns: inout OrthonormalColumns<S>, _ searched: inout OrthonormalColumns<S>,
    _ space: inout DeflatedSpace<S>, _ small: Turn
  ) {
    let (n, chunk, block, leading) = (columns.order, chunk, block, leading)
    let order = columns.leading
    let (k, c, v, p) = (small.old, small.new, small.basis, small.steps)
    let chunks = (n + chunk - 1) / chunk
    precondition(
      c <= capacity && max(k, c) <= space.capacity && k + v <= columns.capacity
        && k + p <= searched.capacity && c <= searched.capacity && space.twin.order == n
        && searched.order == n
        && 2 * c * leading * ((n + block - 1) / block) <= stage.count
        && chunks * c * c <= parts.count && small.image.count >= small.imageRows * c
        && small.directions.count >= (k + p) * c && small.pair.count >= 2 * c * v,
      "\(k) vectors and \(v) of a basis turned into \(c)")
    unsafe columns.values.withDisjointWrites { q in
      unsafe searched.values.withDisjointWrites { u in
        unsafe space.twin.values.withDisjointWrites { t in
          unsafe stage.withDisjointWrites { stage in
            unsafe parts.withDisjointWrites { parts in
              forEachChunk(of: n, size: block) { range in
                // Safe: a block reads and writes its own rows of the columns, whose numbers were
                // compared, its own part of the stage, and the sums of its own chunks.
                guard let q = unsafe q.base.baseAddress, let u = unsafe u.base.baseAddress,
                  let t = unsafe t.base.baseAddress,
                  let stage = unsafe stage.base.baseAddress,
                  let part = unsafe parts.base.baseAddress
                else { return }
                let own = unsafe stage + range.lowerBound / block * leading * 2 * c
                for first in stride(from: range.lowerBound, to: range.upperBound, by: chunk) {
                  let height = min(chunk, range.upperBound - first)
                  let rows = unsafe Rows(
                    order: order, height: height, leading: leading, c: q + first, t: t + first,
                    u: u + first, stage: own)
                  unsafe rows.turn(small, gram: part + first / chunk * c * c)
                }
              }
            }
          }
        }
      }
    }
    for i in 0..<c * c {
      gram[i] = S.zero
      for part in 0..<chunks { gram[i] += parts[part * c * c + i] }
    }
  }

  /// The rows of a chunk in every matrix.
  @unsafe private struct Rows {
    /// From one column to the next, of the matrices and of the stage.
    let order: Int
    let height: Int
    let leading: Int
    let c: UnsafeMutablePointer<S>
    let t: UnsafeMutablePointer<S>
    let u: UnsafeMutablePointer<S>
    let stage: UnsafeMutablePointer<S>

    @specialized(where S == Double)
    @specialized(where S == Complex<Double>)
    func turn(_ small: Turn, gram: UnsafeMutablePointer<S>) {
      let (k, new, v, p) = (small.old, small.new, small.basis, small.steps)
      let second = unsafe stage + new * leading
      // T and C: what V₊ gives to both, then what each gives to itself.
      if v > 0 {
        unsafe S.gemm(
          .plain, .plain, height, 2 * new, v, 1, c + k * order, order, small.pair, v, 0, stage,
          leading)
      }
      if k > 0 {
        let old: S = v > 0 ? 1 : S.zero
        unsafe S.gemm(
          .plain, .plain, height, new, k, 1, t, order, small.directions, k + p, old, stage, leading)
        unsafe S.gemm(
          .plain, .plain, height, new, k, 1, c, order, small.image, small.imageRows, old, second,
          leading)
      }
      unsafe S.gemm(
        .adjoint, .plain, new, new, height, 1, second, leading, second, leading, 0, gram, new)
      for j in 0..<new {
        unsafe (t + j * order).update(from: stage + j * leading, count: height)
        unsafe (c + j * order).update(from: second + j * leading, count: height)
      }
      if k + p > 0 {
        unsafe S.gemm(
          .plain, .plain, height, new, k + p, 1, u, order, small.directions, k + p, 0, stage,
          leading)
      }
      for j in 0..<new {
        unsafe (u + j * order).update(from: stage + j * leading, count: height)
      }
    }
  }
}
