internal import CHDF5
internal import Files
internal import LinearAlgebra
internal import Synchronization

extension BasisFile {
  /// Everything as datasets and attributes; matrices row by row, as HDF5 has them.
  func writeHDF5(to path: String, named name: String) throws(FileError) {
    try writingHDF5(name) {
      let file = unsafe ritz_hdf5_create(path, 0)
      guard file >= 0 else { return false }
      let isWritten =
        write(modes, "modes", file) && write(coefficients, "coefficients", file)
        && write(parameters, "parameters", file)
        && write(singularValues, "singularValues", file) && write(mean, "mean", file)
        && write(weights, "weights", file)
        && write(points.map { $0.map(Double.init) }, "points", file)
        && write(interpolationModes, "interpolationModes", file)
        && write(snapshotFactors, "snapshotFactors", file) && write(product, "product", file)
        && write(software, "software", file)
        && (parameterNames.isEmpty
          || write(parameterNames.joined(separator: "\n"), "parameterNames", file))
        && write(tolerance, "tolerance", file) && write(errorBound, "errorBound", file)
      return ritz_hdf5_close(file) == 0 && isWritten
    }
  }

  private func write(_ matrix: DenseMatrix<Double>?, _ name: String, _ file: Int64) -> Bool {
    guard let matrix else { return true }
    let (rows, columns) = (matrix.rowCount, matrix.columnCount)
    guard unsafe ritz_hdf5_create_matrix(file, name, UInt64(rows), UInt64(columns)) == 0 else {
      return false
    }
    // Turned in blocks of rows, so that no second copy of the modes is in memory.
    let block = max(1, (1 << 20) / max(1, columns))
    for first in stride(from: 0, to: columns > 0 ? rows : 0, by: block) {
      let range = first..<min(rows, first + block)
      let part = matrix.rows(range).transposed()
      let status = unsafe ritz_hdf5_write_rows(
        file, name, UInt64(first), UInt64(range.count), UInt64(columns), part.values)
      guard status == 0 else { return false }
    }
    return true
  }

  private func write(_ vector: [Double]?, _ name: String, _ file: Int64) -> Bool {
    guard let vector else { return true }
    return unsafe ritz_hdf5_write(file, name, 0, 1, [UInt64(vector.count)], 0, vector) == 0
  }

  private func write(_ number: Double?, _ name: String, _ file: Int64) -> Bool {
    guard var number else { return true }
    return unsafe ritz_hdf5_attribute(file, "/", name, 0, 0, &number) == 0
  }

  private func write(_ text: String, _ name: String, _ file: Int64) -> Bool {
    let bytes = text.isEmpty ? [0] : Array(text.utf8)
    return unsafe ritz_hdf5_attribute(file, "/", name, 2, UInt64(bytes.count), bytes) == 0
  }

  /// Reads datasets and attributes.
  static func hdf5(_ path: String) throws(SnapshotError) -> BasisFile {
    let list = (try? HDF5Dataset.list(path)) ?? []
    func matrix(_ name: String) throws(SnapshotError) -> DenseMatrix<Double>? {
      guard list.contains(where: { $0.name == "/" + name }) else { return nil }
      let dataset = try HDF5Snapshots(reading: path, dataset: name)
      return try dataset.snapshots(0..<dataset.count)
    }
    guard let modes = try matrix("modes") else {
      let names = list.map { "'\($0.name)'" }.joined(separator: ", ")
      throw .refused("\(path) is no basis: there is no dataset '/modes' among \(names)")
    }
    var basis = BasisFile(
      modes: modes, singularValues: try matrix("singularValues")?.values ?? [])
    basis.coefficients = try matrix("coefficients")
    basis.mean = try matrix("mean")?.values
    basis.weights = try matrix("weights")?.values
    basis.parameters = try matrix("parameters")
    basis.snapshotFactors = try matrix("snapshotFactors")?.values
    basis.points = try rows(matrix("points")?.values, in: path)
    basis.interpolationModes = try matrix("interpolationModes")
    typealias Attributes = (String?, String?, String?, Double?, Double?)
    let (product, software, names, tolerance, errorBound) = hdf5Turn.withLock { _ in
      let file = unsafe ritz_hdf5_open(path)
      guard file >= 0 else { return (nil, nil, nil, nil, nil) as Attributes }
      defer { _ = ritz_hdf5_close(file) }
      return (
        text("product", file), text("software", file), text("parameterNames", file),
        number("tolerance", file), number("errorBound", file)
      )
    }
    basis.product = product ?? basis.product
    basis.software = software ?? "unknown"
    basis.parameterNames = lines(names)
    (basis.tolerance, basis.errorBound) = (tolerance, errorBound)
    return basis
  }

  private static func text(_ name: String, _ file: Int64) -> String? {
    var length: UInt64 = 0
    guard unsafe ritz_hdf5_read_attribute(file, "/", name, 2, &length, nil) == 0,
      length < 1 << 24
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    // Safe: the buffer has the length that the file tells.
    guard unsafe ritz_hdf5_read_attribute(file, "/", name, 2, &length, &bytes) == 0 else {
      return nil
    }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func number(_ name: String, _ file: Int64) -> Double? {
    var length: UInt64 = 0
    var value = 0.0
    guard unsafe ritz_hdf5_read_attribute(file, "/", name, 0, &length, &value) == 0 else {
      return nil
    }
    return value
  }
}
