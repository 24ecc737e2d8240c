import Testing

@testable import ErgonEnergy

@Suite("core table")
struct CoreTableTests {
  private func model(_ cpuinfo: String) -> CPUPowerModel {
    CPUPowerModel.forProcessor(CPUIdentity.parse(cpuinfo: cpuinfo))
  }

  @Test(
    "processors find the row of their family",
    arguments: [
      (CPUInfo.skylakeServer, "Intel Skylake or Cascade Lake server"),
      (CPUInfo.kabyLakeWithSGX, "Intel Skylake to Comet Lake mobile"),
      (CPUInfo.rome, "AMD Zen 2 server"), (CPUInfo.guest, "AMD Zen 5 server"),
      (CPUInfo.graviton3, "ARM Neoverse V1"),
      (CPUInfo.raspberryPi5, "ARM Cortex-A76 (Raspberry Pi 5)"),
      ("", "unknown processor"), ("vendor_id : GenuineIntel", "unknown processor"),
      ("vendor_id: GenuineIntel\ncpu family: 6\nmodel: 250", "Intel, unlisted model"),
      (
        "vendor_id: GenuineIntel\ncpu family: 6\nmodel: 250\nmodel name: Intel Xeon 9",
        "Intel server, unlisted model"
      ),
      (
        "vendor_id: AuthenticAMD\ncpu family: 23\nmodel: 1\nmodel name: AMD EPYC 7601",
        "AMD Zen server"
      ),
      (
        "vendor_id: AuthenticAMD\ncpu family: 23\nmodel: 1\nmodel name: AMD Ryzen 7 1700",
        "AMD Zen desktop"
      ),
      ("CPU implementer: 0x41\nCPU part: 0xfff", "ARM, unlisted core"),
      ("CPU implementer: 0x61\nCPU part: 0x023", "Apple silicon under Linux"),
    ])
  func rows(cpuinfo: String, row: String) {
    #expect(model(cpuinfo).name == "core table: \(row)")
  }

  @Test("Apple's cores are known by the chip's name and reach down to the efficiency core")
  func apple() {
    let m4 = CPUIdentity(name: "Apple M4 Pro", vendor: .apple, logicalProcessors: 14)
    let model = CPUPowerModel.forProcessor(m4)
    #expect(model.name == "core table: Apple M3 or M4, performance core")
    #expect(model.wattsPerCore.low == Watts(0.05))
  }

  @Test("a known family is good to a factor of two, an unknown processor to three")
  func errorBars() {
    let known = model(CPUInfo.skylakeServer).wattsPerCore
    #expect(abs(known.high / known.best - 2) < 1e-12 && abs(known.best / known.low - 2) < 1e-12)
    let unknown = model("").wattsPerCore
    #expect(abs(unknown.high / unknown.best - 3) < 1e-12)
    #expect(abs(unknown.best / unknown.low - 3) < 1e-12)
  }

  @Test("every row is in reach of what processors draw, and is dated and founded")
  func sanity() {
    for row in CoreFamily.table + [.unknown] {
      #expect((0.3...10).contains(row.busyW), "\(row.name)")
      #expect((0.01...2).contains(row.idleW), "\(row.name)")
      #expect(row.idleW < row.busyW, "\(row.name)")
      #expect([2, 3].contains(row.factor) && !row.basis.isEmpty, "\(row.name)")
    }
    #expect(CPUPowerModel.forMachine(Host()).version == CoreFamily.tableVersion)
  }

  @Test("server cores lie between 1.5 and 6 W busy and 0.5 and 2 W idle")
  func servers() {
    for row in CoreFamily.table where row.name.contains("server") {
      #expect((1.5...6).contains(row.busyW) && (0.5...2).contains(row.idleW), "\(row.name)")
    }
  }

  @Test("a declared power is assumed, with an error bar of its own")
  func declared() {
    let model = CPUPowerModel(declaredWattsPerCore: Watts(4), idle: Watts(1))
    #expect(model.kind == .assumed)
    #expect(model.wattsPerCore == Interval(low: Watts(2), best: Watts(4), high: Watts(8)))
    let sure = CPUPowerModel(declaredWattsPerCore: Watts(4), error: .relative(0.1))
    #expect(abs(sure.wattsPerCore.high.value - 4.4) < 1e-12)
  }
}
