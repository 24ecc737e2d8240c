import ErgonEnergy
import ErgonLab
import ErgonLedger
import Foundation
import _ErgonTestSupport

/// A folder, a meter of the model alone and an empty ledger.
final class LabFixture: Sendable {
  let folder: String
  let meter: Meter
  let ledger: Ledger
  let environment = RunEnvironment(
    logicalProcessors: 2, architecture: "test", ergonVersion: "test")

  /// A test runner may ignore these, and a program started from here would inherit that.
  private static let defaultSignals: Void = {
    for number in [SIGINT, SIGQUIT, SIGHUP, SIGTERM] { signal(number, SIG_DFL) }
  }()

  init(model: CPUPowerModel = .synthetic) throws {
    Self.defaultSignals
    folder =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
      + "/ergon-lab-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    meter = Meter(sources: [], model: model)
    ledger = Ledger(path: folder + "/ledger.sqlite")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A machine so hungry that any processor time spends any budget.
  static let ravenous = CPUPowerModel(
    name: "ravenous", version: "1", wattsPerCore: Interval(exactly: Watts(1e12)),
    idleWattsPerCore: Interval(exactly: .zero), kind: .estimated)

  func path(_ name: String) -> String { folder + "/" + name }

  func text(_ name: String) -> String? {
    (try? String(contentsOfFile: path(name), encoding: .utf8))?
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func sh(_ line: String) -> MeasuredCommand {
    MeasuredCommand(["/bin/sh", "-c", line], directory: folder)
  }

  func runs(_ query: RunQuery = RunQuery(order: .oldest)) throws -> [Run] {
    try ledger.runs(matching: query)
  }

  func lab(printer: ProgressPrinter? = nil, clock: VirtualClock? = nil) -> Lab {
    guard let clock else {
      return Lab(meter: meter, ledger: ledger, environment: environment, printer: printer)
    }
    return Lab(
      meter: Meter(sources: [], model: meter.model, clock: clock), ledger: ledger,
      environment: environment, printer: printer, clock: clock)
  }
}

/// Tests that start programs or send signals: one at a time, as the library asks.
import Testing

@Suite(.serialized) enum ProcessTests {}
