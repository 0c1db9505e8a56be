import Foundation
import Testing

/// A five-point system as MatrixMarket.
private func system(side n: Int, shift: Double = 0, wind: Double = 0) -> String {
  var lines: [String] = []
  for node in 1...n * n {
    let (i, j) = ((node - 1) % n, (node - 1) / n)
    lines.append("\(node) \(node) \(4 + shift)")
    if i > 0 { lines.append("\(node) \(node - 1) \(-1 - wind)") }
    if i < n - 1 { lines.append("\(node) \(node + 1) \(-1 + wind)") }
    if j > 0 { lines.append("\(node) \(node - n) -1") }
    if j < n - 1 { lines.append("\(node) \(node + n) -1") }
  }
  return "%%MatrixMarket matrix coordinate real general\n\(n * n) \(n * n) \(lines.count)\n"
    + lines.joined(separator: "\n") + "\n"
}

private func ones(_ n: Int) -> String { String(repeating: "1\n", count: n) }

private func object(_ text: String) throws -> [String: Any] {
  try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

@Suite struct `ritz solve with systems` {
  @Test func `one system is solved and told as JSON`() throws {
    let folder = try Folder()
    let (a, b) = (
      try folder.write(system(side: 12), to: "A.mtx"), try folder.write(ones(144), to: "b.txt")
    )
    let outcome = try ritz("solve", a, b, "--json", in: folder)
    #expect(outcome.status == 0)
    let systems = try #require(try object(outcome.output)["systems"] as? [[String: Any]])
    #expect(systems.count == 1)
    #expect(systems[0]["status"] as? String == "converged")
    #expect(try #require(systems[0]["residual"] as? Double) <= 1e-8)
    for key in ["iterations", "products", "seconds"] { #expect(systems[0][key] is NSNumber) }
  }

  @Test(arguments: [
    ("cg", "ic"), ("deflated-cg", "jacobi"), ("minres", "none"), ("bicgstab", "ilu"),
    ("gmres", "ilut"), ("fgmres", "schwarz"), ("gcro-dr", "ssor"), ("direct", "auto"),
    ("cg", "amg"), ("cg", "chebyshev"), ("cg", "two-level-schwarz"), ("auto", "neighbour"),
  ])
  func `every method and preconditioner has a name`(method: String, preconditioner: String) throws {
    let folder = try Folder()
    var arguments = ["solve"]
    for k in 0..<3 {
      arguments += [
        try folder.write(system(side: 10, shift: 0.1 * Double(k)), to: "A\(k).mtx"),
        try folder.write(ones(100), to: "b\(k).txt"),
      ]
    }
    arguments += ["--method", method, "--preconditioner", preconditioner, "--json"]
    let outcome = try ritz(arguments, in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    let systems = try #require(try object(outcome.output)["systems"] as? [[String: Any]])
    #expect(systems.count == 3)
    for system in systems {
      #expect(system["status"] as? String == "converged")
      if method != "auto" { #expect(system["method"] as? String == method) }
    }
  }

  @Test func `a sequence is sorted, recycled, written and reported`() throws {
    let folder = try Folder()
    var arguments = ["solve"]
    // Shifts 0, 6, 3, 1, … : neighbours on the line are not neighbours in the list.
    for (k, shift) in [0.0, 6, 3, 1, 5, 2, 4].enumerated() {
      arguments += [
        try folder.write(system(side: 20, shift: 0.05 * shift, wind: 0.3), to: "A\(k).mtx"),
        try folder.write(ones(400), to: "b\(k).txt"),
      ]
    }
    arguments += ["--recycle", "8", "--order", "nearest", "-o", "out", "--json"]
    let outcome = try ritz(arguments, in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    let json = try object(outcome.output)
    #expect(json["order"] as? [Int] == [0, 3, 5, 2, 6, 4, 1])
    let systems = try #require(json["systems"] as? [[String: Any]])
    // Solved fifth: the sixth system of the list has index 6.
    #expect(systems[6]["iterationsWithoutRecycling"] is NSNumber)
    let page = try folder.text("out/report.html")
    #expect(page.contains("Iterations along the sequence"))
    #expect(page.contains("Ritz values"))
    // The solution: A x = 1 with row sums 4 + shift − 4 in the middle; x is positive.
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("out/x001.npy")))
    #expect(bytes.count == 128 + 8 * 400)
  }

  @Test func `several right-hand sides share one matrix`() throws {
    let folder = try Folder()
    let a = try folder.write(system(side: 8), to: "A.mtx")
    let b = try folder.write(String(repeating: "1 2\n", count: 64), to: "b.txt")
    let outcome = try ritz("solve", a, b, "--method", "direct", "--json", in: folder)
    let systems = try #require(try object(outcome.output)["systems"] as? [[String: Any]])
    #expect(systems.map { $0["column"] as? Int } == [0, 1])
  }

  @Test func `complex matrices are solved`() throws {
    let folder = try Folder()
    let a = try folder.write(
      "%%MatrixMarket matrix coordinate complex general\n2 2 3\n1 1 2 1\n2 2 1 -3\n1 2 0 1\n",
      to: "A.mtx")
    let b = try folder.write("1\n1\n", to: "b.txt")
    let outcome = try ritz("solve", a, b, "--json", in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    let systems = try #require(try object(outcome.output)["systems"] as? [[String: Any]])
    #expect(try #require(systems[0]["residual"] as? Double) <= 1e-8)
  }

  @Test func `a system that is not solved ends with status 10 and its name`() throws {
    let folder = try Folder()
    let (a, b) = (
      try folder.write(system(side: 12, wind: 0.9), to: "A.mtx"),
      try folder.write(ones(144), to: "b.txt")
    )
    let outcome = try ritz(
      "solve", a, b, "--method", "gmres", "--preconditioner", "none", "--iterations", "3", "--json",
      in: folder)
    #expect(outcome.status == 10)
    #expect(outcome.narration.contains("A.mtx: iteration-limit"))
    let systems = try #require(try object(outcome.output)["systems"] as? [[String: Any]])
    #expect(systems[0]["status"] as? String == "iteration-limit")
  }

  @Test func `numbers that overflow are told as such, and the JSON stays valid`() throws {
    let folder = try Folder()
    let a = try folder.write(
      "%%MatrixMarket matrix coordinate real general\n2 2 3\n1 1 1e300\n1 2 1e300\n2 2 1e-300\n",
      to: "A.mtx")
    let b = try folder.write("1e300\n1e300\n", to: "b.txt")
    let outcome = try ritz(
      "solve", a, b, "--method", "gmres", "--preconditioner", "none", "--json", in: folder)
    #expect(outcome.status == 10)
    let systems = try #require(try object(outcome.output)["systems"] as? [[String: Any]])
    #expect(systems[0]["status"] as? String != "converged")
  }

  @Test func `a folder that cannot be made is told with its path`() throws {
    let folder = try Folder()
    let (a, b) = (
      try folder.write(system(side: 3), to: "A.mtx"), try folder.write(ones(9), to: "b.txt")
    )
    let outcome = try ritz("solve", a, b, "-o", "b.txt/out", in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.narration.contains("b.txt"))
  }

  @Test func `what does not fit is told with files, lines and numbers`() throws {
    let folder = try Folder()
    let a = try folder.write(system(side: 3), to: "A.mtx")
    let short = try folder.write(ones(8), to: "short.txt")
    let spoilt = try folder.write("1\n2\nthree\n", to: "spoilt.txt")
    let wide = try folder.write(
      "%%MatrixMarket matrix coordinate real general\n2 3 1\n1 1 1\n", to: "wide.mtx")
    let good = try folder.write(ones(9), to: "b.txt")
    let cases: [([String], Int32, String)] = [
      ([a, short], 65, "8 × 1 numbers as right-hand side of A.mtx with 9 rows"),
      ([a, spoilt], 65, "spoilt.txt:3"),
      ([wide, good], 65, "2 × 3 where a square one is needed"),
      ([a, "missing.txt"], 66, "missing.txt"),
      ([a], 64, "in turns"),
      ([a, good, "--method", "cgg"], 64, "method"),
      ([a, good, "--recycle", "-1"], 64, "recycle"),
      ([a, good, "--set", "x=1"], 64, "--set goes with a case"),
    ]
    for (arguments, status, words) in cases {
      let outcome = try ritz(["solve"] + arguments, in: folder)
      #expect(outcome.status == status, "\(arguments): \(outcome.narration)")
      #expect(outcome.narration.contains(words), "\(arguments): \(outcome.narration)")
    }
  }
}

@Suite struct `Linear systems of a case` {
  private func numbers(_ folder: Folder, _ name: String) throws -> [String: Any] {
    try object(folder.text("\(name)/results.json"))
  }

  @Test func `recycled training gives the model of direct training`() throws {
    let folder = try Folder()
    let text = smallCase(cells: 16, training: 20)
      .replacingOccurrences(of: "method = \"greedy\"", with: "method = \"pod\"")
    let plain = try folder.write(text, to: "direct.toml")
    let recycled = try folder.write(
      text + "\n[solver]\nmethod = \"deflated-cg\"\nrecycle = 10\norder = \"nearest\"\n",
      to: "recycled.toml")
    #expect(try ritz("run", plain, "-o", "a", in: folder).status == 0)
    let outcome = try ritz("run", recycled, "-o", "b", in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    let (a, b) = (try numbers(folder, "a"), try numbers(folder, "b"))
    func answer(_ results: [String: Any]) throws -> Double {
      let query = try #require(results["query"] as? [[String: Any]])
      let outputs = try #require(query[0]["outputs"] as? [String: Any])
      return try #require(outputs["mean-bottom"] as? Double)
    }
    let (direct, iterated) = (try answer(a), try answer(b))
    #expect((direct - iterated).magnitude <= 1e-7 * direct.magnitude)
    let solver = try #require(b["solver"] as? [String: Any])
    #expect(solver["method"] as? String == "deflated-cg")
    let systems = try #require(solver["systems"] as? [[String: Any]])
    #expect(systems.count >= 20)
    #expect(systems.contains { $0["iterationsWithoutRecycling"] is NSNumber })
    #expect(try folder.text("b/report.html").contains("Linear systems"))
    #expect(a["solver"] == nil)
  }

  @Test func `an iteration that does not converge ends the run with status 10`() throws {
    let folder = try Folder()
    let file = try folder.write(
      smallCase(cells: 16)
        + "\n[solver]\nmethod = \"cg\"\npreconditioner = \"none\"\niterations = 2\n",
      to: "case.toml")
    let outcome = try ritz("run", file, in: folder)
    #expect(outcome.status == 10)
    #expect(outcome.narration.contains("iteration-limit after 2 iterations"))
  }
}

@Suite struct `A campaign for Slurm` {
  private func podCase(_ folder: Folder) throws -> String {
    try folder.write(
      smallCase(cells: 8, training: 7)
        .replacingOccurrences(of: "method = \"greedy\"", with: "method = \"pod\""),
      to: "case.toml")
  }

  @Test func `the script names the members and the command that collects`() throws {
    let folder = try Folder()
    let file = try podCase(folder)
    let outcome = try ritz("run", file, "--slurm", "--members", "3", "-o", "my out", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("#!/bin/bash\n"))
    #expect(outcome.output.contains("#SBATCH --array=0-2\n"))
    #expect(outcome.output.contains("-o 'my out'"))
    #expect(outcome.output.contains("--resume"))
    #expect(!folder.exists("my out"))
  }

  @Test func `members and a resumed run give the results of one run`() throws {
    let folder = try Folder()
    let file = try podCase(folder)
    #expect(try ritz("run", file, "-o", "one", in: folder).status == 0)
    for member in ["2", "0"] {
      let outcome = try ritz(
        "run", file, "-o", "many", "--member", member, "--members", "3", in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
    }
    // Member 0 again has nothing left to do; member 1 never ran: the last run computes its rows.
    let again = try ritz("run", file, "-o", "many", "--member", "0", "--members", "3", in: folder)
    #expect(again.output.contains("3 training solutions, 0 computed, 3 there already"))
    #expect(try ritz("run", file, "-o", "many", "--resume", in: folder).status == 0)
    let models = try ["one", "many"].map {
      try Data(contentsOf: URL(fileURLWithPath: folder.path("\($0)/model.ritz")))
    }
    #expect(models[0] == models[1])
    let ledger = try #require(
      try object(folder.text("many/results.json"))["ledger"] as? [String: Any])
    let alone = try #require(
      try object(folder.text("one/results.json"))["ledger"] as? [String: Any])
    #expect(try #require(ledger["fullSolves"] as? Int) < #require(alone["fullSolves"] as? Int))
  }

  @Test func `a greedy reduction has no campaign and says so`() throws {
    let folder = try Folder()
    let file = try folder.write(smallCase(), to: "case.toml")
    let outcome = try ritz("run", file, "--slurm", in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.narration.contains("no campaign to divide"))
  }
}

@Suite struct `Names of methods` {
  @Test(arguments: [("GCRODR", "ILU(0)"), ("gcro-dr", "icc"), ("CG", "IC0")])
  func `names of other programs are understood`(method: String, preconditioner: String) throws {
    let folder = try Folder()
    let (a, b) = (
      try folder.write(system(side: 6), to: "A.mtx"), try folder.write(ones(36), to: "b.txt")
    )
    let outcome = try ritz(
      "solve", a, b, "--method", method, "--preconditioner", preconditioner, "--json", in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
  }
}
