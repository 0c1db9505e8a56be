import Cases
import Files
import Foundation
import ModelReduction
import Testing

/// A folder with a program that assembles 2 × 2 matrices and writes down each call.
private struct Workshop {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "ritz samples \(UUID().uuidString)")

  /// - Parameter script: What the program does with its arguments; awk prints numbers to 17 digits.
  init(_ script: String = Workshop.assemble) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try write("assemble.sh", "echo \"$*\" >> calls\n" + script)
    try write("f.mtx", "%%MatrixMarket matrix array real general\n2 1\n1\n2\n")
  }

  /// [[2 + k, 1], [1, 2 + k²]].
  static let assemble = """
    echo '%%MatrixMarket matrix array real general'
    echo '2 2'
    awk -v k="$1" 'BEGIN { printf "%.17g\\n1\\n1\\n%.17g\\n", 2 + k, 2 + k*k }'

    """

  func write(_ name: String, _ text: String) throws {
    try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  /// The arguments of each call so far.
  var calls: [String] {
    let text = try? String(contentsOf: folder.appendingPathComponent("calls"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }

  var kept: [String] {
    ((try? FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent("out/assembled").path)) ?? []).sorted()
  }

  static func text(
    _ source: String = "command = \"sh assemble.sh {k}\"\nfunctions = [1, \"k\", \"k^2\"]",
    rest: String = ""
  ) -> String {
    """
    schema = 1
    title = "samples"
    [physics]
    kind = "matrices"
    [[parameter]]
    name = "k"
    range = [1, 3]
    [[operator]]
    \(source)
    [[load]]
    file = "f.mtx"
    [[output]]
    name = "s"
    vector = "f.mtx"
    [query]
    points = [[1.5], [2.75]]
    \(rest)
    """
  }

  func study(_ text: String) throws -> Study {
    try write("case.toml", text)
    return try Study(reading: folder.appendingPathComponent("case.toml").path)
  }

  @discardableResult
  func run(_ text: String, from start: StudyStart = .beginning) throws -> StudyOutcome {
    try study(text).run(
      into: folder.appendingPathComponent("out").path, loudness: .quiet, from: start)
  }

  /// What a run is refused for, with its exit code.
  func refusal(_ text: String) -> (message: String, code: Int32) {
    do {
      try run(text)
      return ("", 0)
    } catch let error as CaseDiagnostics { return ("\(error)", error.exitCode) } catch let error
      as StudyError
    { return ("\(error)", error.exitCode) } catch { return ("other: \(error)", -1) }
  }

  /// lᵀ A⁻¹ f with l = f = (1, 2).
  static func exact(_ k: Double) -> Double {
    let (a, d) = (2 + k, 2 + k * k)
    return (d - 2 * 2 + 4 * a) / (a * d - 1)
  }
}

@Suite struct `Studies of matrices from programs and samples` {
  private static let reduced = """
    [training]
    sampling = "grid"
    count = 20
    [reduction]
    method = "greedy"
    tolerance = 1e-10
    size = 5
    """

  @Test func `a program is asked at as many parameters as needed, and once`() throws {
    let workshop = try Workshop()
    let outcome = try workshop.run(Workshop.text(rest: Self.reduced))
    // Three terms and three unseen parameters.
    #expect(workshop.calls.count == 6 && Set(workshop.calls).count == 6)
    let interpolation = try #require(outcome.results.interpolations.first)
    #expect(interpolation.name == "operator 0" && interpolation.terms == 3)
    #expect(interpolation.samples == 6 && interpolation.unseen == 3)
    #expect(interpolation.error < 1e-14)
    #expect(try #require(outcome.results.interpolationSolutionError) < 1e-14)
    for query in outcome.results.query {
      #expect(abs(query.outputs[0].value - Workshop.exact(query.parameter[0])) < 1e-12)
      #expect(query.guarantee == .indicator)
    }
    // A second run, or one that goes on, asks for nothing and finds the same.
    for start in [StudyStart.beginning, .checkpoint] {
      let again = try workshop.run(Workshop.text(rest: Self.reduced), from: start)
      #expect(workshop.calls.count == 6)
      #expect(
        again.results.query.map { $0.outputs[0].value }
          == outcome.results.query.map { $0.outputs[0].value })
    }
    // The saved model needs no program.
    let saved = try SavedModel(reading: outcome.directory + "/model.ritz")
    let answer = try #require(try saved.answers(at: [[2.125]]).first)
    #expect(abs(answer.outputs[0].value - Workshop.exact(2.125)) < 1e-12)
    #expect(workshop.calls.count == 6)
    // Another program is another matter.
    try workshop.write("assemble.sh", "echo again >> calls\n" + Workshop.assemble)
    try workshop.run(Workshop.text())
    #expect(workshop.calls.count == 12)
  }

  @Test func `a check asks for nothing and says what would be asked`() throws {
    let workshop = try Workshop()
    let plan = try workshop.study(Workshop.text()).plan()
    #expect(plan.contains("'sh assemble.sh {k}' at 3 parameters and 3 unseen ones: (k = "))
    #expect(workshop.calls.isEmpty)
  }

  @Test func `the case as it was run runs again from the results`() throws {
    let workshop = try Workshop()
    let first = try workshop.run(Workshop.text())
    let again = try Study(reading: first.directory + "/case.resolved.toml").run(
      into: workshop.folder.appendingPathComponent("again").path, loudness: .quiet)
    #expect(again.results.query[0].outputs[0].value == first.results.query[0].outputs[0].value)
  }

  @Test(arguments: [
    "command = \"sh 'assemble.sh' {k} 'two words' $HOME \\\"{{k}}\\\"\"",
    "command = [\"sh\", \"assemble.sh\", \"{k}\", \"two words\", \"$HOME\", \"{{k}}\"]",
  ])
  func `words reach the program as they stand, and numbers with all digits`(command: String) throws
  {
    let workshop = try Workshop()
    try workshop.run(Workshop.text(command + "\nfunctions = [1, \"k\", \"k^2\"]"))
    let call = try #require(workshop.calls.last)
    #expect(call.hasSuffix(" two words $HOME {k}"))
    let numbers = Set(workshop.calls.map { String($0.prefix { $0 != " " }) })
    #expect(numbers.count == 6 && numbers.contains { $0.count > 16 })
    #expect(numbers.allSatisfy { (1...3).contains(Double($0) ?? 0) })
  }

  @Test func `all parameters, components and a file to be written have names of their own`() throws
  {
    let workshop = try Workshop(
      """
      printf '%%%%MatrixMarket matrix array real general\\n2 2\\n%s\\n1\\n1\\n%s\\n' "$2" "$3" > "$1"
      echo 'this is not read'

      """)
    let text = Workshop.text(
      """
      command = "sh assemble.sh {output} {mu} c={k[1]} all={mu}"
      functions = ["k[0]", "k[1]", 1]
      """
    ).replacing("name = \"k\"", with: "name = \"k\"\nsize = 2").replacing(
      "[[1.5], [2.75]]", with: "[[2, 3]]")
    let outcome = try workshop.run(text)
    let (a, d) = (2.0, 3.0)
    #expect(abs(outcome.results.query[0].outputs[0].value - (d - 4 + 4 * a) / (a * d - 1)) < 1e-12)
    // Behind the file, both components, the second again, and both again in one word.
    let words = try #require(workshop.calls.first).components(separatedBy: " ").suffix(5)
      .map { $0 }
    #expect(words[2] == "c=\(words[1])" && words[3] == "all=\(words[0])" && words[4] == words[1])
    #expect(workshop.kept.allSatisfy { $0.hasSuffix(".mtx") })
  }

  @Test(arguments: [
    ("exit 3", "it ended with status 3 and said nothing on stderr"),
    ("echo 'no licence' >&2; exit 1", "it ended with status 1; on stderr: no licence"),
    ("kill -9 $$", "signal 9 ended it"),
    ("sleep 30", "it was stopped after 0.3 s"),
    ("true", "it has written nothing to stdout"),
    ("echo hello", "'sh assemble.sh {k}' at k ="),
    (
      "printf '%%%%MatrixMarket matrix array real general\\n2 2\\n1\\nnan\\n0\\n1\\n'",
      "found 'nan'"
    ),
    ("printf '%%%%MatrixMarket matrix array real general\\n2 2\\n1\\n0\\n'", "at k ="),
    (
      "printf '%%%%MatrixMarket matrix array real general\\n2 3\\n1\\n0\\n0\\n1\\n0\\n0\\n'",
      "is 2 × 3; an operator is square"
    ),
    (
      "printf '%%%%MatrixMarket matrix array real general\\n1 1\\n1\\n'",
      "f.mtx' has 2 entries, the operators are of order 1"
    ),
    (
      "n=$(wc -l < calls); printf '%%%%MatrixMarket matrix array real general\\n1 %d\\n' $n; seq $n",
      "an operator is square"
    ),
  ])
  func `a program that gives no matrix is quoted, and nothing of it is kept`(
    script: String, message: String
  ) throws {
    let workshop = try Workshop(script + "\n")
    let found = workshop.refusal(
      Workshop.text(
        "command = \"sh assemble.sh {k}\"\nfunctions = [1, \"k\"]\ntimeout = 0.3"))
    #expect(found.message.contains(message), "\(found.message)")
    let line = message.contains("f.mtx") ? 13 : 9
    #expect(found.code == 65 && found.message.contains("case.toml:\(line):1"))
    if !message.contains("operator") { #expect(workshop.kept.isEmpty) }
    #expect(!FileBytes.isReadable(workshop.folder.path + "/out/results.json"))
    #expect(workshop.kept.allSatisfy { !$0.hasSuffix(".tmp") })
  }

  @Test(arguments: [
    ("command = \"sh assemble.sh {h}\"", "unknown parameter 'h' in the word '{h}'", 65),
    ("command = \"sh assemble.sh\"", "the command is told of no parameter: write {k}", 65),
    ("command = \"sh 'assemble.sh {k}\"", "the quote ' at character 4 is not closed", 65),
    ("command = \"sh assemble.sh {k} > out\"", "'>' at character 20 is for a shell", 65),
    ("command = \"./missing {k}\"", "the program './missing' is not found", 66),
    ("command = \"no-such-program {k}\"", "is not found along PATH", 66),
    ("command = [\"\", \"{k}\"]", "there is no program to run", 65),
    ("command = \"sh a {k}\"\nfile = \"f.mtx\"", "exclude each other", 65),
    ("command = \"sh a {k}\"\nfunctions = [\"x\"]", "coordinates cannot be used here", 65),
    ("command = \"sh a {k}\"\nfunctions = [\"x*k\"]\nx = [2, 1]", "its smaller end first", 65),
    ("command = \"sh a {k}\"\nfunctions = [\"k\"]\ny = [0, 1]", "'y' belongs to 'x'", 65),
    ("command = \"sh a {k}\"\nfunctions = [\"k\"]\nlearn = 9", "exclude each other", 65),
    ("file = \"f.mtx\"\nfunctions = [\"k\"]", "'functions' belongs to", 65),
    ("files = [\"f.mtx\"]", "'files' needs 'points'", 65),
    ("files = [\"f.mtx\"]\npoints = [[1], [2]]", "'points' has 2 points for 1 files", 65),
    ("files = [\"none.mtx\"]\npoints = [[1]]", "none.mtx", 66),
    ("samples = \"none.csv\"", "none.csv", 66),
    ("coefficient = 2", "missing key in [[operator]]", 65),
  ])
  func `what an entry says wrongly is said at its line, before anything runs`(
    entry: String, message: String, code: Int32
  ) throws {
    let workshop = try Workshop()
    let found = workshop.refusal(Workshop.text(entry))
    #expect(found.message.contains(message), "\(found.message)")
    #expect(found.code == code)
    #expect(workshop.calls.isEmpty)
  }

  /// Samples of the matrix of the workshop.
  private func listed(_ count: Int) throws -> (workshop: Workshop, points: [Double]) {
    let workshop = try Workshop()
    let points = (0..<count).map { 1 + 2 * Double($0) / Double(count - 1) }
    var list = "note, file ,k\r\n# a comment\r\n"
    for (i, k) in points.enumerated() {
      list += "sample \(i),at\(i).mtx,\(k)\r\n"
      try workshop.write(
        "at\(i).mtx",
        "%%MatrixMarket matrix array real general\n2 2\n\(2 + k)\n1\n1\n\(2 + k * k)\n")
    }
    try workshop.write("samples.csv", list)
    return (workshop, points)
  }

  @Test(arguments: ["", "\nfunctions = [1, \"k\", \"k^2\"]"])
  func `a list of files says by itself, or by functions, what stands between`(functions: String)
    throws
  {
    let (workshop, points) = try listed(5)
    let files = points.indices.map { "\"at\($0).mtx\"" }.joined(separator: ", ")
    let inline = points.map { "[\($0)]" }.joined(separator: ", ")
    for entry in ["samples = \"samples.csv\"", "files = [\(files)]\npoints = [\(inline)]"] {
      let outcome = try workshop.run(Workshop.text(entry + functions, rest: Self.reduced))
      let report = try #require(outcome.results.interpolations.first)
      #expect(report.terms == 3 && report.error < 1e-13)
      #expect(report.unseen == (functions.isEmpty ? 0 : 2))
      for query in outcome.results.query {
        #expect(abs(query.outputs[0].value - Workshop.exact(query.parameter[0])) < 1e-11)
      }
    }
  }

  @Test func `a list is refused where it does not say enough, or contradicts itself`() throws {
    let (workshop, _) = try listed(3)
    let entry = Workshop.text("samples = \"samples.csv\"")
    // Three samples of a quadratic: nothing is left to judge it by.
    let few = workshop.refusal(entry)
    #expect(few.code == 65 && few.message.contains("3 samples say"), "\(few)")
    for (list, message) in [
      ("k,file\n1,at0.mtx\n1,at1.mtx\n", "have a file already"),
      ("k,file\n1,at0.mtx\ntwo,at1.mtx\n", "samples.csv:3:1: error: 'two' is not a finite number"),
      ("k,file\n1\n", "found 1 columns"), ("h,file\n1,at0.mtx\n", "there is no column 'k'"),
      ("k,fil\n1,at0.mtx\n", "there is no column 'file'"), ("k,file\n", "no samples"),
      ("k,file\n1,\n", "no file is named"), ("", "no samples"),
    ] {
      try workshop.write("samples.csv", list)
      let found = workshop.refusal(entry)
      #expect(found.message.contains(message) && found.code == 65, "\(found)")
    }
  }

  @Test func `a program is learnt from where nobody says through which functions`() throws {
    let workshop = try Workshop()
    let outcome = try workshop.run(
      Workshop.text("command = \"sh assemble.sh {k}\"\nlearn = 6"))
    #expect(workshop.calls.count == 9)
    let report = try #require(outcome.results.interpolations.first)
    #expect(report.terms == 3 && report.samples == 9 && report.error < 1e-13)
    #expect(report.text == "learnt from 6 samples, polynomials of degree 2")
  }

  /// [[2 + e^k, 1], [1, 2 + k²]], and (1, cos k) for loads and outputs; nothing a polynomial makes exactly.
  private static let smooth = """
    echo '%%MatrixMarket matrix array real general'
    awk -v what="$1" -v k="$2" 'BEGIN {
      if (what == "matrix") printf "2 2\\n%.17g\\n1\\n1\\n%.17g\\n", 2 + exp(k), 2 + k*k
      else printf "2 1\\n1\\n%.17g\\n", cos(k)
    }'

    """

  private static func smooth(_ validation: String) -> String {
    Workshop.text(
      "command = \"sh assemble.sh matrix {k}\"\nlearn = 7",
      rest: reduced + """

        [interpolation]
        tolerance = 1e-4
        [validation]
        count = 8
        seed = 3
        \(validation)
        """
    ).replacing("[[load]]\nfile = \"f.mtx\"", with: "[[load]]\n\(vector)")
      .replacing("vector = \"f.mtx\"", with: vector)
  }

  private static let vector = "command = \"sh assemble.sh vector {k}\"\nlearn = 7"

  /// The two unknowns of that problem.
  private static func solution(_ k: Double) -> (Double, Double) {
    let (a, d, f) = (2 + exp(k), 2 + k * k, cos(k))
    return ((d - f) / (a * d - 1), (a * f - 1) / (a * d - 1))
  }

  @Test func `a reduced model is judged by the matrices of the program itself`() throws {
    let workshop = try Workshop(Self.smooth)
    let plan = try workshop.study(Self.smooth("")).plan()
    #expect(plan.contains("at 7 parameters and 3 unseen ones and the 8 of [validation]: (k = "))
    let outcome = try workshop.run(Self.smooth(""))
    // The vector of load and output is one and the same call.
    #expect(workshop.calls.count == 2 * (7 + 3 + 8))
    let judged = try #require(outcome.results.validation.first)
    let gap = try #require(judged.interpolationError)
    #expect(gap > 1e-7 && gap < 1e-3)
    for point in judged.points {
      let k = point.parameter[0]
      let (u, v) = Self.solution(k)
      #expect(abs(point.full[0].value - (u + cos(k) * v)) < 1e-13)
      #expect(try #require(point.interpolationError) <= gap)
      #expect(point.guarantee == .indicator)
    }
    // What is missing in the sums is in the errors, and not in the indicators.
    let last = judged.points.map { abs($0.full[0].value - $0.reduced[0].value) }.max() ?? 0
    let largest = judged.points.map(\.error).max() ?? 0
    #expect(last > 1e-9 && largest > 1e-8)
    #expect((judged.points.compactMap(\.estimate).max() ?? 1) < 1e-2 * largest)
    let folder = URL(fileURLWithPath: outcome.directory)
    let report = try String(contentsOf: folder.appending(path: "report.html"), encoding: .utf8)
    #expect(report.contains("what the commands make at these very points"))
    #expect(report.contains("they are indicators, not bounds"))
    let json = try String(contentsOf: folder.appending(path: "results.json"), encoding: .utf8)
    #expect(json.contains("\"interpolationError\""))
    // All of it is kept.
    let again = try workshop.run(Self.smooth(""))
    #expect(workshop.calls.count == 36)
    #expect(again.results.validation.first?.points.map(\.error) == judged.points.map(\.error))
  }

  @Test func `or by the sums alone, where no more calls are wanted`() throws {
    let workshop = try Workshop(Self.smooth)
    let outcome = try workshop.run(Self.smooth("against = \"sums\""))
    #expect(workshop.calls.count == 2 * (7 + 3))
    let judged = try #require(outcome.results.validation.first)
    #expect(judged.interpolationError == nil)
    #expect((judged.points.map(\.error).max() ?? 1) < 1e-9)
    let folder = URL(fileURLWithPath: outcome.directory)
    let report = try String(contentsOf: folder.appending(path: "report.html"), encoding: .utf8)
    #expect(report.contains("no comparison shows this"))
  }

  @Test func `a program that fails where it is to judge is quoted, and what it gave is kept`()
    throws
  {
    let failing = "test $(wc -l < calls) -gt 22 && { echo 'no licence' >&2; exit 1; }\n"
    let workshop = try Workshop(failing + Self.smooth)
    let found = workshop.refusal(Self.smooth(""))
    #expect(found.code == 65 && found.message.contains("on stderr: no licence"), "\(found)")
    #expect(found.message.contains("at k = "))
    #expect(workshop.kept.count == 22)
  }

  @Test func `functions that are not all are found out where nothing was learnt`() throws {
    let workshop = try Workshop()
    let found = workshop.refusal(
      Workshop.text("command = \"sh assemble.sh {k}\"\nfunctions = [1, \"k\"]"))
    #expect(found.code == 65)
    #expect(found.message.contains("the functions are not all it depends through"))
  }
}

@Suite struct `Sound from a soft sphere` {
  @Test func `is that of its series, and the reduced one that of the boundary elements`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let study = try Study(reading: root.appending(path: "cases/sphere-scattering.toml").path)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcome = try study.run(into: folder.path, loudness: .quiet)
    for expectation in outcome.expectations { #expect(expectation.passes, "\(expectation)") }
    #expect(outcome.expectations.count > 8)
  }
}
