import ErgonLM

extension ExitStatus {
  static func status(_ error: LMError) -> ExitStatus {
    switch error {
    case .file: .missingInput
    case .malformed, .tooLarge, .missing, .unsupported: .badData
    case .request: .usage
    }
  }
}
