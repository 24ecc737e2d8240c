/// What the machine did between two snapshots, and who did it.
///
/// Every list divides the same energy: its rows, ``ended`` and ``idle`` add up to the headline's
/// counters.
public struct SystemUsage: Sendable, Hashable, Codable {
  /// A tree, process or control group with its part of the machine's energy.
  public struct Row: Sendable, Hashable, Codable {
    /// The process, or the head of the tree; `nil` for a control group.
    public var pid: Int32?
    /// The process's name, or the control group's path.
    public var name: String
    public var user: String
    public var command: String
    /// How many processes it stands for.
    public var processes: Int
    public var cpu: Seconds
    /// Its part; `nil` when nothing gave a figure.
    public var energy: Figure<Joules>?
    public var power: Figure<Watts>?
  }

  public var duration: Seconds
  /// One entry per counter, and the model where it stands in.
  public var components: [ComponentReading]
  /// Busy processor time of the machine, where it tells.
  public var machineBusy: Seconds?
  public var processors: Int
  /// Most energy first; rows without any processor time are left out.
  public var trees: [Row]
  public var processes: [Row]
  public var cgroups: [Row]
  /// Processes that ended meanwhile, or lived too shortly to be seen.
  public var ended: Row
  /// What whole devices used that cannot be divided between processes.
  public var undivided: Figure<Joules>?
  public var notices: [ReadingNotice]

  /// The headline's dynamic energy: all rows of one list, ``ended`` and ``undivided``.
  public var dynamic: Figure<Joules>? { components.headline(\.dynamic) }
  /// What the machine would have drawn anyway.
  public var idle: Figure<Joules>? { components.headline(\.idle) }

  /// Mean power of a figure over the time between the snapshots.
  public func power(_ energy: Figure<Joules>?) -> Figure<Watts>? {
    duration.value > 0 ? energy?.over(duration) : nil
  }
}

extension SystemSnapshot {
  /// What happened since an earlier snapshot of the same meter.
  ///
  /// - Precondition: both are of one meter.
  public func difference(from earlier: SystemSnapshot) -> SystemUsage {
    precondition(meter === earlier.meter, "SystemSnapshot: snapshots of two different meters")
    let before = Dictionary(
      earlier.processes.map { ($0.pid, $0) }, uniquingKeysWith: { first, _ in first })
    // Those that started in between count from zero; a reused pid is another process.
    let seen = processes.compactMap { now -> (process: ProcessRecord, cpu: Double)? in
      let then = before[now.pid].flatMap { $0.startedAt == now.startedAt ? $0.cpu : nil }
      let used = (now.cpu - (then ?? .zero)).value
      return used > 0 ? (now, used) : nil
    }
    let sum = seen.reduce(0) { $0 + $1.cpu }
    // Ticks of the machine and of the processes are not cut at the same moments.
    let busy = edge.busy.flatMap { to in earlier.edge.busy.map { max(0, to - $0) } }
    let worked = max(busy ?? sum, sum)

    var from = earlier.edge
    var to = edge
    from.cpu = CPUTime()
    to.cpu = CPUTime(user: Seconds(worked))
    from.busy = 0
    to.busy = worked
    let outcome = meter.arithmetic.outcome(from: from, to: to, scope: .machine, processes: nil)
    let division = Division(outcome.components, worked: worked, duration: time - earlier.time)

    var usage = SystemUsage(
      duration: time - earlier.time, components: outcome.components,
      machineBusy: busy.map { Seconds($0) }, processors: meter.arithmetic.processors,
      trees: [], processes: [], cgroups: [],
      ended: division.row(nil, name: "ended or short-lived", count: 0, cpu: worked - sum),
      undivided: division.undivided, notices: outcome.notices)
    usage.processes = seen.map { division.row($0.process, cpu: $0.cpu) }.ranked()
    usage.trees = division.trees(seen, all: processes).ranked()
    usage.cgroups = division.cgroups(seen).ranked()
    return usage
  }

  /// Divides the headline's dynamic energy by processor time.
  private struct Division {
    let divided: Figure<Joules>?
    let undivided: Figure<Joules>?
    let worked: Double
    let duration: Seconds

    init(_ components: [ComponentReading], worked: Double, duration: Seconds) {
      divided = components.filter { !$0.component.isDevice }.headline(\.dynamic)
      undivided = components.filter { $0.component.isDevice }.headline(\.dynamic)
      self.worked = worked
      self.duration = duration
    }

    func row(
      _ process: ProcessRecord?, name: String? = nil, count: Int = 1, cpu: Double
    ) -> SystemUsage.Row {
      let energy = divided.map { share(of: $0, cpu: cpu) }
      return SystemUsage.Row(
        pid: process?.pid, name: name ?? process?.name ?? "", user: process?.user ?? "",
        command: process?.command ?? "", processes: count, cpu: Seconds(cpu), energy: energy,
        power: duration.value > 0 ? energy?.over(duration) : nil)
    }

    /// The bounds already hold what the mix of instructions can do to a share of the whole.
    private func share(of whole: Figure<Joules>, cpu: Double) -> Figure<Joules> {
      worked > 0 ? whole * (cpu / worked) : Figure(.zero, whole.provenance)
    }

    func trees(
      _ seen: [(process: ProcessRecord, cpu: Double)], all: [ProcessRecord]
    ) -> [SystemUsage.Row] {
      let byPID = Dictionary(all.map { ($0.pid, $0) }, uniquingKeysWith: { first, _ in first })
      return Dictionary(grouping: seen, by: \.process.tree).map { head, members in
        // A tree whose head has ended goes by its oldest member.
        let face =
          byPID[head] ?? members.map(\.process).min { $0.startedAt < $1.startedAt }
        return row(face, count: members.count, cpu: members.reduce(0) { $0 + $1.cpu })
      }
    }

    func cgroups(_ seen: [(process: ProcessRecord, cpu: Double)]) -> [SystemUsage.Row] {
      Dictionary(grouping: seen) { $0.process.cgroup ?? "none" }.map { path, members in
        row(nil, name: path, count: members.count, cpu: members.reduce(0) { $0 + $1.cpu })
      }
    }
  }
}

extension [SystemUsage.Row] {
  fileprivate func ranked() -> [SystemUsage.Row] {
    sorted { ($0.cpu, $1.name, $1.pid ?? 0) > ($1.cpu, $0.name, $0.pid ?? 0) }
  }
}
