/// Thermal design power of accelerators and server processors.
///
/// Every row is from vendors' data sheets as remembered, not as read: ``mark`` says so wherever a
/// figure of this table is used.
///
/// ```swift
/// DeviceTable.find("A100 SXM 80 GB").device?.tdpW     // 400
/// DeviceTable.find("P100")                            // ambiguous: PCIe 250 W, SXM2 300 W
/// ```
///
/// - Units: watts.
public enum DeviceTable {
  /// What every use of the table must say.
  public static let mark = "data sheet, from memory, unverified"

  /// One row.
  public struct Device: Sendable, Hashable, Codable {
    public let name: String
    public let tdpW: Double
    public let kind: Kind
    /// What the number covers, where vendors differ.
    public let remark: String?
    /// How far the row was checked.
    public var mark: String { DeviceTable.mark }

    public enum Kind: String, Sendable, Hashable, Codable { case accelerator, processor }
  }

  /// The answer to a name.
  public enum Match: Sendable, Hashable {
    case found(Device)
    /// Several devices with different power carry the name.
    case ambiguous([String])
    case unknown(nearest: [String])

    public var device: Device? { if case .found(let device) = self { device } else { nil } }
  }

  /// Looks a device up by name.
  ///
  /// Upper and lower case, spaces, hyphens and the vendor's name do not matter. A name that fits
  /// the beginning of several rows with different power is ambiguous, never one of them.
  public static func find(_ name: String) -> Match {
    let key = normal(name)
    guard !key.isEmpty else { return .unknown(nearest: []) }
    if let device = byKey[key] { return .found(device) }
    let longer = keys.filter { $0.key.hasPrefix(key) }.map(\.device)
    guard let first = longer.first else {
      return .unknown(nearest: nearest(key))
    }
    return Set(longer.map(\.tdpW)).count == 1 ? .found(first) : .ambiguous(longer.map(\.name))
  }

  private static func nearest(_ key: String) -> [String] {
    let start = key.prefix(3)
    return Array(keys.filter { $0.key.hasPrefix(start) }.map(\.device.name).prefix(3))
  }

  private static func normal(_ name: String) -> String {
    var text = String(
      decoding: name.lowercased().utf8.filter {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }, as: UTF8.self)
    for vendor in ["nvidia", "amd", "intel", "google", "habana", "tesla"]
    where text.hasPrefix(vendor) { text.removeFirst(vendor.count) }
    return text
  }

  private static let keys = all.map { (key: normal($0.name), device: $0) }
  private static let byKey = Dictionary(
    keys.map { ($0.key, $0.device) }, uniquingKeysWith: { a, _ in a })

  private static func gpu(_ name: String, _ watts: Double, _ remark: String? = nil) -> Device {
    Device(name: name, tdpW: watts, kind: .accelerator, remark: remark)
  }

  private static func cpu(_ name: String, _ watts: Double) -> Device {
    Device(name: name, tdpW: watts, kind: .processor, remark: nil)
  }

  /// Every row; all of them carry ``mark``.
  public static let all: [Device] = [
    gpu("K80", 300, "two dies on one board"),
    gpu("M40", 250), gpu("GTX 1080 Ti", 250), gpu("Titan X", 250), gpu("Titan V", 250),
    gpu("P100 PCIe", 250), gpu("P100 SXM2", 300),
    gpu("V100 PCIe", 250), gpu("V100 SXM2", 300),
    gpu("T4", 70), gpu("RTX 2080 Ti", 250), gpu("Titan RTX", 280),
    gpu("A100 PCIe 40GB", 250), gpu("A100 PCIe 80GB", 300),
    gpu("A100 SXM 40GB", 400), gpu("A100 SXM 80GB", 400),
    gpu("A10", 150), gpu("A40", 300), gpu("RTX 3090", 350), gpu("RTX 4090", 450),
    gpu("L4", 72), gpu("L40S", 350),
    gpu("H100 PCIe", 350), gpu("H100 SXM", 700), gpu("H200", 700), gpu("B200", 1000),
    gpu("MI100", 300), gpu("MI250X", 560), gpu("MI300X", 750),
    gpu("TPU v2", 280, "per chip; published figures vary with what the package includes"),
    gpu("TPU v3", 450, "per chip; published figures vary with what the package includes"),
    gpu("TPU v4", 275, "per chip; published figures vary with what the package includes"),
    gpu("Gaudi 2", 600), gpu("Gaudi 3", 900),
    cpu("Xeon E5-2680 v4", 120), cpu("Xeon E5-2690 v4", 135),
    cpu("Xeon Platinum 8180", 205), cpu("Xeon Platinum 8275CL", 240),
    cpu("Xeon Platinum 8380", 270), cpu("Xeon Platinum 8480+", 350),
    cpu("EPYC 7551", 180), cpu("EPYC 7742", 225), cpu("EPYC 7763", 280),
    cpu("EPYC 9654", 360),
  ]
}
