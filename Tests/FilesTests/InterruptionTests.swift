import Files
import Foundation
import Testing

@Suite struct `Unfinished files` {
  @Test func `are removed before the process ends, and the old file stays`() async throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("ritz-unfinished-\(ProcessInfo.processInfo.processIdentifier)").path
    try FileBytes.write("old", to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    // In a process of its own, because the registry is the process's.
    await #expect(processExitsWith: .exitCode(75)) { [path = path as String] in
      try TemporaryFiles.withTemporaryFile(for: path) { temporary throws(FileError) in
        guard FileBytes.isReadable(temporary) else { exit(1) }
        TemporaryFiles.removeAll { exit(FileBytes.isReadable(temporary) ? 2 : 75) }
      }
    }
    #expect(try FileBytes.read(path) == Array("old".utf8))
  }
}
