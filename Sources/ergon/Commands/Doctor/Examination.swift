import ErgonEnergy
import ErgonLedger

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Looks at everything a measurement rests on.
struct Examination {
  let flags: [any SettingFlags]
  var host = Host()

  func checks() -> [Check] {
    var checks = [version, machine]
    let settings: Settings
    do {
      settings = try Settings.load(
        flags: flags.reduce(into: [:]) { $0.merge($1.flags) { first, _ in first } })
      try settings.check()
      checks.append(Self.files(settings))
    } catch {
      checks.append(Self.broken("settings", error))
      return checks
    }
    do {
      let meter = try settings.meter()
      checks += meter.reports.filter { $0.name != "model" }.map(Self.source)
      checks.append(Self.estimator(meter.model, meter.reports))
    } catch {
      checks.append(Self.broken("meter", error))
    }
    checks.append(Self.ledger(settings.ledger()))
    checks.append(grid(settings))
    return checks
  }

  private var version: Check {
    Check(name: "ergon", finding: Version.text, isGood: true)
  }

  private var machine: Check {
    let found = RunEnvironment.current(host: host)
    let parts = [
      found.cpuModel ?? "unknown processor", "\(found.logicalProcessors) logical processors",
      found.operatingSystem, found.kernel.map { "kernel \($0)" },
      found.virtualMachine.map { "inside a virtual machine (\($0))" },
      found.container.map { "inside a container (\($0))" },
    ]
    return Check(
      name: "machine", finding: parts.compactMap { $0 }.joined(separator: ", "), isGood: true)
  }

  private static func files(_ settings: Settings) -> Check {
    let set = SettingKey.allCases.compactMap { settings[$0]?.origin }.filter { $0 != .fallback }
    let files = Set(set.compactMap(\.path)).sorted()
    return Check(
      name: "settings",
      finding: set.isEmpty
        ? "nothing set; every default holds"
        : "valid, \(set.count) set"
          + (files.isEmpty ? "" : ", from \(files.joined(separator: ", "))"),
      isGood: true)
  }

  private static func source(_ report: SourceReport) -> Check {
    let bars = Set(report.counters.map(\.error)).map(\.description).sorted()
    let counters =
      report.counters.isEmpty
      ? ""
      : ": \(report.counters.map(\.name).joined(separator: ", "))"
        + " (\(bars.joined(separator: ", ")))"
    return Check(
      name: report.name, finding: "\(report.title): \(report.reason)\(counters)",
      remedy: report.isUsable ? nil : report.remedy, isGood: report.isUsable)
  }

  /// The estimator is named even where counters exist: it stands in for what they do not count.
  private static func estimator(_ model: CPUPowerModel, _ reports: [SourceReport]) -> Check {
    let isNeeded = !reports.contains {
      $0.isUsable && $0.counters.contains { $0.component == .cpu }
    }
    let band =
      "\(QuantityFormat.string(model.wattsPerCore)) per busy and "
      + "\(QuantityFormat.string(model.idleWattsPerCore)) per idle processor (\(model.name))"
    return Check(
      name: "estimator",
      finding: isNeeded
        ? "used, since no processor counter can be read: \(band)" : "not needed: \(band)",
      remedy: isNeeded
        ? "'ergon config set watts-per-core W' if you know better, or 'ergon calibrate' where a "
          + "better source can be had for a while" : nil,
      isGood: !isNeeded)
  }

  private static func ledger(_ ledger: Ledger) -> Check {
    do {
      if ledger.exists {
        let count = try ledger.count()
        guard access(ledger.path, W_OK) == 0 else {
          throw LedgerError.permission(
            path: ledger.path, reason: String(cString: strerror(errno)))
        }
        return Check(
          name: "ledger", finding: "\(ledger.path), \(count) run\(count == 1 ? "" : "s")",
          isGood: true)
      }
      let folder = nearestFolder(ledger.path)
      guard access(folder, W_OK | X_OK) == 0 else {
        throw LedgerError.cannotCreate(
          path: ledger.path, reason: "\(folder): \(String(cString: strerror(errno)))")
      }
      return Check(
        name: "ledger", finding: "\(ledger.path), made with the first run", isGood: true)
    } catch {
      return broken("ledger", error)
    }
  }

  /// The folder of a path, or the nearest one above it that exists.
  private static func nearestFolder(_ path: String) -> String {
    var path = Substring(path)
    while let slash = path.lastIndex(of: "/") {
      path = path[..<slash]
      if path.isEmpty { return "/" }
      if access(String(path), F_OK) == 0 { return String(path) }
    }
    return "."
  }

  private func grid(_ settings: Settings) -> Check {
    do {
      guard let grid = try settings.grid() else {
        return Check(
          name: "grid", finding: "no place set, so no grams are stated",
          remedy: "'ergon config set grid CODE' with your country's ISO code", isGood: false)
      }
      return Check(
        name: "grid", finding: "\(grid.name), \(QuantityFormat.string(grid.gramsPerKWh))/kWh",
        isGood: true)
    } catch {
      return Self.broken("grid", error)
    }
  }

  private static func broken(_ name: String, _ error: any Error) -> Check {
    Check(
      name: name, finding: "\(error)", isGood: false, failure: ExitStatus(for: error))
  }
}
