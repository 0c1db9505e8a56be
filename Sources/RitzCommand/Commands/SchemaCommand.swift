internal import ArgumentParser
internal import Cases

/// `ritz schema`: what a case file may hold, for editors and for people.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of case files, or their reference page.",
    discussion: """
      Examples:
        ritz schema > ritz.schema.json     completion in editors that know TOML
        ritz schema --reference            all tables and keys, in Markdown
      """)

  @Flag(help: "The reference page in Markdown instead.")
  var reference = false

  func run() throws {
    let text = reference ? CaseSchema.referencePage : CaseSchema.jsonSchema
    try StandardStream.output.write(text.hasSuffix("\n") ? text : text + "\n")
  }
}
