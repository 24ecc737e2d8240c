import ErgonData

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What stands in the record of a model's folder.
private struct Record: Codable {
  struct File: Codable {
    var path: String
    var size: Int
    var sha256: String?
    var gitBlob: String?
  }

  static let version = 1

  var schemaVersion = version
  var name: String
  var revision: String
  var commit: String?
  var source: String
  var files: [File]
  var pending: [String]
}

extension PulledModel {
  /// A folder into which nothing has been brought yet.
  init(folder: String, reference: HubReference, source: String) {
    self.folder = folder
    name = reference.name
    revision = reference.effectiveRevision
    self.source = source
    (files, pending) = ([], [])
  }

  /// What a folder's record says; `nil` where there is none that can be read.
  ///
  /// A record that breaks a rule counts as none, so that the next pull looks at every file anew.
  public init?(folder: String) {
    guard let bytes = try? BinaryFile.read("\(folder)/\(Self.recordName)", limit: 1 << 24),
      let record = try? JSONDecoder().decode(Record.self, from: Data(bytes)),
      record.schemaVersion == Record.version,
      let reference = try? HubReference("\(record.name)@\(record.revision)"),
      let listing = try? HubListing(
        model: record.name, commit: record.commit, files: record.files.map { try $0.file })
    else { return nil }
    self.init(folder: folder, reference: reference, source: record.source)
    commit = record.commit
    files = listing.files
    pending = record.pending
  }

  /// - Throws: ``HubError/cannotWrite(path:reason:)``.
  func save() throws(HubError) {
    let record = Record(
      name: name, revision: revision, commit: commit, source: source,
      files: files.map { Record.File($0) }, pending: pending)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let path = "\(folder)/\(Self.recordName)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try BinaryFile.write([UInt8](encoder.encode(record)) + [10], to: path)
    } catch let error as DataError {
      throw .cannotWrite(path: path, reason: "\(error)")
    } catch {
      throw .cannotWrite(path: path, reason: "check who may write the folder")
    }
  }

  /// Notes a file that has arrived, in place of an older one of its name.
  mutating func add(_ file: HubFile) {
    pending.removeAll { $0 == file.path }
    files.removeAll { $0.path == file.path }
    files.append(file)
    files.sort { $0.path < $1.path }
  }
}

extension Record.File {
  init(_ file: HubFile) {
    (path, size) = (file.path, file.size)
    switch file.digest {
    case .sha256(let digest): sha256 = "\(digest)"
    case .gitBlob(let digest): gitBlob = "\(digest)"
    case nil: break
    }
  }

  var file: HubFile {
    get throws {
      let digest: FileDigest? =
        if let sha256 {
          .sha256(try SHA256Digest(hexadecimal: sha256))
        } else if let gitBlob {
          .gitBlob(try GitBlobDigest(hexadecimal: gitBlob))
        } else {
          nil
        }
      return HubFile(path: path, size: size, digest: digest)
    }
  }
}
