import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The processor time of everything that descends from one process, itself left out.
///
/// A process's time moves from its own account to its parent's account of waited-for children, and
/// at last to that of the process at the root. So
///
///     T = settled + sum over living descendants of (own + waited-for)
///
/// only grows, and the difference of two readings is right whoever ended in between. The root must
/// adopt orphans and keep an exact account of what it has reaped; with nothing left alive the time
/// is that account alone, to the microsecond. A descendant that ignores `SIGCHLD` makes its
/// children's time vanish for everybody.
package final class DescendantsClock: Sendable {
  private let root: Int32
  private let table: ProcessTable
  private let settled: @Sendable () -> CPUTime
  /// No answer may be smaller than the one before: a process may be reaped between two reads.
  private let last = Mutex(CPUTime())
  private let scan = Mutex(Scan())

  /// Who was there at the last look, and what each had waited for.
  private struct Scan {
    var members: [(pid: Int32, waited: CPUTime)] = []
    var at = -Double.infinity
  }

  /// Samples more often than this read the clocks of the processes known already.
  private static let rescanPeriod = 0.1

  /// - Parameters:
  ///   - root: The process that adopts and reaps.
  ///   - settled: Processor time of everything it has reaped.
  package init(root: Int32, host: Host = Host(), settled: @escaping @Sendable () -> CPUTime) {
    self.root = root
    table = ProcessTable(host: host)
    self.settled = settled
  }

  /// - Cost: four system calls a living descendant; none of the other processes is looked at where
  ///   the kernel lists children.
  package func time() -> CPUTime {
    // In this order a process that is reaped in between is missed for one reading; the other way
    // round it would be counted twice.
    var sum = settled()
    var members: [(pid: Int32, waited: CPUTime)] = []
    for pid in descendants() {
      guard let entry = table.entry(pid) else { continue }
      sum = sum + Self.finer(entry.own, pid) + entry.waited
      members.append((pid, entry.waited))
    }
    let now = MachineClock().awake()
    scan.withLock { $0 = Scan(members: members, at: now) }
    return growing(sum)
  }

  /// The same for samples in quick succession: new processes show up within a tenth of a second.
  ///
  /// - Cost: two system calls a living descendant.
  package func sampledTime() -> CPUTime {
    let known = scan.withLock { $0 }
    guard MachineClock().awake() - known.at < Self.rescanPeriod else { return time() }
    var sum = settled()
    for member in known.members {
      // A process that has gone has handed its time on; only a new look can say to whom.
      guard let own = Self.clock(member.pid) else { return time() }
      sum = sum + CPUTime(user: own) + member.waited
    }
    return growing(sum)
  }

  private func growing(_ sum: CPUTime) -> CPUTime {
    last.withLock { last in
      let next = sum.total < last.total ? last : sum
      last = next
      return next
    }
  }

  /// Processor time of those that have ended and been reaped.
  var settledTime: Seconds { settled().total }

  /// The descendants that live, or have ended and wait to be reaped.
  package var processes: Set<Int32> { Set(descendants()) }

  /// Whether some descendant is alive.
  package var isAnyAlive: Bool {
    descendants().contains { table.entry($0).map { !$0.isZombie } ?? false }
  }

  /// The kernel's processor clock is finer than its list, where it has one.
  private static func finer(_ own: CPUTime, _ pid: Int32) -> CPUTime {
    guard let total = clock(pid), total > own.total else { return own }
    return own.total.value > 0 ? own.scaled(to: total.value) : CPUTime(user: total)
  }

  private static func clock(_ pid: Int32) -> Seconds? {
    #if canImport(Darwin)
      return nil
    #else
      var clock = CLOCK_MONOTONIC
      guard clock_getcpuclockid(pid, &clock) == 0 else { return nil }
      return ProcessorUsage.read(clock)
    #endif
  }

  private func descendants() -> [Int32] {
    if let listed = listed() { return listed }
    var childrenOf: [Int32: [Int32]] = [:]
    for entry in table.entries() { childrenOf[entry.parent, default: []].append(entry.pid) }
    var found = childrenOf.removeValue(forKey: root) ?? []
    var next = 0
    while next < found.count {
      // A list read while it changes could name an ancestor again; its children are taken once.
      found += childrenOf.removeValue(forKey: found[next]) ?? []
      next += 1
    }
    return found
  }

  /// From the kernel's own lists of children; `nil` where it keeps none.
  private func listed() -> [Int32]? {
    guard var found = children(of: root) else { return nil }
    var seen = Set(found)
    var next = 0
    while next < found.count {
      for child in children(of: found[next]) ?? [] where seen.insert(child).inserted {
        found.append(child)
      }
      next += 1
    }
    return found
  }

  private func children(of process: Int32) -> [Int32]? {
    var children: [Int32]?
    for task in table.host.list("/proc/\(process)/task") {
      guard let text = table.host.text("/proc/\(process)/task/\(task)/children") else { continue }
      children = (children ?? []) + text.split(separator: " ").compactMap { Int32($0) }
    }
    return children
  }
}
