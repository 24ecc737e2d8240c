/// Published training footprints to compare one's own with.
///
/// Facts as their publications printed them, from memory: every row carries ``mark`` until
/// somebody has the publication at hand. Some rows print what an operator bought (market-based),
/// some what the grid delivered (location-based); the two are never ranked together.
///
/// ```swift
/// StarterRegistry.registry.footprint(of: try StarterRegistry.registry.record("bloom-176b")).carbon
/// ```
public enum StarterRegistry {
  public static let mark = "from memory, unverified"

  /// The rows as a registry.
  public static let registry: FootprintRegistry = {
    var registry = FootprintRegistry()
    for record in records {
      do {
        try registry.add(record)
      } catch {
        preconditionFailure("StarterRegistry: \(error)")
      }
    }
    return registry
  }()

  /// Grams per kilowatt-hour of the United States' average as the first rows use it: 0.954 pounds.
  public static let poundsPerKWh = 0.954

  public static let records: [FootprintRecord] =
    strubell + patterson + [
      row(
        "gopher-280b", "Gopher (280 B)", 2021, "language modelling", [("TPU v3", 4096)], 920,
        .init(country: "US", region: "Georgia", provider: "Google"), 1_066_000, 352_000, .market,
        "Rae et al., Scaling Language Models, 2021, appendix"),
      row(
        "opt-175b", "OPT-175B", 2022, "language modelling", [("A100 SXM 80GB", 992)], 816,
        .init(country: "US", provider: "Meta"), 324_000, 72_500, nil,
        "Zhang et al., OPT, 2022; energy as in Luccioni et al. 2022, table 4",
        notes: "printed as 70 to 75 t; the middle is kept"),
      row(
        "bloom-176b", "BLOOM (176 B)", 2022, "language modelling", [("A100 SXM 80GB", 384)], 2820,
        .init(country: "FR", region: "Orsay", provider: "IDRIS"), 433_000, 24_700, .location,
        "Luccioni, Viguier and Ligozat, Estimating the Carbon Footprint of BLOOM, 2022",
        notes: "dynamic energy; 50.5 t with idle power and manufacture"),
      row(
        "llama-65b", "LLaMA-65B", 2023, "language modelling", [("A100 SXM 80GB", 2048)], 499,
        .init(country: "US"), 449_000, 173_000, .location,
        "Touvron et al., LLaMA, 2023, table 15"),
      row(
        "llama-2-family", "Llama 2 (all sizes)", 2023, "language modelling", [], nil,
        .init(country: "US", provider: "Meta"), nil, 539_000, .location,
        "Touvron et al., Llama 2, 2023, table 2"),
      row(
        "llama-3.1-405b", "Llama 3.1 405B", 2024, "language modelling", [], nil,
        .init(country: "US", provider: "Meta"), nil, 8_930_000, .location,
        "Llama 3.1 model card, 2024", notes: "location-based; 0 t market-based"),
    ]

  /// Power of processors, memory and accelerators, hours, times a PUE of 1.58 and 0.954 lb/kWh.
  private static let strubell: [FootprintRecord] = [
    (
      "transformer-base", "Transformer (base)", "machine translation", "P100 SXM2", 8, 12.0, 27.0,
      12.0
    ),
    ("transformer-big", "Transformer (big)", "machine translation", "P100 SXM2", 8, 84, 201, 87),
    ("elmo", "ELMo", "language modelling", "GTX 1080 Ti", 3, 336, 275, 119),
    ("bert-base", "BERT (base)", "language modelling", "V100 SXM2", 64, 79.2, 1507, 652),
    (
      "nas-transformer", "Transformer architecture search", "machine translation", "P100 SXM2", 8,
      274_120, 656_347, 284_000
    ),
  ].map { id, name, task, device, count, hours, kWh, kilograms in
    var record = row(
      id, name, 2019, task, [(device, count)], hours, .init(country: "US"), kWh, kilograms,
      .location,
      "Strubell, Ganesh and McCallum, Energy and Policy Considerations, 2019, table 3",
      notes: "PUE 1.58 is in the printed energy")
    record.intensity = FootprintRecord.Intensity(
      value: poundsPerKWh * 453.59237, year: 2016, source: "US average, 0.954 lb/kWh (EPA)",
      basis: .location)
    return record
  }

  private static let patterson: [FootprintRecord] = [
    row(
      "evolved-transformer", "Evolved Transformer search", 2020, "machine translation",
      [("TPU v2", 200)], 163.2, .init(country: "US", region: "Georgia", provider: "Google"),
      7_500, 3_200, .market, pattersonCitation),
    row(
      "t5-11b", "T5 (11 B)", 2019, "language modelling", [("TPU v3", 512)], 480,
      .init(country: "TW", provider: "Google"), 86_000, 47_000, .market, pattersonCitation),
    row(
      "meena", "Meena", 2019, "language modelling", [("TPU v3", 1024)], 720,
      .init(country: "US", region: "Georgia", provider: "Google"), 232_000, 96_000, .market,
      pattersonCitation),
    row(
      "gshard-600b", "GShard-600B", 2020, "machine translation", [("TPU v3", 1024)], 74.4,
      .init(country: "US", region: "North Carolina", provider: "Google"), 24_000, 4_300, .market,
      pattersonCitation),
    row(
      "switch-transformer", "Switch Transformer", 2020, "language modelling", [("TPU v3", 1024)],
      648, .init(country: "US", region: "Georgia", provider: "Google"), 179_000, 59_000, .market,
      pattersonCitation),
    row(
      "gpt-3", "GPT-3 (175 B)", 2020, "language modelling", [("V100 SXM2", 10_000)], 355.2,
      .init(country: "US", provider: "Microsoft"), 1_287_000, 552_000, .location,
      pattersonCitation),
  ]

  private static let pattersonCitation =
    "Patterson et al., Carbon Emissions and Large Neural Network Training, 2021, table 4"

  private static func row(
    _ id: String, _ name: String, _ year: Int, _ task: String, _ devices: [(String, Int)],
    _ hours: Double?, _ place: FootprintRecord.Place, _ kWh: Double?, _ kilograms: Double?,
    _ basis: CarbonBasis?, _ citation: String, notes: String? = nil
  ) -> FootprintRecord {
    FootprintRecord(
      id: id, name: name, task: task, year: year,
      devices: devices.map { FootprintRecord.Device(model: $0.0, count: $0.1) }, hours: hours,
      place: place,
      published: FootprintRecord.Published(
        energyKWh: kWh, kgCO2e: kilograms, basis: basis, citation: citation, verification: mark),
      notes: notes, provenance: .published)
  }
}
