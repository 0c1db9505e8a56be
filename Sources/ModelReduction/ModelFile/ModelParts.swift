internal import Expressions
public import LinearAlgebra

/// A reduced model of a kind that another room knows, taken apart into named numbers and texts: what
/// a `.ritz` file holds of it, and what that room builds it from again.
///
/// Names are paths of small words, "law/0/kind"; in the file they lie below `model/`.
public struct ModelParts: Sendable, Equatable {
  /// The word in the file.
  public let kind: String
  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// N.
  public let size: Int
  /// The name of the product in which errors are measured.
  public let productName: String
  /// The names of the outputs, in their order.
  public let outputNames: [String]
  /// The times of a model in time.
  public let grid: TimeGrid?
  /// The parts.
  public private(set) var entries: [String: StoredValue] = [:]
  /// The file it was read from, for messages.
  private var path = ""

  /// A model without parts yet.
  public init(
    kind: String, parameterSpace: ParameterSpace, size: Int, productName: String,
    outputNames: [String], grid: TimeGrid? = nil
  ) {
    (self.kind, self.parameterSpace, self.size) = (kind, parameterSpace, size)
    (self.productName, self.outputNames, self.grid) = (productName, outputNames, grid)
  }

  init(
    reading file: OpenArchive, kind: String, in space: ParameterSpace
  ) throws(ModelFileError) {
    var grid: TimeGrid?
    if try file.value("model/times") != nil {
      grid = TimeGrid(
        steps: try file.numbers("model/steps"), times: try file.numbers("model/times"))
      guard grid != nil else { throw file.malformed("model/times", "contradicts model/steps") }
    }
    self.init(
      kind: kind, parameterSpace: space, size: try file.count("model/size"),
      productName: try file.text("model/product"),
      outputNames: try file.lines("model/outputNames").map(unescaped), grid: grid)
    path = file.path
    for name in try file.lines("model/parts") {
      guard let value = try file.value("model/\(name)") else {
        throw .missing(path: path, entry: "model/\(name)")
      }
      entries[name] = value
    }
  }

  func write(to archive: inout ArchiveWriter) {
    archive.put([size], as: "model/size")
    archive.put(productName, as: "model/product")
    archive.put(lines(outputNames.map(escaped)), as: "model/outputNames")
    if let grid {
      archive.put(grid.steps, as: "model/steps")
      archive.put(grid.times, as: "model/times")
    }
    let names = entries.keys.sorted()
    archive.put(lines(names), as: "model/parts")
    for name in names { if let value = entries[name] { archive.put(value, as: "model/\(name)") } }
  }

  /// Equal models, wherever they come from.
  public static func == (a: ModelParts, b: ModelParts) -> Bool {
    a.kind == b.kind && a.parameterSpace == b.parameterSpace && a.size == b.size
      && a.productName == b.productName && a.outputNames == b.outputNames && a.grid == b.grid
      && a.entries == b.entries
  }
}

// Putting in.
extension ModelParts {
  /// Adds numbers.
  public mutating func put(_ numbers: [Double], as name: String) {
    entries[name] = .numbers(numbers, shape: [numbers.count])
  }

  /// Adds integers.
  ///
  /// - Precondition: They fit into 32 bits.
  public mutating func put(_ integers: [Int], as name: String) {
    entries[name] = .integers(integers.map { Int32($0) }, shape: [integers.count])
  }

  /// Adds a matrix, column after column.
  public mutating func put(_ matrix: DenseMatrix<Double>, as name: String) {
    entries[name] = .numbers(matrix.values, shape: [matrix.columnCount, matrix.rowCount])
  }

  /// Adds a sparse matrix under three names below `name`.
  public mutating func put(_ matrix: SparseMatrix<Double>, as name: String) {
    put([matrix.rowCount, matrix.columnCount], as: "\(name)/shape")
    put(matrix.pattern.rowStart, as: "\(name)/rowStart")
    put(matrix.pattern.column.map(Int.init), as: "\(name)/column")
    put(matrix.values, as: "\(name)/values")
  }

  /// Adds texts, which may have lines.
  public mutating func put(_ texts: [String], as name: String) {
    entries[name] = .text(texts.map { "." + escaped($0) }.joined(separator: "\n"))
  }
}

// Taking out.
extension ModelParts {
  /// Whether there is a part of that name.
  public func has(_ name: String) -> Bool { entries[name] != nil }

