#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Where pulled models lie on this machine: `org/name/revision/` below one folder.
///
/// ```swift
/// let path = try ModelCache.standard.resolve("microsoft/bitnet-b1.58-2B-4T")
/// let model = try LanguageModel(path)
/// ```
public struct ModelCache: Sendable, Hashable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  /// The user's cache folder: `$XDG_CACHE_HOME/ergon/models`, or `~/.cache/ergon/models`, or on
  /// Apple systems `~/Library/Caches/ergon/models`.
  public static var standard: ModelCache {
    func variable(_ name: String) -> String? {
      ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    // The specification of these folders tells to ignore a relative path.
    let shared = variable("XDG_CACHE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    #if canImport(Darwin)
      let below = "/Library/Caches"
    #else
      let below = "/.cache"
    #endif
    let folder = shared ?? (variable("HOME") ?? ".") + below
    return ModelCache(folder: folder + "/ergon/models")
  }

  /// Where a model belongs, whether or not it is there.
  public func destination(of reference: HubReference) -> String {
    "\(folder)/\(reference.folder)"
  }

  /// Everything that is here or was begun, by name and revision.
  public func models() -> [PulledModel] {
    names(in: folder).flatMap { organisation in
      names(in: "\(folder)/\(organisation)").flatMap { name in
        models(of: "\(organisation)/\(name)")
      }
    }
  }

  /// What a reference means of what is here: its revision, else `main`, else the only one.
  public func model(_ reference: HubReference) -> PulledModel? {
    if let model = PulledModel(folder: destination(of: reference)) { return model }
    guard reference.revision == nil else { return nil }
    let all = models(of: reference.name)
    return all.count == 1 ? all[0] : nil
  }

  /// The path of a model that is named by a path, or as a model that was pulled.
  ///
  /// A path that exists wins. What is neither there nor a reference is given back as it is, so that
  /// whoever opens it says what is wrong with it.
  ///
  /// - Throws: ``HubError`` when a model is not here, or not all of it.
  public func resolve(_ nameOrPath: String) throws(HubError) -> String {
    if FileManager.default.fileExists(atPath: nameOrPath) { return nameOrPath }
    guard let reference = try? HubReference(nameOrPath) else { return nameOrPath }
    guard let model = model(reference) else { throw .notCached(nameOrPath) }
    return try model.weights(reference.selection)
  }

  /// Removes a model, or the one file that the reference selects.
  ///
  /// - Returns: The bytes that are free again.
  /// - Throws: ``HubError``.
  @discardableResult
  public func remove(_ reference: HubReference) throws(HubError) -> Int {
    guard var model = model(reference) else { throw .notCached(reference.description) }
    if let selection = reference.selection {
      let file = try model.files.selected(selection, of: model.reference)
      if model.files.count > 1 || !model.isComplete {
        try Self.delete(model.path(file))
        model.files.removeAll { $0 == file }
        try model.save()
        return file.size
      }
    }
    try Self.delete(model.folder)
    // The folders above are left where they hold other models.
    for level in [reference.name, String(reference.name.prefix { $0 != "/" })] {
      let path = "\(folder)/\(level)"
      if names(in: path).isEmpty { rmdir(path) }
    }
    return model.size
  }

  private func models(of name: String) -> [PulledModel] {
    names(in: "\(folder)/\(name)").compactMap { revision in
      // A record that was copied from elsewhere speaks of another model.
      guard let model = PulledModel(folder: "\(folder)/\(name)/\(revision)"),
        model.name == name, HubReference.folder(ofRevision: model.revision) == revision
      else { return nil }
      return model
    }
  }

  private func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private static func delete(_ path: String) throws(HubError) {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw .cannotWrite(path: path, reason: "it cannot be removed; check who may write it")
    }
  }
}
