#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A run's name: 26 characters that sort by time and never collide.
///
/// The layout is a ULID: 48 bits of milliseconds since 1970, then 80 random bits, in Crockford's
/// base 32. Any unambiguous beginning is enough on the command line.
public struct RunID: Sendable, Hashable, Codable, Comparable, LosslessStringConvertible {
  public let description: String

  /// A new name, made now.
  public init() {
    let milliseconds = UInt64(max(0, Self.now() * 1000))
    var generator = SystemRandomNumberGenerator()
    self.init(
      milliseconds: milliseconds,
      random: (
        UInt16(truncatingIfNeeded: generator.next()),
        generator.next()
      ))
  }

  /// Wall clock, seconds since 1970.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  init(milliseconds: UInt64, random: (high: UInt16, low: UInt64)) {
    var text: [UInt8] = []
    for shift in stride(from: 45, through: 0, by: -5) {
      text.append(Self.alphabet[Int((milliseconds >> UInt64(shift)) & 31)])
    }
    // 80 bits in 16 groups of five: the upper 16 bits, then the lower 64.
    var bits = (high: UInt64(random.high), low: random.low)
    var tail: [UInt8] = []
    for _ in 0..<16 {
      tail.append(Self.alphabet[Int(bits.low & 31)])
      bits.low = bits.low >> 5 | bits.high << 59
      bits.high >>= 5
    }
    description = String(decoding: text + tail.reversed(), as: UTF8.self)
  }

  /// `nil` unless the text is 26 characters of Crockford's base 32; lower case is accepted.
  public init?(_ description: String) {
    let text = description.uppercased()
    guard text.utf8.count == 26, text.utf8.allSatisfy(Self.alphabet.contains),
      let first = text.utf8.first, first <= UInt8(ascii: "7")
    else { return nil }
    self.description = text
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let id = RunID(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a run's name has 26 characters of base 32")
    }
    self = id
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  public static func < (a: RunID, b: RunID) -> Bool { a.description < b.description }

  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
