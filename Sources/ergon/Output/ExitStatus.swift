import ErgonData
import ErgonEnergy
import ErgonFetch
import ErgonIntensity
import ErgonLM
import ErgonLab
import ErgonLedger
import ErgonNN
import ErgonTensor
import ErgonWorkload

/// The number a shell sees, after the sysexits convention.
struct ExitStatus: RawRepresentable, Hashable, Sendable, Error {
  let rawValue: Int32
  init(rawValue: Int32) { self.rawValue = rawValue }

  static let done = ExitStatus(rawValue: 0)
  /// The work itself failed.
  static let failed = ExitStatus(rawValue: 1)
  /// A study or comparison fell outside its band.
  static let outsideBand = ExitStatus(rawValue: 2)
  static let usage = ExitStatus(rawValue: 64)
  static let badData = ExitStatus(rawValue: 65)
  static let missingInput = ExitStatus(rawValue: 66)
  /// A named energy source or service is not there.
  static let unavailable = ExitStatus(rawValue: 69)
  static let internalError = ExitStatus(rawValue: 70)
  static let cannotCreate = ExitStatus(rawValue: 73)
  static let inputOutput = ExitStatus(rawValue: 74)
  /// Worth trying again: somebody else holds the ledger, a service was busy.
  static let retry = ExitStatus(rawValue: 75)
  static let permission = ExitStatus(rawValue: 77)
  static let configuration = ExitStatus(rawValue: 78)
  static let interrupted = ExitStatus(rawValue: 130)
}

extension ExitStatus {
  /// The one table from typed errors to exit codes.
  ///
  /// A room's error enum gets a line here and a function below; an error that is not listed is
  /// a bug and says so with 70.
  init(for error: any Error) {
    self =
      switch error {
      case let status as ExitStatus: status
      case let error as EnergyError: Self.status(error)
      case let error as SystemFileError: Self.status(error)
      case let error as LedgerError: Self.status(error)
      case let error as LabError: Self.status(error)
      case let error as CommandError: error.status
      case let error as FootprintError: Self.status(error)
      case let error as IntensityError: Self.status(error)
      case let error as DataError: Self.status(error)
      case let error as FetchError: Self.status(error)
      case let error as HubError: Self.status(error)
      case let error as NNError: Self.status(error)
      case let error as LMError: Self.status(error)
      case let error as SafetensorsError: Self.status(error)
      case is FootprintProblem: .badData
      case let stop as WorkloadStopped: stop.isInterruption ? .interrupted : .retry
      default: .internalError
      }
  }

  private static func status(_ error: EnergyError) -> ExitStatus {
    switch error {
    case .invalidIntensity, .unknownGrid, .noSubregion, .invalidParameter, .unknownSource: .usage
    // A wattmeter is a file or a service somebody named; its advice is never about permission.
    case .sourceUnusable("plug", _, _): .unavailable
    case .sourceUnusable(_, _, let remedy): remedy == nil ? .unavailable : .permission
    case .noSuchProcess, .noSuchCgroup: .missingInput
    case .windowClosed: .internalError
    case .malformedProfile: .configuration
    case .malformedStream: .badData
    case .system: .inputOutput
    }
  }

  private static func status(_ error: SystemFileError) -> ExitStatus {
    switch error {
    case .missing: .missingInput
    case .gone: .unavailable
    case .permission: .permission
    case .unreadable: .inputOutput
    case .notANumber: .badData
    }
  }

  private static func status(_ error: LedgerError) -> ExitStatus {
    switch error {
    case .unknownRun, .nothingSelected, .unreadableFile: .missingInput
    case .ambiguousRun, .invalidQuery: .usage
    case .runExists: .internalError
    case .incomparable: .outsideBand
    case .notALedger, .damaged, .newerSchema, .malformedImport: .badData
    case .permission: .permission
    case .cannotCreate, .cannotWrite: .cannotCreate
    case .diskFull, .system: .inputOutput
    case .busy: .retry
    }
  }

  private static func status(_ error: LabError) -> ExitStatus {
    if let code = error.shellExitCode { return ExitStatus(rawValue: code) }
    return switch error {
    case .energy(let error): status(error)
    case .ledger(let error): status(error)
    case .noSuchProcess: .missingInput
    case .malformedStudy: .internalError
    default: .usage
    }
  }
}

extension WorkloadStopped {
  /// Whether a signal asked for it, and not a budget.
  var isInterruption: Bool { reason.hasPrefix("interrupted") }
}
