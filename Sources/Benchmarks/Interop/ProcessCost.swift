#if canImport(Glibc)
  internal import Glibc
#endif

/// What this process has cost the machine.
public enum ProcessCost {
  /// User and system seconds of all threads so far.
  ///
  /// Other work on the same cores disturbs these less than wall time.
  public static var cpuSeconds: Double {
    var usage = rusage()
    guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return .nan }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// Seconds of a clock that only runs forward.
  public static var wallSeconds: Double {
    var now = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + 1e-9 * Double(now.tv_nsec)
  }

  /// The mean number of processes that wanted a core in the last minute.
  public static var load: Double {
    var averages = [0.0]
    let count = unsafe getloadavg(&averages, 1)
    return count == 1 ? averages[0] : .nan
  }

  /// Bytes that this process had fetched from disks so far, those from the system's cache left out;
  /// nil where Linux does not say.
  public static var bytesFromDisk: Int? { ProcessFile.number("/proc/self/io", "read_bytes:") }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + 1e-6 * Double(time.tv_usec)
  }
}

/// Resident memory of this process in bytes, as Linux counts it; nil where it does not say.
public enum ResidentMemory {
  /// Now.
  public static var now: Int? { field("VmRSS:") }

  /// The largest since the start or since the last `forgetPeak`.
  public static var peak: Int? { field("VmHWM:") }

  /// Glibc's `malloc_trim`, which Swift's module of that library leaves out.
  private static let trim: (@convention(c) (Int) -> Int32)? = {
    guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return nil }
    // Safe: the function is int malloc_trim(size_t).
    return unsafe unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)
  }()

  /// Gives freed memory back to the system and starts the peak anew from what is resident now.
  public static func forgetPeak() {
    _ = trim?(0)
    let file = unsafe open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = unsafe write(file, "5", 1)
    close(file)
  }

  private static func field(_ name: String) -> Int? {
    ProcessFile.number("/proc/self/status", name).map { $0 * 1024 }
  }
}

/// A file in which Linux says something about this process, a line for each number.
private enum ProcessFile {
  static func number(_ path: String, _ name: String) -> Int? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 8192) { buffer, count in
      // Safe: at most the capacity is read, and what was read is what counts.
      count = max(0, unsafe read(file, buffer.baseAddress, buffer.count))
    }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix(name) {
      let words = line.dropFirst(name.count).split(whereSeparator: { $0 == " " || $0 == "\t" })
      return words.first.flatMap { Int($0) }
    }
    return nil
  }
}
