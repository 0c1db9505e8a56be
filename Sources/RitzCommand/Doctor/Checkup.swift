internal import Benchmarks
internal import Cases
internal import Foundation
internal import LinearAlgebra
internal import ModelReduction

/// One thing `ritz doctor` looked at.
struct Diagnosis {
  /// How it stands.
  enum State: String {
    case good = "ok"
    case advice
    case absent
  }

  let subject: String
  let state: State
  /// What was found.
  let finding: String
  /// What to do about it; empty where all is well.
  let cure: String

  /// Something to do.
  init(_ subject: String, _ state: State, _ finding: String, cure: String) {
    (self.subject, self.state, self.finding, self.cure) = (subject, state, finding, cure)
  }

  /// All is well.
  init(_ subject: String, _ finding: String) {
    self.init(subject, .good, finding, cure: "")
  }
}

/// Looks at everything that Ritz needs from the machine.
enum Checkup {
  /// The diagnoses, in the order of a report.
  static func diagnoses() -> [Diagnosis] {
    [
      Diagnosis("Ritz", "\(ritzVersion), built with \(compiler)"), kernel, threads,
      Diagnosis("METIS", LibraryVersions.metis),
      Diagnosis("CHOLMOD", LibraryVersions.cholmod), hdf5,
    ] + folder(FileManager.default.currentDirectoryPath) + [gmsh, selfTest]
  }

  /// Rates of this moment, for the reader to compare: they fall where other work shares the cores.
  static func rates() -> Diagnosis {
    let limits = MachineLimits(threads: Threads.count, triadBytes: 300_000_000, repetitions: 3)
    return Diagnosis(
      "rates",
      "measured now on \(limits.threadCount) threads: dgemm "
        + "\(fourDigits(limits.productGigaflops)) GFLOP/s, triad "
        + "\(fourDigits(limits.triadGigabytes)) GB/s (load average \(fourDigits(ProcessCost.load)))"
    )
  }

  private static var compiler: String {
    #if compiler(>=6.4)
      "Swift 6.4 or newer"
    #elseif compiler(>=6.3)
      "Swift 6.3"
    #else
      "Swift 6.2"
    #endif
  }

  private static var kernel: Diagnosis {
    let kernel = BLASKernel.current
    let finding =
      "\(kernel.configuration); kernels for \(kernel.core) (\(kernel.kernelLevel)), "
      + "the processor offers \(kernel.processorLevel)"
    guard kernel.isWeak else { return Diagnosis("BLAS", finding) }
    let cure =
      kernel.suggestedCoreType.map { "set OPENBLAS_CORETYPE=\($0) before the start" }
      ?? "install a newer OpenBLAS"
    return Diagnosis("BLAS", .advice, finding, cure: cure)
  }

  private static var threads: Diagnosis {
    Diagnosis("threads", "\(Threads.count) in use, \(Threads.available) cores for this process")
  }

  private static var hdf5: Diagnosis {
    let (loaded, headers) = (LibraryVersions.hdf5, LibraryVersions.hdf5Headers)
    guard loaded == headers else {
      return Diagnosis(
        "HDF5", .absent, "\(loaded) is loaded, but Ritz was built for \(headers)",
        cure: "build Ritz again, or remove the other library from LD_LIBRARY_PATH")
    }
    return Diagnosis("HDF5", loaded)
  }

  private static func folder(_ path: String) -> [Diagnosis] {
    guard FolderFacts.isWritable(path) else {
      return [
        Diagnosis(
          "folder", .advice, "\(path) is not writable",
          cure: "name another folder for the results with -o")
      ]
    }
    var found = [Diagnosis("folder", "\(path) is writable")]
    if let free = FolderFacts.freeBytes(path) {
      let text = "\(fourDigits(Double(free) * 1e-9)) GB are free"
      found.append(
        free < 1_000_000_000
          ? Diagnosis("disk", .advice, text, cure: "make room, or name another disk with -o")
          : Diagnosis("disk", text))
    }
    if let reason = FolderFacts.lockingFailure(path) {
      let isOff =
        ProcessInfo.processInfo.environment["HDF5_USE_FILE_LOCKING"]?.uppercased() == "FALSE"
      found.append(
        Diagnosis(
          "locking", isOff ? .advice : .absent, "files cannot be locked here: \(reason)",
          cure: isOff
            ? "HDF5_USE_FILE_LOCKING=FALSE is set, so models can be written all the same"
            : "set HDF5_USE_FILE_LOCKING=FALSE, or work on a local disk"))
    } else {
      found.append(Diagnosis("locking", "files can be locked"))
    }
    return found
  }

  private static var gmsh: Diagnosis {
    if let path = ProgramPath.locate("gmsh") { return Diagnosis("Gmsh", path) }
    return Diagnosis(
      "Gmsh", .advice, "not found; only needed to make meshes",
      cure: "apt-get install gmsh, or https://gmsh.info")
  }

  /// A certified reduction of a small thermal block, its bounds held against true errors.
  private static var selfTest: Diagnosis {
    do {
      let start = ProcessCost.wallSeconds
      let block = try ThermalBlock(blocks: 2, cells: 12)
      let training = try block.training(perAxis: 3)
      let solver = FullOrderSolver(block.problem)
      var ledger = CostLedger()
      let greedy = try WeakGreedy(
        of: solver, over: training, options: .init(tolerance: 1e-6, size: 12), ledger: &ledger)
      for mu in training.suffix(5) {
        let answer = try greedy.model.answer(at: mu)
        let error = try solver.trueError(of: answer.state, in: greedy.basis, at: mu)
        guard answer.estimate.value >= error else {
          return Diagnosis(
            "self-test", .absent, "a bound of \(answer.estimate.value) is below the error \(error)",
            cure: "this is a bug in Ritz or in a library: please report this page")
        }
      }
      return Diagnosis(
        "self-test",
        "\(block.dofCount) unknowns reduced to \(greedy.model.size), bounds hold ("
          + "\(handy(ProcessCost.wallSeconds - start, "s")))")
    } catch {
      return Diagnosis(
        "self-test", .absent, "a small certified reduction failed: \(error)",
        cure: "check the libraries above; otherwise this is a bug in Ritz: please report this page")
    }
  }
}
