import ErgonEnergy

/// What `ergon top` shows, as a pure function from usage to lines.
struct TopScreen {
  /// What the rows stand for.
  enum Grouping: String, CaseIterable { case trees, processes, cgroups }
  /// What the rows are ordered by.
  enum Order: String, CaseIterable { case energy, cpu, name }

  var grouping = Grouping.trees
  var order = Order.energy
  var size: (rows: Int, columns: Int)
  var style = TextStyle.plain

  /// The screen for one interval.
  ///
  /// - Parameters:
  ///   - usage: What happened in the last interval.
  ///   - total: What happened since the start.
  /// - Returns: At most ``size`` lines of at most as many cells.
  func lines(_ usage: SystemUsage, total: TopTotal) -> [String] {
    var lines = heading(usage, total)
    let components = componentTable(usage).lines(style: style)
    lines += components + [""]
    let left = max(0, size.rows - lines.count - 1)
    lines += rankTable(usage).lines(style: style).prefix(left)
    while lines.count < size.rows - 1 { lines.append("") }
    lines.append(
      style.dim("q quit · t trees · p processes · c control groups · s sort (\(order.rawValue))"))
    return lines.prefix(size.rows).map { fit($0) }
  }

  /// The same for a pipe or `--once`: every row, no keys.
  func report(_ usage: SystemUsage, total: TopTotal) -> [String] {
    (heading(usage, total) + componentTable(usage).lines(style: style) + [""]
      + rankTable(usage).lines(style: style)).map { fit($0) }
  }

  /// Escape sequences take no cells, so only text without them may be cut by its width.
  private func fit(_ line: String) -> String {
    guard !line.contains("\u{1B}") else {
      let bare = line.withoutEscapes
      return bare.displayWidth <= size.columns ? line : bare.truncated(toWidth: size.columns)
    }
    return line.truncated(toWidth: size.columns)
  }

  private func heading(_ usage: SystemUsage, _ total: TopTotal) -> [String] {
    let power = usage.power(usage.dynamic)
    let idle = usage.power(usage.idle)
    let busy = usage.machineBusy.map {
      let share = $0.value / max(usage.duration.value * Double(usage.processors), 1e-9)
      return "\(QuantityFormat.number(100 * share, significantDigits: 2)) % busy"
    }
    let now = [
      power.map { "\(QuantityFormat.string($0.interval)) \($0.provenance.kind.rawValue)" }
        ?? "no power figure",
      idle.map { "idle \(QuantityFormat.string($0.best)) apart" },
      "\(usage.processors) processors", busy,
    ].compactMap { $0 }.joined(separator: " · ")
    let since = [
      "since the start: \(total.dynamic.map { QuantityFormat.string($0.interval) } ?? "-")",
      total.idle.map { "idle \(QuantityFormat.string($0.best))" }, "\(total.duration)",
    ].compactMap { $0 }.joined(separator: " · ")
    return [style.bold(now), since, ""]
  }

  private func componentTable(_ usage: SystemUsage) -> TextTable {
    var table = TextTable([
      "COMPONENT", "COUNTER", .right("TOTAL"), .right("DYNAMIC"), .right("IDLE"), "PROVENANCE",
    ])
    let show = { (figure: Figure<Joules>?) in
      usage.power(figure).map { QuantityFormat.string($0.best) }
    }
    for part in usage.components {
      let provenance = (part.dynamic ?? part.total ?? part.idle)?.provenance
      table.append([
        part.component.rawValue, part.counter + (part.isInHeadline ? "" : " (not added)"),
        show(part.total), show(part.dynamic), show(part.idle), provenance?.kind.rawValue,
      ])
    }
    return table
  }

