import ErgonEnergy
import ErgonLedger

extension JSONObject {
  /// A run without its parts, as `ergon ledger list --json` gives it.
  init(_ run: RunSummary, isLost: Bool = false) {
    self.init([
      "id": .string(run.id.description),
      "parent": JSONValue(run.parent?.description),
      "subject": .string(run.subject),
      "kind": .string(run.kind.rawValue),
      "state": .string(run.state.rawValue),
      "isLost": .bool(isLost),
      "startedAt": .number(run.startedAt),
      "durationS": JSONValue(run.duration?.value),
      "cpuS": JSONValue(run.cpu?.value),
      "exitCode": run.exitCode.map { JSONValue($0) } ?? .null,
      "energyJ": JSONValue(run.energy),
      "idleJ": JSONValue(run.idle?.value),
      "carbonGCO2e": run.carbon.map { .object(JSONObject($0)) } ?? .null,
      "grid": JSONValue(run.grid),
      "intensityGPerKWh": JSONValue(run.gramsPerKWh),
      "repetition": run.repetition.map { .object(JSONObject($0)) } ?? .null,
      "metrics": .array(run.metrics.map { .object(JSONObject($0)) }),
      "tags": JSONValue(run.tags),
      "environment": .object(JSONObject(run.environment)),
    ])
  }

  /// A whole run, as `ergon ledger show --json` gives it.
  init(_ run: Run, isLost: Bool = false) {
    self.init(RunSummary(run), isLost: isLost)
    self["settings"] = .object(JSONObject(run.settings.mapValues { .string($0) }))
    self["stages"] = .array(
      run.stages.map { .object(["name": .string($0.name), "reading": .object(.init($0.reading))]) })
    self["reading"] = run.bill.map { .object(JSONObject($0.reading)) } ?? .null
    self["pue"] = JSONValue(run.bill?.overheads.pue)
    self["waterLPerKWh"] = JSONValue(run.bill?.overheads.waterLitresPerKWh)
  }

  private init(_ reading: Reading) {
    self.init([
      "durationS": .number(reading.duration.value),
      "suspendedS": .number(reading.suspended.value),
      "cpuUserS": .number(reading.cpu.user.value),
      "cpuSystemS": .number(reading.cpu.system.value),
      "meterCostS": .number(reading.meterCost.value),
      "components": .array(reading.components.map { .object(JSONObject($0)) }),
      "notices": JSONValue(reading.notices.map(\.description)),
      "samples": JSONValue(reading.series?.time.count ?? 0),
    ])
  }

  private init(_ part: ComponentReading) {
    self.init([
      "component": .string(part.component.rawValue),
      "counter": .string(part.counter),
      "energyJ": JSONValue(part.dynamic),
      "idleJ": JSONValue(part.idle),
      "totalJ": JSONValue(part.total),
      "isInHeadline": .bool(part.isInHeadline),
    ])
  }

  private init<Quantity>(_ interval: Interval<Quantity>) {
    self.init([
      "low": .number(interval.low.value), "best": .number(interval.best.value),
      "high": .number(interval.high.value),
    ])
  }

  private init(_ place: Repetition) {
    self.init([
      "group": .string(place.group.description), "side": .string(place.side),
      "index": JSONValue(place.index), "isInterleaved": .bool(place.isInterleaved),
    ])
  }

  private init(_ metric: Metric) {
    self.init([
      "name": .string(metric.name), "value": .number(metric.value), "unit": .string(metric.unit),
      "higherIsBetter": metric.higherIsBetter.map { .bool($0) } ?? .null,
    ])
  }

  private init(_ place: RunEnvironment) {
    self.init([
      "cpuModel": JSONValue(place.cpuModel),
      "processors": JSONValue(place.logicalProcessors),
      "memoryBytes": place.memoryBytes.map { JSONValue($0) } ?? .null,
      "operatingSystem": JSONValue(place.operatingSystem),
      "kernel": JSONValue(place.kernel),
      "architecture": .string(place.architecture),
      "ergonVersion": .string(place.ergonVersion),
      "gitCommit": JSONValue(place.gitCommit),
      "container": JSONValue(place.container),
      "virtualMachine": JSONValue(place.virtualMachine),
      "accelerators": JSONValue(place.accelerators),
    ])
  }

  /// A comparison, as `ergon ledger compare --json` gives it.
  init(_ comparison: Comparison) {
    func side(_ side: Comparison.Side) -> JSONValue {
      .object([
        "name": .string(side.name), "runs": JSONValue(side.runs.map(\.description)),
        "values": .array(side.values.map { .number($0) }), "mean": .number(side.mean),
        "provenance": JSONValue(side.provenance?.kind.rawValue),
        "source": JSONValue(side.provenance?.source),
      ])
    }
    self.init([
      "metric": .string(comparison.metric.description),
      "unit": .string(comparison.unit),
      "first": side(comparison.first),
      "second": side(comparison.second),
      "ratio": .number(comparison.ratio),
      "ratioLow": JSONValue(comparison.ratioLow),
      "ratioHigh": JSONValue(comparison.ratioHigh),
      "confidence": .number(comparison.confidence),
      "isPaired": .bool(comparison.isPaired),
      "isInsideNoise": comparison.isInsideNoise.map { .bool($0) } ?? .null,
      "noiseFloor": JSONValue(comparison.noiseFloor),
      "pValue": JSONValue(comparison.pValue),
      "higherIsBetter": comparison.higherIsBetter.map { .bool($0) } ?? .null,
      "isForced": .bool(comparison.isForced),
      "verdict": .string(comparison.verdict),
      "notices": JSONValue(comparison.notices),
    ])
  }
}
