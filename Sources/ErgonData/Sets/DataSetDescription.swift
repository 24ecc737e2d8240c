/// One file of a data set: what it must be, and where it can be had.
public struct DataFile: Sendable, Hashable {
  /// Folder and name below a ``DataStore``'s folder.
  public let path: String
  /// Size in bytes.
  public let size: Int
  public let digest: SHA256Digest
  /// Addresses, the first to be tried first.
  public let urls: [String]

  /// The part of ``path`` after the last slash.
  public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// - Parameter sha256: 64 hexadecimal digits.
  /// - Precondition: the digits are well formed.
  public init(path: String, size: Int, sha256: String, urls: [String]) {
    guard let digest = try? SHA256Digest(hexadecimal: sha256) else {
      preconditionFailure("DataFile: '\(sha256)' is no SHA-256 of \(path)")
    }
    self.path = path
    self.size = size
    self.digest = digest
    self.urls = urls
  }
}

/// What a data set is, under which terms it may be used, and its files.
public struct DataSetDescription: Sendable, Hashable {
  /// What commands call it, for example `"fashion-mnist"`.
  public let name: String
  /// One line for a list.
  public let summary: String
  /// The terms of use, or that the authors stated none.
  public let licence: String
  /// Where its authors describe it.
  public let homepage: String
  public let files: [DataFile]

  public init(
    name: String, summary: String, licence: String, homepage: String, files: [DataFile]
  ) {
    self.name = name
    self.summary = summary
    self.licence = licence
    self.homepage = homepage
    self.files = files
  }

  /// Size of all files together, in bytes.
  public var size: Int { files.reduce(0) { $0 + $1.size } }
}
