/// RAPL read straight from the processor's registers, for kernels without the other interfaces.
struct MSRSource: EnergySource {
  static let name = "msr"
  static let title = "Intel and AMD RAPL registers"
  static let remedy =
    "run as root, or: sudo chmod a+r /dev/cpu/*/msr && sudo setcap cap_sys_rawio=ep "
    + "\"$(command -v ergon)\" (this opens every register to ergon; prefer powercap or perf)"

  var name: String { Self.name }
  let counters: [EnergyCounter]
  private let registers: [(file: MSRFile, number: UInt32)]

  init(_ found: [(counter: EnergyCounter, file: MSRFile, number: UInt32)]) {
    counters = found.map(\.counter)
    registers = found.map { ($0.file, $0.number) }
  }

  func read(_ samples: inout [CounterSample]) {
    for (index, register) in registers.enumerated() {
      do throws(SystemFileError) {
        // Only the low half counts; the upper bits are reserved.
        let value = try register.file.read(register.number) & 0xFFFF_FFFF
        samples[index] = .energy(ticks: value)
      } catch {
        samples[index] = CounterSample(error)
      }
    }
  }

  static func discover(_ host: Host, cpu: CPUIdentity) -> Discovery {
    guard let layout = MSRLayout(cpu) else {
      return absent(RAPL.absence(host, cpu: cpu, driver: "sudo modprobe msr"))
    }
    guard host.exists("/dev/cpu/0/msr") else {
      return absent(RAPL.absence(host, cpu: cpu, driver: "sudo modprobe msr"))
    }
    let remark = RAPL.filterRemark(host, cpu: cpu)
    let provenance = Provenance(.measured, source: "RAPL registers", version: host.kernel ?? "")
    var found: [(counter: EnergyCounter, file: MSRFile, number: UInt32)] = []
    var failure: SystemFileError?
    for place in RAPL.places(host, cpu: cpu) {
      do throws(SystemFileError) {
        let file = try MSRFile(host.path("/dev/cpu/\(place.cpu)/msr"))
        for register in layout.registers(unit: try file.read(layout.unit)) {
          // A register that is missing or zero belongs to a domain this processor lacks.
          guard let value = try? file.read(register.number), value & 0xFFFF_FFFF != 0 else {
            continue
          }
          if register.domain == .psys, found.contains(where: { $0.counter.device == "platform" }) {
            continue
          }
          let counter = RAPL.counter(
            register.domain, place: place.name, name: register.domain == .psys ? "psys" : nil,
            reading: .energy(joulesPerTick: register.joulesPerTick, range: 1 << 32),
            tick: Joules(register.joulesPerTick), cpu: cpu, provenance: provenance,
            remark: remark)
          found.append((counter, file, register.number))
        }
      } catch {
        failure = failure ?? error
      }
    }
    guard !found.isEmpty else {
      var report = SourceReport(
        name: name, title: title, isFound: true, isUsable: false,
        reason: failure.map { "\($0)" } ?? "every energy register reads 0 and is taken as absent")
      if case .permission = failure { report.remedy = remedy }
      return Discovery(report)
    }
    let names = found.map(\.counter.name)
    found = found.map { (RAPL.settled($0.counter, among: names), $0.file, $0.number) }
    return Discovery(
      SourceReport(
        name: name, title: title, isFound: true, isUsable: true,
        reason: "\(found.count) registers: \(names.joined(separator: ", "))"
          + (failure.map { "; \($0)" } ?? ""),
        counters: found.map(\.counter)), source: MSRSource(found))
  }

  private static func absent(_ why: (String, remedy: String?)) -> Discovery {
    Discovery(
      SourceReport(
        name: name, title: title, isFound: false, isUsable: false, reason: why.0,
        remedy: why.remedy))
  }
}
