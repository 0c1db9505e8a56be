import Cases
import Foundation
import Testing

@Suite struct `The command and the kinds of physics` {
  @Test(arguments: CaseSchema.kinds)
  func `new writes a case of every kind that runs as it stands`(kind: String) throws {
    let folder = try Folder()
    let new = try ritz("new", "start", "--kind", kind, in: folder)
    #expect(new.status == 0, "\(new.narration)")
    let run = try ritz("run", "start.toml", "-q", in: folder)
    #expect(run.status == 0, "\(run.narration)")
    #expect(folder.exists("start.out/report.html"))
    // The full model of a body that remembers is not reduced.
    let isReduced = kind != "elastoviscoplasticity"
    #expect(folder.exists("start.out/model.ritz") == isReduced)
  }

  @Test func `an unknown kind gets a suggestion`() throws {
    let folder = try Folder()
    let new = try ritz("new", "start", "--kind", "difusion", in: folder)
    #expect(new.status == 64)
    #expect(new.narration.contains("did you mean 'diffusion'?"))
  }

  @Test func `solve answers with the full model alone, at the reference where no point is named`()
    throws
  {
    let folder = try Folder()
    let text = smallCase().replacingOccurrences(
      of: "[query]\npoints = [[1, 2], [0.3, 7.7]]", with: "")
    let file = try folder.write(text, to: "plate.toml")
    let solve = try ritz("solve", file, "-q", "-o", "full", in: folder)
    #expect(solve.status == 0, "\(solve.narration)")
    #expect(!folder.exists("full/model.ritz"))
    let results = try JSONValue(parsing: try folder.text("full/results.json"))
    #expect(try results.value(at: "query[0].parameter.k[0]").number == 1)
    #expect(results["reduction"] == nil)
  }

  @Test func `an iteration that does not converge exits with 10 and keeps its results`() throws {
    guard CaseSchema.kinds.contains("heat") else { return }
    let folder = try Folder()
    let file = try folder.write(
      """
      schema = 1
      units = "m-kg-s-K"
      [mesh]
      box = { size = [1, 1], cells = [4, 4] }
      [physics]
      kind = "heat"
      [newton]
      iterations = 1
      [[material]]
      on = "*"
      conductivity = 10
      [[boundary]]
      on = "left"
      value = 1000
      [[boundary]]
      on = "right"
      radiation = { emissivity = 1, ambient = 300 }
      """, to: "hot.toml")
    let run = try ritz("run", file, "-q", in: folder)
    #expect(run.status == 10, "\(run.narration)")
    #expect(run.narration.contains("did not converge"))
    let results = try JSONValue(parsing: try folder.text("hot.out/results.json"))
    #expect(try results.value(at: "query[0].iteration.residuals[0]").number != nil)
    #expect(folder.exists("hot.out/report.html"))
  }
}
