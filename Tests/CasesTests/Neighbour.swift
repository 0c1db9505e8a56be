import Foundation
import Testing

/// Programs of the system that tests call where they are installed.
enum Neighbour: String {
  case gcc, ccx

  private var path: String { "/usr/bin/\(rawValue)" }

  /// Whether it is there; says loudly if not.
  var isThere: Bool {
    if FileManager.default.isExecutableFile(atPath: path) { return true }
    let package = self == .ccx ? "calculix-ccx" : rawValue
    FileHandle.standardError.write(
      Data("SKIPPED: \(path) is missing (apt install \(package))\n".utf8))
    return false
  }

  /// Runs it to its end in a folder, without its output.
  func run(_ arguments: [String], in folder: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(rawValue) \(arguments)")
  }
}
