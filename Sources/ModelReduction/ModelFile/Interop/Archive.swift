internal import CHDF5
internal import Files
internal import Synchronization

/// A named array or text in a file.
public enum StoredValue: Sendable, Equatable {
  /// Real numbers with the lengths of their axes, the last one running fastest.
  case numbers([Double], shape: [Int])
  /// Integers with the lengths of their axes, the last one running fastest.
  case integers([Int32], shape: [Int])
  /// A text.
  case text(String)
}

/// The serial HDF5 library is not meant for several threads at once.
let hdf5Turn = Mutex(())

/// Runs `body`, which fills a file by HDF5 and says whether that went well.
///
/// - Throws: The reason the system had, told of `path`; HDF5 does not pass it on.
func writingHDF5(_ path: String, _ body: () -> Bool) throws(FileError) {
  let failure = hdf5Turn.withLock { _ -> FileError? in
    SystemErrorCode.clear()
    if body() { return nil }
    return SystemErrorCode.failure(
      path: path, operation: "write", otherwise: "HDF5 could not write it")
  }
  if let failure { throw failure }
}

/// Named values on their way into a file.
struct ArchiveWriter {
  private(set) var entries: [(name: String, value: StoredValue)] = []

  mutating func put(_ value: StoredValue, as name: String) { entries.append((name, value)) }
  mutating func put(_ numbers: [Double], as name: String) {
    put(.numbers(numbers, shape: [numbers.count]), as: name)
  }
  mutating func put(_ integers: [Int], as name: String) {
    put(.integers(integers.map { Int32(clamping: $0) }, shape: [integers.count]), as: name)
  }
  mutating func put(_ text: String, as name: String) { put(.text(text), as: name) }

  /// Writes all entries to a new file with a verified header, which then takes the place of `path`
  /// in one step: a reader sees the old file or the new one.
  func write(to path: String, major: Int) throws(ModelFileError) {
    do throws(FileError) {
      try TemporaryFiles.withTemporaryFile(for: path) { temporary throws(FileError) in
        try writingHDF5(path) { writeContent(to: temporary) }
        let content = try FileBytes.read(temporary, limit: .max)
        let header = ModelFileHeader(
          content: content.dropFirst(ModelFileHeader.size), major: major)
        try FileBytes.write(header.bytes, atStartOf: temporary)
      }
    } catch { throw .unwritable(path: path, reason: error.reason) }
  }

  private func writeContent(to path: String) -> Bool {
    let file = unsafe ritz_hdf5_create(path, UInt64(ModelFileHeader.size))
    guard file >= 0 else { return false }
    var isComplete = true
    for (name, value) in entries {
      let status: Int32
      switch value {
      case .numbers(let values, let shape):
        status = unsafe ritz_hdf5_write(
          file, name, 0, Int32(shape.count), shape.map(UInt64.init), 0, values)
      case .integers(let values, let shape):
        status = unsafe ritz_hdf5_write(
          file, name, 1, Int32(shape.count), shape.map(UInt64.init), 0, values)
      case .text(let text):
        let bytes = Array(text.utf8)
        status = unsafe ritz_hdf5_write(
          file, name, 2, 0, [], UInt64(bytes.count), bytes.isEmpty ? [0] : bytes)
      }
      isComplete = isComplete && status == 0
    }
    return ritz_hdf5_close(file) == 0 && isComplete
  }
}

/// A verified file from which values are read when asked for.
struct ArchiveReader: Sendable {
  let path: String
  let minorVersion: Int

  /// Reads the whole file once to verify it; HDF5 never sees an unverified byte.
  init(_ path: String) throws(ModelFileError) {
    self.path = path
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileBytes.read(path, limit: .max) } catch {
      throw .unreadable(path: path)
    }
    minorVersion = try ModelFileHeader(verifying: bytes, path: path).minor
  }

  /// Reads with the file open.
  func read<Value>(
    _ body: (OpenArchive) throws(ModelFileError) -> Value
  ) throws(ModelFileError) -> Value {
    let result = hdf5Turn.withLock { _ -> Result<Value, ModelFileError> in
      let file = unsafe ritz_hdf5_open(path)
      guard file >= 0 else { return .failure(.damaged(path: path, part: "HDF5 structure")) }
      defer { _ = ritz_hdf5_close(file) }
      do throws(ModelFileError) {
        return .success(try body(OpenArchive(path: path, file: file)))
      } catch { return .failure(error) }
    }
    return try result.get()
  }
}

/// An open file.
struct OpenArchive {
  let path: String
  let file: Int64

  /// The value of that name, nil if there is none.
  func value(_ name: String) throws(ModelFileError) -> StoredValue? {
    var (kind, rank, length) = (Int32(0), Int32(0), UInt64(0))
    var axes = [UInt64](repeating: 0, count: 8)
    guard unsafe ritz_hdf5_describe(file, name, &kind, &rank, &axes, &length) == 0 else {
      return nil
    }
    let shape = axes.prefix(Int(rank)).map { Int(clamping: $0) }
    var count = 1
    for axis in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: axis)
      guard !overflow, product < 1 << 40 else {
        throw .malformed(path: path, entry: name, reason: "is impossibly large")
      }
      count = product
    }
    let status: Int32
    let value: StoredValue
    switch kind {
    case 0:
      var numbers = [Double](repeating: 0, count: count)
      status = count == 0 ? 0 : unsafe ritz_hdf5_read(file, name, 0, 0, &numbers)
      value = .numbers(numbers, shape: shape)
    case 1:
      var integers = [Int32](repeating: 0, count: count)
      status = count == 0 ? 0 : unsafe ritz_hdf5_read(file, name, 1, 0, &integers)
      value = .integers(integers, shape: shape)
    default:
      guard count == 1, length < 1 << 32 else {
        throw .malformed(path: path, entry: name, reason: "is not a single text")
      }
      var bytes = [UInt8](repeating: 0, count: Int(length))
      status = unsafe ritz_hdf5_read(file, name, 2, length, &bytes)
      if bytes == [0] { bytes = [] }
      value = .text(String(decoding: bytes, as: UTF8.self))
    }
    guard status == 0 else {
      throw .malformed(path: path, entry: name, reason: "cannot be read")
    }
    return value
  }

  /// Real numbers.
  func numbers(_ name: String) throws(ModelFileError) -> [Double] {
    guard case .numbers(let values, _) = try required(name) else {
      throw .malformed(path: path, entry: name, reason: "does not hold real numbers")
    }
    return values
  }

  /// Integers.
  func integers(_ name: String) throws(ModelFileError) -> [Int] {
    guard case .integers(let values, _) = try required(name) else {
      throw .malformed(path: path, entry: name, reason: "does not hold integers")
    }
    return values.map(Int.init)
  }

  /// A text.
  func text(_ name: String) throws(ModelFileError) -> String {
    guard case .text(let text) = try required(name) else {
      throw .malformed(path: path, entry: name, reason: "does not hold a text")
    }
    return text
  }

  /// The lines of a text, none for an empty one.
  func lines(_ name: String) throws(ModelFileError) -> [String] {
    let text = try text(name)
    return text.isEmpty
      ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Refuses an array of another length than `count`.
  func numbers(_ name: String, count: Int) throws(ModelFileError) -> [Double] {
    let values = try numbers(name)
    guard values.count == count else {
      throw .malformed(
        path: path, entry: name, reason: "holds \(values.count) numbers instead of \(count)")
    }
    return values
  }

  private func required(_ name: String) throws(ModelFileError) -> StoredValue {
    guard let value = try value(name) else { throw .missing(path: path, entry: name) }
    return value
  }
}
