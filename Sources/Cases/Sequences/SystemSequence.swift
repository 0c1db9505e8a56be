public import ComplexModule
internal import Files
public import Krylov
public import LinearAlgebra
public import LinearSolvers
public import RealModule

/// A sequence of linear systems in files, solved one after the other: what `ritz solve` does with
/// matrices.
public struct SystemSequence: Sendable {
  /// What is asked for.
  public struct Request: Sendable {
    /// The files: matrix, right-hand side, matrix, right-hand side, …
    public let files: [String]
    /// How the systems are solved.
    public let settings: SolverSettings
    /// The folder for solutions; none if nil.
    public let output: String?
    /// The file of the modes of small energy, a column each; none if nil.
    public let nearNullSpace: String?
    /// How many consecutive unknowns stand at one node; what the patterns show if nil.
    public let unknownsPerNode: Int?

    /// A request.
    ///
    /// - Precondition: `files` come in pairs, at least one.
    public init(
      _ files: [String], settings: SolverSettings, output: String? = nil,
      nearNullSpace: String? = nil, unknownsPerNode: Int? = nil
    ) {
      precondition(!files.isEmpty && files.count % 2 == 0, "\(files.count) files do not make pairs")
      self.files = files
      self.settings = settings
      self.output = output
      self.nearNullSpace = nearNullSpace
      self.unknownsPerNode = unknownsPerNode
    }
  }

  /// One system and what became of it.
  public struct Entry: Sendable {
    /// The file of the matrix.
    public let matrix: String
    /// The file of the right-hand side.
    public let rightHandSide: String
    /// The column of the right-hand side, from 0.
    public let column: Int
    /// How the solve went.
    public let report: SolveReport
    /// The means.
    public let choice: SolverChoice
    /// Seconds of preparation and solve.
    public let seconds: Double
    /// Iterations without recycling, of the systems that were solved both ways.
    public internal(set) var plainIterations: Int?
    /// Where the solution was written.
    public let solution: String?
  }

  /// What was asked for.
  public let request: Request
  /// The systems in the order of their files.
  public private(set) var entries: [Entry] = []
  /// The order in which they were solved.
  public private(set) var order: [Int] = []
  /// The length of the path through the matrices in the order of the files and in that of the
  /// solves; nil where nothing was sorted.
  public private(set) var pathLengths: (given: Double, sorted: Double)?
  /// What should be known besides.
  public private(set) var notes: [String] = []
  /// Ritz values of the preconditioned matrix, of the first and the last system.
  public private(set) var ritzValues: [(system: Int, values: [Complex<Double>])] = []
  /// Seconds of all solves.
  public var seconds: Double { entries.reduce(0) { $0 + $1.seconds } }
  /// Whether every system was solved.
  public var isConverged: Bool { entries.allSatisfy { $0.report.status.isConverged } }

  /// Reads the files and solves the systems.
  ///
  /// - Parameter progress: Called after each system with their numbers done and in all.
  /// - Throws: `FormatError`; `FileError`; `SequenceError`.
  public init(_ request: Request, progress: (Int, Int) -> Void = { _, _ in }) throws {
    self.request = request
    let pairs = stride(from: 0, to: request.files.count, by: 2).map {
      (request.files[$0], request.files[$0 + 1])
    }
    let isComplex = try request.files.contains { try Self.announcesComplexNumbers($0) }
    if let output = request.output { try Folder.make(output) }
    if isComplex {
      try run(SystemFiles<Complex<Double>>(pairs), progress)
    } else {
      try run(SystemFiles<Double>(pairs), progress)
    }
  }

  /// Whether the head of a file, MatrixMarket's or numpy's, says that its numbers are complex.
  private static func announcesComplexNumbers(_ path: String) throws(FileError) -> Bool {
    let head = String(decoding: try FileBytes.read(path).prefix(128), as: UTF8.self).lowercased()
    if head.hasPrefix("%%matrixmarket") {
      return head.split(separator: "\n").first?.contains("complex") ?? false
    }
    return head.dropFirst().hasPrefix("numpy") && (head.contains("c16'") || head.contains("c8'"))
  }

