internal import ErgonEnergy

/// Power over time in a few bytes a sample.
///
/// Times are kept to the nanosecond and watts as `Float32`: an order finer than any counter. Both
/// change little from step to step, so the stream holds differences, each zigzag-coded in as many
/// bytes of seven bits as it needs:
///
///     "EPS" 1 | samples | channels | names | times: Δ² of nanoseconds | per channel: Δ of ordered bits
///
/// A float's bit pattern, with the negative half turned over, sorts like its value; differences of
/// such patterns are small where powers are near each other, and 0 where nothing changes.
/// A series at 100 Hz takes about 3 bytes a time and 1 to 4 bytes a power, a tenth of its JSON.
enum PowerSeriesCoding {
  struct Malformed: Error {}

  private static let magic: [UInt8] = [0x45, 0x50, 0x53, 1]

  /// - Precondition: every channel has one power a time; the meter makes no other series.
  static func encode(_ series: PowerSeries) -> [UInt8] {
    var writer = ByteWriter(bytes: magic)
    let count = series.channels.reduce(series.time.count) { min($0, $1.powerW.count) }
    writer.unsigned(UInt64(count))
    writer.unsigned(UInt64(series.channels.count))
    for channel in series.channels {
      writer.text(channel.counter)
      writer.text(channel.component.rawValue)
    }
    var last: Int64 = 0
    var lastStep: Int64 = 0
    for time in series.time.prefix(count) {
      let now = nanoseconds(time)
      writer.signed(now &- last &- lastStep)
      (lastStep, last) = (now &- last, now)
    }
    for channel in series.channels {
      var last: Int64 = 0
      for power in channel.powerW.prefix(count) {
        let now = ordered(Float(power))
        writer.signed(now - last)
        last = now
      }
    }
    return writer.bytes
  }

  static func decode(_ bytes: [UInt8]) throws -> PowerSeries {
    guard bytes.starts(with: magic) else { throw Malformed() }
    var reader = ByteReader(bytes: bytes, position: magic.count)
    let count = try reader.unsigned()
    let channelCount = try reader.unsigned()
    // Every sample and every name takes at least a byte: no count can ask for more memory than the
    // file has.
    guard count <= UInt64(bytes.count), channelCount <= UInt64(bytes.count) else {
      throw Malformed()
    }
    var names: [(String, EnergyComponent)] = []
    for _ in 0..<channelCount {
      let counter = try reader.text()
      guard let component = EnergyComponent(rawValue: try reader.text()) else { throw Malformed() }
      names.append((counter, component))
    }
    var series = PowerSeries()
    var last: Int64 = 0
    var lastStep: Int64 = 0
    for _ in 0..<count {
      lastStep = lastStep &+ (try reader.signed())
      last = last &+ lastStep
      series.time.append(Double(last) / 1e9)
    }
    for (counter, component) in names {
      var powers: [Double] = []
      var last: Int64 = 0
      for _ in 0..<count {
        last = last &+ (try reader.signed())
        guard let bits = UInt32(exactly: last) else { throw Malformed() }
        powers.append(Double(float(bits)))
      }
      series.channels.append(.init(counter: counter, component: component, powerW: powers))
    }
    guard reader.isAtEnd else { throw Malformed() }
    return series
  }

  /// What a series becomes by being stored: the nearest nanosecond and `Float32`.
  static func rounded(_ series: PowerSeries) -> PowerSeries {
    var rounded = series
    rounded.time = series.time.map { Double(nanoseconds($0)) / 1e9 }
    for index in rounded.channels.indices {
      rounded.channels[index].powerW = series.channels[index].powerW.map { Double(Float($0)) }
    }
    return rounded
  }

  private static func nanoseconds(_ time: Double) -> Int64 {
    let exact = (time * 1e9).rounded()
    return exact.isFinite && abs(exact) < 9e18 ? Int64(exact) : 0
  }

  private static func ordered(_ value: Float) -> Int64 {
    let bits = value.bitPattern
    return Int64(bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits)
  }

  private static func float(_ ordered: UInt32) -> Float {
    Float(bitPattern: ordered & 0x8000_0000 == 0 ? ~ordered : ordered & 0x7fff_ffff)
  }
}

private struct ByteWriter {
  var bytes: [UInt8]

  mutating func unsigned(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Zigzag: small magnitudes of either sign become small unsigned numbers.
  mutating func signed(_ value: Int64) {
    unsigned(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  mutating func text(_ text: String) {
    unsigned(UInt64(text.utf8.count))
    bytes += text.utf8
  }
}

private struct ByteReader {
  let bytes: [UInt8]
  var position: Int

  var isAtEnd: Bool { position == bytes.count }

  mutating func unsigned() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard position < bytes.count else { throw PowerSeriesCoding.Malformed() }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw PowerSeriesCoding.Malformed()
  }

  mutating func signed() throws -> Int64 {
    let value = try unsigned()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func text() throws -> String {
    let count = try unsigned()
    guard count <= UInt64(bytes.count - position) else { throw PowerSeriesCoding.Malformed() }
    defer { position += Int(count) }
    return String(decoding: bytes[position..<position + Int(count)], as: UTF8.self)
  }
}
