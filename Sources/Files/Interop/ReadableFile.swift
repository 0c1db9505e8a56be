internal import Glibc

/// A regular file of which parts are read, whatever its size.
///
/// The file is opened for each part, so that thousands of them can be at hand at once.
@safe public final class ReadableFile: Sendable {
  /// What may happen to a file while it is read.
  public enum Change: Sendable {
    /// Nothing: one that has been written to or replaced is refused.
    case refused
    /// Another process may add to its end and rewrite its head.
    case growing
  }

  private struct Identity: Equatable {
    let device: UInt
    let number: UInt
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    init(_ status: stat) {
      (device, number) = (status.st_dev, status.st_ino)
      size = status.st_size
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
  }

  /// The path, as it was given.
  public let path: String
  private let identity: Identity
  private let change: Change
  /// Of a file without a name: where it is open.
  private let descriptor: Int32?

  /// The number of bytes.
  public var size: Int { identity.size }

  /// A file that exists.
  ///
  /// - Throws: The system's reason; pipes, devices and folders are refused.
  public init(_ path: String, change: Change = .refused) throws(FileError) {
    (self.path, self.change) = (path, change)
    descriptor = nil
    let (file, status) = try ReadableFile.open(path)
    close(file)
    identity = Identity(status)
  }

  /// A file without a name, which lasts as long as this object; read from then on.
  ///
  /// - Parameters:
  ///   - name: What stands in errors.
  ///   - fill: Hands over the content piece by piece.
  /// - Throws: What `fill` throws, or why there is no place for it.
  public init(
    named name: String,
    filledBy fill: (_ append: ([UInt8]) throws(FileError) -> Void) throws(FileError) -> Void
  ) throws(FileError) {
    (path, change) = (name, .refused)
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/ritz-XXXXXX".utf8CString)
    let file = unsafe mkstemp(&template)
    guard file >= 0 else {
      throw FileError(path: folder, operation: "make a temporary file in", code: errno)
    }
    _ = unsafe unlink(template)
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    var status = stat()
    do throws(FileError) {
      try fill { bytes throws(FileError) in
        let code = SystemCall.append(bytes, to: file)
        guard code == 0 else {
          throw FileError(path: folder, operation: "unpack \(name) into", code: code)
        }
      }
      guard unsafe fstat(file, &status) == 0 else {
        throw FileError(path: name, operation: "read", code: errno)
      }
    } catch {
      close(file)
      throw error
    }
    descriptor = file
    identity = Identity(status)
  }

  deinit { if let descriptor { close(descriptor) } }

