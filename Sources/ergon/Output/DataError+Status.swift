import ErgonData

extension ExitStatus {
  static func status(_ error: DataError) -> ExitStatus {
    switch error {
    case .cannotOpen, .missingFile: .missingInput
    case .cannotRead: .inputOutput
    case .cannotWrite: .cannotCreate
    case .malformed, .tooLarge, .missingColumn, .malformedDigest, .malformedBytes, .overLimit,
      .unsupported:
      .badData
    case .unknownDataSet: .usage
    case .notEncodable: .internalError
    }
  }
}
