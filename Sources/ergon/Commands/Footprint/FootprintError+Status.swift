import ErgonLedger

extension ExitStatus {
  static func status(_ error: FootprintError) -> ExitStatus {
    switch error {
    case .unreadable, .unknownRecord: .missingInput
    case .unwritable: .cannotCreate
    case .refused, .malformedModelCard, .figureMissing: .badData
    case .invalidParameter: .usage
    case .place(let error): ExitStatus(for: error)
    }
  }
}
