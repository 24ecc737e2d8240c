import ErgonData
public import ErgonWorkload

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

/// What a pull would bring, checked before a byte of it is fetched.
///
/// ```swift
/// let source = ModelSource.hub(try .standard())
/// let plan = try await source.plan(HubReference("org/name"), into: "models/name")
/// let model = try await plan.run()        // model.folder, model.files
/// ```
public struct PullPlan: Sendable {
  public let reference: HubReference
  public let folder: String
  /// What makes the model, or what was chosen.
  public let files: [HubFile]
  /// What of it is not here.
  public let missing: [HubFile]
  /// Bytes of it that an earlier pull left.
  public let begunSize: Int
  private let source: ModelSource
  private let listing: HubListing
  private let model: PulledModel

  /// - Parameters:
  ///   - patterns: What to choose instead of what the model needs.
  ///   - checksAll: Whether every byte of what is here is read, too.
  ///   - available: Bytes that are free behind a path; `nil` where nobody knows.
  /// - Throws: ``HubError``, and `DataError` for a file that is here and cannot be read.
  init(
    _ reference: HubReference, _ listing: HubListing, from source: ModelSource,
    patterns: [String], into folder: String, checksAll: Bool,
    available: (String) -> Int? = Self.available
  ) throws {
    self.reference = reference
    self.folder = folder
    self.source = source
    self.listing = listing
    files = try listing.choice(selection: reference.selection, patterns: patterns)
    var model =
      PulledModel(folder: folder)
      ?? PulledModel(folder: folder, reference: reference, source: source.name)
    guard model.name == reference.name else {
      throw HubError.otherModel(folder: folder, holds: model.name)
    }
    var missing: [HubFile] = []
    for file in files {
      let known = model.files.first { $0.path == file.path }
      if let known, known.isSame(as: file), model.isHere(file) {
        if try !checksAll || known.digest?.matches(file: model.path(file)) != false { continue }
      } else if model.isHere(file), let digest = file.digest,
        try digest.matches(file: model.path(file))
      {
        model.add(file)
        continue
      }
      missing.append(file)
    }
    self.missing = missing
    self.model = model
    begunSize = missing.reduce(0) { sum, file in
      sum + min(file.size, PulledModel.size(of: model.path(file) + ".partial") ?? 0)
    }
    let needed = missing.reduce(0) { $0 + $1.size } - begunSize
    if needed > 0, let free = available(folder), free < needed {
      throw HubError.noSpace(path: folder, needed: needed, available: free)
    }
  }

  /// Bytes of the files.
  public var size: Int { files.reduce(0) { $0 + $1.size } }
  /// Bytes that are to come.
  public var missingSize: Int { missing.reduce(0) { $0 + $1.size } }
  public var commit: String? { listing.commit }

  /// Brings what is missing; each file has its name once it is whole and checked.
  ///
  /// - Parameter context: Is told of progress in bytes, and may stop it.
  /// - Throws: ``HubError``, ``FetchError``, and `WorkloadStopped` when asked to stop: what has
  ///   arrived is kept, and the same pull goes on with it.
  @discardableResult
  public func run(
    in context: some WorkloadContext = UnobservedContext()
  ) async throws -> PulledModel {
    var model = model
    model.revision = reference.effectiveRevision
    model.source = source.name
    model.pending = missing.map(\.path)
    // The old commit stands until all is here, so that a pull that goes on knows it is of another.
    try model.save()
    var done = 0
    for (index, file) in missing.enumerated() {
      let progress = Progress(
        context: context, stage: file.path, before: done, total: missingSize,
        items: UInt64(index))
      try await source.bring(
        file, of: reference, commit: commit, to: model.path(file), progress)
      var whole = file
      if file.digest == nil {
        let digest = try SHA256Digest(ofFile: model.path(file))
        whole = HubFile(path: file.path, size: file.size, digest: .sha256(digest))
      }
      model.add(whole)
      if index < missing.count - 1 { try model.save() }
      done += file.size
    }
    if let commit {
      if model.commit != nil, model.commit != commit { removeOutdated(from: &model) }
      model.commit = commit
    }
    try model.save()
    try context.report(
      WorkloadProgress(
        stage: reference.name, completed: Double(done), total: Double(missingSize),
        counts: WorkloadCounts(items: UInt64(missing.count), bytes: UInt64(done))))
    return model
  }

  /// Removes what the revision had once and has no more: an index of parts that are gone would be
  /// opened in place of the new weights.
  private func removeOutdated(from model: inout PulledModel) {
    let current = Set(listing.files.map(\.path))
    for file in model.files where !current.contains(file.path) { unlink(model.path(file)) }
    model.files.removeAll { !current.contains($0.path) }
  }

  /// Bytes that are free where a folder is, or will be.
  private static func available(_ folder: String) -> Int? {
    var path = folder
    while !FileManager.default.fileExists(atPath: path) {
      guard let slash = path.lastIndex(of: "/") else {
        path = "."
        break
      }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(
      by: UInt64(status.f_frsize))
    return overflow ? nil : Int(clamping: bytes)
  }
}

extension HubFile {
  /// Whether what was pulled once is what is published now.
  fileprivate func isSame(as published: HubFile) -> Bool {
    size == published.size && (published.digest == nil || published.digest == digest)
  }
}
