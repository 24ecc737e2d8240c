import ErgonEnergy
import Foundation
import Testing

@Suite("How quantities are written")
struct QuantityFormatTests {
  @Test(
    "energy is shown in the unit a person would pick",
    arguments: [
      (0, "0 J"), (2.5e-9, "2.50 nJ"), (3.1e-6, "3.10 µJ"), (0.0123, "12.3 mJ"), (1, "1.00 J"),
      (999.4, "999 J"), (999.6, "1.00 kJ"), (1500, "1.50 kJ"), (3.6e6, "1.00 kWh"),
      (5.4e9, "1.50 MWh"), (7.2e12, "2.00 GWh"), (-0.5, "-500 mJ"),
    ] as [(Double, String)])
  func energy(joules: Double, text: String) {
    #expect(Joules(joules).description == text)
  }

  @Test(
    "power, time and mass likewise",
    arguments: [
      (Watts(0.0021).description, "2.10 mW"), (Watts(65).description, "65.0 W"),
      (Watts(1.2e6).description, "1.20 MW"), (Seconds(90).description, "1.50 min"),
      (Seconds(2.5e-7).description, "250 ns"), (Seconds(172_800).description, "2.00 d"),
      (GramsCO2e(0.000306).description, "306 µgCO2e"), (GramsCO2e(4.4e6).description, "4.40 tCO2e"),
    ])
  func others(shown: String, expected: String) { #expect(shown == expected) }

  @Test(
    "the error bar is always there",
    arguments: [
      (Interval(Joules(12.3), relative: 0.05), "12.3 J ±5.0 %"),
      (Interval(Joules(12), factor: 2), "12.0 J (6.00 … 24.0)"),
      (Interval(exactly: Joules(3.6e6)), "1.00 kWh (exact)"),
      (Interval(low: Joules(0), best: Joules(0), high: Joules(0.01)), "0 J (0 … 10.0)"),
    ])
  func bars(interval: Interval<Joules>, text: String) {
    #expect(QuantityFormat.string(interval) == text)
  }

  @Test(
    "a bar alone is shown as it was meant",
    arguments: [
      (ErrorBar.relative(0.05), "±5.0 %"), (.factor(2), "×/÷ 2.0"), (.none, "exact"),
      (ErrorBar(low: 0.9, high: 1.3), "-10 … +30 %"),
    ])
  func barAlone(bar: ErrorBar, text: String) { #expect(bar.description == text) }

  @Test("a kilowatt-hour is 3.6 megajoules exactly")
  func kilowattHour() {
    #expect(Joules(kilowattHours: 1) == Joules(3_600_000))
    #expect(Joules(3_600_000).kilowattHours == 1)
  }
}

@Suite("Quantities as JSON")
struct QuantityCodingTests {
  private func roundTrip<Value: Codable & Equatable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
  }

  @Test("figures, bars and readings survive a round trip")
  func roundTrips() throws {
    let figure = Figure(
      Interval(Joules(0.1), factor: 3), Provenance(.estimated, source: "model", version: "2"))
    #expect(try roundTrip(figure) == figure)
    #expect(try roundTrip(ErrorBar(low: 0.5, high: 3)) == ErrorBar(low: 0.5, high: 3))
    let reading = Reading(
      name: "w", parent: "outer", scope: .cgroup(path: "/user.slice"), startedAt: 1.5,
      duration: Seconds(2),
      components: [ComponentReading(component: .cpu, counter: "powercap/p", total: figure)],
      cpu: CPUTime(user: Seconds(1), system: Seconds(0.5)), machineBusy: Seconds(1.75),
      processors: 4, notices: [.suspended(Seconds(3)), .absent(counter: "c", reason: "r")],
      series: PowerSeries(
        time: [1, 2],
        channels: [.init(counter: "powercap/p", component: .cpu, powerW: [3, 4])]))
    #expect(try roundTrip(reading) == reading)
    #expect(try roundTrip(WindowScope.tree(pid: 7)) == .tree(pid: 7))
  }

  @Test("a quantity is a plain number")
  func plainNumber() throws {
    #expect(String(decoding: try JSONEncoder().encode([Joules(1.5)]), as: UTF8.self) == "[1.5]")
  }

  @Test(
    "bounds out of order are refused",
    arguments: [
      #"{"low": 2, "best": 1, "high": 3}"#, #"{"low": 0, "best": 4, "high": 3}"#,
    ])
  func disorder(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Interval<Joules>.self, from: Data(json.utf8))
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ErrorBar.self, from: Data(#"{"low": 1.2, "high": 2}"#.utf8))
    }
  }
}
