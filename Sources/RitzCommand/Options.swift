internal import ArgumentParser
internal import Cases
internal import LinearAlgebra

/// How much is told on standard error.
struct LoudnessOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Only warnings and errors on standard error.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Every step on standard error.")
  var verbose = false

  func validate() throws {
    if quiet, verbose { throw ValidationError("-q and -v exclude each other.") }
  }

  var loudness: Narration.Loudness { quiet ? .quiet : verbose ? .verbose : .normal }
}

/// How many threads work.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads to use; results do not depend on it. (default: all cores)")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads \(threads): a number from 1 to 4096 is needed.")
    }
  }

  /// Sets the number of threads of this process.
  func apply() { if let threads { Threads.count = threads } }
}

extension StandardStream {
  /// Writes a value as indented JSON and a line end.
  func write(_ value: JSONValue) throws { try write(value.text() + "\n") }
}
