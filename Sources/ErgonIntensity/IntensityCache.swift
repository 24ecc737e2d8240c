public import ErgonEnergy

/// Keeps a provider's latest answers, so that a program asks before its windows and never in them.
///
/// ```swift
/// let cache = IntensityCache(provider)
/// try await cache.fetch("DE")                       // before the work
/// let bill = Bill(reading: reading, grid: await cache.latest("DE")?.grid)
/// ```
public actor IntensityCache {
  /// An answer and when it came.
  public struct Entry: Sendable, Hashable {
    public var grid: Grid
    public var fetchedAt: ContinuousClock.Instant
  }

  private let provider: any IntensityProvider
  private let freshFor: Duration
  private var entries: [String: Entry] = [:]

  /// - Parameter freshFor: How long an answer stands; grids are published every 5 to 60 minutes.
  public init(_ provider: any IntensityProvider, freshFor: Duration = .seconds(900)) {
    self.provider = provider
    self.freshFor = freshFor
  }

  /// The intensity of a place: the kept answer while it is fresh, otherwise a new one.
  ///
  /// - Throws: ``IntensityError`` when the provider must be asked and does not answer; what was
  ///   kept stays kept.
  @discardableResult
  public func fetch(_ place: String) async throws -> Grid {
    if let entry = entries[place], entry.fetchedAt.duration(to: .now) < freshFor {
      return entry.grid
    }
    let grid = try await provider.intensity(at: place)
    entries[place] = Entry(grid: grid, fetchedAt: .now)
    return grid
  }

  /// The last answer, however old; the network is not asked.
  public func latest(_ place: String) -> Entry? { entries[place] }
}
