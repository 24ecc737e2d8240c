import ArgumentParser
import ErgonEnergy
import ErgonIntensity

/// `ergon grid live`: the intensity of this hour, asked of a provider.
struct GridLive: ErgonCommand {
  enum Provider: String, ExpressibleByArgument, CaseIterable {
    case electricityMaps = "electricity-maps"
    case uk
  }

  static let configuration = CommandConfiguration(
    commandName: "live", abstract: "Ask a provider for the intensity of this hour.",
    discussion: example(
      "ergon grid live GB --provider uk", "ergon grid live RG10 --provider uk",
      "ergon grid live US-CAL-CISO --provider electricity-maps",
      about: "Electricity Maps needs a key, in ERGON_ELECTRICITY_MAPS_TOKEN or in a settings file "
        + "nobody else can read. To use the answer for a run, give its number to --grid."))

  @OptionGroup var output: OutputOptions
  @Option(
    help: ArgumentHelp("Whom to ask: electricity-maps, or uk for Great Britain.", valueName: "name")
  )
  var provider: Provider
  @Option(
    help: ArgumentHelp("Another server with the same interface (https).", valueName: "address"))
  var server: String?
  @Argument(help: "The provider's own name of a zone.") var zone: String

  func execute(in context: CommandContext) async throws -> ExitStatus {
    let grid = try await service(context).intensity(at: zone)
    if context.isJSON {
      context.console.print(json: grid.json)
    } else {
      context.console.print("\(grid.name) (\(grid.code)): \(grid.intensityText)")
      context.console.note("source: \(grid.provenance.source), \(grid.provenance.version)")
    }
    return .done
  }

  private func service(_ context: CommandContext) throws -> any IntensityProvider {
    switch provider {
    case .uk: return try server.map { try UKCarbonIntensity(baseURL: $0) } ?? UKCarbonIntensity()
    case .electricityMaps:
      let key = SettingKey.electricityMapsToken
      guard let token = try context.settings()[key]?.text else {
        throw CommandError.missing(
          what: "the key for Electricity Maps", hint: "set \(key.environmentName)")
      }
      return try server.map { try ElectricityMaps(token: token, baseURL: $0) }
        ?? ElectricityMaps(token: token)
    }
  }
}

extension ExitStatus {
  static func status(_ error: IntensityError) -> ExitStatus {
    switch error {
    case .invalidBaseURL, .unknownZone: .usage
    case .invalidToken: .configuration
    case .unauthorised: .permission
    case .rateLimited: .retry
    case .unexpectedStatus, .unreachable: .unavailable
    case .tooLarge, .malformed: .badData
    }
  }
}
