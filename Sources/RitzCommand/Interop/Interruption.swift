internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// Ends the process on SIGINT and SIGTERM with the code that says so.
///
/// Result files appear under their names by a rename only, so that none is left half-written; what
/// is left are temporary files with the number of this process in their names, and they are removed.
enum Interruption {
  /// Written once, by `install`, before there is a second thread.
  nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []
  private static let folders = Mutex<[String]>([])
  private static let scratches = Mutex<[String]>([])

  /// From now on signals end the process in order, and a closed pipe is an error of `write`.
  static func install() {
    signal(SIGPIPE, SIG_IGN)
    // A file over the limit of the shell is then an error of `write` that names it.
    signal(SIGXFSZ, SIG_IGN)
    // A queue of its own: the global ones may be full of parallel loops.
    let queue = DispatchQueue(label: "interruption", qos: .userInteractive)
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        removeTemporaries()
        for folder in scratches.withLock({ $0 }) {
          try? FileManager.default.removeItem(atPath: folder)
        }
        StandardStream.error.tryToWrite("interrupted; complete files are kept, others removed\n")
        _exit(ExitStatus.interrupted.rawValue)
      }
      source.resume()
      unsafe sources.append(source)
    }
  }

  /// Names a folder in which this process writes files.
  static func willWrite(into folder: String) { folders.withLock { $0.append(folder) } }

  /// Names a folder that is worth nothing once this process ends.
  static func willRemove(_ folder: String) { scratches.withLock { $0.append(folder) } }

  /// Removes `<name>.<process>.tmp` and the like in the folders written to.
  private static func removeTemporaries() {
    let mark = ".\(getpid())."
    for folder in folders.withLock({ $0 }) {
      for place in [folder, "\(folder)/fields"] {
        guard let stream = unsafe opendir(place) else { continue }
        defer { unsafe closedir(stream) }
        while let entry = unsafe readdir(stream) {
          // Safe: d_name is a terminated text inside the entry, copied before the next call.
          let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
          }
          if name.contains(mark) { _ = unsafe unlink("\(place)/\(name)") }
        }
      }
    }
  }
}
