internal import ErgonEnergy

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What every provider's answer is held to before it becomes a grid.
enum LiveAnswer {
  /// A live figure is an average over a zone, as the yearly ones are.
  static let spread = 1.15

  static func decode<Answer: Decodable>(
    _ type: Answer.Type, from body: [UInt8], provider: String
  ) throws(IntensityError) -> Answer {
    do {
      return try JSONDecoder().decode(type, from: Data(body))
    } catch {
      throw .malformed(provider: provider, reason: "not the JSON that was expected")
    }
  }

  static func grid(
    provider: String, code: String, name: String, gramsPerKWh: Double, notes: [String?]
  ) throws(IntensityError) -> Grid {
    guard (0...10_000).contains(gramsPerKWh) else {
      throw .malformed(
        provider: provider,
        reason: "\(QuantityFormat.number(gramsPerKWh)) g/kWh is no carbon intensity")
    }
    return Grid(
      code: code, name: name,
      gramsPerKWh: Interval(GramsCO2e(gramsPerKWh), factor: spread), year: nil,
      provenance: Provenance(
        .estimated, source: provider, version: notes.compactMap(\.self).joined(separator: ", ")))
  }

  /// A time stamp as the provider writes it; it is shown and stored, so nothing else may pass.
  static func timestamp(_ text: String, provider: String) throws(IntensityError) -> String {
    let isTime = text.utf8.allSatisfy { "0123456789-:.+TZ".utf8.contains($0) }
    guard (10...40).contains(text.utf8.count), isTime else {
      throw .malformed(provider: provider, reason: "a time stamp that is none")
    }
    return text
  }
}
