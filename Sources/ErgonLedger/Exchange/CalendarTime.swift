/// Times of day and year as ISO 8601 text, in UTC.
enum CalendarTime {
  /// Seconds since 1970 of `2026-05-01T12:30:00`, with a space for the `T`, a fraction, and `Z` or
  /// an offset such as `+02:00` allowed; a text without a zone is UTC.
  static func seconds(_ text: String) -> Double? {
    var rest = Substring(text)
    guard let year = digits(4, &rest), take("-", &rest), let month = digits(2, &rest),
      take("-", &rest), let day = digits(2, &rest), take("T", &rest) || take(" ", &rest),
      let hour = digits(2, &rest), take(":", &rest), let minute = digits(2, &rest),
      take(":", &rest), let second = digits(2, &rest),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    var seconds = Double(days(year, month, day)) * 86400
    seconds += Double(hour * 3600 + minute * 60 + second)
    if take(".", &rest) {
      let fraction = rest.prefix { $0.isASCII && $0.isNumber }
      guard !fraction.isEmpty, let value = Double("0." + fraction) else { return nil }
      seconds += value
      rest = rest.dropFirst(fraction.count)
    }
    if rest.isEmpty || rest == "Z" { return seconds }
    let sign: Double
    if take("+", &rest) { sign = 1 } else if take("-", &rest) { sign = -1 } else { return nil }
    guard let hours = digits(2, &rest), take(":", &rest) || !rest.isEmpty,
      let minutes = digits(2, &rest), rest.isEmpty, hours < 24, minutes < 60
    else { return nil }
    return seconds - sign * Double(hours * 3600 + minutes * 60)
  }

  /// `2026-05-01T12:30:00`, without a zone; `precise` adds microseconds and `Z`.
  static func text(_ seconds: Double, precise: Bool = false) -> String? {
    guard seconds.isFinite, abs(seconds) < 2.5e11 else { return nil }
    // Microseconds first, so that rounding can carry into the seconds.
    let ticks = Int((seconds * (precise ? 1e6 : 1)).rounded())
    let unit = precise ? 1_000_000 : 1
    let whole = Int((Double(ticks) / Double(unit)).rounded(.down))
    let day = whole >= 0 ? whole / 86400 : (whole - 86399) / 86400
    let inDay = whole - day * 86400
    let (year, month, date) = civil(day)
    guard (0...9999).contains(year) else { return nil }
    var text = "\(pad(year, 4))-\(pad(month, 2))-\(pad(date, 2))T"
    text += "\(pad(inDay / 3600, 2)):\(pad(inDay / 60 % 60, 2)):\(pad(inDay % 60, 2))"
    if precise { text += "." + pad(ticks - whole * unit, 6) + "Z" }
    return text
  }

  /// Days since 1970 in the proleptic Gregorian calendar, and back; years are shifted to begin in
  /// March, so that the leap day comes last.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ days: Int) -> (Int, Int, Int) {
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted + (shifted < 10 ? 3 : -9)
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func digits(_ count: Int, _ rest: inout Substring) -> Int? {
    let head = rest.prefix(count)
    guard head.utf8.count == count, head.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    rest = rest.dropFirst(count)
    return Int(head)
  }

  private static func take(_ character: Character, _ rest: inout Substring) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private static func pad(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
