import ErgonEnergy
import ErgonLab
import ErgonLedger
import ErgonNumerics
import Synchronization

/// Shows a measurement while it is made, and what came of it.
///
/// All of it goes to standard error, since standard output is the measured command's.
final class MeasureReport: Sendable {
  private let context: CommandContext
  private let outputFile: String?
  private let isKept: Bool
  private let live: LiveLine
  /// Notices already given: a series repeats most of them with every run.
  private let said = Mutex<Set<ReadingNotice>>([])

  init(_ context: CommandContext, outputFile: String?, isKept: Bool) {
    self.isKept = isKept
    self.context = context
    self.outputFile = outputFile
    live = LiveLine(
      isEnabled: !context.isJSON && !context.console.isQuiet && Terminal.isTerminal(.error))
  }

  private var console: Console { context.console }
  private var isSilent: Bool { context.isJSON }

  /// What a watch says when it begins.
  func begin(_ text: String) { if !isSilent { console.note("ergon: \(text)") } }

  /// Feeds the live line.
  var onSample: @Sendable (LivePower) -> Void { { [live] in live.show($0) } }

  /// Follows a plan while it is carried out.
  func follow(_ event: MeasureSession.Event, plan: MeasurePlan) {
    switch event {
    case .warmup(let side, let index):
      console.detail("ergon: warm-up \(index + 1) of \(MeasurePlan.sideName(side))")
    case .started: break
    case .sample(let power): live.show(power)
    case .finished(let step, let run, let outcome):
      live.clear()
      guard !isSilent else { return }
      let place =
        plan.isSeries ? "\(MeasurePlan.sideName(step.side)) \(step.index + 1)/\(plan.repeats)" : ""
      show(run, place: place)
      if case .budgetSpent(let budget, let overshoot) = outcome.ending {
        console.note(
          "ergon: budget of \(budget) spent, command stopped; overshoot \(overshoot)")
      }
    }
  }

  /// The outcome of a plan.
  func show(_ summary: MeasureSummary) throws -> ExitStatus {
    let comparisons = Self.comparisons(summary)
    if !isSilent, summary.plan.isSeries {
      for side in summary.plan.sides.indices { console.note(spread(summary, side: side)) }
      for outcome in comparisons {
        switch outcome {
        case .success(let comparison):
          console.note("ergon: \(comparison.verdict)")
          comparison.notices.forEach { console.note("ergon: notice: \($0)") }
        case .failure(let error): console.note("ergon: \(error)")
        }
      }
    }
    var code = ExitStatus(rawValue: summary.exitCode)
    if let error = summary.notKept {
      let what = summary.plan.isSeries ? "not all of these bills were" : "this bill was not"
      Console.write("ergon: \(what) kept: \(error.description.terminalSafe)\n", to: .error)
      if code == .done { code = ExitStatus(for: error) }
    } else if code == .done, summary.isStoppedEarly {
      code = .interrupted
    }
    try emit([
      "runs": .array(summary.runs.map { .object(JSONObject($0)) }),
      "parentRunId": JSONValue(summary.parent?.id.description),
      "comparisons": .array(comparisons.map(Self.json)),
      "stoppedEarly": .bool(summary.isStoppedEarly), "exitCode": JSONValue(code.rawValue),
    ])
    return code
  }

  /// The outcome of a watch.
  func show(_ run: Run) throws -> ExitStatus {
    live.clear()
    if !isSilent { show(run, place: "") }
    try emit([
      "runs": .array([.object(JSONObject(run))]), "parentRunId": .null,
      "comparisons": .array([]), "stoppedEarly": .bool(false), "exitCode": .integer(0),
    ])
    return .done
  }

  private func emit(_ object: JSONObject) throws {
    if let outputFile {
      try Console.write(object.document() + "\n", toFile: outputFile)
    } else if context.isJSON {
      console.print(json: object)
    }
  }

