import Files
import LinearAlgebra
import TestSupport
import Testing

/// Small parts of large files come from the disk itself, by another way than whole files.
@Suite struct `Parts of large arrays` {
  private let rowCount = 90_001
  private let columnCount = 100

  private func entry(_ i: Int, _ j: Int) -> Double { Double(i &* 331 ^ j &* 77_777) + 0.25 }

  private func write(_ path: String, _ order: NumpyOrder) throws {
    try FileBytes.write([], to: path)
    let file = try UpdatableFile(path, .existing)
    try file.write(NumpyHead.bytes(shape: [rowCount, columnCount], order: order), at: 0)
    let (lines, length) =
      order == .c ? (rowCount, columnCount) : (columnCount, rowCount)
    let piece = order == .c ? 1000 : 1
    for first in stride(from: 0, to: lines, by: piece) {
      let some = first..<min(lines, first + piece)
      let numbers = some.flatMap { line in
        (0..<length).map { order == .c ? entry(line, $0) : entry($0, line) }
      }
      try file.write(numbers[...], at: NumpyHead.size + 8 * first * length)
    }
    try ReadableFile(path).forgetCache()
  }

  @Test(arguments: [NumpyOrder.fortran, .c])
  func `hold the entries of the whole, in memory used before too`(order: NumpyOrder) throws {
    try inFolder { folder in
      let path = "\(folder)/a.npy"
      try write(path, order)
      let array = try NumpyFile(ReadableFile(path))
      var part = DenseMatrix<Double>(rowCount: 0, columnCount: 0)
      for first in [0, 21_001, 68_000] {
        let rows = first..<first + 22_001
        try array.read(rows: rows, columns: 0..<columnCount, into: &part)
        #expect(part.rowCount == 22_001 && part.columnCount == columnCount)
        let isRight = (0..<columnCount).allSatisfy { j in
          rows.allSatisfy { part[$0 - first, j] == entry($0, j) }
        }
        #expect(isRight)
      }
    }
  }

  @Test(arguments: [NumpyOrder.fortran, .c])
  func `name the first number that is not finite`(order: NumpyOrder) throws {
    try inFolder { folder in
      let path = "\(folder)/a.npy"
      try write(path, order)
      let file = try UpdatableFile(path, .existing)
      for (i, j) in [(30_000, 60), (40_000, 50)] {
        let place = order == .c ? i * columnCount + j : i + j * rowCount
        try file.write([Double.infinity][...], at: NumpyHead.size + 8 * place)
      }
      try ReadableFile(path).forgetCache()
      let array = try NumpyFile(ReadableFile(path))
      let (i, j) = order == .c ? (30_000, 60) : (40_000, 50)
      #expect(throws: NumpyFile.Failure.notFinite(value: .infinity, row: i, column: j)) {
        _ = try array.read(rows: 22_000..<44_000, columns: 0..<columnCount)
      }
    }
  }
}
