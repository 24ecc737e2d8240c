#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Reads the processor time of whatever a window is about.
enum ScopeClock: Sendable {
  case machine(MachineProcessorClock)
  case process
  case thread(ThreadClock)
  case tree(ProcessTree)
  case descendants(DescendantsClock)
  case cgroup(ControlGroupClock)

  /// - Throws: ``EnergyError/noSuchProcess(pid:)``, ``EnergyError/noSuchCgroup(path:)``.
  init(
    _ scope: WindowScope, table: ProcessTable, machine: MachineProcessorClock, sinceBoot: Double
  ) throws(EnergyError) {
    switch scope {
    case .machine: self = .machine(machine)
    case .process: self = .process
    case .thread: self = .thread(ThreadClock())
    case .tree(let pid):
      self = .tree(try ProcessTree(root: pid, table: table, sinceBoot: sinceBoot))
    case .cgroup(let path): self = .cgroup(try ControlGroupClock(path, host: table.host))
    }
  }

  /// The scope's processor time now, from an arbitrary origin; `nil` when it cannot be read.
  func read() -> CPUTime? {
    switch self {
    case .machine(let clock): clock.busy().map { CPUTime(user: Seconds($0)) }
    case .process: ProcessorUsage.process()
    case .thread(let clock): clock.read()
    case .tree(let tree): tree.time()
    case .descendants(let family): family.sampledTime()
    case .cgroup(let group): group.read()
    }
  }

  /// The same at an end of a window, where a tree is looked through again.
  func readFully() -> CPUTime? {
    switch self {
    case .tree(let tree): tree.rescan()
    case .descendants(let family): return family.time()
    case .machine, .process, .thread, .cgroup: break
    }
    return read()
  }

  /// Processor time of processes that were never seen alive, from an arbitrary origin.
  var unseen: Seconds {
    switch self {
    case .process: ProcessorUsage.children().total
    case .tree(let tree): tree.unseenTime
    case .descendants(let family): family.settledTime
    case .machine, .thread, .cgroup: .zero
    }
  }

  /// The processes it covers, where a device can tell processes apart; `nil` for all.
  var processes: Set<Int32>? {
    switch self {
    case .machine: nil
    case .process, .thread: [getpid()]
    case .tree(let tree): tree.processes
    case .descendants(let family): family.processes
    case .cgroup(let group): group.processes
    }
  }
}

/// The processor time of a control group (version 2), children and ended processes included.
struct ControlGroupClock: Sendable {
  private let file: SystemFile
  private let members: String
  private let host: Host

  /// - Throws: ``EnergyError/noSuchCgroup(path:)``.
  init(_ path: String, host: Host) throws(EnergyError) {
    let inside = path.split(separator: "/", omittingEmptySubsequences: true)
    guard !inside.contains(".."), let mount = Self.mount(host) else {
      throw .noSuchCgroup(path: path)
    }
    let folder = ([mount] + inside.map(String.init)).joined(separator: "/")
    do {
      file = try SystemFile(host.path(folder + "/cpu.stat"))
    } catch {
      throw .noSuchCgroup(path: path)
    }
    members = folder + "/cgroup.procs"
    self.host = host
  }

  /// Where version 2 is mounted: alone, or beside version 1.
  static func mount(_ host: Host) -> String? {
    ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
      host.exists($0 + "/cgroup.controllers")
    }
  }

  func read() -> CPUTime? {
    withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { buffer in
      guard let count = try? file.read(into: buffer) else { return nil }
      return Self.parse(String(decoding: buffer[..<count], as: UTF8.self))
    }
  }

  /// Reads `usage_usec`, `user_usec` and `system_usec`.
  static func parse(_ text: String) -> CPUTime? {
    var usage: Double?
    var user = 0.0
    var system = 0.0
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 2, let value = UInt64(words[1]) else { continue }
      switch words[0] {
      case "usage_usec": usage = Double(value) * 1e-6
      case "user_usec": user = Double(value) * 1e-6
      case "system_usec": system = Double(value) * 1e-6
      default: break
      }
    }
    guard let usage else { return nil }
    let parts = CPUTime(user: Seconds(user), system: Seconds(system))
    return parts.total.value > 0 ? parts.scaled(to: usage) : CPUTime(user: Seconds(usage))
  }

  var processes: Set<Int32> {
    let text = host.text(members) ?? ""
    return Set(text.split(separator: "\n").compactMap { Int32($0) })
  }
}
