internal import ArgumentParser
internal import Cases

/// `ritz doctor`: is this machine fit for Ritz?
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check libraries, kernels, folder and a small reduction; say how to cure what ails.",
    discussion: """
      Exits with 69 when something needed is absent.

      Examples:
        ritz doctor
        ritz doctor --json
      """)

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "One JSON object on standard output.")
  var json = false

  func run() throws {
    threads.apply()
    var diagnoses = Checkup.diagnoses()
    diagnoses.insert(Checkup.rates(), at: 3)
    let isFit = diagnoses.allSatisfy { $0.state != .absent }
    if json {
      try StandardStream.output.write(
        JSONValue.object([
          ("fit", .boolean(isFit)), ("checks", .array(diagnoses.map(Doctor.json))),
        ]))
    } else {
      let width = diagnoses.map(\.subject.count).max() ?? 0
      for diagnosis in diagnoses {
        let gap = String(repeating: " ", count: width - diagnosis.subject.count)
        var line = "\(diagnosis.subject)\(gap)  \(diagnosis.finding)"
        if diagnosis.state != .good {
          let word = diagnosis.state == .absent ? "problem" : "advice"
          line += "\n" + String(repeating: " ", count: width + 2) + "\(word): \(diagnosis.cure)"
        }
        try StandardStream.output.write(line + "\n")
      }
      try StandardStream.output.write(
        isFit ? "\nRitz can work here.\n" : "\nSomething that Ritz needs is absent; see above.\n")
    }
    if !isFit { throw Failure(.engineAbsent) }
  }

  private static func json(_ diagnosis: Diagnosis) -> JSONValue {
    .object([
      ("subject", .string(diagnosis.subject)), ("state", .string(diagnosis.state.rawValue)),
      ("finding", .string(diagnosis.finding)), ("cure", .string(diagnosis.cure)),
    ])
  }
}
