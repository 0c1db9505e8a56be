internal import Foundation

/// Other programs that do the same work, measured by their drivers in processes of their own.
///
/// A driver is a Python script that prints one JSON object on its last line. Peers get one thread
/// and the kernels of OpenBLAS that suit the processor.
public struct Peers: Sendable {
  /// The folder of the drivers `w1_assembly.py`, `w2_solve.py`, `w4_pod.py`, `w5_rb.py`,
  /// `w6_ei.py`, `w7_isvd.py` and `w8_calculix.py`.
  public let folder: String
  /// The Python that has the peers from the Python package index.
  public let python: String
  /// The Python of the system, which has DOLFINx.
  public let systemPython: String
  /// The value of OPENBLAS_CORETYPE for the peers.
  public let coreType: String?
  /// Seconds after which a driver is given up.
  public let patience: Double

  /// Drivers and the interpreters to run them with.
  public init(
    folder: String, python: String, systemPython: String, coreType: String?,
    patience: Double = 900
  ) {
    (self.folder, self.python, self.systemPython) = (folder, python, systemPython)
    (self.coreType, self.patience) = (coreType, patience)
  }

  /// A package for finite elements.
  public struct AssemblyPeer: Sendable {
    /// Its name in the driver.
    public let name: String
    let isOfSystem: Bool

    /// The largest fraction of its time that Ritz may take for values into a known pattern.
    func againLimit(_ form: AssemblyBenchmark.Form) -> Double? {
      switch (form, name) {
      case (.poisson1, "dolfinx"), (.poisson2, "dolfinx"): 1.0 / 3
      case (.poisson1, "skfem"): 1.0 / 6
      case (.elasticity1, "dolfinx"), (.elasticity1, "mfem"): 1.0 / 4
      default: nil
      }
    }

    /// The same for the first assembly.
    func firstLimit(_ form: AssemblyBenchmark.Form) -> Double? {
      name == "dolfinx" && form == .poisson1 ? 0.42 : nil
    }
  }

  /// The packages that W1 is measured against.
  public var assemblyPeers: [AssemblyPeer] {
    [
      AssemblyPeer(name: "dolfinx", isOfSystem: true),
      AssemblyPeer(name: "mfem", isOfSystem: false),
      AssemblyPeer(name: "skfem", isOfSystem: false),
    ]
  }

  /// What a driver reports.
  public struct Record: Sendable, Decodable {
    /// One timer of the driver.
    public struct Time: Sendable, Decodable {
      /// The least CPU seconds.
      public let cpuMinimum: Double
      /// Their median.
      public let cpuMedian: Double

      enum CodingKeys: String, CodingKey {
        case cpuMinimum = "cpu_min"
        case cpuMedian = "cpu_med"
      }
    }

    /// The timers by name.
    public let times: [String: Time]
    /// A number that all peers must agree on.
    public let check: Double?
    /// The number of unknowns.
    public let dofCount: Int?
    /// The entries of the matrix.
    public let entryCount: Int?
    /// The iterations of a solver.
    public let iterations: Int?
    /// The size of the reduced basis.
    public let basis: Int?
    /// All that an updating driver took, in CPU seconds.
    public let totalCPU: Double?
    /// The median of one reduced solution.
    public let onlineMilliseconds: Double?
    /// The median of one reduced solution with its estimate.
    public let certifiedMilliseconds: Double?

    enum CodingKeys: String, CodingKey {
      case times, check, basis, iterations
      case entryCount = "nnz"
      case dofCount = "ndof"
      case totalCPU = "total_cpu"
      case onlineMilliseconds = "online_ms"
      case certifiedMilliseconds = "online_plus_estimate_ms"
    }
  }

  /// What the driver of CalculiX reports.
  public struct PlasticityRecord: Sendable, Decodable {
    /// CPU seconds of a Newton iteration.
    public let secondsPerIteration: Double
    /// The number of Newton iterations.
    public let iterations: Int
    /// The forces at the pulled edge: at the end, and after the first increment.
    public let reactions: [Double]

    enum CodingKeys: String, CodingKey {
      case secondsPerIteration = "cpu_per_iteration"
      case iterations = "newton_iterations"
      case reactions = "reaction_y"
    }
  }

