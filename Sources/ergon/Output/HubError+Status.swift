import ErgonFetch

extension ExitStatus {
  static func status(_ error: HubError) -> ExitStatus {
    switch error {
    case .invalidReference, .ambiguous, .unknownSelection, .noMatch, .noModelFiles: .usage
    case .invalidEndpoint, .invalidToken: .configuration
    case .refused: .permission
    case .unknownModel: .unavailable
    case .malformedListing, .overLimit, .damaged: .badData
    case .noSpace, .otherModel, .cannotWrite: .cannotCreate
    case .notInMirror, .notCached, .offline, .incomplete: .missingInput
    case .cannotRead: .inputOutput
    }
  }
}