  private static func open(
    _ path: String, flags: Int32 = 0
  ) throws(FileError) -> (Int32, stat) {
    if path.utf8.contains(0) {
      throw FileError(path: path, operation: "open", reason: "the name contains NUL")
    }
    // O_NONBLOCK: opening a pipe must not wait for a writer that never comes.
    let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags)
    guard file >= 0 else { throw FileError(path: path, operation: "open", code: errno) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else {
      let code = errno
      close(file)
      throw FileError(path: path, operation: "read", code: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw FileError(path: path, operation: "read", reason: "it is no regular file")
    }
    return (file, status)
  }

  /// The bytes from `offset` on.
  ///
  /// - Precondition: They lie within the file.
  public func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var failure: FileError?
    unsafe bytes.withUnsafeMutableBytes { buffer in
      do throws(FileError) { try unsafe read(at: offset, into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills a buffer with the bytes from `offset` on.
  ///
  /// - Precondition: They lie within the file.
  @unsafe public func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    precondition(
      offset >= 0 && offset <= size - buffer.count,
      "bytes \(offset)..<\(offset + buffer.count) of \(size) in \(path)")
    guard let base = buffer.baseAddress, buffer.count > 0 else { return }
    let file = try opened()
    defer { if descriptor == nil { close(file) } }
    try unsafe read(file, at: offset, into: base, from: 0, until: buffer.count)
  }

  /// The open file, which is still the one first looked at.
  private func opened(flags: Int32 = 0) throws(FileError) -> Int32 {
    if let descriptor { return descriptor }
    let (file, status) = try ReadableFile.open(path, flags: flags)
    let now = Identity(status)
    let isSame =
      change == .growing
      ? now.device == identity.device && now.number == identity.number
        && now.size >= identity.size : now == identity
    guard isSame else {
      close(file)
      throw FileError(
        path: path, operation: "read", reason: "it has changed since it was first looked at")
    }
    return file
  }

  /// Fills bytes `taken..<count` of a buffer that stands for the file from `offset` on.
  private func read(
    _ file: Int32, at offset: Int, into base: UnsafeMutableRawPointer, from taken: Int,
    until count: Int
  ) throws(FileError) {
    var taken = taken
    while taken < count {
      // Safe: place and length stay within the buffer.
      let piece = unsafe pread(file, base + taken, count - taken, offset + taken)
      if piece > 0 {
        taken += piece
      } else if piece == 0 {
        throw FileError(path: path, operation: "read", reason: "it ends before its size")
      } else if errno != EINTR {
        throw FileError(path: path, operation: "read", code: errno)
      }
    }
  }

  /// O_DIRECT, which Glibc shows to programs in C only that ask for it.
  private static var direct: Int32 {
    #if arch(arm64)
      0o200000
    #else
      0o40000
    #endif
  }

  /// Bytes from `offset` on, taken from the disk itself and not kept by the system.
  ///
  /// Without a copy in the system's cache a reading costs hardly any processor time, and parts of a
  /// file at a distance from each other come as fast as the whole. Where the file system cannot do
  /// this, the bytes come the ordinary way.
  ///
  /// - Parameter scratch: Where the bytes are put; belongs to one thread.
  /// - Returns: The bytes, valid until the scratch is used again.
  /// - Precondition: They lie within the file.
  @unsafe public func readPastCache(
    at offset: Int, count: Int, through scratch: PageBuffer
  ) throws(FileError) -> UnsafeRawBufferPointer {
    precondition(
      offset >= 0 && offset <= size - count,
      "bytes \(offset)..<\(offset + count) of \(size) in \(path)")
    // Place, length and memory are multiples of a page, as such readings demand.
    let page = PageBuffer.pageSize
    let first = offset / page * page
    let wanted = offset - first + count
    guard let base = unsafe scratch.reserve((wanted + page - 1) / page * page) else {
      throw FileError(
        path: path, operation: "read",
        reason: "the system gives no memory for \(wanted) bytes at once; a smaller amount of "
          + "--memory reads in smaller parts")
    }
    var taken = 0
    if descriptor == nil, let file = try? opened(flags: ReadableFile.direct) {
      while taken < wanted {
        // Safe: the buffer holds the rounded length.
        let piece = unsafe pread(
          file, base + taken, (wanted - taken + page - 1) / page * page, first + taken)
        if piece > 0 { taken += piece }
        // What is left is read the ordinary way, which knows the reason if that fails too.
        if piece == 0 || (piece < 0 && errno != EINTR) || taken % page != 0 { break }
      }
      close(file)
    }
    if taken < wanted {
      let file = try opened()
      defer { if descriptor == nil { close(file) } }
      try unsafe read(file, at: first, into: base, from: taken, until: wanted)
    }
    return unsafe UnsafeRawBufferPointer(start: base + (offset - first), count: count)
  }

  /// Whether the system holds (nearly) all of the file in its cache, by some of its pages.
  public var isCached: Bool {
    guard size > 0, let file = try? opened() else { return false }
    defer { if descriptor == nil { close(file) } }
    // Safe: nothing is read through the mapping; only the kernel is asked about its pages.
    guard let map = unsafe mmap(nil, size, PROT_READ, MAP_SHARED, file, 0),
      unsafe map != MAP_FAILED
    else { return false }
    defer { _ = unsafe munmap(map, size) }
    let (page, samples) = (PageBuffer.pageSize, 64)
    let pages = (size + page - 1) / page
    return (0..<samples).allSatisfy { k in
      var state: UInt8 = 0
      return unsafe mincore(map + pages * k / samples * page, 1, &state) == 0 && state & 1 == 1
    }
  }

  /// Lets the system forget what it keeps of the file, so that the next reading meets the disk.
  ///
  /// What is not on the disk yet is written first. For measurements: nothing else gains by it.
  public func forgetCache() {
    guard let file = try? opened() else { return }
    defer { if descriptor == nil { close(file) } }
    _ = fdatasync(file)
    _ = posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
  }
}
