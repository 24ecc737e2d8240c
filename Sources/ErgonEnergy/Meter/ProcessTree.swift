import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The processor time of a process and all its descendants, those that end meanwhile included.
///
/// A process's time lives on in its parent once the parent has waited for it, so the sum of "own
/// plus waited-for" over the living members is the tree's time, with these exceptions:
/// - An ended process that nobody in the tree waited for (orphaned, or its parent ignores such
///   signals) is kept with its last known time.
/// - When the root itself has been waited for by this very process, this process's own account of
///   its children has the final time, together with that of other children waited for meanwhile.
///
/// A member stays one after it has been reparented; identity is pid and start time, so that a
/// reused pid is a stranger.
final class ProcessTree: Sendable {
  private struct Member {
    var parent: Int32
    var startedAt: Double
    var clock: clockid_t?
    var own: CPUTime
    var waited: CPUTime
    /// What `own` and `waited` already were when the window opened.
    var baseOwn: CPUTime
    var baseWaited: CPUTime
    /// Whole last known times of members that ended below this one; its `waited` should cover them.
    var ended = CPUTime()

    var whole: CPUTime { own + waited }

    /// Time since the window opened, ended members that were never waited for included.
    var sinceOpening: CPUTime {
      let covered = (waited - baseWaited).total.value
      let uncovered = max(0, ended.total.value - covered)
      return whole - baseOwn - baseWaited + ended.scaled(to: uncovered)
    }

    /// Takes a finer total in; user and system keep the proportion of the coarse figures.
    mutating func advanceOwn(to total: Seconds) {
      guard total > own.total else { return }
      own = own.total.value > 0 ? own.scaled(to: total.value) : CPUTime(user: total)
    }
  }

  private struct State {
    var members: [Int32: Member] = [:]
    /// Time of ended members that no living member accounts for.
    var kept = CPUTime()
    /// What ended members had last been seen to have used themselves.
    var endedOwn = CPUTime()
    /// What ended members had used before the window opened.
    var endedBase = CPUTime()
    /// This process's account of its waited-for children at the last scan.
    var childrenOfSelf = CPUTime()
    /// No answer may be smaller than the one before.
    var last = CPUTime()
  }

  let root: Int32
  private let rootStartedAt: Double
  private let table: ProcessTable
  private let openedAt: Double
  private let state = Mutex(State())

  /// Finds the tree as it is now; its time counts from here.
  ///
  /// - Parameter sinceBoot: The clock that start times are counted on, now.
  /// - Throws: ``EnergyError/noSuchProcess(pid:)``.
  init(root: Int32, table: ProcessTable, sinceBoot: Double) throws(EnergyError) {
    self.table = table
    self.root = root
    openedAt = sinceBoot
    guard root > 0, let entry = table.entry(root) else { throw .noSuchProcess(pid: root) }
    rootStartedAt = entry.startedAt
    rescan(isOpening: true)
  }

  /// The identifiers of the members that live.
  var processes: Set<Int32> { state.withLock { Set($0.members.keys) } }

  /// The part of the tree's time used by processes that were never seen alive.
  var unseenTime: Seconds {
    state.withLock { state in
      let seen = state.members.values.reduce(state.endedOwn) { $0 + ($1.own - $1.baseOwn) }
      return max(.zero, (state.last - seen).total)
    }
  }

  /// Looks through all processes for new members and ended ones.
  func rescan() { rescan(isOpening: false) }

  private func rescan(isOpening: Bool) {
    var entries: [Int32: ProcessEntry] = [:]
    for entry in table.entries() { entries[entry.pid] = entry }
    let children = table.host.isLive ? ProcessorUsage.children() : CPUTime()
    state.withLock { state in
      bury(&state, entries, children)
      adopt(&state, entries, isOpening: isOpening)
      for pid in state.members.keys {
        if let entry = entries[pid] { refresh(&state.members[pid]!, entry) }
      }
      state.childrenOfSelf = children
    }
  }

  /// The tree's time since it was opened, from the clocks of the known members alone.
  ///
  /// - Cost: one system call a member; exact only right after ``rescan()``.
  func time() -> CPUTime {
    state.withLock { state in
      var sum = state.kept - state.endedBase
      for pid in state.members.keys {
        if let clock = state.members[pid]!.clock, let now = ProcessorUsage.read(clock) {
          state.members[pid]!.advanceOwn(to: now)
        }
        sum = sum + state.members[pid]!.sinceOpening
      }
      if sum.total < state.last.total { sum = state.last }
      state.last = sum
      return sum
    }
  }

