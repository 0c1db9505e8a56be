internal import Foundation

/// `count` zeros, on large pages where they are many.
///
/// Linux hands out memory in pages of 4 kB when they are first touched, and each costs about half a
/// microsecond on a virtual machine: a sixth of the time of a method of snapshots whose modes are
/// 360 MB. Pages of 2 MB, where the system gives them on request, take that away.
@specialized(where S == Double)
func zeros<S: Scalar>(_ count: Int) -> [S] {
  let bytes = count * MemoryLayout<S>.stride
  guard bytes >= largeArray else { return [S](repeating: S.zero, count: count) }
  return unsafe [S](unsafeUninitializedCapacity: count) { buffer, initialized in
    unsafe requestLargePages(UnsafeMutableRawBufferPointer(buffer))
    unsafe buffer.initialize(repeating: S.zero)
    initialized = count
  }
}

/// Bytes from which it pays.
private let largeArray = 4 << 20

/// Asks for large pages in the whole pages of a large piece of memory; a refusal changes nothing.
func requestLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  guard memory.count >= largeArray, let base = memory.baseAddress else { return }
  let page = 4096
  // Safe: only pages that lie wholly within the piece are named, and their contents stay.
  let start = UInt(bitPattern: base)
  let first = (start + UInt(page - 1)) & ~UInt(page - 1)
  let last = (start + UInt(memory.count)) & ~UInt(page - 1)
  guard last > first, let address = unsafe UnsafeMutableRawPointer(bitPattern: first)
  else { return }
  _ = unsafe madvise(address, Int(last - first), MADV_HUGEPAGE)
}
