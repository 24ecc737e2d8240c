/// One training run of a registry: what it used, where, for how long, and who says so.
///
/// A registry is a text file with one such record a line (JSON lines), so that a laboratory can
/// publish its rows, a reviewer can check them and two files can be joined with `cat`. Everything
/// that was not stated stays `nil`; a convention is applied only when a figure is computed, and
/// then it is named (``Footprint/conventions``).
///
/// ```swift
/// let row = try FootprintRecord(jsonLine: line)
/// let footprint = try row.footprint()          // energy, CO2e and their 68 % spread
/// ```
///
/// - Reference: Luccioni and Hernandez-Garcia, Counting Carbon, 2023; its proposal of a central
///   registry is this format.
public struct FootprintRecord: Sendable, Hashable, Codable, Identifiable {
  /// Unique in a registry; any text of 1 to 200 printing characters.
  public var id: String
  public var name: String
  /// What the model was trained for, as its authors would say it: `machine translation`.
  public var task: String?
  /// The day the run began, `2024-05-31`, where it is known.
  public var date: String?
  public var year: Int?
  public var authors: [String]
  public var devices: [Device]
  /// Wall-clock hours of the final training run, all ``devices`` working side by side.
  public var hours: Double?
  public var place: Place?
  public var intensity: Intensity?
  /// Power usage effectiveness of the building.
  public var pue: Double?
  /// Energy as a meter gave it, in joules; ``provenance`` says whether it was measured, attributed
  /// or estimated.
  public var measuredJoules: Double?
  /// Multiplicative spread (68 %) of ``measuredJoules``: `1.05` is from /1.05 to x1.05.
  public var measuredSpread: Double?
  /// The meter by name and version.
  public var meter: String?
  /// What a publication printed, kept beside what can be computed.
  public var published: Published?
  public var quality: Quality?
  public var notes: String?
  public var provenance: FootprintProvenance
  /// Version of this format; ``currentVersion`` is the only one so far.
  public var version: Int

  public static let currentVersion = 1

  public init(
    id: String, name: String, task: String? = nil, date: String? = nil, year: Int? = nil,
    authors: [String] = [], devices: [Device] = [], hours: Double? = nil, place: Place? = nil,
    intensity: Intensity? = nil, pue: Double? = nil, measuredJoules: Double? = nil,
    measuredSpread: Double? = nil, meter: String? = nil, published: Published? = nil,
    quality: Quality? = nil, notes: String? = nil, provenance: FootprintProvenance,
    version: Int = currentVersion
  ) {
    self.id = id
    self.name = name
    self.task = task
    self.date = date
    self.year = year
    self.authors = authors
    self.devices = devices
    self.hours = hours
    self.place = place
    self.intensity = intensity
    self.pue = pue
    self.measuredJoules = measuredJoules
    self.measuredSpread = measuredSpread
    self.meter = meter
    self.published = published
    self.quality = quality
    self.notes = notes
    self.provenance = provenance
    self.version = version
  }

  /// The keys of the file; any other is refused.
  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, name, task, date, year, authors, devices, hours, place, intensity, pue
    case measuredJoules, measuredSpread, meter, published, quality, notes, provenance, version
  }
}

/// Who stands behind a record's energy.
public enum FootprintProvenance: String, Sendable, Hashable, Codable, CaseIterable {
  /// Read from a counter of the device.
  case measured
  /// A share of a counter.
  case attributed
  /// The output of a meter's model.
  case estimated
  /// Computed from hardware and hours that somebody declared.
  case declared
  /// Printed in a publication.
  case published

  /// Whether the energy came out of a meter, so that no thermal design power enters it.
  public var isMetered: Bool { self == .measured || self == .attributed || self == .estimated }
}

extension FootprintRecord {
  /// Devices of one model that worked side by side.
  public struct Device: Sendable, Hashable, Codable {
    /// A name of the ``DeviceTable``, or any other together with ``tdpW``.
    public var model: String
    public var count: Int
    /// Thermal design power of one device in watts.
    public var tdpW: Double?
    /// Mean share of the design power that was drawn, above 0 and at most 1, where it is known.
    public var utilisation: Double?

    public init(model: String, count: Int, tdpW: Double? = nil, utilisation: Double? = nil) {
      self.model = model
      self.count = count
      self.tdpW = tdpW
      self.utilisation = utilisation
    }
  }

  /// Where the electricity was drawn.
  public struct Place: Sendable, Hashable, Codable {
    /// ISO 3166 code of the country.
    public var country: String
    public var region: String?
    /// The cloud or site that ran it.
    public var provider: String?

    public init(country: String, region: String? = nil, provider: String? = nil) {
      self.country = country
      self.region = region
      self.provider = provider
    }
  }

  /// Carbon intensity as the record states it.
  public struct Intensity: Sendable, Hashable, Codable {
    /// Grams of CO2e per kilowatt-hour.
    public var value: Double
    public var year: Int?
    public var source: String?
    public var basis: CarbonBasis?

    public init(
      value: Double, year: Int? = nil, source: String? = nil, basis: CarbonBasis? = nil
    ) {
      self.value = value
      self.year = year
      self.source = source
      self.basis = basis
    }
  }

  /// Figures as a publication printed them.
  public struct Published: Sendable, Hashable, Codable {
    /// Kilowatt-hours, building overhead included where the publication included it.
    public var energyKWh: Double?
    public var kgCO2e: Double?
    public var basis: CarbonBasis?
    public var citation: String
    /// How far the figures were checked: `from memory, unverified`.
    public var verification: String

    public init(
      energyKWh: Double? = nil, kgCO2e: Double? = nil, basis: CarbonBasis? = nil,
      citation: String, verification: String
    ) {
      self.energyKWh = energyKWh
      self.kgCO2e = kgCO2e
      self.basis = basis
      self.citation = citation
      self.verification = verification
    }
  }

  /// How well the trained model did its task.
  public struct Quality: Sendable, Hashable, Codable {
    /// `top-1 accuracy`, `BLEU`, `perplexity`.
    public var metric: String
    public var value: Double
    public var higherIsBetter: Bool

    public init(metric: String, value: Double, higherIsBetter: Bool) {
      self.metric = metric
      self.value = value
      self.higherIsBetter = higherIsBetter
    }
  }
}

/// Which electricity a carbon figure counts; the two kinds never stand in one ranking.
public enum CarbonBasis: String, Sendable, Hashable, Codable, CaseIterable {
  /// The grid at the place.
  case location
  /// What the operator bought: contracts and certificates counted.
  case market
}