  /// A refusal that names the part.
  public func malformed(_ name: String, _ reason: String) -> ModelFileError {
    .malformed(path: path, entry: "model/\(name)", reason: reason)
  }

  private func entry(_ name: String) throws(ModelFileError) -> StoredValue {
    guard let value = entries[name] else { throw .missing(path: path, entry: "model/\(name)") }
    return value
  }

  /// Finite numbers.
  ///
  /// - Parameter count: How many there must be; nil for any number.
  public func numbers(_ name: String, count: Int? = nil) throws(ModelFileError) -> [Double] {
    guard case .numbers(let values, _) = try entry(name), values.allSatisfy(\.isFinite) else {
      throw malformed(name, "does not hold finite numbers")
    }
    guard count == nil || values.count == count else {
      throw malformed(name, "holds \(values.count) numbers instead of \(count ?? 0)")
    }
    return values
  }

  /// Integers.
  ///
  /// - Parameters:
  ///   - count: How many there must be; nil for any number.
  ///   - range: Where they must lie.
  public func integers(
    _ name: String, count: Int? = nil, in range: Range<Int> = Int.min..<Int.max
  ) throws(ModelFileError) -> [Int] {
    guard case .integers(let values, _) = try entry(name) else {
      throw malformed(name, "does not hold integers")
    }
    guard count == nil || values.count == count else {
      throw malformed(name, "holds \(values.count) integers instead of \(count ?? 0)")
    }
    guard values.allSatisfy({ range.contains(Int($0)) }) else {
      throw malformed(name, "holds integers outside \(range.lowerBound) ..< \(range.upperBound)")
    }
    return values.map(Int.init)
  }

  /// A matrix.
  ///
  /// - Parameters:
  ///   - rows: How many rows it must have; nil for any number.
  ///   - columns: How many columns it must have; nil for any number.
  public func matrix(
    _ name: String, rows: Int? = nil, columns: Int? = nil
  ) throws(ModelFileError) -> DenseMatrix<Double> {
    guard case .numbers(let values, let shape) = try entry(name), shape.count == 2,
      values.allSatisfy(\.isFinite)
    else { throw malformed(name, "is not a matrix of finite numbers") }
    guard rows == nil || shape[1] == rows, columns == nil || shape[0] == columns,
      values.count == shape[0] * shape[1]
    else { throw malformed(name, "is a matrix of \(shape[1]) × \(shape[0])") }
    return DenseMatrix(rowCount: shape[1], columnCount: shape[0], values: values)
  }

  /// A sparse matrix.
  public func sparseMatrix(
    _ name: String, rows: Int, columns: Int
  ) throws(ModelFileError) -> SparseMatrix<Double> {
    let values = try numbers("\(name)/values")
    let start = try integers("\(name)/rowStart", count: rows + 1, in: 0..<values.count + 1)
    let column = try integers("\(name)/column", count: values.count, in: 0..<columns)
    let isOrdered =
      start[0] == 0 && start[rows] == values.count
      && zip(start, start.dropFirst()).allSatisfy { first, end in
        first <= end
          && zip(column[first..<end], column[first..<end].dropFirst()).allSatisfy { $0 < $1 }
      }
    guard try integers("\(name)/shape") == [rows, columns], isOrdered else {
      throw malformed(name, "is not a sparse matrix of \(rows) × \(columns)")
    }
    return SparseMatrix(
      pattern: SparsityPattern(
        rowCount: rows, columnCount: columns, rowStart: start, column: column.map { Int32($0) }),
      values: values)
  }

  /// Texts.
  public func texts(_ name: String, count: Int? = nil) throws(ModelFileError) -> [String] {
    guard case .text(let text) = try entry(name) else {
      throw malformed(name, "does not hold a text")
    }
    let found =
      text.isEmpty
      ? []
      : text.split(separator: "\n", omittingEmptySubsequences: false).map {
        unescaped(String($0.dropFirst()))
      }
    guard count == nil || found.count == count else {
      throw malformed(name, "holds \(found.count) texts instead of \(count ?? 0)")
    }
    return found
  }

  /// Coefficients over some space.
  public func coefficients(
    _ name: String, in space: ParameterSpace
  ) throws(ModelFileError) -> CoefficientFamily {
    let found = try texts(name)
    do throws(CoefficientError) { return try CoefficientFamily(parsing: found, in: space) } catch {
      throw malformed(name, "is no list of coefficients: \(error)")
    }
  }
}
