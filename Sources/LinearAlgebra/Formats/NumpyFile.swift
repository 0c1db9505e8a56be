public import Files
internal import Synchronization

/// An array in numpy's format, of which parts are read: a matrix, or a vector as one column.
///
/// Only the head is read at first. The array may be a part of a larger file, such as an archive.
/// - Source: numpy, NEP 1, "A simple file format for numpy arrays".
public struct NumpyFile: Sendable {
  /// Why a part could not be read.
  public enum Failure: Error, Sendable, Hashable {
    /// The file cannot be read, or is not what it was.
    case file(FileError)
    /// NaN or an infinity.
    case notFinite(value: Double, row: Int, column: Int)
  }

  /// The file the array stands in.
  public let file: ReadableFile
  /// The type of its numbers.
  public let type: NumpyType
  /// The lengths of the axes as the file gives them.
  public let shape: [Int]
  /// m.
  public let rowCount: Int
  /// n.
  public let columnCount: Int
  /// Whether the numbers of a column stand side by side.
  public let isColumnMajor: Bool
  /// Where the numbers start.
  public let start: Int

  /// The array that starts at a byte of a file and fills it, or `length` bytes of it.
  ///
  /// - Parameter name: What stands in errors; nil for the path.
  /// - Throws: `FormatError` for heads that are not understood, pickled objects, arrays of another
  ///   dimension than 1 or 2, and files of another length than the shape asks for.
  public init(
    _ file: ReadableFile, from offset: Int = 0, length: Int? = nil, name: String? = nil
  ) throws(FormatError) {
    let length = length ?? file.size - offset
    let head: [UInt8]
    do throws(FileError) {
      head = try file.read(at: offset, count: min(length, NumpyHeader.longest))
    } catch { throw .unreadable(error) }
    let (header, headLength) = try NumpyHeader.read(
      head, of: length, file: name ?? file.path, byte: offset)
    let layout = try header.layout(ofBytes: length - headLength, file: name ?? file.path)
    (self.file, type, shape) = (file, layout.type, header.shape)
    (rowCount, columnCount) = (layout.rowCount, layout.columnCount)
    isColumnMajor = header.isColumnMajor || header.shape.count == 1
    start = offset + headLength
  }

  /// Doubles with the lowest byte first, column after column, whatever the head says of their
  /// number: an array that is still growing.
  ///
  /// - Precondition: The file holds so many.
  public init(
    columns columnCount: Int, of rowCount: Int, in file: ReadableFile, from start: Int
  ) {
    precondition(
      8 * rowCount * columnCount <= file.size - start,
      "\(rowCount) × \(columnCount) numbers in \(file.size) bytes of \(file.path)")
    self.init(
      file, .double, [rowCount, columnCount], rowCount, columnCount, true, start)
  }

  private init(
    _ file: ReadableFile, _ type: NumpyType, _ shape: [Int], _ rowCount: Int, _ columnCount: Int,
    _ isColumnMajor: Bool, _ start: Int
  ) {
    (self.file, self.type, self.shape, self.start) = (file, type, shape, start)
    (self.rowCount, self.columnCount) = (rowCount, columnCount)
    self.isColumnMajor = isColumnMajor
  }

  /// The same numbers with rows and columns exchanged; no number moves.
  public var transposed: NumpyFile {
    NumpyFile(file, type, shape, columnCount, rowCount, !isColumnMajor, start)
  }

  /// Bytes that one thread takes from the file at a time: large enough for the disk, small enough
  /// for the cache.
  private static let pieceSize = 1 << 20

