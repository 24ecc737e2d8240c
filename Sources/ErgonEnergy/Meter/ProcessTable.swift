#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// One process as the kernel lists it; times are in seconds.
struct ProcessEntry: Sendable, Hashable {
  var pid: Int32
  var parent: Int32
  /// Process group and session: what a shell calls a job, and a terminal's whole family.
  var group: Int32
  var session: Int32
  /// Whether its session has a terminal.
  var hasTerminal: Bool
  /// Ended, but not yet waited for; its times are final.
  var isZombie: Bool
  /// When it started, in seconds since boot; with ``pid`` its identity.
  var startedAt: Double
  /// Its own processor time, to the kernel's tick.
  var own: CPUTime
  /// That of the children it has waited for, and of those they waited for.
  var waited: CPUTime
  /// The command's short name; empty unless asked for.
  var name: String
}

/// The list of all processes.
struct ProcessTable: Sendable {
  let host: Host
  private let secondsPerTick: Double
  #if canImport(Darwin)
    /// The wall clock at boot; taken once, so that a process keeps its identity.
    let bootedAt: Double
  #endif

  init(host: Host) {
    self.host = host
    #if canImport(Darwin)
      let clock = MachineClock()
      bootedAt = clock.wall() - clock.sinceBoot()
    #endif
    let hertz = host.isLive ? sysconf(Int32(_SC_CLK_TCK)) : 100
    secondsPerTick = hertz > 0 ? 1 / Double(hertz) : 0.01
  }

  /// The kernel's tick in seconds: how coarse the times are.
  var quantum: Double { secondsPerTick }

  #if !canImport(Darwin)
    /// Every process, in no order.
    ///
    /// - Cost: about 15 µs a process, three system calls each.
    func entries(names: Bool = false) -> [ProcessEntry] {
      procEntries(names: names)
    }

    /// One process; `nil` when there is none.
    func entry(_ pid: Int32, names: Bool = false) -> ProcessEntry? {
      procEntry(pid, names: names)
    }
  #endif

  /// Reads `/proc`, of this machine or of a synthetic tree.
  func procEntries(names: Bool) -> [ProcessEntry] {
    guard let directory = opendir(host.path("/proc")) else { return [] }
    defer { closedir(directory) }
    let root = dirfd(directory)
    var entries: [ProcessEntry] = []
    entries.reserveCapacity(256)
    withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { buffer in
      while let item = readdir(directory) {
        guard let pid = Self.pid(of: item) else { continue }
        if let entry = read("\(pid)/stat", in: root, pid, names: names, buffer) {
          entries.append(entry)
        }
      }
    }
    return entries
  }

  func procEntry(_ pid: Int32, names: Bool) -> ProcessEntry? {
    withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { buffer in
      read(host.path("/proc/\(pid)/stat"), in: AT_FDCWD, pid, names: names, buffer)
    }
  }

  private static func pid(of item: UnsafeMutablePointer<dirent>) -> Int32? {
    withUnsafePointer(to: &item.pointee.d_name) { name in
      name.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
        var pid: Int32 = 0
        var index = 0
        while case let digit = bytes[index] &- UInt8(ascii: "0"), digit <= 9, index < 9 {
          pid = pid * 10 + Int32(digit)
          index += 1
        }
        return index > 0 && bytes[index] == 0 ? pid : nil
      }
    }
  }

  private func read(
    _ path: String, in directory: Int32, _ pid: Int32, names: Bool,
    _ buffer: UnsafeMutableRawBufferPointer
  ) -> ProcessEntry? {
    let file = openat(directory, path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let count = pread(file, buffer.baseAddress, buffer.count, 0)
    guard count > 0 else { return nil }
    return parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]), pid: pid, names: names)
  }

  /// Reads a line of `/proc/PID/stat`.
  ///
  /// A command's name may hold spaces and brackets, so fields are counted from the last `)`.
  func parse(_ line: UnsafeRawBufferPointer, pid: Int32, names: Bool) -> ProcessEntry? {
    guard let close = line.lastIndex(of: UInt8(ascii: ")")),
      let open = line.firstIndex(of: UInt8(ascii: "(")), open < close, close + 3 < line.count
    else { return nil }
    let state = line[close + 2]
    var fields = FieldReader(line[(close + 3)...])
    // ppid pgrp session tty_nr tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime
    // priority nice num_threads itrealvalue starttime
    var values = (
      parent: 0.0, group: 0.0, session: 0.0, terminal: 0.0, user: 0.0, system: 0.0,
      waitedUser: 0.0, waitedSystem: 0.0, start: 0.0
    )
    for field in 0..<19 {
      guard let value = fields.nextNumber() else { return nil }
      switch field {
      case 0: values.parent = value
      case 1: values.group = value
      case 2: values.session = value
      case 3: values.terminal = value
      case 10: values.user = value
      case 11: values.system = value
      case 12: values.waitedUser = value
      case 13: values.waitedSystem = value
      case 18: values.start = value
      default: break
      }
    }
    guard let parent = Int32(exactly: values.parent), let group = Int32(exactly: values.group),
      let session = Int32(exactly: values.session)
    else { return nil }
    let time = { (user: Double, system: Double) in
      CPUTime(
        user: Seconds(max(0, user) * secondsPerTick),
        system: Seconds(max(0, system) * secondsPerTick))
    }
    return ProcessEntry(
      pid: pid, parent: parent, group: group, session: session,
      hasTerminal: values.terminal != 0,
      isZombie: state == UInt8(ascii: "Z") || state == UInt8(ascii: "X"),
      startedAt: values.start * secondsPerTick, own: time(values.user, values.system),
      waited: time(values.waitedUser, values.waitedSystem),
      name: names ? String(decoding: line[(open + 1)..<close], as: UTF8.self) : "")
  }
}

extension Host {
  /// The number of the user who owns a file.
  func owner(_ absolute: String) -> UInt32? {
    var status = stat()
    return stat(path(absolute), &status) == 0 ? status.st_uid : nil
  }
}
