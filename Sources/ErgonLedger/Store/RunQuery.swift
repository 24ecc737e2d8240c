public import ErgonEnergy

/// Which runs are wanted; every condition that is given must hold.
///
/// ```swift
/// let query = RunQuery(subject: "gzip", tags: ["task=compression"], limit: 20)
/// let rows = try ledger.summaries(matching: query)
/// ```
public struct RunQuery: Sendable, Hashable, Codable {
  /// Text the subject contains; upper and lower case of ASCII letters are the same.
  public var subject: String?
  public var kinds: [RunKind]?
  public var states: [RunState]?
  /// Tags a run must all carry; `name` also finds `name=value`.
  public var tags: [String]
  /// Started at or after this, seconds since 1970.
  public var since: Double?
  /// Started before this, seconds since 1970.
  public var until: Double?
  public var parent: RunID?
  /// All repeats of one group.
  public var group: RunID?
  /// `"A"`, `"B"`, …, together with ``group``.
  public var side: String?
  /// Code of the grid the carbon figures used.
  public var grid: String?
  /// Provenance of the headline energy.
  public var provenance: ProvenanceKind?
  /// Exactly these, whatever else holds.
  public var ids: [RunID]?
  public var order: Order
  /// At most so many; `nil` for all.
  public var limit: Int?
  /// So many of the first are left out.
  public var offset: Int

  /// What comes first; runs without the figure come last, equal ones by time.
  public enum Order: String, Sendable, Hashable, Codable, CaseIterable {
    case newest, oldest
    /// Most joules first.
    case energy
    /// Longest first.
    case duration
    /// Most greenhouse gas first.
    case carbon
  }

  public init(
    subject: String? = nil, kinds: [RunKind]? = nil, states: [RunState]? = nil,
    tags: [String] = [], since: Double? = nil, until: Double? = nil, parent: RunID? = nil,
    group: RunID? = nil, side: String? = nil, grid: String? = nil,
    provenance: ProvenanceKind? = nil, ids: [RunID]? = nil, order: Order = .newest,
    limit: Int? = nil, offset: Int = 0
  ) {
    self.subject = subject
    self.kinds = kinds
    self.states = states
    self.tags = tags
    self.since = since
    self.until = until
    self.parent = parent
    self.group = group
    self.side = side
    self.grid = grid
    self.provenance = provenance
    self.ids = ids
    self.order = order
    self.limit = limit
    self.offset = offset
  }
}
