import Expressions
import Foundation
import Physics
import TestSupport
import Testing

/// Compilers of the system, where they are installed.
private enum Compiler: String {
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

private func sample(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Samples/Umat/\(name)").path
}

/// The arguments of a user material in C under short names.
private let arguments =
  "double *s, double *v, double *c, double *sse, double *spd, double *scd, double *rpl, "
  + "double *ddt, double *de, double *dt, double *e, double *d, double *time, double *dtime, "
  + "double *temp, double *dtemp, double *predef, double *dpred, char *name, int *ndi, int *nshr, "
  + "int *ntens, int *nstatv, double *props, int *nprops, double *coords, double *drot, "
  + "double *pnewdt, double *celent, double *f0, double *f1, int *noel, int *npt, int *layer, "
  + "int *kspt, int *kstep, int *kinc, long length"

/// Builds a user material in C from the statements of its body.
private func build(_ name: String, _ body: String, in folder: String) throws -> String {
  try buildSource(name, "\(includes)void umat(\(arguments)) { \(body) }", in: folder)
}

private let includes = "#include <string.h>\n#include <unistd.h>\n#include <stdatomic.h>\n"

private func buildSource(_ name: String, _ text: String, in folder: String) throws -> String {
  try text.write(toFile: folder + "/\(name).c", atomically: true, encoding: .utf8)
  try Compiler.gcc.build(folder + "/\(name).c", into: folder + "/\(name).so")
  return folder + "/\(name).so"
}

@Suite struct ExternalLawTests {
  @Test(.enabled(if: Compiler.gfortran.isThere))
  func `a user material in Fortran is elastic as the law here`() throws {
    try inFolder { folder in
      let library = folder + "/elastic.so"
      try Compiler.gfortran.build(sample("elastic.f90"), into: library)
      let law = try ExternalLaw(
        path: library, properties: [2e5, 0.3], states: 1, name: "STEEL",
        expansion: ofTemperature("1e-5 + 1e-9*T"), referenceTemperature: 20,
        tangentSymmetry: .symmetric)
      let reference = try ElasticMaterial(
        .isotropic(young: number(2e5), poisson: number(0.3)),
        expansion: [ofTemperature("1e-5 + 1e-9*T")], referenceTemperature: 20)
      var random = SeededRandom(seed: 41)
      var (a, b) = (Specimen(law, temperature: 20), Specimen(reference, temperature: 20))
      for k in 1...20 {
        let strain = randomStrain(3e-3, &random)
        let temperature = random.uniform(20...500)
        try a.advance(to: strain, in: 0.1, temperature: temperature)
        try b.advance(to: strain, in: 0.1, temperature: temperature)
        #expect(zip(a.stress, b.stress).allSatisfy { ($0 - $1).magnitude < 1e-12 * 1e3 })
        #expect(zip(a.tangent, b.tangent).allSatisfy { ($0 - $1).magnitude < 1e-12 * 2e5 })
        #expect(a.state == [Double(k)])
      }
    }
  }

  @Test(.enabled(if: Compiler.gcc.isThere), arguments: [ExternalLaw.Calls.serial, .concurrent])
  func `a user material in C is plastic as the law here`(_ calls: ExternalLaw.Calls) throws {
    try inFolder { folder in
      let library = folder + "/plastic.so"
      try Compiler.gcc.build(sample("plastic.c"), into: library)
      let law = try ExternalLaw(
        path: library, properties: [2e5, 0.3, 150, 1e4], states: 7, calls: calls)
      let reference = try LawSamples.law("linear")
      var random = SeededRandom(seed: 42)
      var (a, b) = (Specimen(law), Specimen(reference))
      for _ in 0..<60 {
        let strain = randomStrain(4e-3, &random)
        try a.advance(to: strain, in: 0.1)
        try b.advance(to: strain, in: 0.1)
        #expect(zip(a.stress, b.stress).allSatisfy { ($0 - $1).magnitude < 1e-12 * 1e3 })
        #expect(zip(a.tangent, b.tangent).allSatisfy { ($0 - $1).magnitude < 1e-12 * 2e5 })
        // Its own state is in Abaqus's order.
        let plastic = [0, 1, 2, 5, 4, 3, 6].map { a.state[$0] }
        #expect(zip(plastic, b.state).allSatisfy { ($0 - $1).magnitude < 1e-14 })
      }
      #expect(a.state[6] > 0.01)
      let again = try law.description.law()
      #expect(again.description == law.description && again.stateCount == 7)
    }
  }

  /// What loading `path` complains of.
  private func complaint(_ path: String) -> String {
    do { _ = try ExternalLaw(path: path) } catch { return error.message }
    return "no error"
  }

