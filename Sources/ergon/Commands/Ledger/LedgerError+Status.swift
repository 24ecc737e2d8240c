import ErgonLedger

extension ExitStatus {
  static func status(_ error: LedgerError) -> ExitStatus {
    switch error {
    case .unknownRun, .unreadableFile: .missingInput
    case .ambiguousRun, .invalidQuery: .usage
    case .runExists, .incomparable, .notALedger, .damaged, .malformedImport: .badData
    case .newerSchema: .configuration
    case .permission: .permission
    case .cannotCreate: .cannotCreate
    case .diskFull, .system: .inputOutput
    case .busy: .retry
    }
  }
}
