import ErgonNN
import ErgonTensor

extension ExitStatus {
  static func status(_ error: NNError) -> ExitStatus {
    switch error {
    case .stateMismatch, .malformedCheckpoint, .notAClassifier: .badData
    case .otherRun, .unfitImages: .usage
    case .diverged, .noBatches: .failed
    }
  }

  static func status(_ error: SafetensorsError) -> ExitStatus {
    switch error {
    case .cannotOpen: .missingInput
    case .cannotWrite: .cannotCreate
    case .malformed, .tooLarge, .missingTensor, .wrongType, .outOfRange: .badData
    }
  }
}
