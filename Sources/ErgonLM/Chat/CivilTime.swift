#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// A date and a time of day, as templates that name the day want them.
public struct CivilTime: Sendable, Hashable {
  public let year: Int
  /// From 1 on, as is the day.
  public let month: Int
  public let day: Int
  public let hour: Int
  public let minute: Int
  public let second: Int

  /// - Precondition: A year from 1 on, a month of 1 to 12 and a day of 1 to 31.
  public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    precondition(
      year > 0 && (1...12).contains(month) && (1...31).contains(day),
      "CivilTime: there is no day \(year)-\(month)-\(day)")
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// What the clock on this machine's wall shows.
  public static var current: CivilTime {
    var seconds = time(nil)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return CivilTime(
      year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
      hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec))
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  /// Days before this one in its year.
  private var dayOfYear: Int {
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    return before[month - 1] + day - 1 + (isLeap && month > 2 ? 1 : 0)
  }

  /// 0 is Sunday.
  private var weekday: Int {
    let years = year - 1
    return (years + years / 4 - years / 100 + years / 400 + dayOfYear + 1) % 7
  }

  /// The time in a pattern of `strftime`, in English; nil for a letter that is none.
  func formatted(_ pattern: String) -> String? {
    var text = ""
    var scalars = pattern.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "%" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      guard var letter = scalars.next() else { return nil }
      let isBare = letter == "-"
      if isBare {
        guard let next = scalars.next() else { return nil }
        letter = next
      }
      guard let field = field(letter, isBare) else { return nil }
      text += field
    }
    return text
  }

  private func field(_ letter: Unicode.Scalar, _ isBare: Bool) -> String? {
    func digits(_ value: Int, _ width: Int = 2, _ pad: String = "0") -> String {
      let text = String(value)
      return isBare ? text : String(repeating: pad, count: max(width - text.count, 0)) + text
    }
    let month = Self.months[self.month - 1]
    let name = Self.weekdays[weekday]
    let twelve = hour % 12 == 0 ? 12 : hour % 12
    switch letter {
    case "Y": return digits(year, 4)
    case "y": return digits(year % 100)
    case "m": return digits(self.month)
    case "d": return digits(day)
    case "e": return digits(day, 2, " ")
    case "H": return digits(hour)
    case "I": return digits(twelve)
    case "M": return digits(minute)
    case "S": return digits(second)
    case "j": return digits(dayOfYear + 1, 3)
    case "p": return hour < 12 ? "AM" : "PM"
    case "B": return month
    case "b", "h": return String(month.prefix(3))
    case "A": return name
    case "a": return String(name.prefix(3))
    case "F": return "\(digits(year, 4))-\(digits(self.month))-\(digits(day))"
    case "T": return "\(digits(hour)):\(digits(minute)):\(digits(second))"
    case "%": return "%"
    default: return nil
    }
  }
}
