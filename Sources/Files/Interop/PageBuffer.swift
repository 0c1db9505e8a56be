internal import Glibc

/// Memory that starts on a page, for readings past the cache of the system. It grows, and is used
/// again and again.
@safe public final class PageBuffer {
  private var memory: UnsafeMutableRawPointer?
  private var capacity = 0

  /// Larger or equal pages are in use nowhere that such readings are measured in: disks ask for
  /// multiples of 512 or 4096 bytes.
  static let pageSize = 4096

  /// No memory yet.
  public init() {}

  deinit { unsafe free(memory) }

  /// Memory for so many bytes, nil where the system gives none; what was in it is lost.
  @unsafe func reserve(_ count: Int) -> UnsafeMutableRawPointer? {
    if let memory = unsafe memory, count <= capacity { return unsafe memory }
    unsafe free(memory)
    (unsafe memory, capacity) = (nil, 0)
    var fresh: UnsafeMutableRawPointer?
    let status = unsafe posix_memalign(&fresh, PageBuffer.pageSize, max(count, PageBuffer.pageSize))
    guard status == 0, let fresh = unsafe fresh else { return nil }
    (unsafe memory, capacity) = (unsafe fresh, count)
    return unsafe fresh
  }
}
