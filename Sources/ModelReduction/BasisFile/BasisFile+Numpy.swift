internal import Files
internal import LinearAlgebra

extension BasisFile {
  /// The modes as one array.
  func writeArray(to path: String) throws(FileError) {
    let file = try UpdatableFile(path, .emptied)
    try file.write(NumpyHead.bytes(shape: [dimension, size]), at: 0)
    try file.write(modes.values[...], at: NumpyHead.size)
  }

  /// Everything as members of an archive.
  func writeArchive(to path: String) throws(FileError) {
    var archive = ZipWriter(try UpdatableFile(path, .emptied))
    func add(_ name: String, _ shape: [Int], _ values: [Double]) throws(FileError) {
      try archive.add(
        name + ".npy", [.bytes(NumpyHead.bytes(shape: shape)), .numbers(values[...])])
    }
    func add(_ name: String, _ matrix: DenseMatrix<Double>?) throws(FileError) {
      guard let matrix else { return }
      try add(name, [matrix.rowCount, matrix.columnCount], matrix.values)
    }
    func add(_ name: String, text: String) throws(FileError) {
      try archive.add(name + ".npy", [.bytes(NumpyHead.array(ofText: text))])
    }
    try add("modes", modes)
    try add("singularValues", [singularValues.count], singularValues)
    try add("coefficients", coefficients)
    if let mean { try add("mean", [mean.count], mean) }
    if let weights { try add("weights", [weights.count], weights) }
    try add("parameters", parameters)
    if let snapshotFactors { try add("snapshotFactors", [snapshotFactors.count], snapshotFactors) }
    if let points { try add("points", [points.count], points.map(Double.init)) }
    try add("interpolationModes", interpolationModes)
    try add("product", text: product)
    if !parameterNames.isEmpty {
      try add("parameterNames", text: parameterNames.joined(separator: "\n"))
    }
    if let tolerance { try add("tolerance", [], [tolerance]) }
    if let errorBound { try add("errorBound", [], [errorBound]) }
    try add("software", text: software)
    try archive.finish()
  }

  /// Reads an archive.
  static func archive(_ path: String) throws(SnapshotError) -> BasisFile {
    let archive = try SnapshotError.of { () throws(FormatError) in
      try ZipArchive(FormatError.file(path))
    }
    func member(_ name: String) -> ZipArchive.Member? {
      archive.members.first { $0.name == name + ".npy" }
    }
    func matrix(_ name: String) throws(SnapshotError) -> DenseMatrix<Double>? {
      guard member(name) != nil else { return nil }
      let array = try NumpySnapshots(archive: path, array: name)
      return try array.snapshots(0..<array.count)
    }
    func bytes(_ name: String) throws(SnapshotError) -> [UInt8]? {
      guard let member = member(name), member.size < 1 << 24 else { return nil }
      return try SnapshotError.of { () throws(FormatError) in
        let (file, start) = try archive.open(member)
        do throws(FileError) { return try file.read(at: start, count: member.size) } catch {
          throw .unreadable(error)
        }
      }
    }
    guard let modes = try matrix("modes") else {
      let names = archive.members.map { "'\($0.name)'" }.joined(separator: ", ")
      throw .refused("\(path) is no basis: there is no array 'modes' among \(names)")
    }
    var basis = BasisFile(
      modes: modes, singularValues: try matrix("singularValues")?.values ?? [])
    basis.coefficients = try matrix("coefficients")
    basis.mean = try matrix("mean")?.values
    basis.weights = try matrix("weights")?.values
    basis.parameters = try matrix("parameters")
    basis.snapshotFactors = try matrix("snapshotFactors")?.values
    basis.points = try BasisFile.rows(matrix("points")?.values, in: path)
    basis.interpolationModes = try matrix("interpolationModes")
    func text(_ name: String) throws(SnapshotError) -> String? {
      try bytes(name).flatMap { NumpyHead.text(of: $0) }
    }
    basis.product = try text("product") ?? basis.product
    basis.software = try text("software") ?? "unknown"
    basis.parameterNames = BasisFile.lines(try text("parameterNames"))
    // A single number stands behind the head.
    func number(_ name: String) throws(SnapshotError) -> Double? {
      guard let last = try bytes(name)?.suffix(8), last.count == 8 else { return nil }
      return Double(bitPattern: last.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
    }
    basis.tolerance = try number("tolerance")
    basis.errorBound = try number("errorBound")
    return basis
  }

  /// Row numbers that a file holds as numbers.
  static func rows(_ values: [Double]?, in path: String) throws(SnapshotError) -> [Int]? {
    guard let values else { return nil }
    var rows: [Int] = []
    for value in values {
      guard let row = Int(exactly: value) else {
        throw .mismatch(source: "\(path):points", found: "\(value)", expected: "numbers of rows")
      }
      rows.append(row)
    }
    return rows
  }

  /// The lines of a text, none for an empty one or none.
  static func lines(_ text: String?) -> [String] {
    guard let text, !text.isEmpty else { return [] }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