  private mutating func run<S: Scalar>(
    _ files: SystemFiles<S>, _ progress: (Int, Int) -> Void
  ) throws {
    let visit = sorted(files)
    var solver = SequenceSolver<S>(
      try settings(files), systems: files.systems.count, matrices: files.matrices.count)
    var found = [Entry?](repeating: nil, count: files.systems.count)
    var last: Int?
    var done = 0
    for place in visit {
      for (index, system) in files.systems.enumerated() where system.matrix == place {
        let a = files.matrices[place]
        let outcome: SystemOutcome<S>
        do throws(FactorizationError) {
          outcome = try solver.solve(
            a, system.right, sameMatrix: last == place)
        } catch { throw SequenceError(file: system.files.matrix, error: error) }
        last = place
        found[index] = Entry(
          matrix: system.files.matrix, rightHandSide: system.files.rightHandSide,
          column: system.column, report: outcome.report, choice: outcome.choice,
          seconds: outcome.seconds,
          plainIterations: outcome.plainIterations,
          solution: try write(outcome.x, index))
        notes += outcome.notes.map { "from \(system.files.matrix) on: \($0)" }
        order.append(index)
        done += 1
        progress(done, files.systems.count)
      }
    }
    entries = found.compactMap { $0 }
    if let first = order.first, let end = order.last, let choice = entries.last?.choice {
      for index in first == end ? [first] : [first, end] {
        let system = files.systems[index]
        let values = solver.ritzValues(
          files.matrices[system.matrix], system.right, choice.preconditioner)
        if !values.isEmpty { ritzValues.append((index, values)) }
      }
    }
  }

  /// The settings with what files and options say about the nodes and the modes of the first matrix.
  private func settings<S: Scalar>(_ files: SystemFiles<S>) throws(FormatError) -> SolverSettings {
    var settings = request.settings
    guard let first = files.systems.first else { return settings }
    let (order, name) = (files.matrices[first.matrix].rowCount, first.files.matrix)
    if let block = request.unknownsPerNode {
      guard block > 0, order % block == 0 else {
        throw .unsuitable(
          path: name, reason: "\(order) rows do not make nodes of \(block) unknowns each")
      }
      settings.nodes = NodeBlocks(unknowns: order, perNode: block)
    }
    if let path = request.nearNullSpace {
      let modes: DenseMatrix<Double> = try MatrixFile(reading: path).denseMatrix()
      guard modes.rowCount == order, modes.columnCount > 0, modes.columnCount < order else {
        throw .unsuitable(
          path: path,
          reason: "\(modes.rowCount) × \(modes.columnCount) numbers as modes of \(name) with "
            + "\(order) rows: a column for each mode is needed")
      }
      settings.nearNullSpace = modes
    }
    return settings
  }

  /// The matrices in the order of their solves.
  private mutating func sorted<S: Scalar>(_ files: SystemFiles<S>) -> [Int] {
    let given = Array(files.matrices.indices)
    guard request.settings.order != .given, given.count > 2 else { return given }
    guard let features = files.features else {
      notes.append("the patterns of the matrices differ: they are solved in the order given")
      return given
    }
    let sorted = request.settings.order.order(features)
    pathLengths = (
      SequenceOrder.pathLength(features, in: given), SequenceOrder.pathLength(features, in: sorted)
    )
    return sorted
  }

  private func write<S: Scalar>(_ x: [S], _ index: Int) throws -> String? {
    guard let output = request.output else { return nil }
    let digits = max(3, "\(request.files.count)".count)
    let number =
      String(repeating: "0", count: max(0, digits - "\(index + 1)".count)) + "\(index + 1)"
    let path = "\(output)/x\(number).npy"
    let numbers = x.flatMap(\.components)
    var bytes = NumpyHead.bytes(type: S.self == Double.self ? "<f8" : "<c16", shape: [x.count])
    bytes.reserveCapacity(bytes.count + 8 * numbers.count)
    for number in numbers {
      for shift in 0..<8 as Range<UInt64> {
        bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> (8 * shift)))
      }
    }
    try FileBytes.write(bytes, to: path)
    return path
  }
}

/// A system that could not be solved because of its matrix.
public struct SequenceError: Error, CustomStringConvertible {
  /// The file of the matrix.
  public let file: String
  /// Why.
  public let error: FactorizationError

  /// The failure in a sentence.
  public var description: String { "\(file): \(error)" }
}
