extension RunQuery {
  /// A moment as a person gives it: `2026-05-01`, `2026-05-01T12:30:00`, or how long ago it was:
  /// `45s`, `30m`, `12h`, `7d`, `2w`.
  ///
  /// A time without a zone is UTC.
  ///
  /// - Parameter now: Seconds since 1970 from which an age counts; this moment by default.
  /// - Throws: ``LedgerError/invalidQuery(name:value:expected:)``.
  public static func time(_ text: String, now: Double? = nil) throws(LedgerError) -> Double {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
    if let last = text.last, let unit = units[last], let number = Double(text.dropLast()),
      number >= 0, number.isFinite
    {
      return (now ?? RunID.now()) - number * unit
    }
    let moment = text.count == 10 ? text + "T00:00:00" : text
    guard let seconds = CalendarTime.seconds(moment) else {
      throw .invalidQuery(
        name: "time", value: text, expected: "a date such as 2026-05-01, or an age such as 7d")
    }
    return seconds
  }

  /// Seconds since 1970 as a person reads them: `2026-05-01 12:30:00`, UTC.
  public static func timeText(_ seconds: Double) -> String {
    (CalendarTime.text(seconds) ?? "-").replacing("T", with: " ")
  }
}
