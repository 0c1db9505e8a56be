internal import Files
public import LinearAlgebra

/// A basis in a file that numpy and h5py open: modes, singular values, and what belongs to them.
///
/// | name | shape | content |
/// |---|---|---|
/// | `modes` | N × k | one mode per column, orthonormal in the product |
/// | `singularValues` | any | of all snapshots, the largest first |
/// | `coefficients` | k × m | of the m snapshots in the basis |
/// | `mean` | N | what was subtracted from each snapshot |
/// | `weights` | N | the diagonal of the product, where it is one |
/// | `parameters` | m × p | of the snapshots, one row each |
/// | `snapshotFactors` | m | of the coefficients of snapshots that decayed in updates |
/// | `points` | p | rows, counted from zero, from which fields are interpolated |
/// | `interpolationModes` | N × r | the modes of the interpolation, where they are not `modes` |
/// | `product`, `parameterNames`, `software` | text | names of parameters one per line |
/// | `tolerance` | one number | what the basis was asked to hold |
/// | `errorBound` | one number | what updates lost of all snapshots at most (Frobenius) |
///
/// In .npz all are arrays; in HDF5 the last three rows are attributes of the file; a .npy file holds
/// the modes alone.
public struct BasisFile: Sendable, Equatable {
  /// The formats.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// One array of numpy: the modes.
    case npy
    /// Arrays of numpy, stored as they are.
    case npz
    /// HDF5.
    case hdf5

