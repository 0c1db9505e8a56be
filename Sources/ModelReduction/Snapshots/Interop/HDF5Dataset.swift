internal import CHDF5
internal import Synchronization

/// An array of rank 1 or 2 in an HDF5 file, of which rectangles are read.
struct HDF5Dataset: Sendable, Hashable {
  /// Why nothing can be read.
  enum Failure: Error {
    case noFile
    case noArray
    case noNumbers
    case damaged
  }

  let path: String
  let name: String
  /// The lengths of its axes.
  let shape: [Int]
  /// The lengths of a chunk along the axes; nil where the array stands in one piece.
  let chunk: [Int]?
  /// "float32", "integer" and the like.
  let storage: String
  /// The relative rounding of the stored numbers.
  let precision: Double

  private static func opened<Value>(
    _ path: String, _ body: (Int64) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    if path.utf8.contains(0) { throw .noFile }
    let result = hdf5Turn.withLock { _ -> Result<Value, Failure> in
      let file = unsafe ritz_hdf5_open(path)
      guard file >= 0 else { return .failure(.noFile) }
      defer { _ = ritz_hdf5_close(file) }
      do throws(Failure) { return .success(try body(file)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// All arrays of numbers, of any rank up to 8, with their shapes.
  static func list(_ path: String) throws(Failure) -> [(name: String, shape: [Int])] {
    try opened(path) { file throws(Failure) in
      var length: UInt64 = 0
      guard unsafe ritz_hdf5_list(file, nil, 0, &length) == 0, length < 1 << 28 else {
        throw .damaged
      }
      var text = [CChar](repeating: 0, count: Int(length))
      guard unsafe ritz_hdf5_list(file, &text, length, &length) == 0 else { throw .damaged }
      let names = String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split(separator: "\n").map(String.init)
      var found: [(name: String, shape: [Int])] = []
      for name in names {
        if let (kind, shape) = describe(file, name), kind < 2 { found.append((name, shape)) }
      }
      return found
    }
  }

  private static func describe(_ file: Int64, _ name: String) -> (kind: Int, shape: [Int])? {
    var (kind, rank, length) = (Int32(0), Int32(0), UInt64(0))
    var axes = [UInt64](repeating: 0, count: 8)
    guard unsafe ritz_hdf5_describe(file, name, &kind, &rank, &axes, &length) == 0 else {
      return nil
    }
    return (Int(kind), axes.prefix(Int(rank)).map { Int(clamping: $0) })
  }

  /// The array of a name.
  init(_ name: String, in path: String) throws(Failure) {
    if name.utf8.contains(0) { throw .noArray }
    (self.path, self.name) = (path, name)
    (shape, chunk, storage, precision) = try HDF5Dataset.opened(path) { file throws(Failure) in
      guard let (kind, shape) = HDF5Dataset.describe(file, name) else { throw .noArray }
      guard kind < 2 else { throw .noNumbers }
      var count = 1
      for size in shape {
        let (product, overflows) = count.multipliedReportingOverflow(by: size)
        guard !overflows, product < 1 << 60 else { throw .damaged }
        count = product
      }
      // Deflate shrinks by a factor of 1032 at most; an array that claims more was never written.
      let stored = Int(clamping: unsafe ritz_hdf5_stored(file, name))
      guard count / 1040 <= stored + 1024 else { throw .damaged }
      var extent = [UInt64](repeating: 0, count: 8)
      let isChunked =
        unsafe shape.count > 0
        && ritz_hdf5_chunks(file, name, Int32(shape.count), &extent) == 0
      let width = Int(unsafe ritz_hdf5_real_width(file, name))
      let chunk = isChunked ? extent.prefix(shape.count).map { Int(clamping: $0) } : nil
      let precision =
        switch width {
        case 2: 0x1p-11
        case 4: 0x1p-24
        default: 0x1p-53
        }
      return (shape, chunk, width == 0 ? "integers" : "float\(8 * width)", precision)
    }
  }

  /// A rectangle (of a vector: a run), row by row.
  ///
  /// - Precondition: It lies within the array.
  func read(start: [Int], count: [Int]) throws(Failure) -> [Double] {
    let total = count.reduce(1, *)
    guard total > 0 else { return [] }
    return try HDF5Dataset.opened(path) { file throws(Failure) in
      var values = [Double](repeating: 0, count: total)
      // Safe: the buffer has as many numbers as the rectangle; HDF5 checks that it lies within.
      let status = unsafe ritz_hdf5_read_block(
        file, name, Int32(count.count), start.map(UInt64.init), count.map(UInt64.init), &values)
      guard status == 0 else { throw .damaged }
      return values
    }
  }
}
