internal import ArgumentParser
internal import Benchmarks
internal import Cases
internal import Files
internal import Foundation
internal import LinearAlgebra

/// `ritz bench`: how fast this machine and this build are.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure assembly, solvers and reduction against the machine's limits and peers.",
    discussion: """
      Times are processor seconds, the least of several repetitions; a target is printed with
      whether it is met. Peers are measured in the same run, by their drivers, where --peers names
      the folder that holds them.

      Examples:
        ritz bench                                        everything, a few minutes
        ritz bench assembly --size 26                     105 456 tetrahedra
        ritz bench solve --size 63                        258 048 unknowns, 125 000 elastic ones
        ritz bench iterative --size 63                    incomplete factors and multigrid
        ritz bench krylov --size 128                      sequences of systems, 128² nodes
        ritz bench plasticity --size 4                    16 335 unknowns beyond yield
        ritz bench pod --on-disk 8GB --folder /data       against the rate of the disk of /data
        ritz bench --peers bench-peers --python venv/bin/python --json bench.json
      """)

  enum Part: String, ExpressibleByArgument, CaseIterable {
    case limits, assembly, solve, transient, reduction, greedy, query, pod, eim, fmm, update
    case cluster, plasticity, iterative, krylov, all
  }

  @Argument(
    help:
      """
      What to measure: limits, assembly, solve, transient, reduction, greedy, query, pod, eim, \
      fmm, update, cluster, plasticity, iterative, krylov or all.
      """
  )
  var part = Part.all

  @Option(
    help: """
      Cubes along each edge; may be repeated. (default: 44 and 55 for the assembly, 44 for the \
      others)
      """)
  var size: [Int] = []

  @Option(
    help: """
      With pod: only reduce a file of this size, made for it, with an eighth of it as memory.
      """)
  var onDisk: String?

  @Option(help: "Where that file is made, and removed at the end.")
  var folder = "."

  @OptionGroup var threads: ThreadOptions

  @Option(help: "Write the findings as JSON into this file.")
  var json: String?

  @Option(help: "The folder of the peers' drivers, w1_assembly.py and others.")
  var peers: String?

  @Option(help: "The Python that has pyMOR and scikit-fem.")
  var python = "python3"

  @Option(help: "The Python that has DOLFINx.")
  var systemPython = "/usr/bin/python3"

  @OptionGroup var loudness: LoudnessOptions

  func validate() throws {
    let largest = part == .krylov ? 1000 : 200
    if let wrong = size.first(where: { !(2...largest).contains($0) }) {
      throw ValidationError("--size \(wrong): a number from 2 to \(largest) is needed.")
    }
    guard let onDisk else { return }
    guard part == .pod else { throw ValidationError("--on-disk goes with pod.") }
    guard let bytes = MemorySize.bytes(onDisk), bytes >= 1 << 26 else {
      throw ValidationError("--on-disk \(onDisk): an amount such as 500MB or 8GB is needed.")
    }
  }

  func run() throws {
    let report = BenchmarkReport(loudness: loudness.loudness)
    let many = threads.threads ?? Threads.available
    let peers = try peerDrivers()
    func has(_ wanted: Part) -> Bool { part == .all || part == wanted }
    // Assembly first and the largest before the others: peak memory is clearest in a young process.
    if has(.assembly) {
      let sizes = size.isEmpty ? [55, 44] : size.sorted(by: >)
      for cubes in sizes {
        try report.add {
          try AssemblyBenchmark(.poisson1, cubes: cubes, isMemoryTold: cubes == sizes[0])
            .section(threads: many, peers: peers, progress: $0)
        }
      }
      let cubes = sizes.min() ?? 44
      for form in [AssemblyBenchmark.Form.poisson2, .elasticity1] {
        try report.add {
          try AssemblyBenchmark(form, cubes: cubes, repetitions: 3)
            .section(threads: many, peers: peers, progress: $0)
        }
      }
      try report.add { try FamilyBenchmark(cubes: cubes).section(progress: $0) }
    }
    let sizes = size.isEmpty ? [44] : size
    if has(.solve) {
      for cubes in sizes {
        for system in SolveBenchmark.System.allCases {
          // As many unknowns for both, about.
          let edge = system == .poisson ? cubes : max(2, cubes * 3 / 5)
          try report.add {
            try SolveBenchmark(system, cubes: edge).section(threads: many, progress: $0)
          }
        }
      }
    }
    if has(.transient) {
      for cubes in sizes {
        try report.add { try TransientBenchmark(cubes: cubes).section(progress: $0) }
      }
    }
    if has(.reduction) {
      for (blocks, basis) in [(2, 20), (3, 40)] {
        try report.add {
          try ReductionBenchmark(blocks: blocks, size: basis)
            .section(threads: many, peers: peers, progress: $0)
        }
      }
    }
    if has(.greedy) {
      for (blocks, basis) in [(2, 20), (3, 40)] {
        try report.add {
          try TrainingBenchmark(blocks: blocks, count: 100_000, size: basis)
            .section(threads: many, progress: $0)
        }
      }
    }
    if has(.query) { try report.add { try QueryBenchmark().section(progress: $0) } }
    if let bytes = onDisk.flatMap(MemorySize.bytes) {
      Threads.count = many
      for order in [NumpyOrder.fortran, .c] {
        try report.add {
          try OutOfCoreBenchmark(bytes: bytes, order: order, folder: folder)
            .section(progress: $0)
        }
      }
    } else if has(.pod) {
      for (rows, count) in [(100_000, 200), (1_000_000, 100)] {
        try report.add {
          try PODBenchmark(rowCount: rows, count: count)
            .section(threads: many, peers: peers, progress: $0)
        }
      }
    }
    if has(.eim) {
      for parameters in [15, 25] {
        try report.add {
          try InterpolationBenchmark(parameters: parameters)
            .section(threads: many, peers: peers, progress: $0)
        }
      }
    }
    if has(.fmm) {
      try report.add { try MultipoleBenchmark().section(threads: many, progress: $0) }
    }
    if has(.update) {
      for (block, rank) in [(5, 50), (10, 100)] {
        try report.add {
          try UpdateBenchmark(rowCount: 100_000, block: block, rank: rank)
            .section(peers: peers, progress: $0)
        }
      }
    }
    if has(.cluster) { try report.add { try ClusterBenchmark().section(progress: $0) } }
    if has(.plasticity) {
      for n in size.isEmpty ? [4] : size {
        try report.add {
          try PlasticityBenchmark(refinement: n).section(peers: peers, progress: $0)
        }
      }
    }
    if has(.iterative) {
      for cubes in sizes {
        for system in SolveBenchmark.System.allCases {
          let edge = system == .poisson ? cubes : max(2, cubes * 3 / 5)
          try report.add {
            try PreconditionerBenchmark(system, cubes: edge)
              .section(threads: many, peers: peers, progress: $0)
          }
        }
      }
    }
    if has(.krylov) {
      for (side, count) in size.isEmpty
        ? [(64, 100), (128, 30)] : size.map({ ($0, $0 > 200 ? 8 : 30) })
      {
        try report.add {
          try KrylovBenchmark(side: side, count: count).section(peers: peers, progress: $0)
        }
      }
    }
    if has(.limits) {
      try report.add { MachineBenchmark.section(threads: [1, many], progress: $0) }
    }
    try report.conclude(json: json)
  }

  private func peerDrivers() throws(Failure) -> Peers? {
    guard let folder = peers else { return nil }
    guard FileBytes.isReadable(folder) else {
      throw Failure(.fileMissing, "error: there is no folder \(folder) of drivers")
    }
    return Peers(
      folder: folder, python: ProgramPath.locate(python) ?? python,
      systemPython: ProgramPath.locate(systemPython) ?? systemPython,
      coreType: ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
        ?? BLASKernel.current.suggestedCoreType)
  }
}
