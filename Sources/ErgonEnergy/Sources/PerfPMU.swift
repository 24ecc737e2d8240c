/// The energy events of a performance-monitoring unit, as its folder describes them.
struct PerfPMU: Sendable, Hashable {
  struct Event: Sendable, Hashable {
    let domain: RAPL.Domain
    let config: UInt64
    let joulesPerTick: Double
  }

  let type: UInt32
  /// One processor for every package or die.
  let cpus: [Int]
  let events: [Event]

  static let root = "/sys/bus/event_source/devices"

  /// Reads the description of the unit `name`.
  ///
  /// - Throws: A sentence that says which file is missing or makes no sense.
  init(_ name: String, host: Host) throws(SystemFileError) {
    let folder = "\(Self.root)/\(name)"
    let typePath = "\(folder)/type"
    let typeText = try host.read(typePath).get()
    guard let type = UInt32(typeText) else {
      throw .notANumber(path: host.path(typePath), text: typeText)
    }
    let maskPath = "\(folder)/cpumask"
    let maskText = try host.read(maskPath).get()
    guard let cpus = CPUList.parse(maskText) else {
      throw .notANumber(path: host.path(maskPath), text: maskText)
    }
    self.type = type
    self.cpus = cpus
    let format = { (field: String) in host.text("\(folder)/format/\(field)") }
    events = Self.domains.compactMap { file, domain in
      let path = "\(folder)/events/\(file)"
      guard let text = host.text(path),
        let config = Self.config(text, format: format),
        let scale = host.text(path + ".scale").flatMap({ Double($0) }), scale > 0, scale < 1,
        host.text(path + ".unit") == "Joules"
      else { return nil }
      return Event(domain: domain, config: config, joulesPerTick: scale)
    }
  }

  private static let domains: [(file: String, domain: RAPL.Domain)] = [
    ("energy-pkg", .package), ("energy-cores", .core), ("energy-gpu", .uncore),
    ("energy-ram", .dram), ("energy-psys", .psys),
  ]

  /// The configuration word of an event such as `event=0x02`.
  ///
  /// - Parameter format: Where a field's bits lie, `config:0-7`; without an answer a field called
  ///   `event` lies in the low eight bits, as it does in every RAPL unit.
  /// - Returns: `nil` for text that is no event, or a field that does not fit its bits.
  static func config(_ event: String, format: (String) -> String?) -> UInt64? {
    var word: UInt64 = 0
    let terms = event.split(separator: ",", omittingEmptySubsequences: false)
    for term in terms {
      let sides = term.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, let value = number(sides[1]) else { return nil }
      let layout = format(String(sides[0])) ?? (sides[0] == "event" ? "config:0-7" : "")
      guard layout.hasPrefix("config:") else { return nil }
      let bits = layout.dropFirst(7).split(separator: "-").map { Int($0) }
      guard let low = bits.first ?? nil, let high = bits.last ?? nil, bits.count <= 2,
        0 <= low, low <= high, high < 64
      else { return nil }
      let width = high - low + 1
      guard width == 64 || value >> UInt64(width) == 0 else { return nil }
      word |= value << UInt64(low)
    }
    return word
  }

  private static func number(_ text: Substring) -> UInt64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  }
}
