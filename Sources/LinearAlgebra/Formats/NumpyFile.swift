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
    var matrix = DenseMatrix<Double>(rowCount: 0, columnCount: 0)
    try read(rows: rows, columns: columns, into: &matrix)
    return matrix
  }

  /// The same into a matrix whose memory is used again if it has the size of the part.
  ///
  /// Fresh memory is cleared by the system page by page, which takes a processor about as long as
  /// a fast disk takes to fill it.
  ///
  /// - Parameter matrix: Holds the part in the end; empty after a failure.
  /// - Throws: As `read(rows:columns:)`.
  /// - Precondition: As there.
  public func read(
    rows: Range<Int>, columns: Range<Int>, into matrix: inout DenseMatrix<Double>
  ) throws(Failure) {
    precondition(type.kind != .complex, "the complex array \(file.path) read as real numbers")
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= rowCount && columns.lowerBound >= 0
        && columns.upperBound <= columnCount,
      "rows \(rows) and columns \(columns) of \(rowCount) × \(columnCount)")
    let count = rows.count * columns.count
    var values: [Double] = []
    swap(&values, &matrix.values)
    matrix = DenseMatrix(rowCount: 0, columnCount: 0)
    var found: (Int, Failure)?
    if values.count == count {
      unsafe values.withDisjointWrites { found = unsafe fill($0, rows, columns) }
    } else {
      values = unsafe [Double](unsafeUninitializedCapacity: count) { buffer, filled in
        let target = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<count])
        unsafe requestLargePages(UnsafeMutableRawBufferPointer(target))
        // Safe: the part has `count` numbers, and each chunk writes to its own places.
        found = unsafe fill(DisjointWrites(base: target), rows, columns)
        filled = found == nil ? count : 0
      }
    }
    if let found { throw found.1 }
    matrix = DenseMatrix(rowCount: rows.count, columnCount: columns.count, values: values)
  }

  @unsafe private func fill(
    _ writes: DisjointWrites<Double>, _ rows: Range<Int>, _ columns: Range<Int>
  ) -> (Int, Failure)? {
    let way = way(of: rows.count * columns.count * type.width)
    return isColumnMajor
      ? unsafe columnMajor(rows, columns, writes, way) : unsafe rowMajor(rows, columns, writes, way)
  }

  /// How bytes come from the file.
  private enum Way: Sendable { case throughCache, pastCache }

  /// Who reads a large file by small parts goes through all of it, and has no memory to spare: what
  /// the system would keep of it is of no use to others, and only costs time. Unless it is there
  /// already.
  private func way(of bytes: Int) -> Way {
    bytes >= 1 << 24 && bytes <= file.size / 4 && !file.isCached ? .pastCache : .throughCache
  }

  private func forEachPiece<Scratch>(
    of count: Int, _ way: Way, scratch: @escaping @Sendable () -> Scratch,
    _ body: @Sendable (inout Scratch, Int) -> Void
  ) {
    switch way {
    case .throughCache:
      forEachChunk(of: count, size: 1, scratch: scratch) { body(&$0, $1.lowerBound) }
    case .pastCache: forEachWaiting(of: count, scratch: scratch, body)
    }
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
    _ rows: Range<Int>, _ columns: Range<Int>, _ writes: DisjointWrites<Double>, _ way: Way
  ) -> (Int, Failure)? {
    let isWhole = rows.count == rowCount
    let runLength = isWhole ? rows.count * columns.count : rows.count
    let runCount = isWhole ? 1 : columns.count
    guard runLength > 0, runCount > 0 else { return nil }
    let piece = min(runLength, NumpyFile.pieceSize / type.width)
    let pieces = (runLength + piece - 1) / piece
    let earliest = Earliest()
    forEachPiece(of: runCount * pieces, way, scratch: { Scratch() }) { scratch, index in
      let (run, part) = index.quotientAndRemainder(dividingBy: pieces)
      let first = part * piece
      let count = min(piece, runLength - first)
      let number = (columns.lowerBound + run) * rowCount + rows.lowerBound + first
      let place = run * runLength + first
      // Safe: place + count ≤ runCount · runLength, the size of the target.
      let target = unsafe UnsafeMutableBufferPointer(
        rebasing: writes.base[place..<place + count])
      do throws(FileError) {
        if let bad = try unsafe numbers(from: number, into: target, &scratch, way) {
          let at = number + bad
          let found = Failure.notFinite(
            value: unsafe target[bad], row: at % rowCount, column: at / rowCount)
          earliest.note(index, found)
        }
      } catch { earliest.note(index, .file(error)) }
    }
    return earliest.value
  }

  /// The memory of one thread.
  private struct Scratch {
    var bytes: [UInt8] = []
    var numbers: [Double] = []
    let pages = PageBuffer()
  }

  /// Blocks of whole rows (or of parts of rows, where few columns are wanted), turned into columns.
  @unsafe private func rowMajor(
    _ rows: Range<Int>, _ columns: Range<Int>, _ writes: DisjointWrites<Double>, _ way: Way
  ) -> (Int, Failure)? {
    guard !rows.isEmpty, !columns.isEmpty else { return nil }
    // Below a quarter of a row, or beyond a page, reading the parts alone takes less time.
    let isWhole = 4 * columns.count >= columnCount && columns.count * type.width < 1 << 16
    let perRow = isWhole ? columnCount : columns.count
    let block = max(1, NumpyFile.pieceSize / 8 / perRow)
    let earliest = Earliest()
    let blocks = (rows.count + block - 1) / block
    forEachPiece(of: blocks, way, scratch: { Scratch() }) { scratch, index in
      let range = index * block..<min(rows.count, (index + 1) * block)
      let firstRow = rows.lowerBound + range.lowerBound
      if scratch.numbers.count < perRow * range.count {
        scratch.numbers = [Double](repeating: 0, count: perRow * block)
      }
      var numbers: [Double] = []
      swap(&numbers, &scratch.numbers)
      defer { swap(&numbers, &scratch.numbers) }
      unsafe numbers.withUnsafeMutableBufferPointer { numbers in
        let runs = isWhole ? 1 : range.count
        let runLength = isWhole ? perRow * range.count : perRow
        for run in 0..<runs {
          let number =
            isWhole ? firstRow * columnCount : (firstRow + run) * columnCount + columns.lowerBound
          // Safe: runs · runLength = perRow · range.count numbers fit into the scratch.
          let target = unsafe UnsafeMutableBufferPointer(
            rebasing: numbers[run * runLength..<(run + 1) * runLength])
          do throws(FileError) {
            _ = try unsafe self.numbers(from: number, into: target, &scratch, way)
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
    from first: Int, into target: UnsafeMutableBufferPointer<Double>, _ scratch: inout Scratch,
    _ way: Way
  ) throws(FileError) -> Int? {
    let offset = start + first * type.width
    let count = target.count * type.width
    if way == .pastCache {
      let bytes = try unsafe file.readPastCache(at: offset, count: count, through: scratch.pages)
      guard let base = bytes.baseAddress else { return nil }
      guard type.isNative else { return unsafe type.decode(base, into: target) }
      // Safe: both have `count` bytes.
      unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
      return unsafe firstNotFinite(UnsafeBufferPointer(target))
    }
    if type.isNative {
      try unsafe file.read(at: offset, into: UnsafeMutableRawBufferPointer(target))
      return unsafe firstNotFinite(UnsafeBufferPointer(target))
    }
    if scratch.bytes.count < count { scratch.bytes = [UInt8](repeating: 0, count: count) }
    var failure: FileError?
    var bad: Int?
    unsafe scratch.bytes.withUnsafeMutableBytes { bytes in
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
