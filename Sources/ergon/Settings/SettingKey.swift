import ErgonLedger

/// Everything that can be set once instead of on every call.
///
/// The raw value is the key of the files; `ERGON_` and upper case make the environment variable:
/// `watts-per-core` is `ERGON_WATTS_PER_CORE`.
enum SettingKey: String, CaseIterable, Sendable {
  case grid, ledger, pue, water
  case embodiedKilograms = "embodied-kg"
  case embodiedYears = "embodied-years"
  case embodiedShare = "embodied-share"
  case sources
  case wattsPerCore = "watts-per-core"
  case idleWattsPerCore = "idle-watts-per-core"
  case plug
  case plugError = "plug-error"
  case plugMaximumWatts = "plug-max-watts"
  case electricityMapsToken = "electricity-maps-token"
  case color, sample

  var environmentName: String {
    "ERGON_" + rawValue.uppercased().split(separator: "-").joined(separator: "_")
  }

  /// What it is, in a few words.
  var summary: String {
    switch self {
    case .grid: "where the electricity comes from: ISO code, 'world' or gCO2e/kWh"
    case .ledger: "the file that keeps the runs"
    case .pue: "power usage effectiveness of the building, 1 or more"
    case .water: "litres of water per kWh at the site"
    case .embodiedKilograms: "emissions of the machine's manufacture, kgCO2e"
    case .embodiedYears: "years the machine is expected to serve"
    case .embodiedShare: "share of the machine that is reserved for you, 0 to 1"
    case .sources: "the only energy sources to use, separated by commas"
    case .wattsPerCore: "power of one busy processor, for the estimator, W"
    case .idleWattsPerCore: "power of one idle processor, for the estimator, W"
    case .plug: "a wattmeter's stream: file, FIFO or tcp:HOST:PORT"
    case .plugError: "relative error of that wattmeter: 0.01 is ±1 %"
    case .plugMaximumWatts: "the most that wattmeter can show, W"
    case .electricityMapsToken: "key for live carbon intensity by Electricity Maps"
    case .color: "auto or never"
    case .sample: "period of the live power line: 100ms"
    }
  }

  /// Never printed, and only taken from the environment or from a file nobody else can read.
  var isSecret: Bool { self == .electricityMapsToken }

  /// What holds when nobody has said anything; most things then stay off.
  var fallback: String? {
    switch self {
    case .ledger: Ledger.defaultPath
    case .color: "auto"
    case .embodiedShare: "1"
    default: nil
    }
  }
}
