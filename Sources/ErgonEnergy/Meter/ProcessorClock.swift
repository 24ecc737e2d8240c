#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Busy processor time of the whole machine, since boot.
///
/// On Linux the first line of `/proc/stat`: user, nice, system, irq and softirq. Guest time is
/// already inside user; steal is another machine's work; waiting for a disk is idle.
struct MachineProcessorClock: Sendable {
  /// Logical processors online.
  let processors: Int
  /// The smallest step of ``busy()``, in seconds.
  let quantum: Double
  private let file: SystemFile?
  private let isLive: Bool

  init(host: Host) {
    isLive = host.isLive
    file = try? SystemFile(host.path("/proc/stat"))
    let hertz = isLive ? sysconf(Int32(_SC_CLK_TCK)) : 100
    quantum = hertz > 0 ? 1 / Double(hertz) : 0.01
    processors = Self.countProcessors(host)
  }

  private static func countProcessors(_ host: Host) -> Int {
    if host.isLive { return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
    let text = host.text("/proc/stat") ?? ""
    let lines = text.split(separator: "\n").filter {
      $0.hasPrefix("cpu") && $0.dropFirst(3).first?.isNumber == true
    }
    return max(1, lines.count)
  }

  /// Seconds, or `nil` where the machine does not tell.
  func busy() -> Double? {
    #if canImport(Darwin)
      if isLive { return Self.darwinBusy(quantum: quantum) }
    #endif
    guard let file else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: 512, alignment: 8) { buffer in
      guard let count = try? file.read(into: buffer) else { return nil }
      return Self.busyTicks(UnsafeRawBufferPointer(rebasing: buffer[..<count])).map {
        $0 * quantum
      }
    }
  }

  /// Busy ticks of a `cpu` line; `nil` when it is none.
  static func busyTicks(_ line: UnsafeRawBufferPointer) -> Double? {
    guard line.count > 5, line.prefix(4).elementsEqual("cpu ".utf8) else { return nil }
    var fields = FieldReader(line[4...])
    var ticks = 0.0
    // user nice system idle iowait irq softirq [steal guest guest_nice]
    for field in 0..<7 {
      guard let value = fields.nextNumber() else { return field >= 4 ? ticks : nil }
      if field != 3 && field != 4 { ticks += value }
    }
    return ticks
  }

  #if canImport(Darwin)
    private static func darwinBusy(quantum: Double) -> Double? {
      var info = host_cpu_load_info()
      var count = mach_msg_type_number_t(
        MemoryLayout<host_cpu_load_info>.size / MemoryLayout<integer_t>.size)
      let result = withUnsafeMutablePointer(to: &info) {
        $0.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
          host_statistics(mach_host_self(), HOST_CPU_LOAD_INFO, $0, &count)
        }
      }
      guard result == KERN_SUCCESS else { return nil }
      // In the order user, system, idle, nice.
      let ticks = info.cpu_ticks
      return (Double(ticks.0) + Double(ticks.1) + Double(ticks.3)) * quantum
    }
  #endif
}

/// Walks the space-separated numbers of a kernel text line without allocating.
struct FieldReader {
  private var bytes: Slice<UnsafeRawBufferPointer>

  init(_ bytes: Slice<UnsafeRawBufferPointer>) { self.bytes = bytes }

  /// The next unsigned number; `nil` at the end of the line or before anything else.
  ///
  /// A sign is read too: kernel files hold negative numbers in places that do not matter here.
  mutating func nextNumber() -> Double? {
    var index = bytes.startIndex
    let end = bytes.endIndex
    while index < end, bytes[index] == UInt8(ascii: " ") { index += 1 }
    var sign = 1.0
    if index < end, bytes[index] == UInt8(ascii: "-") {
      sign = -1
      index += 1
    }
    var value = 0.0
    let first = index
    while index < end, case let digit = bytes[index] &- UInt8(ascii: "0"), digit <= 9 {
      value = value * 10 + Double(digit)
      index += 1
    }
    guard index > first else { return nil }
    bytes = bytes[index...]
    return sign * value
  }
}

extension CPUTime {
  init(_ usage: rusage) {
    self.init(user: Seconds(usage.ru_utime), system: Seconds(usage.ru_stime))
  }

  static func + (a: CPUTime, b: CPUTime) -> CPUTime {
    CPUTime(user: a.user + b.user, system: a.system + b.system)
  }
}

extension Seconds {
  init(_ time: timeval) { self.init(Double(time.tv_sec) + Double(time.tv_usec) * 1e-6) }
  init(_ time: timespec) { self.init(Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9) }
}

/// Processor time of this process and its threads, straight from the kernel.
enum ProcessorUsage {
  /// This process and every child it has waited for.
  static func process() -> CPUTime { usage(RUSAGE_SELF) + children() }

  /// Every child this process has waited for, with their own waited children.
  static func children() -> CPUTime { usage(RUSAGE_CHILDREN) }

  #if canImport(Darwin)
    private static func usage(_ who: Int32) -> CPUTime {
      var usage = rusage()
      getrusage(who, &usage)
      return CPUTime(usage)
    }
  #elseif canImport(Musl)
    private static func usage(_ who: Int32) -> CPUTime {
      var usage = rusage()
      getrusage(who, &usage)
      return CPUTime(usage)
    }
  #else
    private static func usage(_ who: __rusage_who) -> CPUTime {
      var usage = rusage()
      getrusage(who.rawValue, &usage)
      return CPUTime(usage)
    }
  #endif

  /// A process's own time, as finely as it can be had.
  static func ofProcess(_ entry: ProcessEntry, host: Host) -> Seconds {
    #if !canImport(Darwin)
      var clock = CLOCK_MONOTONIC
      if host.isLive, clock_getcpuclockid(entry.pid, &clock) == 0, let time = read(clock) {
        return max(time, entry.own.total)
      }
    #endif
    return entry.own.total
  }

  /// The time on a processor clock, or `nil` when its owner is gone.
  static func read(_ clock: clockid_t) -> Seconds? {
    var time = timespec()
    return clock_gettime(clock, &time) == 0 ? Seconds(time) : nil
  }
}

/// The processor clock of one thread, readable from any other thread while it lives.
struct ThreadClock: Sendable {
  private let clock: clockid_t
  #if canImport(Darwin)
    private let owner: UInt64
  #endif

  /// The calling thread's.
  init() {
    #if canImport(Darwin)
      clock = CLOCK_THREAD_CPUTIME_ID
      owner = Self.currentThread()
    #else
      var clock = CLOCK_THREAD_CPUTIME_ID
      pthread_getcpuclockid(pthread_self(), &clock)
      self.clock = clock
    #endif
  }

  /// `nil` once the thread has ended, and on macOS from any other thread.
  func read() -> CPUTime? {
    #if canImport(Darwin)
      guard owner == Self.currentThread() else { return nil }
    #endif
    return ProcessorUsage.read(clock).map { CPUTime(user: $0) }
  }

  #if canImport(Darwin)
    private static func currentThread() -> UInt64 {
      var id: UInt64 = 0
      pthread_threadid_np(nil, &id)
      return id
    }
  #endif
}
