/// What a named value of a plug meter's line means.
///
/// Names are compared without case, spaces and punctuation, so `Power (W)`, `power_w` and `powerW`
/// are one. A name that is not listed is passed over.
enum PlugField: Hashable {
  /// Seconds, milliseconds, microseconds or nanoseconds since 1970 or any other start.
  case time(secondsPerUnit: Double?)
  case power(wattsPerUnit: Double)
  case energy(joulesPerUnit: Double)

  init?(name: some Sequence<UInt8>) {
    var key: [UInt8] = []
    for byte in name {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        key.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): key.append(byte + 32)
      default: continue
      }
      // No name in the list is longer.
      if key.count > 24 { return nil }
    }
    guard let field = Self.names[String(decoding: key, as: UTF8.self)] else { return nil }
    self = field
  }

  private static let names: [String: PlugField] = [
    "time": .time(secondsPerUnit: nil), "timestamp": .time(secondsPerUnit: nil),
    "t": .time(secondsPerUnit: nil), "ts": .time(secondsPerUnit: nil),
    "unixtime": .time(secondsPerUnit: nil), "epoch": .time(secondsPerUnit: nil),
    "times": .time(secondsPerUnit: 1), "seconds": .time(secondsPerUnit: 1),
    "timems": .time(secondsPerUnit: 1e-3), "timestampms": .time(secondsPerUnit: 1e-3),
    "power": .power(wattsPerUnit: 1), "powerw": .power(wattsPerUnit: 1),
    "watts": .power(wattsPerUnit: 1), "watt": .power(wattsPerUnit: 1),
    "w": .power(wattsPerUnit: 1), "p": .power(wattsPerUnit: 1),
    "activepower": .power(wattsPerUnit: 1), "activepowerw": .power(wattsPerUnit: 1),
    "apower": .power(wattsPerUnit: 1),
    "powermw": .power(wattsPerUnit: 1e-3), "milliwatts": .power(wattsPerUnit: 1e-3),
    "powerkw": .power(wattsPerUnit: 1e3), "kw": .power(wattsPerUnit: 1e3),
    "energyj": .energy(joulesPerUnit: 1), "joules": .energy(joulesPerUnit: 1),
    "j": .energy(joulesPerUnit: 1),
    "energywh": .energy(joulesPerUnit: 3600), "wh": .energy(joulesPerUnit: 3600),
    "energykwh": .energy(joulesPerUnit: 3.6e6), "kwh": .energy(joulesPerUnit: 3.6e6),
  ]

  /// Which of several fields of one line to meter by, best first.
  ///
  /// Joules are the meter's own integral; watts are finer than watt-hours, whose step is more than
  /// many a run uses.
  var rank: Int? {
    switch self {
    case .time: nil
    case .energy(let joulesPerUnit) where joulesPerUnit <= 1: 0
    case .power: 1
    case .energy(let joulesPerUnit): joulesPerUnit < 1e6 ? 2 : 3
    }
  }

  /// A time in seconds.
  ///
  /// Without a unit in the name the size tells it: no clock that counts seconds since 1970 reaches
  /// 10^11 for three thousand years, and one that counts milliseconds passed it in 1973.
  static func seconds(_ value: Double, secondsPerUnit: Double?) -> Double {
    if let secondsPerUnit { return value * secondsPerUnit }
    switch abs(value) {
    case 1e17...: return value * 1e-9
    case 1e14...: return value * 1e-6
    case 1e11...: return value * 1e-3
    default: return value
    }
  }
}

/// One good line of a plug meter.
struct PlugReading: Hashable {
  enum Amount: Hashable {
    case power(Watts)
    case energy(Joules)
  }
  /// The meter's own clock in seconds, where the line has one.
  var time: Double?
  var amount: Amount
}

/// Why a line was refused.
struct PlugLineError: Error, Hashable {
  var reason: String
}
