/// What can go wrong between a hub of models and this machine, each as "what: where: what to do".
public enum HubError: Error, Sendable, Hashable, CustomStringConvertible {
  case invalidReference(String, reason: String)
  /// The hub's address is none. It is not repeated: it may hold a password.
  case invalidEndpoint
  /// The token has signs that no token has. It is not repeated.
  case invalidToken
  /// The model is gated or private, or there is none of this name: hubs do not tell which.
  case refused(model: String, hasToken: Bool)
  case unknownModel(model: String, revision: String)
  /// What the hub says of a model is no list of files, or not one that may be followed.
  case malformedListing(model: String, reason: String)
  case overLimit(model: String, what: String, limit: Int)
  case noModelFiles(model: String, files: [String])
  case ambiguous(model: String, files: [String])
  case unknownSelection(model: String, selection: String, files: [String])
  case noMatch(model: String, patterns: [String])
  case noSpace(path: String, needed: Int, available: Int)
  /// The folder is another model's, whose files would be taken for this one's.
  case otherModel(folder: String, holds: String)
  case notInMirror(model: String, folder: String)
  case cannotRead(path: String, reason: String)
  case cannotWrite(path: String, reason: String)
  /// Nothing of the model is here, and nobody was asked.
  case notCached(String)
  /// Nothing of the model is here, and the network may not be asked.
  case offline(String)
  case incomplete(model: String, missing: [String])
  case damaged(model: String, files: [String])

  public var description: String {
    switch self {
    case .invalidReference(let text, let reason):
      "no model: '\(text.prefix(200))': \(reason); write 'org/name', 'org/name@revision' or "
        + "'org/name:Q4_0'"
    case .invalidEndpoint:
      "no hub: HF_ENDPOINT or --endpoint is no http or https address without a password"
    case .invalidToken:
      "no token: HF_TOKEN or ERGON_HF_TOKEN has signs that no token has; copy it again"
    case .refused(let model, let hasToken):
      "access refused: \(model): the model is gated, private or not there: check the name, "
        + "accept the licence on the model's page, and "
        + (hasToken ? "see whether the token may read it" : "set HF_TOKEN to your token")
    case .unknownModel(let model, let revision):
      "not found: \(model): no model of this name, or no revision '\(revision)'; check both"
    case .malformedListing(let model, let reason):
      "list of files refused: \(model): \(reason); check the hub's address"
    case .overLimit(let model, let what, let limit):
      "model refused: \(model): \(what) are more than \(limit); choose fewer with --include"
    case .noModelFiles(let model, let files):
      "no model files: \(model): neither safetensors nor GGUF; choose with --include"
        + Self.list(files, " of: ")
    case .ambiguous(let model, let files):
      "several models: \(model): add ':' and a file or quantisation" + Self.list(files, ": ")
    case .unknownSelection(let model, let selection, let files):
      "no such file: \(model): nothing is '\(selection.prefix(100))'"
        + Self.list(files, "; there: ")
    case .noMatch(let model, let patterns):
      "no such files: \(model): nothing matches \(patterns.joined(separator: ", "))"
    case .noSpace(let path, let needed, let available):
      "no space: \(path): \(needed) bytes are needed and \(available) free; make room, or choose "
        + "another folder"
    case .otherModel(let folder, let holds):
      "folder refused: \(folder): it holds \(holds); choose another one"
    case .notInMirror(let model, let folder):
      "not in the mirror: \(model): nothing of it is in '\(folder)'"
    case .cannotRead(let path, let reason): "cannot read: \(path): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write: \(path): \(reason)"
    case .notCached(let name):
      "no such model: '\(name)': neither a file or folder nor a model that was pulled; "
        + "'ergon model pull \(name)' brings it"
    case .offline(let name):
      "not here: \(name): it was never pulled, and the network may not be asked; pull it without "
        + "--offline and HF_HUB_OFFLINE, or from a --mirror"
    case .incomplete(let model, let missing):
      "not all here: \(model): without \(missing.first ?? "")"
        + (missing.count > 1 ? " and \(missing.count - 1) more" : "")
        + "; run 'ergon model pull \(model)\(missing.count == 1 ? ":\(missing[0])" : "")' to go on"
    case .damaged(let model, let files):
      "damaged: \(model): \(files.joined(separator: ", ")): not the bytes that were pulled; "
        + "'ergon model pull \(model) --verify' brings them again"
    }
  }

  private static func list(_ files: [String], _ before: String) -> String {
    guard !files.isEmpty else { return "" }
    let shown = files.prefix(24).joined(separator: ", ")
    return before + shown + (files.count > 24 ? " and \(files.count - 24) more" : "")
  }
}
