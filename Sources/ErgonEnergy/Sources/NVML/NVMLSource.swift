#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// NVIDIA graphics processors, through the driver's own library.
///
/// Parts since Volta count millijoules from the loading of the driver on; the counter never wraps,
/// so a fall is a reset. Older parts tell only their power, which the meter integrates.
struct NVMLSource: EnergySource {
  let name = "nvml"
  let counters: [EnergyCounter]
  private let devices: [NVMLDevice]

  /// - Parameter found: Counters with the device of each.
  init(_ found: [(counter: EnergyCounter, device: NVMLDevice)]) {
    counters = found.map(\.counter)
    devices = found.map(\.device)
  }

  func read(_ samples: inout [CounterSample]) {
    for index in devices.indices {
      do throws(NVMLLibrary.Failure) {
        switch counters[index].reading {
        case .energy: samples[index] = .energy(ticks: try devices[index].millijoules())
        case .power: samples[index] = .power(try devices[index].power())
        }
      } catch {
        samples[index] = CounterSample(error)
      }
    }
  }

  /// The part of the busy time of the device in which kernels of these processes ran.
  ///
  /// Identifiers are those of the host: a container that hides them gets `nil`.
  func share(
    ofCounter counter: Int, processes: Set<Int32>, lastSeconds seconds: Double
  ) -> Double? {
    guard devices.indices.contains(counter), seconds >= 0 else { return nil }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let since = max(0, Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9 - seconds) * 1e6
    guard let uses = try? devices[counter].uses(since: UInt64(since)) else { return nil }
    let busy = uses.reduce(0.0) { $0 + Double($1.percent) }
    guard busy > 0 else { return nil }
    let own = uses.reduce(0.0) { processes.contains($1.pid) ? $0 + Double($1.percent) : $0 }
    return own / busy
  }
}

extension CounterSample {
  fileprivate init(_ failure: NVMLLibrary.Failure) {
    switch failure {
    case .call(NVMLLibrary.Code.gpuIsLost, let text): self = .gone(text)
    case .call(let code, let text): self = .unreadable("\(text) (NVML code \(code))")
    case .notLoaded(let text), .missingSymbol(let text): self = .gone(text)
    }
  }
}
