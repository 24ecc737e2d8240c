#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Times calls the way the peer's side does: in batches of about a millisecond, by their median.
enum Stopwatch {
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// How many calls take a millisecond, after one that is not counted.
  static func callsInAMillisecond(_ body: () -> Void) -> Int {
    body()
    var calls = 1
    while true {
      // The best of three: one that was interrupted says little.
      let seconds = (0..<3).map { _ in time(body, calls) }.min()!
      if seconds > 2e-4 { return max(1, Int(Double(calls) * 1e-3 / seconds)) }
      calls *= 4
    }
  }

  private static func time(_ body: () -> Void, _ calls: Int) -> Double {
    let start = now()
    for _ in 0..<calls { body() }
    return now() - start
  }

  /// Seconds a call: the median of the batches that fit into some seconds, at least one.
  static func median(of body: () -> Void, batch: Int, for seconds: Double) -> Double {
    // Caches and threads as they are within a run of calls.
    for _ in 0..<batch { body() }
    var times: [Double] = []
    let begin = now()
    repeat {
      times.append(time(body, batch) / Double(batch))
    } while now() - begin < seconds
    return times.sorted()[times.count / 2]
  }

  /// The most memory this process has had, as the kernel counts it.
  static var peakKiB: Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.hasPrefix("VmHWM:") { return Int(text.filter(\.isNumber)) ?? 0 }
    }
    return 0
  }

  static func flush() { fflush(nil) }
}
