import ArgumentParser
import ErgonEnergy
import ErgonLedger
import Foundation

/// Which registry a command reads or writes.
struct RegistryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The registry's file, one JSON record a line.", valueName: "path"))
  var registry: String?

  var path: String { registry ?? Folders.data + "/footprints.jsonl" }

  /// The user's own rows; empty where there is no file yet and none was named.
  func own() throws -> FootprintRegistry {
    if registry == nil, !Host().exists(path) { return FootprintRegistry() }
    return try FootprintRegistry.read(path: path)
  }

  /// Writes the user's rows; the data folder is made when the first row needs it.
  func write(_ rows: FootprintRegistry) throws {
    if registry == nil {
      try? FileManager.default.createDirectory(
        atPath: Folders.data, withIntermediateDirectories: true)
    }
    try rows.write(path: path)
  }

  /// A record by its id: the user's own first, then the published ones.
  func record(_ id: String) throws -> FootprintRecord {
    let own = try own()
    if let record = own.records.first(where: { $0.id == id }) { return record }
    do {
      return try StarterRegistry.registry.record(id)
    } catch {
      let nearest = id.nearest(
        in: own.records.map(\.id) + StarterRegistry.records.map(\.id))
      throw FootprintError.unknownRecord(id: id, nearest: nearest.map { [$0] } ?? [])
    }
  }
}

/// `8xA100 SXM 80GB`, `8xV100@300`, `8xV100@300W:0.6`: count, model, design power, utilisation.
struct DeviceArgument: ExpressibleByArgument {
  let device: FootprintRecord.Device

  init?(argument: String) {
    var rest = Substring(argument)
    var device = FootprintRecord.Device(model: "", count: 1)
    if let cross = rest.firstIndex(where: { $0 == "x" || $0 == "×" }),
      let count = Int(rest[..<cross].filter { $0 != " " })
    {
      device.count = count
      rest = rest[rest.index(after: cross)...]
    }
    if let colon = rest.lastIndex(of: ":") {
      guard let share = Double(rest[rest.index(after: colon)...]) else { return nil }
      device.utilisation = share
      rest = rest[..<colon]
    }
    if let at = rest.lastIndex(of: "@") {
      var watts = rest[rest.index(after: at)...]
      if watts.last == "W" { watts.removeLast() }
      guard let power = Double(watts) else { return nil }
      device.tdpW = power
      rest = rest[..<at]
    }
    device.model = String(rest.drop { $0 == " " })
    guard !device.model.isEmpty else { return nil }
    self.device = device
  }
}

extension Footprint {
  /// The figures of `--json`; what is not known is `null`.
  var json: JSONObject {
    [
      "energyJ": JSONValue(energy?.value), "energySpread": .number(energySpread),
      "carbonGCO2e": JSONValue(carbon?.value), "carbonSpread": .number(carbonSpread),
      "powerW": JSONValue(powerW?.value), "utilisation": JSONValue(utilisation?.value),
      "durationS": JSONValue(hours.map { $0.value * 3600 }), "pue": .number(pue.value),
      "intensityGPerKWh": JSONValue(gramsPerKWh?.value),
      "intensityYear": intensityYear.map { JSONValue($0) } ?? .null,
      "basis": JSONValue(basis?.rawValue), "conventions": JSONValue(conventions),
    ]
  }

  /// `1.29 GWh ×/÷ 1.3`; `nil` where there is no energy.
  var energyText: String? { energy.map { "\($0) ×/÷ \(QuantityFormat.number(energySpread))" } }
  var carbonText: String? { carbon.map { "\($0) ×/÷ \(QuantityFormat.number(carbonSpread))" } }
}
