public import ErgonData

/// What the bytes of a published file come to.
public enum FileDigest: Sendable, Hashable, CustomStringConvertible {
  case sha256(SHA256Digest)
  case gitBlob(GitBlobDigest)

  public var description: String {
    switch self {
    case .sha256(let digest): "sha256:\(digest)"
    case .gitBlob(let digest): "git:\(digest)"
    }
  }

  /// Whether a file on this machine has these bytes.
  ///
  /// - Throws: `DataError` when it cannot be read.
  public func matches(file path: String) throws(DataError) -> Bool {
    try ofSameKind(file: path) == self
  }

  /// What a file on this machine comes to, in this digest's kind.
  func ofSameKind(file path: String) throws(DataError) -> FileDigest {
    switch self {
    case .sha256: .sha256(try SHA256Digest(ofFile: path))
    case .gitBlob: .gitBlob(try GitBlobDigest(ofFile: path))
    }
  }
}
