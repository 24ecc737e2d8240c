import ErgonEnergy

extension FootprintRecord {
  /// Everything that is wrong with the record by itself, conflicts last.
  ///
  /// - Parameters:
  ///   - tables: Where devices and countries are looked up.
  ///   - rule: Whether an intensity of another year will do.
  public func problems(
    tables: FootprintTables = .standard, rule: IntensityRule = .exactYear
  ) -> [FootprintProblem] {
    var checker = Checker(id: id.isEmpty ? nil : id)
    checkIdentity(&checker)
    checkNumbers(&checker)
    checkDevices(&checker)
    checkPlace(&checker, tables, rule)
    if measuredJoules == nil, published == nil, devices.isEmpty || hours == nil {
      checker.add("measuredJoules", .noEnergy)
    }
    if checker.problems.isEmpty { checkAgreement(&checker) }
    return checker.problems
  }

  private func checkIdentity(_ checker: inout Checker) {
    if version != Self.currentVersion { checker.add("version", .unsupportedVersion(version)) }
    checker.text("id", id, limit: 200)
    checker.text("name", name, limit: 1000)
    if let year, !(1940...2200).contains(year) {
      checker.add("year", .outOfRange(Double(year), expected: "a year such as 2024"))
    }
    if let date {
      if let day = CalendarDay(date) {
        if let year, year != day.year {
          checker.add("date", .unacceptable(date, expected: "a day of the stated year \(year)"))
        }
      } else {
        checker.add("date", .unacceptable(date, expected: "a day such as 2024-05-31"))
      }
    }
    if provenance.isMetered, measuredJoules == nil { checker.add("measuredJoules", .missing) }
  }

  private func checkNumbers(_ checker: inout Checker) {
    checker.positive("hours", hours, upTo: 1e9)
    checker.range("pue", pue, 1...10, "at least 1")
    checker.range("measuredJoules", measuredJoules, 0...1e24, "0 or more")
    checker.range("measuredSpread", measuredSpread, 1...1000, "at least 1: 1.05 is good to 5 %")
    checker.range("intensity.value", intensity?.value, 0...10_000, "0 to 10000 g/kWh")
    checker.range("published.energyKWh", published?.energyKWh, 0...1e15, "0 or more")
    checker.range("published.kgCO2e", published?.kgCO2e, 0...1e15, "0 or more")
    checker.range("quality.value", quality?.value, -1e300...1e300, "a number")
    if let published {
      checker.text("published.citation", published.citation, limit: 2000)
      if published.energyKWh == nil, published.kgCO2e == nil {
        checker.add("published", .noEnergy)
      }
    }
  }

  private func checkDevices(_ checker: inout Checker) {
    for (index, device) in devices.enumerated() {
      let path = "devices[\(index)]"
      if device.count < 1 {
        checker.add("\(path).count", .notPositive(Double(device.count)))
      } else if device.count > 100_000_000 {
        checker.add("\(path).count", .outOfRange(Double(device.count), expected: "below 1e8"))
      }
      checker.positive("\(path).tdpW", device.tdpW, upTo: 1e6)
      if let share = device.utilisation, !(share > 0 && share <= 1) {
        checker.add(
          "\(path).utilisation",
          share.isFinite ? .outOfRange(share, expected: "above 0 and at most 1") : .notFinite)
      }
      // The design power is needed only where it becomes the energy.
      if device.tdpW == nil, measuredJoules == nil, published == nil {
        switch DeviceTable.find(device.model) {
        case .found: break
        case .ambiguous(let names):
          checker.add(path + ".model", .ambiguousDevice(device.model, candidates: names))
        case .unknown(let nearest):
          checker.add(path + ".model", .unknownDevice(device.model, nearest: nearest))
        }
      }
    }
  }

  private func checkPlace(
    _ checker: inout Checker, _ tables: FootprintTables, _ rule: IntensityRule
  ) {
    guard let place else { return }
    // A printed pair of energy and emissions holds its intensity.
    let needsTable = intensity == nil && published?.kgCO2e == nil
    guard let grid = tables.country(place.country) else {
      // Where the intensity is stated the table need not know the country; the code must be one.
      let isCode =
        (2...3).contains(place.country.utf8.count)
        && place.country.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
      if needsTable || !isCode {
        checker.add("place.country", .unknownCountry(place.country, nearest: nearest(tables)))
      }
      return
    }
    guard needsTable, rule == .exactYear, let table = grid.year else { return }
    guard let year = year ?? date.flatMap({ CalendarDay($0)?.year }) else {
      return checker.add("year", .yearNeeded(table: table))
    }
    if year != table { checker.add("year", .yearOutsideTable(year: year, table: table)) }
  }

