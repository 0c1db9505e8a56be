import Foundation
import Testing

/// Compilers of the system, where they are installed.
enum Compiler: String {
  case gcc, gfortran

  /// Whether it is there; says loudly if not.
  var isThere: Bool {
    if FileManager.default.isExecutableFile(atPath: "/usr/bin/\(rawValue)") { return true }
    let note = "SKIPPED: /usr/bin/\(rawValue) is missing (apt install \(rawValue))\n"
    FileHandle.standardError.write(Data(note.utf8))
    return false
  }

  func build(_ source: String, into library: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/\(rawValue)")
    process.arguments = ["-shared", "-fPIC", "-O1", "-o", library, source, "-lm"]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(rawValue) \(source)")
  }
}

func sample(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Samples/Umat/\(name)").path
}

/// The arguments of a user material in C under short names.
let userMaterialArguments =
  "double *s, double *v, double *c, double *sse, double *spd, double *scd, double *rpl, "
  + "double *ddt, double *de, double *dt, double *e, double *d, double *time, double *dtime, "
  + "double *temp, double *dtemp, double *predef, double *dpred, char *name, int *ndi, int *nshr, "
  + "int *ntens, int *nstatv, double *props, int *nprops, double *coords, double *drot, "
  + "double *pnewdt, double *celent, double *f0, double *f1, int *noel, int *npt, int *layer, "
  + "int *kspt, int *kstep, int *kinc, long length"

/// Builds a user material in C from the statements of its body.
func build(_ name: String, _ body: String, in folder: String) throws -> String {
  try buildSource(name, "\(includes)void umat(\(userMaterialArguments)) { \(body) }", in: folder)
}

private let includes = "#include <string.h>\n#include <unistd.h>\n#include <stdatomic.h>\n"

func buildSource(_ name: String, _ text: String, in folder: String) throws -> String {
  try text.write(toFile: folder + "/\(name).c", atomically: true, encoding: .utf8)
  try Compiler.gcc.build(folder + "/\(name).c", into: folder + "/\(name).so")
  return folder + "/\(name).so"
}
