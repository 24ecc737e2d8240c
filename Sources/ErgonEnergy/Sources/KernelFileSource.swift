/// A kernel file with one number in it, in whatever form its driver chose.
protocol CounterFile: Sendable {
  var path: String { get }
  func readNumber() throws(SystemFileError) -> UInt64
}

extension SystemFile: CounterFile {}

/// A source whose every counter is one kernel file with one unsigned number in it.
///
/// powercap, SCMI and hwmon all publish their counters so; they differ only in what they find.
struct KernelFileSource: EnergySource {
  let name: String
  let counters: [EnergyCounter]
  private let files: [any CounterFile]

  /// - Parameter found: Counters with the open file of each; power is read in microwatts.
  init(name: String, _ found: [(counter: EnergyCounter, file: any CounterFile)]) {
    self.name = name
    counters = found.map(\.counter)
    files = found.map(\.file)
  }

  func read(_ samples: inout [CounterSample]) {
    for index in files.indices { samples[index] = sample(index) }
  }

  private func sample(_ index: Int) -> CounterSample {
    do throws(SystemFileError) {
      let number = try files[index].readNumber()
      switch counters[index].reading {
      case .energy(_, let range?) where number >= range:
        return .unreadable("beyond the counter's range: \(number) in \(files[index].path)")
      case .energy: return .energy(ticks: number)
      case .power: return .power(Watts(Double(number) * 1e-6))
      }
    } catch {
      return CounterSample(error)
    }
  }
}

extension CounterSample {
  /// The sample for a file that gave nothing: gone for good with its device, or only this time.
  init(_ error: SystemFileError) {
    switch error {
    case .missing, .gone: self = .gone("\(error)")
    case .permission, .unreadable, .notANumber: self = .unreadable("\(error)")
    }
  }
}

/// Opens a kernel file and reads it once, since opening alone proves little: what a driver
/// refuses, it refuses on reading.
func openAndRead(_ path: String) -> Result<(file: SystemFile, number: UInt64), SystemFileError> {
  do throws(SystemFileError) {
    let file = try SystemFile(path)
    return .success((file, try file.readNumber()))
  } catch {
    return .failure(error)
  }
}
