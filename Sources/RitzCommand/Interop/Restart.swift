internal import Glibc
internal import LinearAlgebra

/// Restarts the process once where OpenBLAS chose kernels far below the processor's abilities.
///
/// The library reads OPENBLAS_CORETYPE when it is loaded; setting it in a running process is too
/// late.
enum Restart {
  private static let mark = "RITZ_RESTARTED"

  /// Returns at once where the kernels are right, the variable is set already, or a restart has
  /// been tried; otherwise does not return.
  static func withStrongKernelIfNeeded() {
    guard unsafe getenv(mark) == nil, unsafe getenv("OPENBLAS_CORETYPE") == nil else { return }
    let kernel = BLASKernel.current
    guard kernel.isWeak, let coreType = kernel.suggestedCoreType else { return }
    unsafe setenv("OPENBLAS_CORETYPE", coreType, 1)
    unsafe setenv(mark, "1", 1)
    // Safe: the texts and the list of them outlive the call, which replaces the process.
    var arguments = unsafe CommandLine.arguments.map { unsafe strdup($0) } + [nil]
    _ = unsafe execv("/proc/self/exe", &arguments)
    // Reached only if the restart failed: weak kernels are slow, but right.
    unsafe arguments.forEach { unsafe free($0) }
    unsafe unsetenv("OPENBLAS_CORETYPE")
  }
}