    /// The format that the end of a file's name tells (`.npy`, `.npz`, `.h5`, `.hdf5`).
    public init?(of path: String) {
      switch path.split(separator: ".").last.map({ $0.lowercased() }) {
      case "npy": self = .npy
      case "npz": self = .npz
      case "h5", "hdf5": self = .hdf5
      default: return nil
      }
    }
  }

  /// N × k, one mode per column.
  public var modes: DenseMatrix<Double>
  /// σ₁ ≥ σ₂ ≥ …, those beyond the k modes included where they are known.
  public var singularValues: [Double]
  /// k × m.
  public var coefficients: DenseMatrix<Double>?
  /// N numbers.
  public var mean: [Double]?
  /// N positive numbers, the diagonal of the product.
  public var weights: [Double]?
  /// "euclidean", "weights", or a name of your own.
  public var product = "euclidean"
  /// One name per column of the parameters.
  public var parameterNames: [String] = []
  /// m × p.
  public var parameters: DenseMatrix<Double>?
  /// m positive numbers that the columns of the coefficients carry since updates let older snapshots
  /// decay; nil where all are one.
  public var snapshotFactors: [Double]?
  /// What the basis was asked to hold.
  public var tolerance: Double?
  /// What all truncations so far lost of the snapshots at most, in the norm of Frobenius; nil where
  /// the singular values beyond the modes tell it.
  public var errorBound: Double?
  /// Rows whose values determine a field of the modes; nil where none were chosen.
  public var points: [Int]?
  /// The modes that are fitted to values at the points; nil where these are ``modes``.
  public var interpolationModes: DenseMatrix<Double>?
  /// What made the file.
  public var software = "Ritz"

  /// A basis to be written.
  public init(modes: DenseMatrix<Double>, singularValues: [Double] = []) {
    (self.modes, self.singularValues) = (modes, singularValues)
  }

  /// N.
  public var dimension: Int { modes.rowCount }
  /// k.
  public var size: Int { modes.columnCount }

  /// Writes the file; its name shows the whole of it or what was there before.
  ///
  /// - Parameter format: nil for the one that the name tells, .npz where it tells none.
  /// - Returns: What the format cannot hold, one sentence or none.
  /// - Throws: `SnapshotError.file` with the system's reason, `notFinite` for NaN in the modes,
  ///   `mismatch` for parts that do not fit together.
  @discardableResult
  public func write(to path: String, as format: Format? = nil) throws(SnapshotError) -> [String] {
    try check(path)
    do throws(FileError) {
      try TemporaryFiles.withTemporaryFile(for: path) { temporary throws(FileError) in
        switch format ?? Format(of: path) ?? .npz {
        case .npy: try writeArray(to: temporary)
        case .npz: try writeArchive(to: temporary)
        case .hdf5: try writeHDF5(to: temporary, named: path)
        }
      }
    } catch { throw .file(error) }
    guard format ?? Format(of: path) == .npy,
      !singularValues.isEmpty || coefficients != nil || mean != nil || weights != nil
        || points != nil
    else { return [] }
    return [
      "\(path) holds the modes alone; singular values, coefficients, mean and points need .npz or "
        + ".h5."
    ]
  }

  /// Reads a file; the format is told by its first bytes.
  ///
  /// - Throws: `SnapshotError` that names the array concerned; NaN is refused, and parts that do not
  ///   fit together.
  public init(reading path: String) throws(SnapshotError) {
    let head: [UInt8]
    do throws(FileError) {
      let file = try ReadableFile(path)
      head = try file.read(at: 0, count: min(8, file.size))
    } catch { throw .file(error) }
    if head.starts(with: [0x93, 0x4E]) {
      let array = try NumpySnapshots(reading: path)
      self.init(modes: try array.snapshots(0..<array.count))
    } else if head.starts(with: [0x50, 0x4B]) {
      self = try BasisFile.archive(path)
    } else if head.starts(with: [0x89, 0x48]) {
      self = try BasisFile.hdf5(path)
    } else {
      throw .format(
        .unsupported(
          at: FilePlace(file: path, position: .file), feature: "a basis in this format is",
          cure: "save it as .npy, .npz or .h5"))
    }
    try check(path)
  }

  private func check(_ path: String) throws(SnapshotError) {
    let (n, k, m) = (dimension, size, coefficients?.columnCount ?? parameters?.rowCount ?? 0)
    func demand(_ holds: Bool, _ found: String, _ expected: String) throws(SnapshotError) {
      if !holds { throw .mismatch(source: path, found: found, expected: expected) }
    }
    try demand(
      coefficients.map { $0.rowCount == k } ?? true,
      "coefficients of \(coefficients?.rowCount ?? 0) modes", "\(k)")
    try demand(
      mean.map { $0.count == n } ?? true, "a mean of \(mean?.count ?? 0) numbers", "\(n)")
    try demand(
      weights.map { $0.count == n } ?? true, "\(weights?.count ?? 0) weights", "\(n)")
    try demand(
      parameters.map { $0.rowCount == m } ?? true,
      "parameters of \(parameters?.rowCount ?? 0) snapshots", "\(m)")
    try demand(
      parameters.map { $0.columnCount == parameterNames.count } ?? true,
      "\(parameterNames.count) names of parameters", "\(parameters?.columnCount ?? 0)")
    let known = coefficients?.columnCount ?? 0
    try demand(
      snapshotFactors.map { $0.count == known && $0.allSatisfy { $0 > 0 } } ?? true,
      "\(snapshotFactors?.count ?? 0) factors of snapshots", "\(known) positive numbers")
    let fitted = interpolationModes ?? modes
    try demand(
      fitted.rowCount == n, "interpolation modes of \(fitted.rowCount) numbers", "\(n)")
    try demand(
      points.map { p in p.count >= fitted.columnCount && p.allSatisfy { 0 <= $0 && $0 < n } }
        ?? true,
      "\(points?.count ?? 0) points for \(fitted.columnCount) modes, the last row "
        + "\(points?.max() ?? 0)", "a row below \(n) for each mode, or more")
    _ = try modes.checkedFinite(firstRow: 0, firstSnapshot: 0, source: "\(path):modes")
    for (name, values) in vectors {
      if let bad = values.firstNotFinite {
        throw .notFinite(value: values[bad], row: bad, snapshot: 0, source: "\(path):\(name)")
      }
    }
  }

  /// All numbers but the modes, for checking.
  private var vectors: [(String, [Double])] {
    [
      ("singularValues", singularValues), ("coefficients", coefficients?.values ?? []),
      ("mean", mean ?? []), ("weights", weights ?? []), ("parameters", parameters?.values ?? []),
      ("snapshotFactors", snapshotFactors ?? []),
      ("interpolationModes", interpolationModes?.values ?? []),
      ("tolerance", tolerance.map { [$0] } ?? []),
      ("errorBound", errorBound.map { [$0] } ?? []),
    ]
  }
}
