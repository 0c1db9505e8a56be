internal import LinearAlgebra

extension Finding {
  /// The least time that a piece of work can take on one thread of this machine, by the bytes it
  /// moves and the operations it makes, both measured in this process and in this minute.
  static func machineLimit(bytes: Double, operations: Double, of work: String? = nil) -> Finding {
    let limits = MachineLimits(threads: 1, order: 1024, triadBytes: 300_000_000, repetitions: 3)
    let memory = 1e-9 * bytes / limits.triadGigabytes
    let arithmetic = 1e-9 * operations / limits.productGigaflops
    return Finding(
      "limit of this machine" + (work.map { " for \($0)" } ?? ""),
      max(memory, arithmetic), unit: "s",
      note: "\(handy(memory, "s")) to read \(handy(bytes, "bytes")) at "
        + "\(handy(limits.triadGigabytes, "GB/s")), \(handy(arithmetic, "s")) for products at "
        + "\(handy(limits.productGigaflops, "GFLOP/s"))")
  }
}
