import ErgonData

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One file of a model, as its hub publishes it.
public struct HubFile: Sendable, Hashable {
  /// Below the model's folder.
  public let path: String
  /// In bytes.
  public let size: Int
  /// `nil` where the hub gives none; then the size alone is checked.
  public let digest: FileDigest?

  public init(path: String, size: Int, digest: FileDigest?) {
    self.path = path
    self.size = size
    self.digest = digest
  }

  /// Whether a name may be followed below a folder: relative, without a way up, and not one of the
  /// names that are used beside the files.
  static func isSafe(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return path.utf8.count <= 1024 && parts.count <= 16
      && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 200 }
      && path.unicodeScalars.allSatisfy {
        $0.value >= 32 && !(127...159).contains($0.value) && $0 != "\\"
      }
      && ![".partial", ".partial-version"].contains { path.hasSuffix($0) }
      && parts[0] != Substring(PulledModel.recordName)
  }
}

/// The files of a model at one revision.
public struct HubListing: Sendable, Hashable {
  /// More files than any model has.
  static let fileLimit = 20_000
  /// Larger than any model: 16 TiB.
  static let sizeLimit = 1 << 44

  public let model: String
  /// What the revision is at the moment, so that files of two of them are never mixed.
  public let commit: String?
  /// By path.
  public let files: [HubFile]

  /// - Throws: ``HubError`` for a name that leads out of the folder, a name twice, too many files
  ///   and sizes that no file has.
  init(model: String, commit: String?, files: [HubFile]) throws(HubError) {
    guard files.count <= Self.fileLimit else {
      throw .overLimit(model: model, what: "its files", limit: Self.fileLimit)
    }
    var names: Set<String> = []
    for file in files {
      guard HubFile.isSafe(file.path) else {
        throw .malformedListing(
          model: model, reason: "'\(file.path.prefix(100))' is no name for a file here")
      }
      guard file.size >= 0, file.size <= Self.sizeLimit else {
        throw .malformedListing(
          model: model, reason: "'\(file.path)' is said to have \(file.size) bytes")
      }
      guard names.insert(file.path).inserted else {
        throw .malformedListing(model: model, reason: "'\(file.path)' is there twice")
      }
    }
    self.model = model
    self.commit = commit
    self.files = files.sorted { $0.path < $1.path }
  }

  /// Reads a hub's answer.
  init(model: String, json: [UInt8]) throws(HubError) {
    let answer: Answer
    do {
      answer = try JSONDecoder().decode(Answer.self, from: Data(json))
    } catch {
      throw .malformedListing(model: model, reason: "it is not the JSON of one")
    }
    let commit = answer.sha.flatMap { try? GitBlobDigest(hexadecimal: $0).description }
    let files = try answer.siblings.map { (file) throws(HubError) in
      guard let size = file.lfs?.size ?? file.size else {
        throw .malformedListing(model: model, reason: "'\(file.rfilename)' has no size")
      }
      return HubFile(path: file.rfilename, size: size, digest: try file.digest(of: model))
    }
    try self.init(model: model, commit: commit, files: files)
  }

  private struct Answer: Decodable {
    struct File: Decodable {
      struct Large: Decodable {
        var sha256: String?
        var size: Int?
      }

      var rfilename: String
      var size: Int?
      var blobId: String?
      var lfs: Large?

      func digest(of model: String) throws(HubError) -> FileDigest? {
        do throws(DataError) {
          // Of a large file git only knows a pointer, so that its own digest is of other bytes.
          guard let text = lfs == nil ? blobId : lfs?.sha256 else { return nil }
          return lfs == nil
            ? .gitBlob(try GitBlobDigest(hexadecimal: text))
            : .sha256(try SHA256Digest(hexadecimal: text))
        } catch {
          throw .malformedListing(model: model, reason: "'\(rfilename)' has a digest that is none")
        }
      }
    }

    var sha: String?
    var siblings: [File]
  }
}
