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
        ritz new bracket --kind elasticity
      """)

  @Argument(help: "The name of the file; .toml is added where it is missing.")
  var name = "case.toml"

  @Option(help: "The physics: \(CaseSchema.kinds.joined(separator: ", ")).")
  var kind = "diffusion"

  func validate() throws {
    guard !CaseSchema.kinds.contains(kind) else { return }
    let known = CaseSchema.kinds.joined(separator: ", ")
    let hint = Spelling.nearest(to: kind, among: CaseSchema.kinds).map { "did you mean '\($0)'?" }
    throw ValidationError("--kind \(kind): \(hint ?? "the kinds are \(known).")")
  }

  func run() throws {
    let path = name.hasSuffix(".toml") ? name : name + ".toml"
    guard !FileManager.default.fileExists(atPath: path) else {
      throw Failure(.badData, "error: \(path) exists already; nothing was written")
    }
    try FileBytes.write(CaseSchema.template(of: kind), to: path)
    let folder =
      path.contains("/") ? path.split(separator: "/").dropLast().joined(separator: "/") : ""
    for file in CaseSchema.templateFiles(of: kind) {
      let place =
        folder.isEmpty ? file.name : (path.hasPrefix("/") ? "/" : "") + "\(folder)/\(file.name)"
      if !FileManager.default.fileExists(atPath: place) {
        try FileBytes.write(file.text, to: place)
      }
    }
    try StandardStream.output.write("\(path) written; next: ritz check \(path)\n")
  }
}
