/// What a window covered: whose computation the energy is attributed to.
public enum WindowScope: Sendable, Hashable, Codable {
  /// The whole machine, idle share included as a labelled part.
  case machine
  /// This process and the children it has waited for.
  case process
  /// The thread that opens and closes the window.
  case thread
  /// A process and all its descendants, by identifier.
  ///
  /// Whoever waits for that process itself closes the window first: once it has been waited for,
  /// its last stretch is known only together with whatever else was waited for meanwhile.
  case tree(pid: Int32)
  /// Every process of a control group (v2), by its path under the cgroup mount: `/user.slice`.
  case cgroup(path: String)
}

/// Processor time in seconds.
public struct CPUTime: Sendable, Hashable, Codable {
  public var user: Seconds
  public var system: Seconds

  public init(user: Seconds = .zero, system: Seconds = .zero) {
    self.user = user
    self.system = system
  }

  public var total: Seconds { user + system }

  /// What passed between two readings.
  ///
  /// The system divides a short time between user and system only roughly, and may divide it anew;
  /// what one of them lost is taken from the other, and the total stays.
  public static func - (a: CPUTime, b: CPUTime) -> CPUTime {
    let (user, system) = (a.user - b.user, a.system - b.system)
    if user < .zero { return CPUTime(system: user + system) }
    if system < .zero { return CPUTime(user: user + system) }
    return CPUTime(user: user, system: system)
  }
}

/// Something a reader of the figures must know.
public enum ReadingNotice: Sendable, Hashable, Codable {
  /// A counter fell by more than it could have wrapped: that interval is dropped.
  case counterReset(counter: String)
  /// The gap between two samples was too long to tell how often the counter wrapped.
  case ambiguousWrap(counter: String)
  /// The counter could not be read at one end; its energy stops at the last good sample.
  case partial(counter: String)
  /// The counter could not be read at all, or never moved.
  case absent(counter: String, reason: String)
  /// The device went away during the window.
  case sourceGone(counter: String, reason: String)
  /// The machine slept during the window.
  case suspended(Seconds)
  /// Other windows of the same scope overlapped this one: their energies must not be added.
  case overlapping(windows: Int)
  /// The window is shorter than the counter's step; the figure is mostly quantisation.
  case belowResolution(counter: String)
  /// Anything else, in words.
  case remark(String)
}

extension ReadingNotice: CustomStringConvertible {
  public var description: String {
    switch self {
    case .counterReset(let c): "\(c): counter was reset; that interval is not counted"
    case .ambiguousWrap(let c): "\(c): too long between samples to count its wraps; no figure"
    case .partial(let c): "\(c): unreadable at one end; counted up to the last good sample"
    case .absent(let c, let reason): "\(c): absent (\(reason))"
    case .sourceGone(let c, let reason): "\(c): the source went away (\(reason))"
    case .suspended(let t): "the machine was suspended for \(t)"
    case .overlapping(let n):
      "\(n) other window\(n == 1 ? "" : "s") of the same scope overlapped; do not add them up"
    case .belowResolution(let c): "\(c): the window is shorter than the counter's step"
    case .remark(let text): text
    }
  }
}

/// One counter's part of a reading.
public struct ComponentReading: Sendable, Hashable, Codable {
  public var component: EnergyComponent
  /// `source/counter`, for example `powercap/package-0`, or the model's name.
  public var counter: String
  /// Everything the counter counted; `nil` for a model, which has no total.
  public var total: Figure<Joules>?
  /// What the window's scope caused; the headline adds these up.
  public var dynamic: Figure<Joules>?
  /// What the component would have drawn anyway, shown apart and never in the headline.
  public var idle: Figure<Joules>?
  /// Whether the headline counts it: no nested domain, no second view of the same device.
  public var isInHeadline: Bool
  /// Wraps corrected, samples that could not be read, and samples taken, in this window.
  public var wraps: Int
  public var missed: Int
  public var samples: Int

  public init(
    component: EnergyComponent, counter: String, total: Figure<Joules>? = nil,
    dynamic: Figure<Joules>? = nil, idle: Figure<Joules>? = nil, isInHeadline: Bool = true,
    wraps: Int = 0, missed: Int = 0, samples: Int = 0
  ) {
    self.component = component
    self.counter = counter
    self.total = total
    self.dynamic = dynamic
    self.idle = idle
    self.isInHeadline = isInHeadline
    self.wraps = wraps
    self.missed = missed
    self.samples = samples
  }
}

/// Power over time, as sampled inside a window.
public struct PowerSeries: Sendable, Hashable, Codable {
  /// Seconds since the window opened, ascending.
  public var time: [Double]
  /// One entry per counter (or model): its name and its mean power in watts in the step that ends
  /// at each time.
  public var channels: [Channel]

  public struct Channel: Sendable, Hashable, Codable {
    public var counter: String
    public var component: EnergyComponent
    public var powerW: [Double]

    public init(counter: String, component: EnergyComponent, powerW: [Double]) {
      self.counter = counter
      self.component = component
      self.powerW = powerW
    }
  }

  public init(time: [Double] = [], channels: [Channel] = []) {
    self.time = time
    self.channels = channels
  }
}

/// Everything a window learnt between its opening and its closing.
public struct Reading: Sendable, Hashable, Codable {
  public var name: String
  /// The name of the window this one was opened in, if any.
  public var parent: String?
  public var scope: WindowScope
  /// Wall clock at opening, seconds since 1970.
  public var startedAt: Double
  /// Monotonic time between opening and closing, sleep of the machine excluded.
  public var duration: Seconds
  public var suspended: Seconds
  public var components: [ComponentReading]
  /// Processor time of the scope.
  public var cpu: CPUTime
  /// Busy processor time of the whole machine, where it can be read.
  public var machineBusy: Seconds?
  /// Logical processors online.
  public var processors: Int
  /// Processor time the meter itself used for this window.
  public var meterCost: Seconds
  public var notices: [ReadingNotice]
  public var series: PowerSeries?

  public init(
    name: String, parent: String? = nil, scope: WindowScope = .process, startedAt: Double,
    duration: Seconds, suspended: Seconds = .zero, components: [ComponentReading] = [],
    cpu: CPUTime = CPUTime(), machineBusy: Seconds? = nil, processors: Int,
    meterCost: Seconds = .zero, notices: [ReadingNotice] = [], series: PowerSeries? = nil
  ) {
    self.name = name
    self.parent = parent
    self.scope = scope
    self.startedAt = startedAt
    self.duration = duration
    self.suspended = suspended
    self.components = components
    self.cpu = cpu
    self.machineBusy = machineBusy
    self.processors = processors
    self.meterCost = meterCost
    self.notices = notices
    self.series = series
  }

  /// The dynamic energy of all headline components; `nil` when none gave a figure, which is not
  /// the same as zero.
  public var dynamic: Figure<Joules>? { components.headline(\.dynamic) }

  /// The idle share of all headline components, a separate column.
  public var idle: Figure<Joules>? { components.headline(\.idle) }
}

extension [ComponentReading] {
  /// The sum of one column over the headline; `nil` when none has it.
  func headline(_ column: KeyPath<ComponentReading, Figure<Joules>?>) -> Figure<Joules>? {
    lazy.filter(\.isInHeadline).compactMap { $0[keyPath: column] }
      .reduce(nil) { (sum: Figure<Joules>?, next) in sum.map { $0 + next } ?? next }
  }
}
