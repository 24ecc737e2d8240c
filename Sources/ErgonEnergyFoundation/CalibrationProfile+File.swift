public import ErgonEnergy
import Foundation

extension CalibrationProfile {
  /// A profile is a page of text; anything longer is something else.
  private static let sizeLimit = 1 << 20

  /// Reads a profile from a JSON file.
  ///
  /// - Returns: `nil` where there is no such file, which is no error: few machines are calibrated.
  /// - Throws: ``EnergyError/malformedProfile(path:reason:)``.
  public static func load(_ path: String) throws(EnergyError) -> CalibrationProfile? {
    guard let file = FileHandle(forReadingAtPath: path) else {
      if FileManager.default.fileExists(atPath: path) {
        throw .malformedProfile(path: path, reason: "it cannot be read")
      }
      return nil
    }
    defer { try? file.close() }
    do {
      let data = try file.read(upToCount: sizeLimit + 1) ?? Data()
      guard data.count <= sizeLimit else {
        throw EnergyError.malformedProfile(path: path, reason: "it is larger than 1 MiB")
      }
      let profile = try JSONDecoder().decode(CalibrationProfile.self, from: data)
      try profile.check(path)
      return profile
    } catch let error as EnergyError {
      throw error
    } catch let error as DecodingError {
      throw .malformedProfile(path: path, reason: Self.reason(error))
    } catch {
      throw .malformedProfile(path: path, reason: error.localizedDescription)
    }
  }

  /// Writes the profile to a JSON file, whole or not at all; makes the folder where needed.
  ///
  /// - Throws: ``EnergyError/system(what:reason:)``.
  public func save(_ path: String) throws(EnergyError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let url = URL(fileURLWithPath: path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try encoder.encode(self).write(to: url, options: .atomic)
    } catch {
      throw .system(what: "writing \(path)", reason: error.localizedDescription)
    }
  }

  /// Watts that no machine has would spoil every later figure.
  private func check(_ path: String) throws(EnergyError) {
    let intervals = [model.wattsPerCore, model.idleWattsPerCore, fit.idle, fit.perCore]
    for interval in intervals + idlePower.values
    where !(interval.low.value >= 0 && interval.high.value <= 1e6) {
      throw .malformedProfile(path: path, reason: "impossible power: \(interval.high)")
    }
    guard madeAt.isFinite, fit.points >= 3 else {
      throw .malformedProfile(path: path, reason: "its date or its fit is impossible")
    }
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of the wrong kind"
    case .dataCorrupted(let context): context.debugDescription
    @unknown default: "it is not a calibration profile"
    }
  }
}
