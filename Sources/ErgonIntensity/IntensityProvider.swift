public import ErgonEnergy

/// A service that knows the carbon intensity of a grid at this hour.
///
/// Asking costs a network round trip, so it is done before a window opens or after it closes, never
/// inside one: the meter itself has no way to ask. ``IntensityCache`` keeps an answer for that.
///
/// ```swift
/// let grid = try await UKCarbonIntensity().intensity(at: "GB")    // g/kWh of this half hour
/// ```
public protocol IntensityProvider: Sendable {
  /// The provider's name, as it appears in provenance and errors.
  var name: String { get }

  /// The intensity of a grid now.
  ///
  /// - Parameter place: The provider's own name of a zone; a place is never guessed from the
  ///   network address.
  /// - Throws: ``IntensityError``.
  func intensity(at place: String) async throws -> Grid
}

/// Why a provider gave no intensity.
public enum IntensityError: Error, Sendable, Hashable, CustomStringConvertible {
  case invalidBaseURL(String)
  case invalidToken
  case unknownZone(provider: String, zone: String)
  case unauthorised(provider: String)
  case rateLimited(provider: String, retryAfter: Seconds?)
  case unexpectedStatus(provider: String, code: UInt)
  case unreachable(provider: String, reason: String)
  case tooLarge(provider: String, limit: Int)
  case malformed(provider: String, reason: String)

  public var description: String {
    switch self {
    case .invalidBaseURL(let url):
      "address refused: '\(url)': give https://HOST, or http:// to this machine alone"
    case .invalidToken: "token refused: give the provider's key, printable and without spaces"
    case .unknownZone(let provider, let zone):
      "unknown zone: \(provider): '\(zone)': look it up in the provider's list of zones"
    case .unauthorised(let provider):
      "not authorised: \(provider): check the token, and whether it covers this zone"
    case .rateLimited(let provider, let wait):
      "too many requests: \(provider): try again " + (wait.map { "in \($0)" } ?? "later")
    case .unexpectedStatus(let provider, let code):
      "unexpected answer: \(provider): HTTP \(code): try again later, or give a number in g/kWh"
    case .unreachable(let provider, let reason):
      "not reachable: \(provider): \(reason): check the network, or give a number in g/kWh"
    case .tooLarge(let provider, let limit):
      "answer refused: \(provider): longer than \(limit) bytes"
    case .malformed(let provider, let reason): "answer refused: \(provider): \(reason)"
    }
  }
}
