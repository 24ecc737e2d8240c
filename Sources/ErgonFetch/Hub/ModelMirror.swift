import ErgonData

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

/// A folder that has models as the hub has them, `org/name/…`, and is never written to.
///
/// A cache of another machine is one, too: where `org/name/revision/` has a record of a pull, the
/// model is taken from there, and every byte is checked against the record.
public struct ModelMirror: Sendable, Hashable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  /// - Throws: ``HubError``.
  func list(_ reference: HubReference) throws(HubError) -> HubListing {
    let folder = place(of: reference)
    if let model = PulledModel(folder: folder), model.name == reference.name {
      return try HubListing(model: reference.name, commit: model.commit, files: model.files)
    }
    guard let paths = try? FileManager.default.subpathsOfDirectory(atPath: folder),
      // A cache that has other revisions of the model has not this one.
      !paths.contains(where: { $0.hasSuffix("/\(PulledModel.recordName)") })
    else {
      throw .notInMirror(model: "\(reference)", folder: folder)
    }
    let files = paths.sorted().compactMap { path -> HubFile? in
      // What a version control keeps beside the files is no part of the model.
      guard !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }),
        let size = PulledModel.size(of: "\(folder)/\(path)")
      else { return nil }
      return HubFile(path: path, size: size, digest: nil)
    }
    return try HubListing(model: reference.name, commit: nil, files: files)
  }

  func copy(
    _ file: HubFile, of reference: HubReference, to path: String, _ progress: Progress
  ) throws {
    let origin = "\(place(of: reference))/\(file.path)"
    let source = open(origin, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else {
      throw HubError.cannotRead(path: origin, reason: String(cString: strerror(errno)))
    }
    defer { close(source) }
    let target = try PartialFile(for: path)
    defer { target.letGo() }
    try target.restart(as: nil)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(source, buffer.baseAddress!, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw HubError.cannotRead(path: origin, reason: String(cString: strerror(errno)))
      }
      if count == 0 { break }
      guard target.size + count <= file.size else { break }
      try target.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      try progress.report(target.size, received: target.size, total: file.size)
    }
    do {
      guard target.size == file.size else {
        throw FetchError.wrongSize(url: origin, received: target.size, expected: file.size)
      }
      if let digest = file.digest { try target.check(digest, from: origin) }
    } catch {
      try target.restart(as: nil)
      throw error
    }
    try target.finish()
  }

  private func place(of reference: HubReference) -> String {
    let pulled = "\(folder)/\(reference.folder)"
    return PulledModel(folder: pulled) == nil ? "\(folder)/\(reference.name)" : pulled
  }
}
