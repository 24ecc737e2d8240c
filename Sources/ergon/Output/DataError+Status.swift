import ErgonData

extension ExitStatus {
  static func status(_ error: DataError) -> ExitStatus {
    switch error {
    case .cannotOpen: .missingInput
    case .cannotRead: .inputOutput
    case .cannotWrite: .cannotCreate
    case .malformed, .tooLarge, .missingColumn, .malformedDigest: .badData
    case .notEncodable: .internalError
    }
  }
}
