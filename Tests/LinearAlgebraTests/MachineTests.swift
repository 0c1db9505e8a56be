import LinearAlgebra
import Testing

@Suite struct `Kernels and limits of the machine` {
  @Test func `the kernel in use is named and judged`() {
    let kernel = BLASKernel.current
    #expect(!kernel.core.isEmpty && kernel.configuration.contains("OpenBLAS"))
    #expect(kernel.isWeak == (kernel.kernelLevel < kernel.processorLevel))
  }

  @Test(arguments: [
    ("Prescott", BLASKernel.VectorLevel.avx512, true, "SkylakeX"),
    ("Prescott", .avx2, true, "Haswell"), ("Haswell", .avx2, false, "Haswell"),
    ("Zen", .avx2, false, "Haswell"), ("SkylakeX", .avx512, false, "SkylakeX"),
    ("Haswell", .avx512, true, "SkylakeX"), ("Sandybridge", .avx, false, "Sandybridge"),
    ("unheard-of", .avx, true, "Sandybridge"),
  ])
  func `kernels weaker than the processor are found and the right ones suggested`(
    core: String, level: BLASKernel.VectorLevel, isWeak: Bool, suggestion: String
  ) {
    let kernel = BLASKernel(core: core, configuration: "", processorLevel: level)
    #expect(kernel.isWeak == isWeak)
    #expect(kernel.suggestedCoreType == suggestion)
  }

  @Test func `an old processor with old kernels is left alone`() {
    let kernel = BLASKernel(core: "Prescott", configuration: "", processorLevel: .sse)
    #expect(!kernel.isWeak && kernel.suggestedCoreType == nil)
  }

  @Test func `limits are measured for any number of threads`() {
    for threads in [1, 2] {
      let limits = MachineLimits(threads: threads, order: 200, triadBytes: 2_400_000)
      #expect(limits.threadCount == threads)
      #expect(limits.productGigaflops > 0.1 && limits.productGigaflops < 1e5)
      #expect(limits.triadGigabytes > 0.1 && limits.triadGigabytes < 1e5)
    }
  }
}
