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
    switch self {
    case .sha256(let digest): try SHA256Digest(ofFile: path) == digest
    case .gitBlob(let digest): try GitBlobDigest(ofFile: path) == digest
    }
  }
}