  private func show(_ run: Run, place: String) {
    guard let bill = run.bill else { return }
    let text = BillText(bill)
    let prefix = place.isEmpty ? "ergon:" : "ergon: \(place):"
    console.note("\(prefix) \(text.headline)" + (isKept ? " · run \(run.id.short)" : ""))
    for notice in bill.reading.notices where said.withLock({ $0.insert(notice).inserted }) {
      console.note("\(prefix) notice: \(notice.description.terminalSafe)")
    }
    guard console.verbosity > 0 else { return }
    console.note(text.table)
    text.remarks.forEach { console.note("  \($0)") }
    console.note("  \(text.provenance)")
  }

  private func spread(_ summary: MeasureSummary, side: Int) -> String {
    let name = MeasurePlan.sideName(side)
    let command = summary.plan.sides[side].commandLine.terminalSafe.truncated(toWidth: 48)
    let runs = summary.runs(ofSide: side)
    let values = runs.compactMap { $0.bill?.energy?.best.value }
    // Work that was cut short or went wrong costs something else than work that was done.
    let spoilt = [RunState.failed, .interrupted].compactMap { state in
      let count = runs.count { $0.state == state }
      return count > 0 ? ", \(count) \(state)" : nil
    }.joined()
    guard let low = values.min(), let high = values.max() else {
      return "ergon: \(name): no energy figure\(spoilt) · \(command)"
    }
    let mean = values.reduce(0, +) / Double(values.count)
    return "ergon: \(name): mean \(Joules(mean)) of \(values.count)\(spoilt), "
      + "\(Joules(low)) to \(Joules(high)) · \(command)"
  }

  /// Every further side against the first.
  private static func comparisons(
    _ summary: MeasureSummary
  ) -> [Result<Comparison, LedgerError>] {
    guard summary.plan.sides.count > 1 else { return [] }
    let sides = summary.plan.sides.indices.map { summary.runs(ofSide: $0).map(RunSummary.init) }
    return (1..<sides.count).map { side in
      do throws(LedgerError) {
        return .success(
          try Comparison(
            of: sides[0], to: sides[side], names: ("A", MeasurePlan.sideName(side))))
      } catch {
        return .failure(error)
      }
    }
  }

  private static func json(_ outcome: Result<Comparison, LedgerError>) -> JSONValue {
    switch outcome {
    case .failure(let error): .object(["refused": .string(error.description)])
    case .success(let comparison):
      .object([
        "first": .string(comparison.first.name), "second": .string(comparison.second.name),
        "ratio": .number(comparison.ratio), "ratioLow": JSONValue(comparison.ratioLow),
        "ratioHigh": JSONValue(comparison.ratioHigh),
        "confidence": .number(comparison.confidence), "paired": .bool(comparison.isPaired),
        "insideNoise": comparison.isInsideNoise.map { .bool($0) } ?? .null,
        "verdict": .string(comparison.verdict), "notices": JSONValue(comparison.notices),
      ])
    }
  }
}

/// The line that shows the power of the moment, rewritten in place.
final class LiveLine: Sendable {
  private let isEnabled: Bool
  /// When it was last written, and whether it stands there now.
  private let state = Mutex((shownAt: -1.0, isShown: false))

  init(isEnabled: Bool) { self.isEnabled = isEnabled }

  /// Shows a sample, ten times a second at most: nobody reads faster.
  func show(_ live: LivePower) {
    guard isEnabled else { return }
    state.withLock { state in
      guard live.elapsed.value < state.shownAt || live.elapsed.value >= state.shownAt + 0.1 else {
        return
      }
      state = (live.elapsed.value, true)
      Console.write("\r\u{1B}[K\(Self.text(live))", to: .error)
    }
  }

  func clear() {
    state.withLock { state in
      if state.isShown { Console.write("\r\u{1B}[K", to: .error) }
      state = (-1, false)
    }
  }

  static func text(_ live: LivePower) -> String {
    let power = live.power.map { QuantityFormat.string($0.best) } ?? "no power figure"
    let energy = live.energy.map { QuantityFormat.string($0.best) } ?? "-"
    return "ergon: \(power) · \(energy) · \(live.elapsed)"
  }
}
