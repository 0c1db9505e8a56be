import Foundation
import Testing

/// A plate that yields, with the loads at which it was computed.
private func plate(_ more: String) -> String {
  """
  schema = 1
  [mesh]
  box = { size = [2, 1, 1], cells = [4, 2, 2], shape = "hexahedron" }
  [physics]
  kind = "elastoviscoplasticity"
  [time]
  end = 1
  step = 0.125
  [[parameter]]
  name = "q"
  range = [250, 400]
  [[material]]
  on = "*"
  young = 2e5
  poisson = 0.3
  law = { kind = "plastic", yield = 250, hardening = 2e4 }
  [[boundary]]
  on = "left"
  value = [0, 0, 0]
  [[boundary]]
  on = "right"
  traction = ["q*t*(1 + y)", 0, 0]
  [[output]]
  name = "p"
  max = "p"
  [[output]]
  name = "stretch"
  mean = "u.x"
  on = "right"

  """ + more
}

private let reduction = """
  [reduction]
  method = "pod"
  product = "L2"
  tolerance = 1e-8
  cubature = 1e-6
  [query]
  points = [[300]]
  """

@Suite struct `A reduced model of runs in a store` {
  private func numbers(_ folder: Folder, _ name: String) throws -> [String: Any] {
    let data = Data(try folder.text(name + "/results.json").utf8)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func `is the one of runs that Ritz computes itself`() throws {
    let folder = try Folder()
    let whole = try folder.write(plate("[query]\npoints = [[250], [400]]"), to: "whole.toml")
    let first = try ritz("run", whole, "-q", "-o", "whole", in: folder)
    #expect(first.status == 0, "\(first.narration)")
    _ = try folder.write(
      "q,path\n250,whole/fields/query-0.pvd\n400,whole/fields/query-1.pvd\n", to: "runs.csv")
    let imported = try ritz(
      "import", "runs.csv", "--field", "displacement", "-o", "runs.store", in: folder)
    #expect(imported.status == 0, "\(imported.narration)")
    let computed = try folder.write(
      plate("[training]\nsampling = \"grid\"\ncount = 2\n" + reduction), to: "computed.toml")
    let learnt = try folder.write(
      plate("[training]\nstore = \"runs.store\"\n" + reduction), to: "learnt.toml")
    for (file, target) in [(computed, "computed"), (learnt, "learnt")] {
      let outcome = try ritz("run", file, "-q", "-o", target, in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
    }
    let (a, b) = (try numbers(folder, "computed"), try numbers(folder, "learnt"))
    let steps = try [a, b].map { results in
      let query = try #require((results["query"] as? [[String: Any]])?.first)
      return try #require(query["steps"] as? [[String: Any]]).compactMap {
        $0["outputs"] as? [String: Double]
      }
    }
    #expect(steps[0].count == 9 && steps[1].count == 9)
    for (own, other) in zip(steps[0], steps[1]) {
      for (name, value) in own {
        let found = try #require(other[name])
        #expect(abs(found - value) <= 1e-6 * max(1e-3, abs(value)), "\(name)")
      }
    }
    let ledger = try #require(b["ledger"] as? [String: Any])
    #expect(ledger["fullSolves"] as? Int == 0, "nothing was solved to learn")
  }

  @Test(arguments: [
    ("step = 0.125", "step = 0.25", "is at t = 0.125, where [time] has t = 0.25"),
    ("cells = [4, 2, 2]", "cells = [2, 2, 2]", "the displacement on this mesh has 3 for each of"),
    ("size = [2, 1, 1]", "size = [3, 1, 1]", "lies elsewhere than in the mesh of the case"),
    ("\"q\"", "\"r\"", "the runs of the store have the parameters q; the case has r"),
    ("store = \"runs.store\"", "store = \"nothing\"", "nothing"),
    ("store = \"runs.store\"", "store = \"runs.store\"\ncount = 3", "'count' in [training]"),
    ("store = \"runs.store\"", "store = \"runs.store\"\nfield = \"u\"", "displacement"),
  ])
  func `is refused where the runs are not those of the case`(
    old: String, new: String, message: String
  ) throws {
    let folder = try Folder()
    let whole = try folder.write(plate("[query]\npoints = [[250]]"), to: "whole.toml")
    _ = try ritz("run", whole, "-q", "-o", "whole", in: folder)
    _ = try folder.write("q,path\n250,whole/fields/query-0.pvd\n", to: "runs.csv")
    _ = try ritz("import", "runs.csv", "--field", "displacement", "-o", "runs.store", in: folder)
    var text = plate("[training]\nstore = \"runs.store\"\n" + reduction)
      .replacingOccurrences(of: old, with: new)
    if new == "\"r\"" { text = text.replacingOccurrences(of: "q*t", with: "r*t") }
    let file = try folder.write(text, to: "learnt.toml")
    let outcome = try ritz("run", file, "-q", in: folder)
    #expect(outcome.status == 65 || outcome.status == 66, "\(outcome.narration)")
    #expect(outcome.narration.contains(message), "\(outcome.narration)")
    #expect(!folder.exists("learnt.out/results.json"))
  }
}
