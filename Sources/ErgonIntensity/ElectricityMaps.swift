public import ErgonEnergy

/// Live carbon intensity of some two hundred zones, by Electricity Maps (API version 3).
///
/// The figures are consumption based (imports counted) and by default life-cycle emissions; the
/// answer says which and whether it was estimated, and so does the grid's provenance.
///
/// ```swift
/// let maps = try ElectricityMaps(token: key)
/// let grid = try await maps.intensity(at: "US-CAL-CISO")
/// ```
///
/// - Reference: portal.electricitymaps.com/docs, endpoint `carbon-intensity/latest`.
public struct ElectricityMaps: IntensityProvider, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  public let name = "Electricity Maps"
  private let fetcher: IntensityFetcher

  /// - Parameters:
  ///   - token: The account's key; it goes into the request's header and nowhere else.
  ///   - baseURL: Another server with the same interface; `https` unless on this machine.
  /// - Throws: ``IntensityError/invalidToken`` or ``IntensityError/invalidBaseURL(_:)``.
  public init(
    token: String, baseURL: String = "https://api.electricitymaps.com/v3",
    limits: FetchLimits = FetchLimits()
  ) throws(IntensityError) {
    // Anything else could break out of the header.
    guard (1...512).contains(token.utf8.count), token.utf8.allSatisfy({ (33...126).contains($0) })
    else { throw .invalidToken }
    fetcher = try IntensityFetcher(
      provider: name, base: baseURL, limits: limits, headers: [("auth-token", token)])
  }

  public func intensity(at zone: String) async throws -> Grid {
    let isName = zone.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0 & 0xDF) || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: "_")
    }
    guard (1...32).contains(zone.utf8.count), isName else {
      throw IntensityError.unknownZone(provider: name, zone: String(zone.prefix(32)))
    }
    let body: [UInt8]
    do {
      body = try await fetcher.get("/carbon-intensity/latest?zone=\(zone)")
    } catch let error as IntensityError {
      throw error.naming(zone: zone)
    }
    let answer = try LiveAnswer.decode(Latest.self, from: body, provider: name)
    guard answer.zone.lowercased() == zone.lowercased() else {
      throw IntensityError.malformed(provider: name, reason: "it is about another zone")
    }
    let basis = answer.emissionFactorType ?? "basis not stated"
    guard ["lifecycle", "direct", "basis not stated"].contains(basis) else {
      throw IntensityError.malformed(provider: name, reason: "an unknown kind of emission factor")
    }
    return try LiveAnswer.grid(
      provider: name, code: zone, name: "zone \(zone), live", gramsPerKWh: answer.carbonIntensity,
      notes: [
        try LiveAnswer.timestamp(answer.datetime, provider: name), basis,
        answer.isEstimated == true ? "estimated by the provider" : nil,
      ])
  }

  private struct Latest: Decodable {
    var zone: String
    var carbonIntensity: Double
    var datetime: String
    var emissionFactorType: String?
    var isEstimated: Bool?
  }

  /// The provider and its address, without the token.
  public var description: String { "\(name) at \(fetcher.base)" }
  public var debugDescription: String { description }
  /// Nothing of the inside, so that no dump shows the token.
  public var customMirror: Mirror { Mirror(self, children: ["baseURL": fetcher.base]) }
}
