/// A reading with its price: joules, and grams of CO2 equivalent where a grid is known.
///
/// The headline is the dynamic energy of the metered work. Everything that is somebody's
/// convention (idle share, building overhead, manufacture, water) stands in a column of its own
/// and is absent unless asked for.
public struct Bill: Sendable, Hashable, Codable {
  public var reading: Reading
  /// The grid the carbon figures use, or `nil` when no place was given: a place is never guessed.
  public var grid: Grid?
  /// Columns beside the headline, each absent unless declared.
  public var overheads: Overheads

  public init(reading: Reading, grid: Grid? = nil, overheads: Overheads = Overheads()) {
    self.reading = reading
    self.grid = grid
    self.overheads = overheads
  }

  /// The headline: dynamic energy; `nil` when nothing could be read or estimated.
  public var energy: Figure<Joules>? { reading.dynamic }
  /// The idle share of the machine over the same time.
  public var idle: Figure<Joules>? { reading.idle }
  /// Greenhouse gas of the headline energy.
  public var carbon: Figure<GramsCO2e>? {
    guard let grid, let energy else { return nil }
    return grid.carbon(of: energy)
  }
}
