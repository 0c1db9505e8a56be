internal import ComplexModule
internal import Files

/// Reads arrays of numbers as numpy saves them (.npy): one or two dimensions; real, whole and
/// complex numbers of any width; either byte order; rows or columns first. Python objects, which
/// only running code could unpack, are refused.
/// - Source: numpy, NEP 1, "A simple file format for numpy arrays".
struct NumpyReader {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  private let file: String
  private let bytes: [UInt8]

  init(file: String, bytes: [UInt8]) { (self.file, self.bytes) = (file, bytes) }

  func read() throws(FormatError) -> MatrixFile.Content {
    let (header, start) = try NumpyHeader.read(bytes, of: bytes.count, file: file)
    let (type, rows, columns) = try header.layout(ofBytes: bytes.count - start, file: file)
    guard max(rows, columns) < Int(Int32.max) else {
      throw .unsuitable(
        path: file, reason: "\(rows) × \(columns) numbers; a matrix has less than 2^31 rows")
    }
    let parts = type.kind == .complex ? 2 : 1
    var bad: Int?
    let count = parts * rows * columns
    let numbers = unsafe [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      // Safe: the layout vouches for so many numbers after the head.
      unsafe bytes.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        bad = unsafe type.decode(
          base + start, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      }
      filled = count
    }
    if let bad {
      let index = bad / parts
      let (i, j) =
        header.isColumnMajor ? (index % rows, index / rows) : (index / columns, index % columns)
      throw .malformed(
        at: FilePlace(file: file, position: .byte(start + index * type.width)),
        found: "\(numbers[bad]) at (\(i), \(j))", expected: "finite numbers")
    }
    guard parts == 2 else {
      return .dense(matrix(numbers, rows, columns, header.isColumnMajor))
    }
    let pairs = (0..<rows * columns).map { Complex(numbers[2 * $0], numbers[2 * $0 + 1]) }
    return .complexDense(matrix(pairs, rows, columns, header.isColumnMajor))
  }

  private func matrix<S: Scalar>(
    _ values: [S], _ rows: Int, _ columns: Int, _ isColumnMajor: Bool
  ) -> DenseMatrix<S> {
    isColumnMajor
      ? DenseMatrix(rowCount: rows, columnCount: columns, values: values)
      : DenseMatrix(rowCount: columns, columnCount: rows, values: values).transposed()
  }
}
