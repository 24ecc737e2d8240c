import ErgonEnergy
import ErgonLedger

extension JSONObject {
  /// A run without its parts; the keys are those of a whole run.
  init(_ run: RunSummary, isLost: Bool) {
    self = [
      "runId": .string(run.id.description),
      "parentRunId": JSONValue(run.parent?.description),
      "subject": .string(run.subject),
      "kind": .string(run.kind.rawValue),
      "state": .string(run.state.rawValue),
      "isLost": .bool(isLost),
      "startedAtUnixS": .number(run.startedAt),
      "durationS": JSONValue(run.duration?.value),
      "cpuS": JSONValue(run.cpu?.value),
      "exitCode": run.exitCode.map { JSONValue($0) } ?? .null,
      "energyJ": JSONValue(run.energy),
      "idleEnergyJ": JSONValue(run.idle?.value),
      "carbonGCO2e": run.carbon.map { .object(JSONObject($0)) } ?? .null,
      "grid": JSONValue(run.grid),
      "intensityGPerKWh": JSONValue(run.gramsPerKWh),
      "metrics": .array(run.metrics.map { .object(JSONObject($0)) }),
      "tags": JSONValue(run.tags),
    ]
    if let repetition = run.repetition {
      self["repetition"] = .object([
        "group": .string(repetition.group.description), "side": .string(repetition.side),
        "index": JSONValue(repetition.index), "interleaved": .bool(repetition.isInterleaved),
      ])
    }
  }

  /// A whole run with its stages and its environment.
  init(_ run: Run, isLost: Bool) {
    self.init(run)
    self["isLost"] = .bool(isLost)
    self["stages"] = .array(
      run.stages.map { stage in
        var object = JSONObject(Bill(reading: stage.reading))
        object["name"] = .string(stage.name)
        return .object(object)
      })
    self["environment"] = .object(JSONObject(run.environment))
  }

  private init<Quantity>(_ interval: Interval<Quantity>) {
    self = [
      "low": .number(interval.low.value), "best": .number(interval.best.value),
      "high": .number(interval.high.value),
    ]
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
