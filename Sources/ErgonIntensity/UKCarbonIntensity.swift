public import ErgonEnergy

/// Live carbon intensity of Great Britain and its regions, by its system operator; no key needed.
///
/// The figures count emissions at the power plants with imports and grid losses, not the plants'
/// life cycle: they are lower than the yearly table's by what the life cycle adds.
///
/// ```swift
/// let grid = try await UKCarbonIntensity().intensity(at: "GB")      // the whole
/// let home = try await UKCarbonIntensity().intensity(at: "RG10")    // by outward postcode
/// let london = try await UKCarbonIntensity().intensity(at: "13")    // by region, 1 to 17
/// ```
///
/// - Reference: carbon-intensity.github.io/api-definitions.
public struct UKCarbonIntensity: IntensityProvider {
  public let name = "UK Carbon Intensity"
  private let fetcher: IntensityFetcher

  /// - Parameter baseURL: Another server with the same interface; `https` unless on this machine.
  /// - Throws: ``IntensityError/invalidBaseURL(_:)``.
  public init(
    baseURL: String = "https://api.carbonintensity.org.uk", limits: FetchLimits = FetchLimits()
  ) throws(IntensityError) {
    fetcher = try IntensityFetcher(provider: name, base: baseURL, limits: limits)
  }

  public func intensity(at place: String) async throws -> Grid {
    let zone = place.uppercased()
    do {
      switch Self.path(zone) {
      case .national: return try grid(zone: "GB", try await national())
      case .regional(let path): return try grid(zone: "GB-\(zone)", try await regional(path))
      case nil: throw IntensityError.unknownZone(provider: name, zone: String(place.prefix(32)))
      }
    } catch let error as IntensityError {
      throw error.naming(zone: zone)
    }
  }

  private enum Path {
    case national
    case regional(String)
  }

  /// Great Britain, a region's number or the first half of a postcode.
  private static func path(_ zone: String) -> Path? {
    if zone == "GB" || zone == "UK" { return .national }
    if let region = Int(zone) {
      return (1...17).contains(region) ? .regional("/regional/regionid/\(region)") : nil
    }
    let isPostcode =
      (2...4).contains(zone.utf8.count)
      && zone.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
      && zone.utf8.contains { (48...57).contains($0) }
      && zone.utf8.first.map { (65...90).contains($0) } == true
    return isPostcode ? .regional("/regional/postcode/\(zone)") : nil
  }

  private func national() async throws -> Period {
    let body = try await fetcher.get("/intensity")
    return try first(LiveAnswer.decode(Data<Period>.self, from: body, provider: name).data)
  }

  private func regional(_ path: String) async throws -> Period {
    let body = try await fetcher.get(path)
    return try first(
      try first(LiveAnswer.decode(Data<Data<Period>>.self, from: body, provider: name).data).data)
  }

  private func first<Item>(_ items: [Item]) throws(IntensityError) -> Item {
    guard let item = items.first else {
      throw .malformed(provider: name, reason: "no period in it")
    }
    return item
  }

  private func grid(zone: String, _ period: Period) throws(IntensityError) -> Grid {
    guard let value = period.intensity.actual ?? period.intensity.forecast else {
      throw .malformed(provider: name, reason: "no figure in it")
    }
    return try LiveAnswer.grid(
      provider: name, code: zone, name: "Great Britain, live", gramsPerKWh: value,
      notes: [
        try LiveAnswer.timestamp(period.from, provider: name),
        "direct emissions with imports and losses",
        period.intensity.actual == nil ? "forecast" : nil,
      ])
  }

  private struct Data<Item: Decodable>: Decodable { var data: [Item] }

  private struct Period: Decodable {
    var from: String
    var intensity: Intensity

    struct Intensity: Decodable {
      var forecast: Double?
      var actual: Double?
    }
  }
}
