import ErgonEnergy
import Testing

@Suite struct QuantityParsingTests {
  @Test(
    "energies read in every unit a person writes",
    arguments: [
      ("50J", 50.0), ("50 J", 50), (" 0.5J ", 0.5), ("50j", 50), ("1mJ", 1e-3), ("1MJ", 1e6),
      ("1kJ", 1e3), ("2kWh", 7.2e6), ("2kwh", 7.2e6), ("1Wh", 3600), ("3uJ", 3e-6),
      ("3µJ", 3e-6), ("3\u{3BC}J", 3e-6), ("1e3J", 1e3), ("1.5e-3 kJ", 1.5), (".5J", 0.5),
      ("0J", 0),
    ])
  func energies(text: String, joules: Double) throws {
    let read = try Joules(parsing: text).value
    #expect(abs(read - joules) <= 1e-12 * joules)
  }

  @Test(
    "times read down to nanoseconds",
    arguments: [
      ("10ms", 0.01), ("1s", 1.0), ("2min", 120), ("1h", 3600), ("5us", 5e-6), ("1d", 86400),
    ])
  func times(text: String, seconds: Double) throws {
    #expect(abs(try Seconds(parsing: text).value - seconds) <= 1e-12 * seconds)
  }

  @Test("a plain number needs a declared unit")
  func defaultUnit() throws {
    #expect(try Watts(parsing: "3.5", defaultUnit: "W") == Watts(3.5))
    #expect(try Watts(parsing: "3.5kW", defaultUnit: "W") == Watts(3500))
    #expect(throws: EnergyError.self) { try Watts(parsing: "3.5") }
  }

  @Test(
    "anything else is refused with a typed error, never a trap",
    arguments: [
      "", " ", "J", "-5J", "5", "5 parsecs", "5mj", "inf J", "nanJ", "0x10J", "1e999J", "5J5",
      "5..J", "1e308kWh", "e5J", "5e J", "五J", "50J;rm",
    ])
  func refused(text: String) {
    #expect(throws: EnergyError.self) { try Joules(parsing: text) }
  }

  @Test("the refusal says what would do")
  func message() {
    #expect(
      throws: EnergyError.invalidParameter(
        name: "time", value: "5x",
        expected: "a number of 0 or more and a unit (ns, µs, ms, s, min, h, d), such as 10ms")
    ) { try Seconds(parsing: "5x") }
  }

  @Test("what is shown with enough digits reads back", arguments: [1e-7, 0.012, 3.0, 4567, 8.1e7])
  func roundTrip(value: Double) throws {
    let shown = QuantityFormat.string(Joules(value), significantDigits: 15)
    #expect(abs(try Joules(parsing: shown).value - value) <= 1e-12 * value)
  }
}
