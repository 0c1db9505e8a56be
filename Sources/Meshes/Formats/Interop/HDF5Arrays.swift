internal import CHDF5

/// The arrays of numbers in an HDF5 file that an XDMF file refers to.
///
/// HDF5 in Debian guards its own state with one lock; a file is opened for each array.
enum HDF5Arrays {
  /// Why an array could not be read.
  enum Failure: Error {
    case noFile
    case noArray
    case noNumbers
    case tooLarge
  }

  /// The shape of an array and its numbers, row by row.
  static func array(_ name: String, in path: String) throws(Failure) -> (shape: [Int], VTKValues) {
    if path.utf8.contains(0) || name.utf8.contains(0) { throw .noFile }
    let file = unsafe ritz_hdf5_open(path)
    guard file >= 0 else { throw .noFile }
    defer { _ = ritz_hdf5_close(file) }
    var (kind, rank) = (0 as Int32, 0 as Int32)
    var sizes = [UInt64](repeating: 0, count: 8)
    var length: UInt64 = 0
    guard unsafe ritz_hdf5_describe(file, name, &kind, &rank, &sizes, &length) == 0 else {
      throw .noArray
    }
    guard kind == 0 || kind == 1 else { throw .noNumbers }
    var count = 1
    var shape: [Int] = []
    for size in sizes[..<Int(rank)] {
      guard let size = Int(exactly: size) else { throw .tooLarge }
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      guard !overflows else { throw .tooLarge }
      count = product
      shape.append(size)
    }
    // Deflate shrinks by a factor of 1032 at most; an array that claims more was never written.
    let stored = unsafe ritz_hdf5_stored(file, name)
    guard count / 1040 <= Int(clamping: stored) + 1024 else { throw .tooLarge }
    if kind == 1 {
      var values = [Int](repeating: 0, count: count)
      // Safe: the buffer holds as many 64-bit numbers as the array has, by its own description.
      let status = unsafe values.withUnsafeMutableBytes {
        unsafe ritz_hdf5_read_wide(file, name, 1, $0.baseAddress)
      }
      guard count == 0 || status == 0 else { throw .noNumbers }
      return (shape, .whole(values))
    }
    var values = [Double](repeating: 0, count: count)
    // Safe: as above.
    let status = unsafe values.withUnsafeMutableBytes {
      unsafe ritz_hdf5_read_wide(file, name, 0, $0.baseAddress)
    }
    guard count == 0 || status == 0 else { throw .noNumbers }
    return (shape, .real(values))
  }
}
