/// The whole machine at one moment: counters, and every process with its processor time.
///
/// One snapshot says little; the difference of two is a ``SystemUsage``.
///
/// ```swift
/// let before = meter.systemView()
/// try await Task.sleep(for: .seconds(1))
/// let usage = meter.systemView().difference(from: before)
/// ```
public struct SystemSnapshot: Sendable {
  /// Seconds on a clock that stands still while the machine sleeps.
  public let time: Seconds
  public let processes: [ProcessRecord]
  let edge: WindowEdge
  let meter: Meter

  /// One process as a snapshot saw it.
  public struct ProcessRecord: Sendable, Hashable {
    public var pid: Int32
    public var parent: Int32
    /// The kernel's short name.
    public var name: String
    /// The owner's name, or number where it has no name.
    public var user: String
    /// The command line, at most ``commandLimit`` characters; the name where there is none.
    public var command: String
    /// Its control group (version 2), `nil` where there is none.
    public var cgroup: String?
    /// Its own processor time since it started.
    public var cpu: Seconds
    /// When it started, in seconds since boot; with ``pid`` its identity.
    public var startedAt: Seconds
    /// The process at the head of the tree it is shown in: a job of a terminal, or the whole
    /// session where there is no terminal.
    public var tree: Int32
  }

  public static let commandLimit = 160
}

extension Meter {
  /// The whole machine now; `ergon top` shows the difference of two.
  ///
  /// - Cost: about 20 µs a process, and some file reads for each one that is new.
  public func systemView() -> SystemSnapshot {
    let edge = edge(.machine(machine), nil, isOpening: true, needsBusy: true)
    let entries = processTable.entries(names: true)
    let trees = ProcessForest(entries)
    let records = descriptions.withLock { known in
      known.describe(entries, host: host) { entry, description in
        SystemSnapshot.ProcessRecord(
          pid: entry.pid, parent: entry.parent, name: entry.name, user: description.user,
          command: description.command, cgroup: description.cgroup,
          cpu: ProcessorUsage.ofProcess(entry, host: host),
          startedAt: Seconds(entry.startedAt), tree: trees.head(of: entry.pid))
      }
    }
    return SystemSnapshot(
      time: Seconds(edge.awake), processes: records, edge: edge, meter: self)
  }
}

/// Groups processes into the trees a person would name.
///
/// A shell's job is one tree: the process below the shell and everything it started. Where a
/// session has no terminal (a daemon, a container, a build server's job) the session is one tree.
/// Kernel threads are one tree, named by pid 2.
struct ProcessForest {
  private var heads: [Int32: Int32] = [:]

  init(_ entries: [ProcessEntry]) {
    var byPID: [Int32: ProcessEntry] = [:]
    for entry in entries { byPID[entry.pid] = entry }
    for entry in entries { heads[entry.pid] = Self.head(entry, byPID) }
  }

  func head(of pid: Int32) -> Int32 { heads[pid] ?? pid }

  private static func head(_ entry: ProcessEntry, _ all: [Int32: ProcessEntry]) -> Int32 {
    if entry.session == 0 { return entry.pid == 1 ? 1 : 2 }
    guard entry.hasTerminal else { return entry.session }
    if entry.pid == entry.session { return entry.pid }
    var head = entry
    // A snapshot is not atomic, so its parents might form a loop: climb no further than it is long.
    for _ in 0..<all.count {
      guard let parent = all[head.parent], parent.session == entry.session,
        parent.pid != entry.session
      else { break }
      head = parent
    }
    return head.pid
  }
}

/// What does not change while a process lives, read once.
struct ProcessDescriptions {
  struct Description {
    var startedAt: Double
    var name: String
    var user: String
    var command: String
    var cgroup: String?
  }

  private var known: [Int32: Description] = [:]
  private var users: [UInt32: String] = [:]

  mutating func describe<Record>(
    _ entries: [ProcessEntry], host: Host, _ make: (ProcessEntry, Description) -> Record
  ) -> [Record] {
    var still: [Int32: Description] = [:]
    still.reserveCapacity(entries.count)
    defer { known = still }
    return entries.map { entry in
      var description: Description
      // A name changes with exec, and the command line with it.
      if let old = known[entry.pid], old.startedAt == entry.startedAt, old.name == entry.name {
        description = old
      } else {
        description = Description(
          startedAt: entry.startedAt, name: entry.name, user: user(of: entry.pid, host),
          command: Self.command(of: entry, host), cgroup: nil)
        description.cgroup = Self.cgroup(of: entry.pid, host)
      }
      still[entry.pid] = description
      return make(entry, description)
    }
  }

  private mutating func user(of pid: Int32, _ host: Host) -> String {
    guard let number = host.owner("/proc/\(pid)") else { return "?" }
    if let name = users[number] { return name }
    let name = Self.name(ofUser: number, host) ?? String(number)
    users[number] = name
    return name
  }

  /// From the host's own list, so that a container names its host's users.
  private static func name(ofUser number: UInt32, _ host: Host) -> String? {
    guard let list = try? host.read("/etc/passwd", limit: 1 << 20).get() else { return nil }
    for line in list.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
      if fields.count > 2, UInt32(fields[2]) == number { return String(fields[0]) }
    }
    return nil
  }

  private static func command(of entry: ProcessEntry, _ host: Host) -> String {
    guard let text = try? host.read("/proc/\(entry.pid)/cmdline", limit: 4096).get(),
      !text.isEmpty
    else { return entry.name }
    // A command line is another program's text: nothing in it may steer a terminal.
    let printable = text.unicodeScalars.map { scalar -> Character in
      scalar.value < 32 || (127..<160).contains(scalar.value) ? " " : Character(scalar)
    }
    return String(printable.prefix(SystemSnapshot.commandLimit))
  }

  /// The line of `/proc/PID/cgroup` for version 2: `0::/user.slice`.
  private static func cgroup(of pid: Int32, _ host: Host) -> String? {
    guard let text = host.text("/proc/\(pid)/cgroup") else { return nil }
    return text.split(separator: "\n").first { $0.hasPrefix("0::") }
      .map { String($0.dropFirst(3)) }
  }
}
