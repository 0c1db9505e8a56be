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
      func build(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: folder + "/\(name).c", atomically: true, encoding: .utf8)
        try Compiler.gcc.build(folder + "/\(name).c", into: folder + "/\(name).so")
        return folder + "/\(name).so"
      }
      func failure(_ library: String) throws -> ConstitutiveError {
        let law = try ExternalLaw(path: library, states: 1)
        var points = MaterialPoints(capacity: 3, stateCount: 1)
        points.strain[6] = 1
        return try #require(throws: ConstitutiveError.self) {
          try law.advance(&points, over: TimeIncrement(start: 0, length: 2))
        }
      }
      #expect(complaint(try build("none", "int x;")).contains("has no function 'umat_'"))
      #expect(
        complaint(try build("unresolved", "void xit_(void); void umat_(void) { xit_(); }"))
          .contains("xit_"))

      let arguments =
        "double *s, double *v, double *c, double *a3, double *a4, double *a5, double *a6, "
        + "double *a7, double *a8, double *a9, double *e, double *d, double *t, double *dt, "
        + "double *a14, double *a15, double *a16, double *a17, char *n, int *i0, int *i1, "
        + "int *i2, int *i3, double *p, int *np, double *x, double *r, double *pnewdt"
      let shear = try failure(
        build("shear", "void umat(\(arguments)) { if (d[0] > 0) s[3] = 0.0 / (d[0] - 1); }"))
      #expect(shear.point == 1 && shear.message.contains("stress xy = "), "\(shear)")
      let state = try failure(
        build("state", "void umat(\(arguments)) { if (d[0] > 0) v[0] = 1 / (d[0] - 1); }"))
      #expect(state.point == 1 && state.message.contains("state 1 = inf"), "\(state)")
      let shorter = try failure(
        build("shorter", "void umat(\(arguments)) { if (d[0] > 0) *pnewdt = 0.125; }"))
      #expect(shorter.point == 1 && shorter.remedy == .shorterStep(factor: 0.125))
      #expect(shorter.message.contains("asks for a step of 0.125 times the length 2.0"))
    }
  }
}
