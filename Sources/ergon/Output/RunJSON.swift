import ErgonEnergy
import ErgonLedger

extension JSONObject {
  /// A run as every command prints it.
  init(_ run: Run) {
    self = [
      "runId": .string(run.id.description), "parentRunId": JSONValue(run.parent?.description),
      "subject": .string(run.subject), "kind": .string(run.kind.rawValue),
      "state": .string(run.state.rawValue), "startedAtUnixS": .number(run.startedAt),
      "exitCode": run.exitCode.map { JSONValue($0) } ?? .null,
      "bill": run.bill.map { .object(JSONObject($0)) } ?? .null,
      "settings": .object(JSONObject(run.settings.mapValues { .string($0) })),
      "tags": JSONValue(run.tags),
      "metrics": .array(
        run.metrics.map {
          .object([
            "name": .string($0.name), "value": .number($0.value), "unit": .string($0.unit),
          ])
        }),
    ]
    if let repetition = run.repetition {
      self["repetition"] = .object([
        "group": .string(repetition.group.description), "side": .string(repetition.side),
        "index": JSONValue(repetition.index), "interleaved": .bool(repetition.isInterleaved),
      ])
    }
  }

  /// A bill: the headline, what stands beside it, and one entry per counter.
  init(_ bill: Bill) {
    let reading = bill.reading
    self = [
      "energyJ": JSONValue(bill.energy), "idleEnergyJ": JSONValue(bill.idle),
      "meanPowerW": JSONValue(BillText(bill).power), "carbonGCO2e": JSONValue(bill.carbon),
      "buildingEnergyJ": JSONValue(bill.building),
      "buildingCarbonGCO2e": JSONValue(bill.buildingCarbon), "waterL": JSONValue(bill.water),
      "embodiedGCO2e": JSONValue(bill.embodied),
      "durationS": .number(reading.duration.value),
      "suspendedS": .number(reading.suspended.value),
      "cpuUserS": .number(reading.cpu.user.value),
      "cpuSystemS": .number(reading.cpu.system.value),
      "machineBusyS": JSONValue(reading.machineBusy?.value),
      "processors": JSONValue(reading.processors),
      "meterCpuS": .number(reading.meterCost.value),
      "components": .array(reading.components.map { .object(JSONObject($0)) }),
      "notices": JSONValue(reading.notices.map(\.description)),
      "grid": bill.grid.map { .object(JSONObject($0)) } ?? .null,
    ]
  }

  init(_ part: ComponentReading) {
    self = [
      "component": .string(part.component.rawValue), "counter": .string(part.counter),
      "totalJ": JSONValue(part.total), "dynamicJ": JSONValue(part.dynamic),
      "idleJ": JSONValue(part.idle), "inHeadline": .bool(part.isInHeadline),
      "wraps": JSONValue(part.wraps), "missed": JSONValue(part.missed),
      "samples": JSONValue(part.samples),
    ]
  }

  init(_ grid: Grid) {
    self = [
      "code": .string(grid.code), "name": .string(grid.name),
      "year": grid.year.map { JSONValue($0) } ?? .null,
      "intensityGPerKWh": JSONValue(Figure(grid.gramsPerKWh, grid.provenance)),
    ]
  }
}
