import Cases
import Foundation
import Testing

@Suite struct `Doctor and benchmarks` {
  @Test func `the doctor names libraries, rates and a self-test`() throws {
    let outcome = try ritz("doctor", "--json", in: Folder())
    let page = try JSONValue(parsing: outcome.output)
    guard case .array(let checks) = page["checks"] else {
      Issue.record("no checks: \(outcome.output)")
      return
    }
    let subjects = checks.compactMap { $0["subject"]?.string }
    for subject in [
      "Ritz", "BLAS", "threads", "rates", "METIS", "CHOLMOD", "HDF5", "folder", "locking", "Gmsh",
      "self-test",
    ] { #expect(subjects.contains(subject)) }
    for check in checks where check["state"]?.string != "ok" {
      #expect(check["cure"]?.string?.isEmpty == false)
    }
    let isFit = !checks.contains { $0["state"]?.string == "absent" }
    #expect(outcome.status == (isFit ? 0 : 69))
  }

  @Test func `a small assembly is measured, checked and written as JSON`() throws {
    let folder = try Folder()
    let outcome = try ritz(
      "bench", "assembly", "--size", "6", "--threads", "2", "-q", "--json", "bench.json",
      in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    #expect(outcome.output.contains("assembly P1, n = 6: 1296 tetrahedra, 343 unknowns"))
    #expect(
      outcome.output.contains("assembly elasticity P1, n = 6: 1296 tetrahedra, 1029 unknowns"))
    #expect(outcome.output.contains("no peer was measured"))
    let report = try JSONValue(parsing: try folder.text("bench.json"))
    let again = try report.value(at: "sections[0].findings[1].value").number
    #expect(again.map { $0 > 0 && $0 < 1 } == true)
  }

  @Test func `small systems and steps are solved beside CHOLMOD`() throws {
    let folder = try Folder()
    for (part, title) in [("solve", "direct solution, poisson, n = 5"), ("transient", "transient")]
    {
      let outcome = try ritz(
        "bench", part, "--size", "5", "--threads", "2", "-q", "--json", "bench.json", in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
      #expect(outcome.output.contains(title))
      let report = try JSONValue(parsing: try folder.text("bench.json"))
      #expect(try report.value(at: "sections[0].findings[0].value").number.map { $0 > 0 } == true)
    }
  }

  @Test func `a peer that cannot be run is a remark, not a failure`() throws {
    let folder = try Folder()
    _ = try folder.write("print('no record')\n", to: "w1_assembly.py")
    let outcome = try ritz(
      "bench", "assembly", "--size", "4", "--peers", ".", "--python", "/bin/false",
      "--system-python", "/no/such/python", "-q", in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    #expect(outcome.output.contains("dolfinx was not measured: there is no interpreter"))
    #expect(outcome.output.contains("skfem was not measured: w1_assembly.py ended with status 1"))
  }

  @Test func `a restart for better kernels happens at most once`() throws {
    // With the mark set, whatever kernels OpenBLAS chose are used.
    let outcome = try ritz(
      "doctor", "--json", in: Folder(),
      environment: ["RITZ_RESTARTED": "1", "OPENBLAS_CORETYPE": "Nehalem"])
    #expect(outcome.output.contains("Nehalem"))
  }
}
