internal import ArgumentParser
internal import Cases
internal import Files
internal import Foundation

/// `ritz new`: a case that runs as it stands, every key explained.
struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a case file that runs as it stands, with every key explained.",
    discussion: """
      Examples:
        ritz new                 writes case.toml
        ritz new cooling-fin     writes cooling-fin.toml
      """)

  @Argument(help: "The name of the file; .toml is added where it is missing.")
  var name = "case.toml"

  func run() throws {
    let path = name.hasSuffix(".toml") ? name : name + ".toml"
    guard !FileManager.default.fileExists(atPath: path) else {
      throw Failure(.badData, "error: \(path) exists already; nothing was written")
    }
    try FileBytes.write(CaseSchema.template, to: path)
    try StandardStream.output.write("\(path) written; next: ritz check \(path)\n")
  }
}
