/// Where models are pulled from.
public enum ModelSource: Sendable {
  case hub(HuggingFaceHub)
  /// A folder with `org/name/…`, or another machine's cache; the network is not asked.
  case mirror(ModelMirror)

  /// Looks up what a model has, and what of it is to be fetched into a folder.
  ///
  /// - Parameters:
  ///   - patterns: File names to choose, as a shell matches them; what the model needs unless said.
  ///   - folder: Where it belongs.
  ///   - checksAll: Whether every byte of what is here is read, too.
  /// - Throws: ``HubError`` and ``FetchError``, and `DataError` for a file that cannot be read.
  public func plan(
    _ reference: HubReference, patterns: [String] = [], into folder: String,
    checksAll: Bool = false
  ) async throws -> PullPlan {
    let listing =
      switch self {
      case .hub(let hub): try await hub.list(reference)
      case .mirror(let mirror): try mirror.list(reference)
      }
    return try PullPlan(
      reference, listing, from: self, patterns: patterns, into: folder, checksAll: checksAll)
  }

  /// The hub's address, or the mirror's folder.
  public var name: String {
    switch self {
    case .hub(let hub): hub.endpoint
    case .mirror(let mirror): mirror.folder
    }
  }

  func bring(
    _ file: HubFile, of reference: HubReference, commit: String?, to path: String,
    _ progress: Progress
  ) async throws {
    switch self {
    case .hub(let hub):
      try await hub.fetch(file, of: reference, commit: commit, to: path, progress)
    case .mirror(let mirror): try mirror.copy(file, of: reference, to: path, progress)
    }
  }
}
