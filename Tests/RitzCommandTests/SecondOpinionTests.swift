import Foundation
import Testing

/// What a peer that shares no code with Ritz finds for the same discretisation; see
/// Tests/Peers/second_opinion.py. Skipped, loudly, where Python or the peer is absent.
@Suite struct `A second opinion` {
  @Test func `scikit-fem finds the same nodal values on unstructured meshes, to 1e-8`() throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Peers/second_opinion.py")
    let peer = Process()
    peer.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    peer.arguments = ["python3", script.path, RitzProcess.executable.path]
    let output = Pipe()
    peer.standardOutput = output
    peer.standardError = FileHandle.standardError
    try peer.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    peer.waitUntilExit()
    if peer.terminationStatus == 77 || peer.terminationStatus == 127 {
      print("SKIPPED, nothing was compared with a peer: \(said)")
      return
    }
    #expect(peer.terminationStatus == 0, "\(said)")
  }
}
