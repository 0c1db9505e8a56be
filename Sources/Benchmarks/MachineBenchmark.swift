internal import Krylov
public import LinearAlgebra

/// What the machine can do at best, measured now: the yardsticks of all other findings (W9).
public enum MachineBenchmark {
  /// Rates of dgemm, of the triad in cache and from memory, and of the sparse product.
  ///
  /// - Parameters:
  ///   - threads: The numbers of threads to measure with.
  ///   - progress: Told what is being measured.
  public static func section(
    threads: [Int] = [1, Threads.available], progress: (String) -> Void = { _ in }
  ) -> BenchmarkSection {
    var findings: [Finding] = []
    for count in distinct(threads) {
      progress("limits of the machine, \(count) thread\(count == 1 ? "" : "s")")
      let memory = MachineLimits(threads: count, order: 2048, triadBytes: 1_200_000_000)
      let cache = MachineLimits(
        threads: count, order: 64, triadBytes: 16_000_000, repetitions: 40)
      findings += [
        Finding("dgemm of order 2048, \(suffix(count))", memory.productGigaflops, unit: "GFLOP/s"),
        Finding("triad over 1.2 GB, \(suffix(count))", memory.triadGigabytes, unit: "GB/s"),
        Finding("triad over 16 MB, \(suffix(count))", cache.triadGigabytes, unit: "GB/s"),
      ]
      let reading = readingGigabytes(threads: count, bytes: 1_200_000_000)
      findings.append(Finding("reading 1.2 GB, \(suffix(count))", reading, unit: "GB/s"))
      for edge in [40, 126] {
        findings.append(
          sparseProduct(
            edge: edge, threads: count,
            memory: edge == 40 ? nil : (memory.triadGigabytes, reading)))
      }
      findings.append(
        blockProduct(edge: 60, threads: count, memory: (memory.triadGigabytes, reading)))
    }
    let kernel = BLASKernel.current
    let remarks =
      kernel.isWeak
      ? ["OpenBLAS runs \(kernel.core) kernels, weaker than the processor's abilities"] : []
    return BenchmarkSection(
      title: "limits of the machine (best wall time of several)", findings: findings,
      remarks: remarks)
  }

  /// A dot product: what a sparse product comes close to, which reads 25 bytes for one that it writes.
  private static func readingGigabytes(threads: Int, bytes: Int) -> Double {
    let before = Threads.count
    Threads.count = threads
    defer { Threads.count = before }
    let x = [Double](repeating: 1, count: bytes / 16)
    let y = [Double](repeating: 1, count: bytes / 16)
    var timing = Timing()
    var sum = 0.0
    for _ in 0..<5 { sum += timing.measure { dot(x, y) } }
    precondition(sum == Double(5 * x.count), "a dot product of ones was \(sum / 5)")
    return 16e-9 * Double(x.count) / timing.leastWall
  }

  /// y ← A x with 15 entries a row, as linear elements on tetrahedra have them; 12 bytes an entry
  /// and 20 a row are counted.
  private static func sparseProduct(
    edge n: Int, threads: Int, memory: (triad: Double, reading: Double)?
  ) -> Finding {
    let matrix = latticeMatrix(edge: n)
    let before = Threads.count
    Threads.count = threads
    defer { Threads.count = before }
    let x = [Double](repeating: 1, count: matrix.columnCount)
    var y = x
    var timing = Timing()
    for _ in 0..<(n > 60 ? 7 : 60) { timing.measure { matrix.apply(x, into: &y) } }
    let entries = Double(matrix.pattern.entryCount)
    let rate = (12 * entries + 20 * Double(matrix.rowCount)) / timing.leastWall * 1e-9
    let share =
      memory.map {
        ", \(fourDigits(rate / $0.triad)) of the triad, \(fourDigits(rate / $0.reading)) of reading"
      } ?? ""
    return Finding(
      "sparse product, \(matrix.rowCount) rows, \(suffix(threads))", rate, unit: "GB/s",
      note: "\(fourDigits(2e-9 * entries / timing.leastWall)) GFLOP/s\(share)",
      threads == 1 ? memory.map { [.atLeast(0.9, value: rate / $0.triad)] } ?? [] : [])
  }

