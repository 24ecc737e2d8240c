internal import CErgonSystem

/// NVIDIA's management library, opened at run time and shut down with the last user.
///
/// The library is thread-safe by its own documentation and its entry points never change once
/// found, hence the unchecked conformance.
final class NVMLLibrary: @unchecked Sendable {
  /// Why the library gave nothing.
  enum Failure: Error, Hashable {
    case notLoaded(String)
    case missingSymbol(String)
    case call(code: Int32, text: String)
  }

  /// What the library answers, as far as it makes a difference here.
  enum Code {
    static let notSupported: Int32 = 3
    static let noPermission: Int32 = 4
    static let notFound: Int32 = 6
    static let insufficientSize: Int32 = 7
    static let driverNotLoaded: Int32 = 9
    static let gpuIsLost: Int32 = 15
    static let versionMismatch: Int32 = 18
  }

  /// One process's use of a device.
  struct Use: Hashable {
    var pid: Int32
    /// Per cent of the time in which some kernel of the process ran.
    var percent: UInt32
  }

  /// The driver's version: `550.54.14`.
  let driverVersion: String
  private var nvml: ergon_nvml

  /// - Parameter path: A file, or a bare name that the loader looks for.
  init(path: String) throws(Failure) {
    var nvml = ergon_nvml()
    var text = [CChar](repeating: 0, count: 256)
    let outcome = ergon_nvml_open(path, &nvml, &text, text.count)
    if outcome == 1 { throw .notLoaded(Self.string(text)) }
    if outcome != 0 { throw .missingSymbol(Self.string(text)) }
    let code = nvml.`init`()
    guard code == 0 else {
      let failure = Failure.call(code: code, text: Self.words(nvml, code))
      ergon_nvml_close(&nvml)
      throw failure
    }
    var version = [CChar](repeating: 0, count: 96)
    driverVersion =
      nvml.driver_version(&version, UInt32(version.count)) == 0 ? Self.string(version) : ""
    self.nvml = nvml
  }

  deinit {
    _ = nvml.shutdown()
    ergon_nvml_close(&nvml)
  }

  func deviceCount() throws(Failure) -> Int {
    var count: UInt32 = 0
    try check(nvml.count(&count))
    return Int(count)
  }

  func device(_ index: Int) throws(Failure) -> NVMLDevice {
    var handle: ergon_nvml_device?
    try check(nvml.device(UInt32(index), &handle))
    guard let handle else { throw .call(code: Code.notFound, text: "no handle") }
    return NVMLDevice(library: self, handle: handle)
  }

  /// The library's own words for a code.
  func words(_ code: Int32) -> String { Self.words(nvml, code) }

  private static func words(_ nvml: ergon_nvml, _ code: Int32) -> String {
    guard let text = nvml.error_string(code) else { return "NVML code \(code)" }
    return String(cString: text)
  }

  fileprivate func check(_ code: Int32) throws(Failure) {
    guard code == 0 else { throw .call(code: code, text: words(code)) }
  }

  fileprivate func optional<Entry>(_ entry: Entry?) throws(Failure) -> Entry {
    guard let entry else {
      throw .call(code: Code.notSupported, text: "not in this version of the library")
    }
    return entry
  }

  fileprivate static func string(_ text: [CChar]) -> String {
    String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  fileprivate var entries: ergon_nvml { nvml }
}

/// One device of the library.
struct NVMLDevice: @unchecked Sendable {
  fileprivate let library: NVMLLibrary
  fileprivate let handle: ergon_nvml_device

  /// The product's name: `NVIDIA H100 80GB HBM3`.
  func name() throws(NVMLLibrary.Failure) -> String {
    var text = [CChar](repeating: 0, count: 96)
    try library.check(library.entries.name(handle, &text, UInt32(text.count)))
    return NVMLLibrary.string(text)
  }

  /// The device's name for life: `GPU-…`.
  func uuid() throws(NVMLLibrary.Failure) -> String {
    var text = [CChar](repeating: 0, count: 96)
    try library.check(library.entries.uuid(handle, &text, UInt32(text.count)))
    return NVMLLibrary.string(text)
  }

  /// Millijoules since the driver was loaded.
  func millijoules() throws(NVMLLibrary.Failure) -> UInt64 {
    var value: UInt64 = 0
    try library.check(try library.optional(library.entries.energy)(handle, &value))
    return value
  }

  func power() throws(NVMLLibrary.Failure) -> Watts {
    var milliwatts: UInt32 = 0
    try library.check(library.entries.power(handle, &milliwatts))
    return Watts(Double(milliwatts) * 1e-3)
  }

  /// The highest power limit that may be set.
  func greatestPowerLimit() throws(NVMLLibrary.Failure) -> Watts {
    var (least, greatest): (UInt32, UInt32) = (0, 0)
    try library.check(
      try library.optional(library.entries.power_limits)(handle, &least, &greatest))
    return Watts(Double(greatest) * 1e-3)
  }

  /// The generation by number, 4 Pascal to 9 Hopper and on.
  func architecture() throws(NVMLLibrary.Failure) -> UInt32 {
    var value: UInt32 = 0
    try library.check(try library.optional(library.entries.architecture)(handle, &value))
    return value
  }

  /// Whether the device is split into instances that share one counter.
  func isSplit() throws(NVMLLibrary.Failure) -> Bool {
    var (current, pending): (UInt32, UInt32) = (0, 0)
    try library.check(try library.optional(library.entries.mig_mode)(handle, &current, &pending))
    return current == 1
  }

  /// How much each process used the device since a moment, in microseconds since 1970; empty when
  /// none did.
  func uses(since time: UInt64) throws(NVMLLibrary.Failure) -> [NVMLLibrary.Use] {
    let query = try library.optional(library.entries.process_utilization)
    var count: UInt32 = 0
    var code = query(handle, nil, &count, time)
    // Processes may start between the two questions, so room is left and the answer tried again.
    for _ in 0..<3 where code == NVMLLibrary.Code.insufficientSize || (code == 0 && count > 0) {
      let room = min(Int(count), 65536) + 16
      var samples = [ergon_nvml_utilization](repeating: ergon_nvml_utilization(), count: room)
      count = UInt32(room)
      code = query(handle, &samples, &count, time)
      if code == 0 {
        return samples.prefix(Int(min(count, UInt32(room)))).map {
          NVMLLibrary.Use(pid: Int32(bitPattern: $0.pid), percent: $0.sm_percent)
        }
      }
    }
    if code == 0 || code == NVMLLibrary.Code.notFound { return [] }
    throw .call(code: code, text: library.words(code))
  }
}
