internal import Foundation

/// The system's Python with numpy and h5py, where they are installed.
public enum PythonNeighbour {
  /// Whether both are there; says loudly if not.
  public static let isThere: Bool = {
    if (try? run("import numpy, h5py")) != nil { return true }
    let note = "SKIPPED: /usr/bin/python3 has no numpy and h5py (apt install python3-h5py)\n"
    FileHandle.standardError.write(Data(note.utf8))
    return false
  }()

  /// What went wrong in Python, in its words.
  public struct Failure: Error, CustomStringConvertible {
    /// The text.
    public let description: String
  }

  /// Runs a script.
  ///
  /// - Returns: What it prints.
  /// - Throws: `Failure` with what it complains of.
  @discardableResult
  public static func run(_ script: String, in folder: String = "/tmp") throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let (output, complaint) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, complaint)
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let reason = complaint.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: String(decoding: reason, as: UTF8.self))
    }
    return String(decoding: text, as: UTF8.self)
  }
}