  /// y ← A x with 15 blocks of 3 × 3 a node, as elasticity has them; 76 bytes a block and 52 a node are
  /// counted.
  private static func blockProduct(
    edge n: Int, threads: Int, memory: (triad: Double, reading: Double)
  ) -> Finding {
    let matrix = latticeMatrix(edge: n)
    let blocks = NodalMatrix(inBlocks(matrix))
    let before = Threads.count
    Threads.count = threads
    defer { Threads.count = before }
    let x = [Double](repeating: 1, count: blocks.rowCount)
    var y = x
    var timing = Timing()
    for _ in 0..<9 { timing.measure { blocks.apply(x, into: &y) } }
    let count = Double(matrix.pattern.entryCount)
    let rate = (76 * count + 52 * Double(matrix.rowCount)) / timing.leastWall * 1e-9
    return Finding(
      "product in 3 × 3 blocks, \(blocks.rowCount) rows, \(suffix(threads))", rate, unit: "GB/s",
      note: "\(fourDigits(18e-9 * count / timing.leastWall)) GFLOP/s, "
        + "\(fourDigits(rate / memory.triad)) of the triad, \(fourDigits(rate / memory.reading)) of "
        + "reading",
      threads == 1 ? [.atLeast(0.9, value: rate / memory.triad)] : [])
  }

  /// The matrix with a full 3 × 3 block in the place of each entry.
  private static func inBlocks(_ a: SparseMatrix<Double>) -> SparseMatrix<Double> {
    var rowStart = [0]
    var column: [Int32] = []
    column.reserveCapacity(9 * a.pattern.entryCount)
    for i in 0..<a.rowCount {
      let row = a.pattern.column[a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1]]
      for _ in 0..<3 {
        for j in row { column += [3 * j, 3 * j + 1, 3 * j + 2] }
        rowStart.append(column.count)
      }
    }
    return SparseMatrix(
      pattern: SparsityPattern(
        rowCount: 3 * a.rowCount, columnCount: 3 * a.rowCount, rowStart: rowStart, column: column),
      values: [Double](repeating: 1, count: column.count))
  }

  /// n³ points, each coupled to the 14 others that Kuhn's tetrahedra join it with.
  private static func latticeMatrix(edge n: Int) -> SparseMatrix<Double> {
    var offsets: [(x: Int, y: Int, z: Int)] = []
    for z in -1...1 {
      for y in -1...1 {
        for x in -1...1 where min(x, y, z) * max(x, y, z) == 0 { offsets.append((x, y, z)) }
      }
    }
    var rowStart = [0]
    var column: [Int32] = []
    column.reserveCapacity(15 * n * n * n)
    for z in 0..<n {
      for y in 0..<n {
        for x in 0..<n {
          for step in offsets {
            let (a, b, c) = (x + step.x, y + step.y, z + step.z)
            guard 0..<n ~= a, 0..<n ~= b, 0..<n ~= c else { continue }
            column.append(Int32((c * n + b) * n + a))
          }
          rowStart.append(column.count)
        }
      }
    }
    let values = [Double](repeating: 1, count: column.count)
    return SparseMatrix(
      pattern: SparsityPattern(
        rowCount: n * n * n, columnCount: n * n * n, rowStart: rowStart, column: column),
      values: values)
  }
}

/// The numbers without repetition, in their order.
func distinct(_ numbers: [Int]) -> [Int] {
  numbers.enumerated().filter { numbers.firstIndex(of: $0.element) == $0.offset }.map(\.element)
}

/// "1 thread", "2 threads".
func suffix(_ threads: Int) -> String { "\(threads) thread\(threads == 1 ? "" : "s")" }
