import ErgonEnergy
import Foundation

/// The user's settings file as something that can be changed.
struct SettingsFile {
  let path: String
  /// Every member of the file, known to this version or not: a newer one may have written it.
  private(set) var members: [String: Any] = [:]

  /// Reads the file; a missing one is empty.
  init(_ path: String) throws {
    self.path = path
    switch Host().read(path, limit: 1 << 20) {
    case .failure(.missing): return
    case .failure(let error):
      throw CommandError.cannotRead(path: path, reason: error.description)
    case .success(let text):
      let object = try? JSONSerialization.jsonObject(with: Data(text.utf8))
      guard let members = object as? [String: Any] else {
        throw CommandError.malformedSettings(path: path, reason: "not a JSON object")
      }
      self.members = members
    }
  }

  /// Members no setting has the name of, sorted: most likely typing errors.
  var unknownKeys: [String] {
    members.keys.filter { SettingKey(rawValue: $0) == nil }.sorted()
  }

  /// Sets a member, or removes it for `nil`, and writes the file in one step.
  ///
  /// A file that holds a secret is made readable for its owner alone.
  mutating func set(_ key: SettingKey, to text: String?) throws {
    members[key.rawValue] = text
    do {
      let folder = (path as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      let data = try JSONSerialization.data(
        withJSONObject: members, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      let holdsSecret = SettingKey.allCases.contains {
        $0.isSecret && members[$0.rawValue] != nil
      }
      // The new file is made beside the old one and put in its place: a crash leaves either.
      let draft = "\(path).\(ProcessInfo.processInfo.processIdentifier)"
      let made = FileManager.default.createFile(
        atPath: draft, contents: data + Data("\n".utf8),
        attributes: [.posixPermissions: holdsSecret ? 0o600 : 0o644])
      guard made, rename(draft, path) == 0 else {
        let reason = String(cString: strerror(errno))
        try? FileManager.default.removeItem(atPath: draft)
        throw CommandError.cannotWrite(path: path, reason: reason)
      }
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError.cannotWrite(path: path, reason: error.localizedDescription)
    }
  }
}
