import Expressions
import Foundation
import Physics
import TestSupport
import Testing

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
        + "f1[8], *pnewdt}; memcpy(v, told, sizeof told); double where[] = {coords[0], coords[1], "
        + "coords[2], *noel, *npt, *kstep}; memcpy(v + 38, where, sizeof where); for (int i = 0; i < 6; i++) "
        + "{ v[20 + i] = e[i]; v[26 + i] = d[i]; v[32 + i] = s[i]; } c[0 + 6 * 3] = 7;"
      let law = try ExternalLaw(
        path: build("told", body, in: folder), properties: [3, 4], states: 44, name: "STEEL")
      var points = MaterialPoints(capacity: 1, stateCount: 44)
      points.sites = [PointSite(coordinates: [0.5, -2, 3], element: 17, point: 4)]
      points.startStrain = [1, 2, 3, 4, 5, 6]
      points.strain = [2, 4, 6, 8, 10, 12]
      points.startStress = [10, 20, 30, 40, 50, 60]
      (points.startTemperature, points.temperature) = ([20], [25])
      try law.advance(&points, over: TimeIncrement(start: 0.5, length: 0.25, number: 9))
      #expect(
        points.state == [
          3, 3, 6, 44, 2, 3, 4, 0.5, 0.5, 0.25, 20, 5, 9, 80, 32, 32, 1, 0, 1, 1,
          1, 2, 3, 6, 5, 4, 1, 2, 3, 6, 5, 4, 10, 20, 30, 60, 50, 40, 0.5, -2, 3, 17,
          4, 1,
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
