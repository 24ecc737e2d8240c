import ErgonEnergy
import ErgonEnergyFoundation
import Foundation
import Testing

@Suite("Foundation measurements")
struct BridgeTests {
  @Test("measurements of any unit become quantities")
  func fromFoundation() {
    #expect(abs(Joules(Measurement(value: 1, unit: .kilowattHours)).value - 3.6e6) < 1e-6)
    #expect(abs(Watts(Measurement(value: 2, unit: .kilowatts)).value - 2000) < 1e-9)
    #expect(abs(Seconds(Measurement(value: 1.5, unit: .minutes)).value - 90) < 1e-9)
    #expect(abs(GramsCO2e(Measurement(value: 1, unit: .kilograms)).value - 1000) < 1e-9)
  }

  @Test("and quantities become measurements")
  func toFoundation() {
    #expect(Joules(3.6e6).measurement == Measurement(value: 3.6e6, unit: UnitEnergy.joules))
    #expect(abs(Joules(3.6e6).measurement.converted(to: .kilowattHours).value - 1) < 1e-12)
    #expect(Watts(5).measurement.unit == .watts)
    #expect(Seconds(5).measurement.value == 5)
    #expect(GramsCO2e(5).measurement.unit == .grams)
  }
}

@Suite("Calibration profiles as files")
struct CalibrationFileTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/ergon-\(UUID().uuidString)"

  private func profile() throws -> CalibrationProfile {
    let fit = try CalibrationFit(
      [(0, 10), (1, 14), (2, 19)].map { CalibrationPoint(busy: $0, power: Watts($1)) },
      source: "powercap/package-0")
    return CalibrationProfile(
      model: CPUPowerModel(
        name: "calibrated: powercap/package-0", version: "1", wattsPerCore: fit.perCore,
        idleWattsPerCore: fit.idle, kind: .estimated),
      source: "powercap/package-0", idlePower: ["powercap/package-0": fit.idle], madeAt: 1.8e9,
      fingerprint: "Test CPU 1 × 4", fit: fit)
  }

  @Test("a profile survives being written and read")
  func roundTrip() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let profile = try profile()
    try profile.save(folder + "/deep/calibration.json")
    #expect(try CalibrationProfile.load(folder + "/deep/calibration.json") == profile)
  }

  @Test("no file is no profile, and no error")
  func missing() throws { #expect(try CalibrationProfile.load(folder + "/none.json") == nil) }

  @Test(
    "a broken profile is refused with the file's name",
    arguments: [
      "", "{", "[]", "{\"model\": 3}", "null", "\u{FF}", String(repeating: "[", count: 10_000),
      String(repeating: " ", count: 1 << 21),
    ])
  func broken(text: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/broken.json"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    #expect {
      try CalibrationProfile.load(path)
    } throws: { error in
      if case EnergyError.malformedProfile(path, _) = error { true } else { false }
    }
  }

  @Test("impossible watts are refused")
  func impossible() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var profile = try profile()
    profile.idlePower["powercap/package-0"] = Interval(
      low: Watts(-5), best: Watts(1), high: Watts(2))
    try profile.save(folder + "/bad.json")
    #expect(throws: EnergyError.self) { try CalibrationProfile.load(folder + "/bad.json") }
  }

  @Test("a place that cannot be written is said")
  func unwritable() throws {
    let profile = try profile()
    #expect(throws: EnergyError.self) { try profile.save("/dev/null/calibration.json") }
  }
}