  @Test func `a library that is not there or is none is refused with the reason`() throws {
    #expect(complaint("libm.so.6").contains("no slash"))
    #expect(complaint("/nowhere/law.so") == "there is no file '/nowhere/law.so'")
    #expect(complaint(sample("plastic.c")).contains("cannot be loaded as a shared library: "))
  }

  @Test(.enabled(if: Compiler.gcc.isThere))
  func `what a library answers wrongly is named`() throws {
    try inFolder { folder in
      func failure(_ library: String) throws -> ConstitutiveError {
        let law = try ExternalLaw(path: library, states: 1)
        var points = MaterialPoints(capacity: 3, stateCount: 1)
        points.strain[6] = 1
        return try #require(throws: ConstitutiveError.self) {
          try law.advance(&points, over: TimeIncrement(start: 0, length: 2))
        }
      }
      let none = try buildSource("none", "int x;", in: folder)
      #expect(complaint(none).contains("has no function 'umat_'"))
      let unresolved = try buildSource(
        "unresolved", "void xit_(void); void umat_(void) { xit_(); }", in: folder)
      #expect(complaint(unresolved).contains("xit_"))

      let shear = try failure(
        build("shear", "if (d[0] > 0) s[3] = 0.0 / (d[0] - 1);", in: folder))
      #expect(shear.point == 1 && shear.message.contains("stress xy = "), "\(shear)")
      let state = try failure(
        build("state", "if (d[0] > 0) v[0] = 1 / (d[0] - 1);", in: folder))
      #expect(state.point == 1 && state.message.contains("state 1 = inf"), "\(state)")
      let shorter = try failure(build("shorter", "if (d[0] > 0) *pnewdt = 0.125;", in: folder))
      #expect(shorter.point == 1 && shorter.remedy == .shorterStep(factor: 0.125))
      #expect(shorter.message.contains("asks for a step of 0.125 times the length 2.0"))
    }
  }

  @Test(.enabled(if: Compiler.gcc.isThere))
  func `a user material is told what Abaqus would tell it`() throws {
    try inFolder { folder in
      let body =
        "double told[] = {*ndi, *nshr, *ntens, *nstatv, *nprops, props[0], props[1], time[0], "
        + "time[1], *dtime, *temp, *dtemp, *kinc, length, name[5], name[79], drot[4], drot[1], "
        + "f1[8], *pnewdt}; memcpy(v, told, sizeof told); for (int i = 0; i < 6; i++) "
        + "{ v[20 + i] = e[i]; v[26 + i] = d[i]; v[32 + i] = s[i]; } c[0 + 6 * 3] = 7;"
      let law = try ExternalLaw(
        path: build("told", body, in: folder), properties: [3, 4], states: 38, name: "STEEL")
      var points = MaterialPoints(capacity: 1, stateCount: 38)
      points.startStrain = [1, 2, 3, 4, 5, 6]
      points.strain = [2, 4, 6, 8, 10, 12]
      points.startStress = [10, 20, 30, 40, 50, 60]
      (points.startTemperature, points.temperature) = ([20], [25])
      try law.advance(&points, over: TimeIncrement(start: 0.5, length: 0.25))
      #expect(
        points.state == [
          3, 3, 6, 38, 2, 3, 4, 0.5, 0.5, 0.25, 20, 5, 2, 80, 32, 32, 1, 0, 1, 1,
          1, 2, 3, 6, 5, 4, 1, 2, 3, 6, 5, 4, 10, 20, 30, 60, 50, 40,
        ])
      // What it does not overwrite stays: the stress comes back in the order it came in.
      #expect(points.stress == points.startStress)
      // Its dσ_11/dε_12 is entry (xx, xy) here.
      #expect(points.tangent[5] == 7 && points.tangent.reduce(0, +) == 7)
    }
  }

  @Test(.enabled(if: Compiler.gcc.isThere))
  func `threads take turns in a serial library`() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ritz-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let library = try build(
      "turns",
      "static atomic_int inside; v[0] = atomic_fetch_add(&inside, 1); usleep(200); "
        + "atomic_fetch_sub(&inside, 1);", in: folder.path)
    let law = try ExternalLaw(path: library, states: 1)
    let most = try await withThrowingTaskGroup(of: Double.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var points = MaterialPoints(capacity: 10, stateCount: 1)
          try law.advance(&points, over: TimeIncrement(start: 0, length: 1))
          return points.state.max() ?? -1
        }
      }
      return try await group.reduce(0) { max($0, $1) }
    }
    #expect(most == 0)
  }
}
