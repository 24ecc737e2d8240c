import Testing

@Suite("ergon calibrate")
struct CalibrateCommandTests {
  @Test("without a counter it says what would do, and keeps nothing")
  func noCounter() async throws {
    let ergon = try ErgonProcess()
    let result = try await ergon.run(
      "calibrate", "--source", "model", "--step", "50ms", "--repeats", "1")
    #expect(result.exitCode == 69)
    #expect(result.output.isEmpty)
    #expect(result.error.contains("plug meter"))
    let shown = try await ergon.run("doctor", "--json")
    #expect(shown.exitCode == 0, "no broken profile was left behind")
  }

  @Test("impossible settings are usage errors", arguments: ["0s", "1h", "-3s", "fast"])
  func badStep(step: String) async throws {
    let result = try await ErgonProcess().run("calibrate", "--step=\(step)")
    #expect(result.exitCode == 64)
  }
}
