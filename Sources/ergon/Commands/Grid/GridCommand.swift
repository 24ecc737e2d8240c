import ArgumentParser
import ErgonEnergy

/// `ergon grid`: what a kilowatt-hour stands for, by place.
struct GridCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grid",
    abstract: "Look up carbon intensities: the yearly table, one place, or live.",
    discussion: example(
      "ergon grid list", "ergon grid show FR", "ergon grid live GB --provider uk",
      about: "A place is never guessed, and the network is asked by 'live' alone."),
    subcommands: [GridList.self, GridShow.self, GridLive.self])
}

extension Grid {
  /// Stable keys of every `ergon grid` answer.
  var json: JSONObject {
    [
      "code": .string(code), "name": .string(name), "year": year.map { JSONValue($0) } ?? .null,
      "intensityGPerKWh": JSONValue(Figure(gramsPerKWh, provenance)),
    ]
  }

  /// `44 g/kWh (38.3 … 50.6)`.
  var intensityText: String {
    let text = QuantityFormat.number(gramsPerKWh.best.value) + " g/kWh"
    let range = [gramsPerKWh.low, gramsPerKWh.high].map { QuantityFormat.number($0.value) }
    return range[0] == range[1] ? text : text + " (\(range[0]) … \(range[1]))"
  }
}
