import ArgumentParser
import ErgonEnergy

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// `ergon top`: who uses the machine's energy now.
struct TopCommand: SynchronousCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Show live watts of the machine, its processes and control groups.",
    discussion: example(
      "ergon top", "ergon top --cgroups --interval 2s", "ergon top --once --json",
      about: "Keys: q quits, t trees, p processes, c control groups, s changes the order."))

  @OptionGroup var output: OutputOptions
  @OptionGroup var meter: MeterOptions

  @Flag(help: "Print one interval and leave.")
  var once = false

  @Option(help: ArgumentHelp("Time between two looks.", valueName: "1s"))
  var interval = "1s"

  @Option(help: "Order of the rows: energy, cpu or name.")
  var sort = TopScreen.Order.energy

  @Flag(help: "Rank control groups.")
  var cgroups = false

  @Flag(help: "Rank single processes.")
  var processes = false

  func validate() throws {
    if cgroups && processes {
      throw ValidationError("--cgroups and --processes exclude each other.")
    }
  }

  func execute(in context: CommandContext) throws -> ExitStatus {
    let period = try Seconds(parsing: interval)
    guard (0.05...3600).contains(period.value) else {
      throw CommandError.usage("bad value: --interval '\(interval)': expected 50ms to 1h")
    }
    let meter = try context.settings(meter).meter()
    var screen = TopScreen(
      grouping: cgroups ? .cgroups : processes ? .processes : .trees, order: sort,
      size: (Int.max, Int.max), style: context.console.styles.output)
    let isLive = !once && !context.isJSON && Terminal.isTerminal(.output)
    return isLive
      ? live(meter, period, &screen) : stream(context, meter, period, &screen)
  }

  /// Prints one interval after the other, as text or as one object a line.
  private func stream(
    _ context: CommandContext, _ meter: Meter, _ period: Seconds, _ screen: inout TopScreen
  ) -> ExitStatus {
    let stop = StopRequest()
    var total = TopTotal()
    var before = meter.systemView()
    while true {
      if stop.wait(for: period) { return .interrupted }
      let now = meter.systemView()
      let usage = now.difference(from: before)
      before = now
      total.add(usage)
      if context.isJSON {
        let object = JSONObject(usage, total: total)
        if once {
          context.console.print(json: object)
        } else {
          context.console.print(jsonLine: object)
        }
      } else {
        screen.size = (Int.max, context.console.width ?? Int.max)
        context.console.print(screen.report(usage, total: total).joined(separator: "\n"))
      }
      if once { return .done }
    }
  }

  /// The full-screen view.
  private func live(
    _ meter: Meter, _ period: Seconds, _ screen: inout TopScreen
  ) -> ExitStatus {
    let terminal = RawTerminal()
    var total = TopTotal()
    var usage: SystemUsage?
    var before = meter.systemView()
    var deadline = Self.now() + min(period.value, 0.3)
    terminal.show(["ergon top: first look …"])
    while true {
      screen.size = Terminal.size(.output) ?? (24, 80)
      if let usage { terminal.show(screen.lines(usage, total: total)) }
      switch terminal.wait(seconds: deadline - Self.now()) {
      case .ended: return .interrupted
      case .key("q"), .key("Q"), .key("\u{3}"), .key("\u{4}"): return .done
      case .key(let key): screen.press(key)
      case .resized: continue
      case .timeout:
        let now = meter.systemView()
        let latest = now.difference(from: before)
        before = now
        total.add(latest)
        usage = latest
        deadline = Self.now() + period.value
      }
    }
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

extension TopScreen.Order: ExpressibleByArgument {}

extension TopScreen {
  /// What a key does.
  mutating func press(_ key: Character) {
    switch key {
    case "t": grouping = .trees
    case "p": grouping = .processes
    case "c": grouping = .cgroups
    case "s":
      let all = Order.allCases
      order = all[((all.firstIndex(of: order) ?? 0) + 1) % all.count]
    default: break
    }
  }
}
