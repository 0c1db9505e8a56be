internal import CSpawn
internal import Foundation
internal import Glibc
internal import Synchronization

/// Processes that this one has started.
enum ChildProcess {
  /// The groups of those that run.
  private static let groups = Mutex<Set<pid_t>>([])

  static func stopAll() {
    groups.withLock { running in for group in running { kill(-group, SIGKILL) } }
  }

  /// Runs a call to its end.
  ///
  /// Each child leads a process group of its own: stopped or ended, it takes along what it has
  /// started.
  static func run(
    _ call: ProgramCall, output: String, messages: String
  ) throws(ProgramCall.Failure) {
    let child = try start(call, output: output, messages: messages)
    let clock = ContinuousClock()
    let start = clock.now
    var (pause, stopped) = (500 as UInt32, nil as ProgramCall.Failure?)
    var status = unsafe siginfo_t()
    // The child is looked at but not collected: until then its number, and its group's, is no one
    // else's.
    while true {
      unsafe memset(&status, 0, MemoryLayout<siginfo_t>.size)
      let result = unsafe waitid(P_PID, id_t(child), &status, WEXITED | WNOHANG | WNOWAIT)
      if result != 0, errno != EINTR { break }
      if result == 0, unsafe status.si_signo == SIGCHLD { break }
      if max(SystemCall.size(output), SystemCall.size(messages)) > call.outputLimit {
        stopped = .output(limit: call.outputLimit)
        break
      }
      if Double((clock.now - start) / .milliseconds(1)) > 1000 * call.timeout {
        stopped = .timeout(seconds: call.timeout, said: "")
        break
      }
      usleep(pause)
      pause = min(20_000, pause * 2)
    }
    var code = 0 as Int32
    groups.withLock { running in
      kill(-child, SIGKILL)
      running.remove(child)
    }
    while unsafe waitpid(child, &code, 0) < 0, errno == EINTR {}
    let said = said(messages)
    if case .timeout(let seconds, _) = stopped { throw .timeout(seconds: seconds, said: said) }
    if let stopped { throw stopped }
    let signal = code & 0x7F
    if signal != 0 { throw .signal(signal, said: said) }
    let ended = (code >> 8) & 0xFF
    if ended != 0 { throw .status(ended, said: said) }
  }

  /// The end of what a program has said.
  private static func said(_ path: String) -> String {
    guard let bytes = try? SystemCall.read(path, limit: 1 << 26) else { return "" }
    let text = String(decoding: bytes.suffix(1000), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.filter { !$0.unicodeScalars.contains { $0.value < 32 } }
    }
    return lines.filter { !$0.allSatisfy(\.isWhitespace) }.suffix(5).joined(separator: " / ")
  }

  /// Starts a call; what it writes goes to files that are there.
  private static func start(
    _ call: ProgramCall, output: String, messages: String
  ) throws(ProgramCall.Failure) -> pid_t {
    if call.words.contains(where: { $0.utf8.contains(0) }) {
      throw .notStarted(program: call.words[0], code: EINVAL)
    }
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    // The files are opened before the folder is changed: their names are seen from here.
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_TRUNC, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, messages, O_WRONLY | O_APPEND, 0)
    if !call.folder.isEmpty {
      unsafe posix_spawn_file_actions_addchdir_np(&actions, call.folder)
    }
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    // Threads of the dispatch library block signals, and Ritz ignores some: a child must not inherit
    // either.
    var (none, all) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&none)
    unsafe sigemptyset(&all)
    for number in [SIGINT, SIGTERM, SIGPIPE, SIGXFSZ] { unsafe sigaddset(&all, number) }
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }.sorted()
    let started = unsafe withTexts(call.words) { words in
      unsafe withTexts(environment) { variables in
        // Under the lock, so that a process that ends meanwhile misses none.
        groups.withLock { running -> (code: Int32, child: pid_t) in
          var child = 0 as pid_t
          guard let program = unsafe words[0] else { return (ENOMEM, 0) }
          // Safe: both lists end with nil and live until the call returns.
          let code = unsafe posix_spawnp(
            &child, program, &actions, &attributes, words, variables)
          if code == 0 { running.insert(child) }
          return (code, child)
        }
      }
    }
    guard started.code == 0 else {
      throw .notStarted(program: call.words[0], code: started.code)
    }
    return started.child
  }
}

/// Runs `body` with texts as C wants them: a list of terminated texts that ends with nil.
private func withTexts<Value>(
  _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
) -> Value {
  // Safe: each copy is freed after its last use.
  let copies = unsafe texts.map { unsafe strdup($0) }
  defer { unsafe copies.forEach { unsafe free($0) } }
  return unsafe body(copies + [nil])
}

extension SystemCall {
  /// The bytes of a file; 0 where there is none.
  fileprivate static func size(_ path: String) -> Int {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// The program that a name stands for: a path from `folder`, or the first along PATH.
  static func program(_ name: String, from folder: String) -> String? {
    func isProgram(_ path: String) -> Bool {
      var status = stat()
      guard !path.utf8.contains(0), unsafe access(path, X_OK) == 0,
        unsafe stat(path, &status) == 0
      else { return false }
      return status.st_mode & S_IFMT == S_IFREG
    }
    if name.contains("/") {
      let path = name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
      return isProgram(path) ? path : nil
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first { isProgram($0) }
  }
}
