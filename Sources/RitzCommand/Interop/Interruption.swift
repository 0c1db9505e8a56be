internal import Dispatch
internal import Files
internal import Foundation
internal import Glibc
internal import Synchronization

/// Ends the process on SIGINT and SIGTERM with the code that says so.
///
/// Result files appear under their names by a rename only, so that none is left half-written; what
/// is left are the temporary files of this process, and they are removed.
enum Interruption {
  /// Written once, by `install`, before there is a second thread.
  nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []
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
        ProgramCall.stopAll()
        TemporaryFiles.removeAll {
          for folder in scratches.withLock({ $0 }) {
            try? FileManager.default.removeItem(atPath: folder)
          }
          StandardStream.error.tryToWrite("interrupted; complete files are kept, others removed\n")
          _exit(ExitStatus.interrupted.rawValue)
        }
      }
      source.resume()
      unsafe sources.append(source)
    }
  }

  /// Names a folder that is worth nothing once this process ends.
  static func willRemove(_ folder: String) { scratches.withLock { $0.append(folder) } }
}