  /// Takes members that are gone out, deepest account first, and moves their time to whoever
  /// should have it.
  private func bury(_ state: inout State, _ entries: [Int32: ProcessEntry], _ children: CPUTime) {
    let gone = state.members.filter { pid, member in
      entries[pid].map { $0.startedAt != member.startedAt } ?? true
    }
    if gone.isEmpty { return }
    for pid in gone.keys { state.members[pid] = nil }
    var lostToSelf = CPUTime()
    var rootIsGone = false
    for (pid, member) in gone {
      state.endedBase = state.endedBase + member.baseOwn + member.baseWaited
      state.endedOwn = state.endedOwn + member.own - member.baseOwn
      // Descendants that ended earlier and that this member never accounted for.
      state.kept =
        state.kept + (member.sinceOpening - member.whole)
        + member.baseOwn + member.baseWaited
      var above = member.parent
      // The chain is as long as the tree is deep, and each step leaves a member behind.
      for _ in 0..<gone.count {
        guard state.members[above] == nil, let next = gone[above] else { break }
        above = next.parent
      }
      if state.members[above] != nil {
        state.members[above]!.ended = state.members[above]!.ended + member.whole
      } else if above == getpid(), table.host.isLive {
        lostToSelf = lostToSelf + member.whole
        rootIsGone = rootIsGone || pid == root
      } else {
        state.kept = state.kept + member.whole
      }
    }
    let waited = children - state.childrenOfSelf
    state.kept =
      state.kept + (rootIsGone && waited.total > lostToSelf.total ? waited : lostToSelf)
  }

  private func adopt(
    _ state: inout State, _ entries: [Int32: ProcessEntry], isOpening: Bool
  ) {
    let strangers = entries.values.filter { state.members[$0.pid] == nil }
      .sorted { ($0.startedAt, $0.pid) < ($1.startedAt, $1.pid) }
    // Parents start before their children, so one pass finds nearly all; a second finds those
    // whose start times fell into one tick.
    var found = true
    while found {
      found = false
      for entry in strangers where state.members[entry.pid] == nil && belongs(entry, state) {
        state.members[entry.pid] = member(entry, isOpening: isOpening)
        found = true
      }
    }
  }

  private func belongs(_ entry: ProcessEntry, _ state: State) -> Bool {
    if entry.pid == root { return entry.startedAt == rootStartedAt }
    // A reused pid cannot lead: its group or session would have started with it.
    return state.members[entry.parent] != nil
      || ((entry.group == root || entry.session == root) && entry.startedAt >= rootStartedAt)
  }

  private func member(_ entry: ProcessEntry, isOpening: Bool) -> Member {
    var member = Member(
      parent: entry.parent, startedAt: entry.startedAt,
      clock: table.host.isLive ? Self.clock(of: entry.pid) : nil, own: entry.own,
      waited: entry.waited, baseOwn: CPUTime(), baseWaited: CPUTime())
    refresh(&member, entry)
    // Whatever is older than the window brings its past along, which is not the window's.
    if isOpening || entry.startedAt + 2 * table.quantum < openedAt {
      member.baseOwn = member.own
      member.baseWaited = member.waited
    }
    return member
  }

  private func refresh(_ member: inout Member, _ entry: ProcessEntry) {
    // The parent is remembered from the first sight: a reparented orphan still belongs here.
    member.own = max(member.own, entry.own)
    member.waited = max(member.waited, entry.waited)
    if let clock = member.clock, let now = ProcessorUsage.read(clock) {
      member.advanceOwn(to: now)
    }
  }

  private static func clock(of pid: Int32) -> clockid_t? {
    #if canImport(Darwin)
      return nil
    #else
      var clock = CLOCK_MONOTONIC
      return clock_getcpuclockid(pid, &clock) == 0 ? clock : nil
    #endif
  }
}

extension CPUTime {
  /// The same proportion of user and system with another total, in seconds.
  func scaled(to total: Double) -> CPUTime {
    let now = self.total.value
    return now > 0 ? CPUTime(user: user * (total / now), system: system * (total / now)) : self
  }
}

/// The later of two accounts of one thing.
private func max(_ a: CPUTime, _ b: CPUTime) -> CPUTime { b.total > a.total ? b : a }
