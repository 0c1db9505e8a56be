import Foundation
import Testing

/// The end of a run of the built command.
struct RitzOutcome {
  let status: Int32
  let output: String
  let narration: String
}

/// The built command as a process of its own.
struct RitzProcess {
  /// The file `ritz` beside the executable of these tests.
  static let executable: URL = {
    let places = [
      URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath(),
      URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath(),
      Bundle.main.bundleURL.appendingPathComponent("x"),
    ]
    let candidates = places.map { $0.deletingLastPathComponent().appendingPathComponent("ritz") }
    let built = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    return built ?? candidates[0]
  }()

  let process = Process()
  private let outputFile: URL
  private let narrationFile: URL

  /// Starts the command.
  ///
  /// - Parameters:
  ///   - arguments: After the name of the command.
  ///   - folder: Where it is called.
  ///   - environment: Added to the environment of the tests.
  ///   - output: Where standard output goes; nil keeps it for the outcome.
  init(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:],
    output: FileHandle? = nil
  ) throws {
    try #require(
      FileManager.default.isExecutableFile(atPath: RitzProcess.executable.path),
      "the command is not built: there is no \(RitzProcess.executable.path); run `swift build` first"
    )
    let streams = FileManager.default.temporaryDirectory
      .appendingPathComponent("ritz-streams-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
    outputFile = streams.appendingPathComponent("out")
    narrationFile = streams.appendingPathComponent("err")
    for file in [outputFile, narrationFile] { try Data().write(to: file) }
    process.executableURL = RitzProcess.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try output ?? FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: narrationFile)
    try process.run()
  }

  /// What it has said on standard error so far.
  var narration: String {
    (try? String(contentsOf: narrationFile, encoding: .utf8)) ?? ""
  }

  /// Waits for its end.
  func outcome() throws -> RitzOutcome {
    process.waitUntilExit()
    defer { try? FileManager.default.removeItem(at: outputFile.deletingLastPathComponent()) }
    try #require(process.terminationReason == .exit, "ritz was ended by a signal: \(narration)")
    return RitzOutcome(
      status: process.terminationStatus,
      output: try String(contentsOf: outputFile, encoding: .utf8), narration: narration)
  }
}

/// Runs the command to its end.
func ritz(
  _ arguments: String..., in folder: Folder, environment: [String: String] = [:],
  output: FileHandle? = nil
) throws -> RitzOutcome {
  try ritz(arguments, in: folder, environment: environment, output: output)
}

/// Runs the command to its end.
func ritz(
  _ arguments: [String], in folder: Folder, environment: [String: String] = [:],
  output: FileHandle? = nil
) throws -> RitzOutcome {
  // The folder must outlive the process.
  try withExtendedLifetime(folder) {
    try RitzProcess(arguments, in: folder.url, environment: environment, output: output).outcome()
  }
}

/// A folder that goes with the test that made it.
final class Folder {
  let url: URL

  init(_ name: String = "ritz test ü") throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(name) \(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and gives its name.
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: url.appendingPathComponent(name))
    return name
  }

  /// The path of a file in it.
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// The text of a file.
  func text(_ name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path)
  }

  /// The names of all files below.
  var files: [String] { FileManager.default.subpaths(atPath: url.path) ?? [] }
}