  /// A part of the array, on all threads.
  ///
  /// - Throws: `Failure`; of several numbers that are not finite the first in the order of the file
  ///   is named.
  /// - Precondition: The array is not complex, and the part lies within it.
  public func read(rows: Range<Int>, columns: Range<Int>) throws(Failure) -> DenseMatrix<Double> {
    precondition(type.kind != .complex, "the complex array \(file.path) read as real numbers")
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= rowCount && columns.lowerBound >= 0
        && columns.upperBound <= columnCount,
      "rows \(rows) and columns \(columns) of \(rowCount) × \(columnCount)")
    let count = rows.count * columns.count
    var failure: Failure?
    let values = unsafe [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      let target = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<count])
      // Safe: the part has `count` numbers, and each chunk writes to its own places.
      let writes = unsafe DisjointWrites(base: target)
      let found: (Int, Failure)?
      if isColumnMajor {
        found = unsafe columnMajor(rows, columns, writes)
      } else {
        found = unsafe rowMajor(rows, columns, writes)
      }
      failure = found?.1
      filled = failure == nil ? count : 0
    }
    if let failure { throw failure }
    return DenseMatrix(rowCount: rows.count, columnCount: columns.count, values: values)
  }

  /// The failure of the earliest chunk, whichever thread meets its own first.
  private final class Earliest: Sendable {
    private let failure = Mutex<(Int, Failure)?>(nil)
    var value: (Int, Failure)? { failure.withLock { $0 } }
    func note(_ place: Int, _ found: Failure) {
      failure.withLock { if $0.map({ place < $0.0 }) ?? true { $0 = (place, found) } }
    }
  }

  /// Runs of consecutive numbers: whole columns make one, parts of columns one each.
  @unsafe private func columnMajor(
    _ rows: Range<Int>, _ columns: Range<Int>, _ writes: DisjointWrites<Double>
  ) -> (Int, Failure)? {
    let isWhole = rows.count == rowCount
    let runLength = isWhole ? rows.count * columns.count : rows.count
    let runCount = isWhole ? 1 : columns.count
    guard runLength > 0, runCount > 0 else { return nil }
    let piece = min(runLength, NumpyFile.pieceSize / type.width)
    let pieces = (runLength + piece - 1) / piece
    let earliest = Earliest()
    forEachChunk(of: runCount * pieces, size: 1, scratch: { [UInt8]() }) { scratch, range in
      for index in range {
        let (run, part) = index.quotientAndRemainder(dividingBy: pieces)
        let first = part * piece
        let count = min(piece, runLength - first)
        let number = (columns.lowerBound + run) * rowCount + rows.lowerBound + first
        let place = run * runLength + first
        // Safe: place + count ≤ runCount · runLength, the size of the target.
        let target = unsafe UnsafeMutableBufferPointer(
          rebasing: writes.base[place..<place + count])
        do throws(FileError) {
          if let bad = try unsafe numbers(from: number, into: target, &scratch) {
            let at = number + bad
            let found = Failure.notFinite(
              value: unsafe target[bad], row: at % rowCount, column: at / rowCount)
            earliest.note(index, found)
          }
        } catch { earliest.note(index, .file(error)) }
      }
    }
    return earliest.value
  }

  private struct Scratch: Sendable {
    var bytes: [UInt8] = []
    var numbers: [Double] = []
  }

  /// Blocks of whole rows (or of parts of rows, where few columns are wanted), turned into columns.
  @unsafe private func rowMajor(
    _ rows: Range<Int>, _ columns: Range<Int>, _ writes: DisjointWrites<Double>
  ) -> (Int, Failure)? {
    guard !rows.isEmpty, !columns.isEmpty else { return nil }
    // Below a quarter of a row, or beyond a page, reading the parts alone takes less time.
    let isWhole = 4 * columns.count >= columnCount && columns.count * type.width < 1 << 16
    let perRow = isWhole ? columnCount : columns.count
    let block = max(1, NumpyFile.pieceSize / 8 / perRow)
    let earliest = Earliest()
    forEachChunk(of: rows.count, size: block, scratch: { Scratch() }) { scratch, range in
      let firstRow = rows.lowerBound + range.lowerBound
      if scratch.numbers.count < perRow * range.count {
        scratch.numbers = [Double](repeating: 0, count: perRow * block)
      }
      var bytes: [UInt8] = []
      swap(&bytes, &scratch.bytes)
      defer { swap(&bytes, &scratch.bytes) }
      unsafe scratch.numbers.withUnsafeMutableBufferPointer { numbers in
        let runs = isWhole ? 1 : range.count
        let runLength = isWhole ? perRow * range.count : perRow
        for run in 0..<runs {
          let number =
            isWhole ? firstRow * columnCount : (firstRow + run) * columnCount + columns.lowerBound
          // Safe: runs · runLength = perRow · range.count numbers fit into the scratch.
          let target = unsafe UnsafeMutableBufferPointer(
            rebasing: numbers[run * runLength..<(run + 1) * runLength])
          do throws(FileError) {
            _ = try unsafe self.numbers(from: number, into: target, &bytes)
          } catch {
            earliest.note(firstRow + run, .file(error))
            return
          }
        }
        let skipped = isWhole ? columns.lowerBound : 0
        for (place, row) in range.enumerated() {
          let wanted = unsafe UnsafeBufferPointer(
            rebasing: numbers[place * perRow + skipped..<place * perRow + skipped + columns.count])
          guard let bad = unsafe firstNotFinite(wanted) else { continue }
          let found = Failure.notFinite(
            value: unsafe wanted[bad], row: rows.lowerBound + row,
            column: columns.lowerBound + bad)
          earliest.note(rows.lowerBound + row, found)
          return
        }
        // Eight columns at a time: a line of the cache is read once, eight streams are written.
        for firstColumn in stride(from: 0, to: columns.count, by: 8) {
          let width = min(8, columns.count - firstColumn)
          for (place, row) in range.enumerated() {
            let source = place * perRow + skipped + firstColumn
            for j in 0..<width {
              // Safe: row < rows.count and the column is below columns.count.
              unsafe writes.base[(firstColumn + j) * rows.count + row] = numbers[source + j]
            }
          }
        }
      }
    }
    return earliest.value
  }

  /// Reads consecutive numbers of the file; the place of the first one that is not finite.
  @unsafe private func numbers(
    from first: Int, into target: UnsafeMutableBufferPointer<Double>, _ scratch: inout [UInt8]
  ) throws(FileError) -> Int? {
    let offset = start + first * type.width
    if type.isNative {
      try unsafe file.read(at: offset, into: UnsafeMutableRawBufferPointer(target))
      return unsafe firstNotFinite(UnsafeBufferPointer(target))
    }
    let count = target.count * type.width
    if scratch.count < count { scratch = [UInt8](repeating: 0, count: count) }
    var failure: FileError?
    var bad: Int?
    unsafe scratch.withUnsafeMutableBytes { bytes in
      // Safe: the scratch holds `count` bytes at least.
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
      do throws(FileError) {
        try unsafe file.read(at: offset, into: part)
        guard let base = part.baseAddress else { return }
        bad = unsafe type.decode(UnsafeRawPointer(base), into: target)
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bad
  }
}