  /// What the country may have been meant to be.
  private func nearest(_ tables: FootprintTables) -> [String] {
    do {
      return [try tables.grid(place?.country ?? "").code]
    } catch .unknownGrid(_, let nearest) {
      return nearest
    } catch {
      return []
    }
  }

  /// Two ways to the same energy that lie more than a factor of 5 apart.
  private func checkAgreement(_ checker: inout Checker) {
    guard let hours, !devices.isEmpty else { return }
    var watts = 0.0
    for device in devices {
      guard let power = device.tdpW ?? DeviceTable.find(device.model).device?.tdpW else { return }
      watts += Double(device.count) * power * (device.utilisation ?? 1)
    }
    let nameplate = watts * hours * 3600
    for (field, energy) in [
      ("measuredJoules", measuredJoules),
      ("published.energyKWh", published?.energyKWh.map { $0 * 3.6e6 }),
    ] {
      guard let energy, energy > 0 else { continue }
      let ratio = max(energy / nameplate, nameplate / energy)
      if ratio > 5 {
        checker.add(field, .disagreement(ratio: ratio, between: "it and devices x hours"))
      }
    }
  }
}

/// Collects problems of one record.
private struct Checker {
  let id: String?
  var problems: [FootprintProblem] = []

  init(id: String?) { self.id = id }

  mutating func add(_ field: String, _ kind: FootprintProblem.Kind) {
    problems.append(FootprintProblem(id: id, field: field, kind: kind))
  }

  mutating func text(_ field: String, _ text: String, limit: Int) {
    let isPrintable = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    if text.isEmpty || text.utf8.count > limit || !isPrintable {
      add(field, .unacceptable(text, expected: "1 to \(limit) printing characters"))
    }
  }

  mutating func positive(_ field: String, _ x: Double?, upTo limit: Double) {
    guard let x else { return }
    if !x.isFinite {
      add(field, .notFinite)
    } else if x <= 0 {
      add(field, .notPositive(x))
    } else if x > limit {
      add(field, .outOfRange(x, expected: "at most \(QuantityFormat.number(limit))"))
    }
  }

  mutating func range(
    _ field: String, _ x: Double?, _ range: ClosedRange<Double>, _ expected: String
  ) {
    guard let x else { return }
    if !x.isFinite {
      add(field, .notFinite)
    } else if !range.contains(x) {
      add(field, .outOfRange(x, expected: expected))
    }
  }
}

/// A day of the Gregorian calendar as `yyyy-mm-dd`.
struct CalendarDay: Hashable, Comparable {
  let year: Int
  let month: Int
  let day: Int

  init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count == 10, parts.count == 3, parts[0].utf8.count == 4,
      parts[1].utf8.count == 2, let year = Int(parts[0]), let month = Int(parts[1]),
      let day = Int(parts[2]), (1...12).contains(month)
    else { return nil }
    let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
    let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    guard (1...length).contains(day) else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// The day (UTC) that contains a number of seconds since 1970; `nil` outside years 1 to 9999.
  init?(secondsSince1970 seconds: Double) {
    guard seconds.isFinite, abs(seconds) < 2.5e11 else { return nil }
    // Days since 0000-03-01, so that the leap day ends a year.
    let days = Int((seconds / 86400).rounded(.down)) + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    month = shifted < 10 ? shifted + 3 : shifted - 9
    day = dayOfYear - (153 * shifted + 2) / 5 + 1
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    guard (1...9999).contains(year) else { return nil }
  }

  static func < (a: CalendarDay, b: CalendarDay) -> Bool {
    (a.year, a.month, a.day) < (b.year, b.month, b.day)
  }

  var text: String {
    func padded(_ x: Int, _ width: Int) -> String {
      String(repeating: "0", count: max(0, width - String(x).count)) + String(x)
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}