  /// Runs W1 for one package.
  public func assembly(
    _ peer: AssemblyPeer, _ form: AssemblyBenchmark.Form, cubes: Int
  ) throws(BenchmarkError) -> Record {
    let name =
      switch form {
      case .poisson1: "poisson1"
      case .poisson2: "poisson2"
      case .elasticity1: "elast1"
      }
    return try run(
      peer.isOfSystem ? systemPython : python, "w1_assembly.py",
      ["--peer", peer.name, "--op", name, "--n", "\(cubes)", "--repeats", "3"])
  }

  /// Runs W2 by an iterative solver: `petsc_icc`, `petsc_gamg`, `petsc_hypre` or `pyamg_sa`.
  public func solution(
    _ peer: String, _ system: SolveBenchmark.System, cubes: Int
  ) throws(BenchmarkError) -> Record {
    try run(
      peer.hasPrefix("petsc") ? systemPython : python, "w2_solve.py",
      [
        "--peer", peer, "--system", system == .poisson ? "poisson1" : "elast1",
        "--n", "\(cubes)", "--repeats", "3",
      ])
  }

  /// Runs W5.
  public func reduction(blocks: Int, cells: Int, size: Int) throws(BenchmarkError) -> Record {
    try run(
      python, "w5_rb.py",
      ["--blocks", "\(blocks)", "--cells", "\(cells)", "--rmax", "\(size)", "--rtol", "1e-14"])
  }

  /// Runs W4.
  public func pod(
    _ peer: String, rowCount: Int, count: Int, modes: Int
  ) throws(BenchmarkError) -> Record {
    try run(
      python, "w4_pod.py",
      [
        "--peer", peer, "--n", "\(rowCount)", "--m", "\(count)", "--modes", "\(modes)",
        "--repeats", "2",
      ])
  }

  /// Runs W6, by "ei" or "deim".
  public func interpolation(
    _ what: String, rowCount: Int, count: Int, size: Int
  ) throws(BenchmarkError) -> Record {
    try run(
      python, "w6_ei.py",
      [
        "--what", what, "--npts", "\(rowCount)", "--ntrain", "\(count)", "--maxdofs", "\(size)",
        "--repeats", "2",
      ])
  }

  /// Runs W7.
  public func update(
    _ peer: String, rowCount: Int, block: Int, rank: Int, blocks: Int
  ) throws(BenchmarkError) -> Record {
    try run(
      python, "w7_isvd.py",
      [
        "--peer", peer, "--n", "\(rowCount)", "--cols", "\(block)", "--rank", "\(rank)",
        "--blocks", "\(blocks)",
      ])
  }

  /// Runs W8.
  public func plasticity(refinement: Int) throws(BenchmarkError) -> PlasticityRecord {
    try run(systemPython, "w8_calculix.py", ["--n", "\(refinement)"])
  }

  private func run<Report: Decodable>(
    _ interpreter: String, _ script: String, _ arguments: [String]
  ) throws(BenchmarkError) -> Report {
    let path = "\(folder)/\(script)"
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw .peer("there is no driver \(path)")
    }
    guard FileManager.default.isExecutableFile(atPath: interpreter) else {
      throw .peer("there is no interpreter \(interpreter)")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: interpreter)
    process.arguments = [path] + arguments
    var environment = ProcessInfo.processInfo.environment
    environment["RITZ_THREADS"] = "1"
    if let coreType { environment["OPENBLAS_CORETYPE"] = coreType }
    process.environment = environment
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch { throw .peer("\(interpreter): \(error.localizedDescription)") }
    let deadline = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + patience, execute: deadline)
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    deadline.cancel()
    guard process.terminationReason == .exit else {
      throw .peer("\(script) was given up after \(patience) s")
    }
    guard process.terminationStatus == 0, let line = text.split(separator: "\n").last else {
      throw .peer("\(script) ended with status \(process.terminationStatus)")
    }
    do { return try JSONDecoder().decode(Report.self, from: Data(line.utf8)) } catch {
      throw .peer("\(script) printed no record on its last line")
    }
  }
}
