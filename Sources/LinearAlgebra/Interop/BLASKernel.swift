internal import COpenBLAS

/// Which of OpenBLAS's kernels this process runs, against what the processor could run.
///
/// OpenBLAS chooses its kernels when it is loaded, by the model of the processor. A release older
/// than the processor may choose those of a twenty-year-old one, five times slower. The variable
/// `OPENBLAS_CORETYPE` corrects the choice, but is read at that moment only: a program that embeds
/// Ritz must have it in its environment before it starts, or start itself again.
public struct BLASKernel: Sendable, Equatable {
  /// The widest vector instructions, in the order of their strength.
  public enum VectorLevel: Int, Sendable, Comparable {
    /// 128 bits.
    case sse
    /// 256 bits without fused multiplication and addition.
    case avx
    /// 256 bits with it.
    case avx2
    /// 512 bits.
    case avx512

    /// By strength.
    public static func < (a: VectorLevel, b: VectorLevel) -> Bool { a.rawValue < b.rawValue }
  }

  /// OpenBLAS's name of the core its kernels are written for, for example Haswell.
  public let core: String
  /// Version and build options of the library.
  public let configuration: String
  /// What the kernels use.
  public let kernelLevel: VectorLevel
  /// What processor and system offer.
  public let processorLevel: VectorLevel

  /// The kernels of this process.
  public static let current = BLASKernel(
    core: unsafe String(cString: openblas_get_corename()),
    configuration: unsafe String(cString: openblas_get_config()),
    processorLevel: VectorLevel(rawValue: Int(ritz_vector_level())) ?? .sse)

  /// A description of kernels that were, or would be, chosen.
  public init(core: String, configuration: String, processorLevel: VectorLevel) {
    self.core = core
    self.configuration = configuration
    self.processorLevel = processorLevel
    kernelLevel =
      switch core.lowercased() {
      case "skylakex", "cooperlake", "sapphirerapids": .avx512
      case "haswell", "zen": .avx2
      case "sandybridge", "bulldozer", "piledriver", "steamroller", "excavator": .avx
      default: .sse
      }
  }

  /// Whether another choice would be worth a restart.
  ///
  /// Kernels for AVX2 on a processor with AVX-512 count as weak too: on a fifth-generation EPYC,
  /// which OpenBLAS 0.3.21 takes for a Haswell, those for SkylakeX multiply 1.6 to 2 times faster.
  public var isWeak: Bool { kernelLevel < processorLevel }

  /// The value for `OPENBLAS_CORETYPE` that fits the processor, nil if nothing better is known.
  public var suggestedCoreType: String? {
    switch processorLevel {
    case .avx512: "SkylakeX"
    case .avx2: "Haswell"
    case .avx: "Sandybridge"
    case .sse: nil
    }
  }
}
