import Foundation

/// The carbon block of a model card, in the form model hubs read.
///
/// The first five keys are the hubs' own; `ergon_footprint` carries the whole record, so that the
/// card can be turned back into a row of a registry without loss.
///
/// ```swift
/// let card = try ModelCardFragment(record, footprint: record.footprint())
/// let back = try ModelCardFragment(yaml: card.yaml)     // == card
/// ```
public struct ModelCardFragment: Sendable, Hashable {
  /// Grams of CO2e, the unit the hubs expect.
  public var emissions: Double
  public var source: String
  /// `pre-training` or `fine-tuning`.
  public var trainingType: String?
  public var location: String?
  public var hardware: String?
  public var record: FootprintRecord?

  /// The fragment of a record.
  ///
  /// - Throws: ``FootprintError/figureMissing(id:figure:)`` for a record without emissions.
  public init(
    _ record: FootprintRecord, footprint: Footprint, trainingType: String? = nil
  ) throws(FootprintError) {
    guard let carbon = footprint.carbon else {
      throw .figureMissing(id: record.id, figure: "place or intensity")
    }
    emissions = carbon.value
    source = ["ergon", record.provenance.rawValue, record.meter ?? record.published?.citation]
      .compactMap { $0 }.joined(separator: ", ")
    self.trainingType = trainingType
    location = record.place.map {
      [$0.region, $0.country, $0.provider].compactMap { $0 }.joined(separator: ", ")
    }
    hardware =
      record.devices.isEmpty
      ? nil : record.devices.map { "\($0.count) x \($0.model)" }.joined(separator: " + ")
    self.record = record
  }

  /// The fragment as YAML, to be put between the card's `---` lines.
  public var yaml: String {
    var lines = ["co2_eq_emissions:", "  emissions: \(emissions)"]
    let texts: [(Key, String?)] = [
      (.source, source), (.trainingType, trainingType), (.location, location),
      (.hardware, hardware),
    ]
    for case (let key, let text?) in texts {
      lines.append("  \(key.rawValue): \(Self.quoted(text))")
    }
    // A JSON object is a flow mapping of YAML.
    if let record, let json = try? record.jsonLine() {
      lines.append("  \(Key.record.rawValue): \(json)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Reads the block out of a model card; other keys of the card are passed over.
  ///
  /// - Throws: ``FootprintError/malformedModelCard(reason:)``.
  public init(yaml text: String) throws(FootprintError) {
    var values: [Key: String] = [:]
    var isInside = false
    for line in text.split(whereSeparator: \.isNewline) {
      if !line.hasPrefix(" ") {
        guard line.hasPrefix("co2_eq_emissions:") else {
          isInside = false
          continue
        }
        isInside = true
        let scalar = line.dropFirst("co2_eq_emissions:".count)
        if let scalar = Self.scalar(scalar) { values[.emissions] = scalar }
      } else if isInside, let colon = line.firstIndex(of: ":") {
        let name = line[..<colon].filter { $0 != " " }
        guard let key = Key(rawValue: name) else { continue }
        if key == .record {
          values[key] = String(line[line.index(after: colon)...])
        } else {
          values[key] = Self.scalar(line[line.index(after: colon)...])
        }
      }
    }
    guard let number = values[.emissions] else {
      throw .malformedModelCard(reason: "it holds no emissions")
    }
    guard let emissions = Double(number), emissions.isFinite, emissions >= 0 else {
      throw .malformedModelCard(reason: "emissions are '\(number.prefix(40))', not grams")
    }
    self.emissions = emissions
    source = values[.source] ?? ""
    trainingType = values[.trainingType]
    location = values[.location]
    hardware = values[.hardware]
    if let json = values[.record] {
      do {
        record = try FootprintRecord(jsonLine: json)
      } catch {
        throw .malformedModelCard(reason: error.description)
      }
    }
  }

  private enum Key: String {
    case emissions, source
    case trainingType = "training_type"
    case location = "geographical_location"
    case hardware = "hardware_used"
    case record = "ergon_footprint"
  }

  /// A text in double quotes; YAML's escapes include those of JSON.
  private static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }

  /// A plain, single- or double-quoted scalar without the comment behind it, `nil` for nothing.
  private static func scalar(_ text: Substring) -> String? {
    let text = text.drop { $0 == " " }
    if text.hasPrefix("\"") {
      var end = text.index(after: text.startIndex)
      while end < text.endIndex, text[end] != "\"" {
        if text[end] == "\\" { text.formIndex(after: &end) }
        if end < text.endIndex { text.formIndex(after: &end) }
      }
      guard end < text.endIndex else { return nil }
      return try? JSONDecoder().decode(String.self, from: Data(text[...end].utf8))
    }
    if text.hasPrefix("'") {
      // Two quotes in a row are one quote of the text.
      var value = ""
      var rest = text.dropFirst()
      while let end = rest.firstIndex(of: "'") {
        value += rest[..<end]
        rest = rest[rest.index(after: end)...]
        guard rest.first == "'" else { return value }
        value += "'"
        rest = rest.dropFirst()
      }
      return nil
    }
    let plain = text.firstRange(of: " #").map { text[..<$0.lowerBound] } ?? text
    var trimmed = plain
    while trimmed.last == " " { trimmed.removeLast() }
    return trimmed.isEmpty || trimmed.hasPrefix("#") ? nil : String(trimmed)
  }
}
