/// What can be wrong with a model, its files or a request to it, each as
/// "what failed: where: what to do".
public enum LMError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A file that is not there, not readable or not writable.
  case file(path: String, reason: String)
  /// A file breaks a rule of its format; `place` says where: `"byte 4711"`, `"key 'x'"`.
  case malformed(source: String, place: String, reason: String)
  /// Something is larger than a reader accepts.
  case tooLarge(source: String, what: String, size: UInt64, limit: UInt64)
  /// A tensor, a key or a file that the model needs is not there.
  case missing(source: String, what: String, mend: String)
  /// A valid file of a kind, a type or an architecture that is not handled.
  case unsupported(source: String, what: String, mend: String)
  /// What the caller asked for cannot be done: a token outside the vocabulary, a prompt longer than
  /// the context, a grammar that does not parse.
  case request(what: String, reason: String, mend: String)

  public var description: String {
    switch self {
    case .file(let path, let reason): "cannot use the file: \(path): \(reason)"
    case .malformed(let source, let place, let reason):
      "malformed file: \(source), \(place): \(reason); write or download it again"
    case .tooLarge(let source, let what, let size, let limit):
      "file refused: \(source): \(what) of \(size) exceeds the limit of \(limit); "
        + "it is damaged or hostile"
    case .missing(let source, let what, let mend): "missing: \(source): \(what); \(mend)"
    case .unsupported(let source, let what, let mend): "not supported: \(source): \(what); \(mend)"
    case .request(let what, let reason, let mend): "\(what): \(reason); \(mend)"
    }
  }
}