  private func rankTable(_ usage: SystemUsage) -> TextTable {
    var table = TextTable([
      .right("POWER"), .right("ENERGY"), .right("CPU"), .right("PID"), .right("N"), "USER",
      TextTable.Column(grouping == .cgroups ? "CONTROL GROUP" : "COMMAND"),
    ])
    var rows = ranked(usage)
    // A build is mostly processes that live for less than a second: they take their place in the
    // ranking instead of hiding below the screen.
    let place = order == .name ? nil : rows.firstIndex { $0.cpu < usage.ended.cpu }
    rows.insert(usage.ended, at: place ?? rows.count)
    for row in rows { table.append(cells(row, usage)) }
    if let undivided = usage.undivided {
      table.append([
        usage.power(undivided).map { QuantityFormat.string($0.best) },
        QuantityFormat.string(undivided.best), nil, nil, nil, "", "devices that cannot be divided",
      ])
    }
    return table
  }

  private func cells(_ row: SystemUsage.Row, _ usage: SystemUsage) -> [String?] {
    let share = row.cpu.value / max(usage.duration.value, 1e-9)
    return [
      row.power.map { QuantityFormat.string($0.best) },
      row.energy.map { QuantityFormat.string($0.best) },
      "\(QuantityFormat.fixed(100 * share, decimals: 1)) %", row.pid.map { String($0) },
      String(row.processes), row.user, row.command.isEmpty ? row.name : row.command,
    ]
  }

  func ranked(_ usage: SystemUsage) -> [SystemUsage.Row] {
    let rows =
      switch grouping {
      case .trees: usage.trees
      case .processes: usage.processes
      case .cgroups: usage.cgroups
      }
    return switch order {
    // The library ranks by energy, which processor time divides.
    case .energy: rows
    case .cpu: rows.sorted { $0.cpu > $1.cpu }
    case .name: rows.sorted { ($0.name, $0.pid ?? 0) < ($1.name, $1.pid ?? 0) }
    }
  }
}

/// What has been used since `ergon top` began.
struct TopTotal {
  var dynamic: Figure<Joules>?
  var idle: Figure<Joules>?
  var duration = Seconds.zero

  mutating func add(_ usage: SystemUsage) {
    dynamic = Self.sum(dynamic, usage.dynamic)
    idle = Self.sum(idle, usage.idle)
    duration = duration + usage.duration
  }

  private static func sum(_ a: Figure<Joules>?, _ b: Figure<Joules>?) -> Figure<Joules>? {
    guard let a else { return b }
    return b.map { a + $0 } ?? a
  }
}

extension String {
  /// The text without `ESC [ … m`.
  fileprivate var withoutEscapes: String {
    var bare = ""
    var isInside = false
    for character in self {
      if character == "\u{1B}" {
        isInside = true
      } else if isInside {
        isInside = character != "m"
      } else {
        bare.append(character)
      }
    }
    return bare
  }
}

extension JSONObject {
  /// One interval of `ergon top`.
  init(_ usage: SystemUsage, total: TopTotal) {
    let rows = { (rows: [SystemUsage.Row]) in
      JSONValue.array(rows.map { .object(JSONObject($0)) })
    }
    self = [
      "durationS": .number(usage.duration.value), "processors": JSONValue(usage.processors),
      "machineBusyS": JSONValue(usage.machineBusy?.value),
      "powerW": JSONValue(usage.power(usage.dynamic)),
      "idlePowerW": JSONValue(usage.power(usage.idle)),
      "energyJ": JSONValue(usage.dynamic), "idleEnergyJ": JSONValue(usage.idle),
      "totalEnergyJ": JSONValue(total.dynamic), "totalIdleEnergyJ": JSONValue(total.idle),
      "totalDurationS": .number(total.duration.value),
      "components": .array(usage.components.map { .object(JSONObject($0)) }),
      "trees": rows(usage.trees), "processes": rows(usage.processes),
      "cgroups": rows(usage.cgroups), "ended": .object(JSONObject(usage.ended)),
      "undividedJ": JSONValue(usage.undivided),
      "notices": JSONValue(usage.notices.map(\.description)),
    ]
  }

  fileprivate init(_ row: SystemUsage.Row) {
    self = [
      "pid": row.pid.map { JSONValue($0) } ?? .null, "name": .string(row.name),
      "user": .string(row.user), "command": .string(row.command),
      "processes": JSONValue(row.processes), "cpuS": .number(row.cpu.value),
      "energyJ": JSONValue(row.energy), "powerW": JSONValue(row.power),
    ]
  }
}
